"""From levels to scores. Pure."""
