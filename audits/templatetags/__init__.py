"""Filters of the pages of this app."""
