"""What was seen, as frozen dataclasses. Pure."""
