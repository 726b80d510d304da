"""Paths from foreign trees: decoded without loss, and refused where they could mislead."""

import re
from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct, field

from audits.engine.sight import ALL
from audits.engine.types import Skipped
from audits.facts.tree import File
from audits.sources.snapshot import Limits

NOT_PRINTABLE = "backslashreplace"
OUTSIDE = "its path leads out of the {}"
LINK = "a symbolic link; links are not followed"
HARD_LINK = "a hard link within the archive; links are not followed"
SUBMODULE = "a submodule; its files lie in another repository"
NOT_A_FILE = "neither a file nor a folder (a device, a pipe or a socket)"
IN_GIT = "it lies in a .git folder, which no work tree can hold"
WITHOUT_CONTENT = frozenset({LINK, HARD_LINK, SUBMODULE, NOT_A_FILE, IN_GIT})
"""Reasons with which no file of this tree is lost: a link leads to one, a submodule elsewhere."""

IN_A_FOLDER = 1.0
IN_A_SUBMODULE = 0.05
"""How much may be hidden there, against all that is seen.

Most submodules bring in what others wrote, so that one alone costs confidence and no verdict; with
three, nobody should say that a thing is not there.
"""

_WIDEST = 4
"""Bytes that a character takes at most."""

_DRIVE = re.compile(r"[A-Za-z]:")


def decoded(raw: bytes) -> str:
    """The path as text; bytes that are not UTF-8 become `\\xNN`, which can always be printed."""
    return raw.decode("utf-8", NOT_PRINTABLE)


def leads_out(path: str) -> bool:
    """Whether a path is absolute, here or on Windows, climbs above its root or names nothing."""
    parts = path.split("/")
    return not any(parts) or not parts[0] or bool(_DRIVE.fullmatch(parts[0])) or ".." in parts


class Listing(Struct):
    """Files gathered one by one under the limits, with the reasons for those left out."""

    limits: Limits
    files: list[File] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    beyond: int = 0
    endless: bool = False

    @property
    def is_full(self) -> bool:
        """Whether so many files lie beyond the limit that nobody needs their number."""
        self.endless = self.endless or self.beyond > self.limits.files
        return self.endless

    def skip(self, path: str, reason: str, files: int = 1) -> None:
        """Leaves a path out, which stands for so many files."""
        if len(self.skipped) < self.limits.files:
            lost = 0 if reason in WITHOUT_CONTENT else files
            hides = IN_A_SUBMODULE if reason == SUBMODULE else 0.0
            self.skipped.append(Skipped(shortened(path), reason, lost, hides))

    def skip_folder(self, path: str, reason: str) -> None:
        """Leaves out a folder that nobody can look into: it may hold as much as all the rest."""
        if len(self.skipped) < self.limits.files:
            self.skipped.append(Skipped(shortened(path), reason, 0, IN_A_FOLDER))

    def fits(self, path: str) -> bool:
        """Whether a path may enter; where not, the reason is noted."""
        most = self.limits.path_bytes
        if len(path) > most // _WIDEST and len(path.encode("utf-8", "surrogatepass")) > most:
            self.skip(path, f"its path is longer than {most:,} bytes")
        elif path.count("/") >= self.limits.depth:
            self.skip(path, f"it lies more than {self.limits.depth} folders deep")
        elif path in self.paths:
            self.skip(path, "a file with the same path came before it")
        elif len(self.files) >= self.limits.files:
            self.beyond += 1
        else:
            return True
        return False

    def add(self, file: File) -> None:
        """Takes a file that fits."""
        self.paths.add(file.path)
        self.files.append(file)

    def closed(self) -> tuple[tuple[File, ...], tuple[Skipped, ...]]:
        """The files and the skipped ones, each sorted by path."""
        if self.beyond:
            count = f"{'more than ' * self.endless}{self.beyond:,}"
            only = f"only the first {self.limits.files:,} are examined"
            self.skip(ALL, f"{count} further files: {only}", self.beyond)
        return tuple(sorted(self.files, key=attrgetter("path"))), in_order(self.skipped)


def shortened(path: str) -> str:
    """A path that a report can show whole."""
    return path if len(path) <= 500 else f"{path[:480]}… ({len(path):,} characters)"


def in_order(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """Without repetition, sorted by path and reason."""
    return tuple(sorted(set(skipped), key=lambda s: (s.path, s.reason)))
