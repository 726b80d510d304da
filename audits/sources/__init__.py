"""A tree at a commit, without running any of its code."""
