"""Charts of what was said and measured: frozen data in, SVG out."""
