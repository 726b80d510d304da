"""Whether the trail is still what was written: each line, each place in the chain, each anchor.

Every fault is a sentence that names the line. The walk reads the chain in order, in pieces, so that
neither its length nor lines that are added meanwhile matter. Where a place cannot be computed, as
its line is gone or altered, the walk goes on from the hash that is stored, so that one fault is one
sentence and not all that comes after it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count

from diligence.lib.trail_marks import Keys, mark_of, seal_hash
from diligence.models import Activity, Seal, TrailAnchor
from diligence.services.anchoring import read_anchor, read_file, sha256_of, stored_files
from diligence.services.trail_keys import trail_keys

PIECE = 5_000
"""Places that are read at a time."""


@dataclass(frozen=True)
class Copy:
    """An anchor file that somebody kept elsewhere."""

    name: str
    text: str


@dataclass
class Checked:
    """What was found, and how much was looked at."""

    faults: list[str] = field(default_factory=list)
    lines: int = 0
    waiting: int = 0
    anchors: int = 0
    head: Seal | None = None


def check_trail(copies: Iterable[Copy] = ()) -> Checked:
    """Checks everything. Raises Refused where the key of the trail cannot be opened."""
    keys, checked = trail_keys(), Checked()
    checked.faults += _Walk(keys, checked).faults()
    checked.faults += _unsealed(keys, checked)
    checked.faults += _copied()
    checked.faults += _anchors(keys, checked)
    for copy in copies:
        checked.faults += _copy(copy, keys)
    return checked


def told(row: Activity) -> str:
    """A line in a sentence: its id, time, person and deed."""
    who = row.actor.email if row.actor is not None else "the application"
    return f"line {row.pk} ({row.at:%Y-%m-%d %H:%M:%S} UTC, {who}: {row.verb})"


class _Walk:
    """One way along the chain."""

    def __init__(self, keys: Keys, checked: Checked) -> None:
        self.keys, self.checked = keys, checked
        self.number, self.hash = 0, ""

    def faults(self) -> Iterator[str]:
        while seals := list(Seal.objects.filter(number__gt=self.number)[:PIECE]):
            ids = [seal.activity_id for seal in seals]
            rows = Activity.objects.select_related("actor").in_bulk(ids)
            for seal in seals:
                yield from self._step(seal, rows.get(seal.activity_id))
            self.checked.lines += len(seals)
            self.checked.head = seals[-1]

    def _step(self, seal: Seal, row: Activity | None) -> Iterator[str]:
        """Judges one place, and stands on it afterwards."""
        follows = seal.number == self.number + 1
        if not follows:
            yield _missing(self.number + 1, seal.number - 1)
        before, self.number, self.hash = self.hash, seal.number, seal.hash
        if row is None:
            yield f"Number {seal.number} in the chain: line {seal.activity_id} was removed."
        elif row.mark != mark_of(row, self.keys):
            yield f"Number {seal.number} in the chain: {told(row)} was changed."
        elif follows:
            computed = seal_hash(before, seal.number, row, self.keys)
            if computed != seal.hash:
                yield f"Number {seal.number} in the chain: the place of {told(row)} was changed."
                self.hash = computed


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"Number {first} is missing from the chain: it was removed."
    return f"Numbers {first} to {last} are missing from the chain: they were removed."


def _unsealed(keys: Keys, checked: Checked) -> Iterator[str]:
    """Lines outside of the chain: put in by hand, or a moment old."""
    for row in Activity.objects.filter(seal=None).select_related("actor").order_by("pk"):
        if row.mark == mark_of(row, keys):
            checked.waiting += 1
        else:
            yield f"Not in the chain: {told(row)} was inserted past the application, or altered."


def _copied() -> Iterator[str]:
    """Lines that bear the mark of an earlier one: a mark holds a number of chance."""
    twice = Activity.objects.exclude(mark="").order_by().values("mark").annotate(n=Count("pk"))
    for mark in twice.filter(n__gt=1).values_list("mark", flat=True):
        first, *others = Activity.objects.filter(mark=mark).select_related("actor").order_by("pk")
        for row in others:
            yield f"L{told(row)[1:]} is a copy of line {first.pk}: it was inserted."


def _anchors(keys: Keys, checked: Checked) -> Iterator[str]:
    """The anchors of the database against their files, each other and the chain."""
    previous, known = "", set()
    for anchor in TrailAnchor.objects.all():
        checked.anchors += 1
        known.add(anchor.path)
        yield from _anchor(anchor, previous, keys)
        previous = sha256_of(anchor.text)
    for path in stored_files():
        if path not in known:
            yield f"{path}: the anchor is not in the database."
            yield from _copy(Copy(path, read_file(path) or ""), keys)


def _anchor(anchor: TrailAnchor, previous: str, keys: Keys) -> Iterator[str]:
    name = f"The anchor of {anchor.day}"
    on_disk = read_file(anchor.path)
    if on_disk is None:
        yield f"{name}: its file {anchor.path} is missing."
    elif on_disk != anchor.text:
        yield f"{name}: its file {anchor.path} is not what was written."
    try:
        said = read_anchor(anchor.text, keys.public)
    except ValueError as error:
        yield f"{name} was changed: {error}."
        return
    if (said["day"], said["number"], said["hash"]) != (
        anchor.day.isoformat(), anchor.number, anchor.hash,
    ):  # fmt: skip
        yield f"{name} was changed: its row says something else than what was signed."
    if said["previous_sha256"] != previous:
        yield f"{name}: the one before it was removed or changed."
    yield from _against_chain(name, said["number"], said["hash"])


def _copy(copy: Copy, keys: Keys) -> Iterator[str]:
    """A file from elsewhere against the chain."""
    try:
        said = read_anchor(copy.text, keys.public)
    except ValueError as error:
        yield f"{copy.name} is no anchor of this trail: {error}."
        return
    yield from _against_chain(copy.name, said["number"], said["hash"])


def _against_chain(name: str, number: int, expected: str) -> Iterator[str]:
    head = Seal.objects.values_list("number", flat=True).last() or 0
    if head < number:
        yield (
            f"{name} says that the chain reached number {number}, and it ends at {head}: "
            f"{number - head} lines were cut off its end."
        )
    elif not Seal.objects.filter(number=number, hash=expected).exists():
        yield f"{name}: the chain at or before number {number} is not the one that was signed."
