"""Writes, one module per noun; each owns its transaction and its permission."""
