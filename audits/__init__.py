"""The audit: sources, facts, checks, claims and their runs."""
