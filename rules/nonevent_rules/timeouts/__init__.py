"""Waits without an end: what a silent peer keeps a process from finishing."""
