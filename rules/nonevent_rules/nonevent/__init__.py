"""Rules about nonevent's own comments in the source."""
