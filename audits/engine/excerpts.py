"""The cited lines, short enough to store and with secrets blotted out."""

import re
from collections.abc import Iterable

from audits.engine.report import Excerpt

AROUND = 3
LONGEST = 300
MASK = "••••••••"
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_ASSIGNED = re.compile(r"^([^=:]{0,80}?[=:]\s*)\S.*$")


def excerpt_of(content: bytes, line: int, secret_lines: Iterable[int] = ()) -> Excerpt:
    """Three lines either side of `line`; nothing where the content is not text.

    A line that holds a secret keeps what stands before its value. Where the cited line is one, it
    stands alone, because its neighbours often hold the rest.
    """
    if b"\0" in content[:8192]:
        return Excerpt(1, "")
    lines = content.split(b"\n")
    hidden = set(secret_lines)
    around = 0 if line in hidden else AROUND
    first = max(1, line - around)
    chosen = lines[first - 1 : line + around]
    shown = [_shown(raw, first + i in hidden) for i, raw in enumerate(chosen)]
    return Excerpt(first, "\n".join(shown))


def _shown(raw: bytes, secret: bool) -> str:  # noqa: FBT001 - told per line, never by a caller
    text = raw[: LONGEST * 8].decode("utf-8", "replace").rstrip("\r")
    if secret:
        kept = _ASSIGNED.match(text)
        text = f"{kept.group(1)}{MASK}" if kept else MASK
    text = without_keys(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def without_keys(text: str) -> str:
    """Foreign words without the long runs in them that look like keys."""
    return _KEY_MATERIAL.sub(lambda m: _blotted(m.group()), text)


def _blotted(run: str) -> str:
    """A long run that mixes cases and digits looks like a key; a hash or a path does not."""
    mixed = any(c.isupper() for c in run) and any(c.islower() for c in run)
    return MASK if mixed and sum(c.isdigit() for c in run) >= 3 else run
