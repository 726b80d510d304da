"""What was seen, as frozen structs; what artifacts of a room tell, as frozen dataclasses. Pure."""
