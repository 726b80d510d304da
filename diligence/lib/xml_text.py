"""Text that every file can hold: without the signs that XML 1.0 forbids even as references.

PDF metadata, Excel and SVG are XML inside; one such sign in a name and none of them can be written.
"""

import re
from typing import Any

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def without_forbidden(value: Any) -> Any:
    """The same JSON value with a space for each such sign, in keys too."""
    if isinstance(value, str):
        return FORBIDDEN.sub(" ", value)
    if isinstance(value, dict):
        return {without_forbidden(key): without_forbidden(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_forbidden(each) for each in value]
    return value
