"""BLAKE2 without OpenSSL: `hashlib` takes 3 ms to import, this module of it 0.2 ms."""

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter built without it
    from hashlib import blake2b

__all__ = ["blake2b"]
