"""Practices of the delivery lens."""
