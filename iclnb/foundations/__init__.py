"""Foundations: what in-context learning is, and attention read as regression."""
