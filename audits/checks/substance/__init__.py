"""Practices of the substance lens."""
