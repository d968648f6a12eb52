"""nonevent: make every deploy a non-event."""

__version__ = "0.1.0"
