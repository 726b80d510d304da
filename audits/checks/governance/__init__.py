"""Practices of the governance lens."""
