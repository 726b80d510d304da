"""Practices of the experimentation lens."""
