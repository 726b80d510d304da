"""One module per practice; the path is the id."""
