"""The REST API of the score."""
