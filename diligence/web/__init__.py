"""Pages of the deal."""
