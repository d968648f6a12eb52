"""Rules about what nonevent is told: its comments in the source, its settings, its baseline."""
