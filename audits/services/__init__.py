"""Writes, and the examination that worker and command line share."""
