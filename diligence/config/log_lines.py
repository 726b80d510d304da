"""Lines of the log: one format, and nothing in them that opens a door.

What a library says when something fails is not ours to foresee: the address that was asked for, the
words of a server, a traceback. So secrets are taken out of the finished line: the operator's by
their value, those that are handed out to people by their form.
"""

import logging
import re
from functools import cache

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


@cache
def _of_the_operator() -> re.Pattern[str]:
    """What was read as a secret by the time of the first line: the settings are complete then."""
    values = sorted(env.secrets_read(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, values)) or r"(?!)")


class Line(logging.Formatter):
    """A line without secrets, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """As the format says, and then looked through."""
        line = super().format(record)
        return HANDED_OUT.sub(TAKEN_OUT, _of_the_operator().sub(TAKEN_OUT, line))
