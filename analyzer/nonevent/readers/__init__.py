"""Readers: the bytes of one file become facts. Pure; one module a language or framework."""
