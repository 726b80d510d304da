"""Practices of the operations lens."""
