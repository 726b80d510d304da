"""Two issued reports side by side: figures, findings and claims, from their frozen data alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One figure before and now; None is unknown."""

    name: str
    before: float | None
    now: float | None
    digits: int = 2

    @property
    def change(self) -> float | None:
        """By how much, where both are known."""
        if self.before is None or self.now is None:
            return None
        return round(self.now - self.before, self.digits)


@dataclass(frozen=True)
class Changed:
    """A claim or a criterion whose word changed."""

    text: str
    before: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """What is different in the later report. Findings are told by their fingerprint."""

    before: Data
    now: Data
    figures: tuple[Figure, ...]
    levels: tuple[Changed, ...]
    new: tuple[Data, ...]
    fixed: tuple[Data, ...]
    unchanged: int
    claims: tuple[Changed, ...]
    knock_outs: tuple[Changed, ...]

    @property
    def same_rubric(self) -> bool:
        """Whether the figures were made by the same rules."""
        return bool(
            self.before["assessment"]["rubric_sha256"] == self.now["assessment"]["rubric_sha256"]
        )


def compared(before: Data, now: Data) -> Comparison:
    """The later report against the earlier one."""
    was, there = _by_id(before["findings"]), _by_id(now["findings"])
    return Comparison(
        before=before,
        now=now,
        figures=_figures(before, now),
        levels=_changed(_levels(before), _levels(now), "not in it"),
        new=tuple(f for key, f in there.items() if key not in was),
        fixed=tuple(f for key, f in was.items() if key not in there),
        unchanged=len(was.keys() & there.keys()),
        claims=_changed(_claims(before), _claims(now), "not recorded"),
        knock_outs=_changed(_knock_outs(before), _knock_outs(now), "not seen"),
    )


def _by_id(findings: Iterable[Data]) -> dict[str, Data]:
    """Reports that were issued before findings carried a fingerprint name check and place."""
    return {f"{f['repository']}:{f.get('id') or f['check'] + ':' + f['path']}": f for f in findings}


def _figures(before: Data, now: Data) -> tuple[Figure, ...]:
    head = Figure(
        "Headline", before["rollup"]["headline"]["score"], now["rollup"]["headline"]["score"], 1
    )
    was = {lens["id"]: lens["score"] for lens in before["lenses"]}
    return (
        head,
        *(Figure(lens["title"], was.get(lens["id"]), lens["score"]) for lens in now["lenses"]),
        Figure("Coverage", before["rollup"]["coverage"], now["rollup"]["coverage"]),
        Figure("Confidence", before["rollup"]["confidence"], now["rollup"]["confidence"]),
    )


def _levels(data: Data) -> dict[str, tuple[str, str]]:
    def word(criterion: Data) -> str:
        level = criterion["level"]
        return str(level) if level is not None else criterion["outcome"].replace("-", " ")

    return {c["id"]: (c["title"], word(c)) for lens in data["lenses"] for c in lens["criteria"]}


def _claims(data: Data) -> dict[str, tuple[str, str]]:
    return {c["id"]: (c["text"], c["verdict_title"]) for c in data["claims"]}


def _knock_outs(data: Data) -> dict[str, tuple[str, str]]:
    return {k["code"]: (f"{k['code']} · {k['title']}", k["state"]) for k in data["knock_outs"]}


def _changed(
    before: Mapping[str, tuple[str, str]], now: Mapping[str, tuple[str, str]], absent: str
) -> tuple[Changed, ...]:
    rows = []
    for key in dict.fromkeys((*now, *before)):
        text = (now.get(key) or before[key])[0]
        was = before[key][1] if key in before else absent
        there = now[key][1] if key in now else absent
        if was != there:
            rows.append(Changed(text, was, there))
    return tuple(rows)
