"""Practices of the data lens."""
