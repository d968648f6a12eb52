"""Edits become characters: what changes in a file, and that nothing else does."""
