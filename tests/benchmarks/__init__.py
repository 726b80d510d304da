"""Measurements to be run by hand; they are no tests and their times are no bars."""
