"""Numbers that came as text from a browser, where no field of a form reads them."""


def whole_number(text: str) -> int:
    """A whole number from 0 up; 0 for whatever is none, or has more digits than a row can hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
