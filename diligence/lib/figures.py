"""How a figure is printed: half up, as Django's `floatformat` does it on every page.

Python's own formatting rounds the binary value, so that a 0.25 would read 0.2 in a chart and 0.3 in
the table beside it.
"""

from decimal import ROUND_HALF_UP, Decimal


def figure(value: float, digits: int = 1) -> str:
    """The value with this many decimals."""
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
