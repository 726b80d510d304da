"""Lines of the log: one format, and nothing in them that opens a door.

What a library says when something fails is not ours to foresee: the address that was asked for, the
words of a server, a traceback. So secrets are taken out of the finished line: the operator's by
their value, those that are handed out to people by their form.
"""

import logging
import re
from functools import lru_cache

from diligence.config import env

HANDED_OUT = re.compile(
    r"(?<=/invitation/)[\w-]{16,}"
    r"|(?<=/password/reset/key/)[\w-]+"
    r"|\bprf_[\w-]+"
    r"|\bgAAAA[\w=-]{40,}"  # encrypted with a field key
    r"|(?<=://)[^/\s@'\"]+(?=@)"  # name and password within an address
    r"|(?<=Authorization: )(?:Basic|Bearer) [\w+/=.-]+"
)
TAKEN_OUT = "(taken out)"


@lru_cache(maxsize=1)
def _any_of(secrets: frozenset[str]) -> re.Pattern[str]:
    values = sorted(secrets, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, values)) or r"(?!)")


class Line(logging.Formatter):
    """A line without secrets, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """As the format says, and then looked through."""
        line = super().format(record)
        return HANDED_OUT.sub(TAKEN_OUT, _any_of(env.secrets_read()).sub(TAKEN_OUT, line))
