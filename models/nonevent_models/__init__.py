"""Trained artifacts and their cards: data, no code."""
