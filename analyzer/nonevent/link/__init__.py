"""Facts of the whole project side by side: who reaches whom, what a name in another module is."""
