"""Rows of the score."""
