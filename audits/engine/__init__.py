"""The vocabulary of verdicts, the registry of checks, and the runner. Pure."""
