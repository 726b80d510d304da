"""Charts drawn on the server: a dataclass in, SVG and a text twin out. Pure."""
