"""Rubrics as versioned YAML, and their loader. Pure."""
