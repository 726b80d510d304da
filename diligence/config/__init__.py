"""The composition root, the only code that knows all three apps."""

import gc

# What a process imports at its start stays: to search it for garbage took a quarter of that start.
gc.set_threshold(50_000, 10, 10)
