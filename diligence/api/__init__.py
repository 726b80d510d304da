"""The REST API of the deal."""
