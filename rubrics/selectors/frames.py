"""What an assessment was frozen under, when, and how that changed since."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from diligence.models import Activity, Deal
from diligence.selectors.evidence import first_opened
from rubrics.catalog.schema import Rubric
from rubrics.models import Assessment, FrameChange, RubricVersion
from rubrics.selectors.assessments import rubric_of

Json = dict[str, Any]
LATE_BECAUSE = "late_because"
"""The key under which the trail keeps why a frame was set after evidence had been opened."""


@dataclass(frozen=True)
class Frame:
    """Rubric with its weights, and the profile: what decides which criteria apply and count."""

    rubric: RubricVersion
    archetypes: tuple[str, ...]
    flags: tuple[str, ...]
    stage: str

    def as_json(self) -> Json:
        """The frame in plain types, with words beside the names."""
        words = titles_of(rubric_of(self.rubric), self)
        return {
            "rubric": self.rubric.slug,
            "rubric_title": self.rubric.title,
            "rubric_version": self.rubric.version,
            "rubric_sha256": self.rubric.sha256,
            "archetypes": sorted(self.archetypes),
            "flags": sorted(self.flags),
            "stage": self.stage,
            "words": asdict(words),
        }

    def is_as(self, other: "Frame") -> bool:
        """Whether both come to the same."""
        return (
            self.rubric.pk == other.rubric.pk
            and self.stage == other.stage
            and set(self.archetypes) == set(other.archetypes)
            and set(self.flags) == set(other.flags)
        )


@dataclass(frozen=True)
class ChangedFrame:
    """One change: who, when, why, and in words what is different."""

    row: FrameChange
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Freezing:
    """When it was frozen, beside when somebody of the firm first opened the startup's evidence."""

    at: datetime
    opened: datetime | None
    because: str = ""
    """Why it was frozen only afterwards; nothing of assessments from before this was asked."""

    @property
    def came_first(self) -> bool:
        """Whether nobody of the firm had opened evidence yet."""
        return self.opened is None or self.at <= self.opened


def frame_now(assessment: Assessment) -> Frame:
    """What the assessment stands under now."""
    return Frame(
        assessment.rubric, tuple(assessment.archetypes), tuple(assessment.flags), assessment.stage
    )


def freezing_of(assessment: Assessment) -> Freezing:
    """Whether the frame was set before evidence was read."""
    told = Activity.objects.filter(
        deal=assessment.deal_id, verb="assessment.open", object_id=str(assessment.pk)
    ).first()
    because = (told.after or {}).get(LATE_BECAUSE, "") if told else ""
    return Freezing(assessment.opened_at, first_opened(assessment.deal), because)


def frame_changes(assessment: Assessment) -> tuple[ChangedFrame, ...]:
    """All changes since the opening, in their order."""
    rows = assessment.frame_changes.select_related("by")
    return tuple(ChangedFrame(row, tuple(_differences(row.before, row.after))) for row in rows)


def printed_frame_changes(assessment: Assessment) -> list[Json]:
    """The changes in plain types, for the report."""
    return [
        {
            "by": str(each.row.by),
            "at": each.row.at.isoformat(timespec="seconds"),
            "because": each.row.because,
            "differences": list(each.differences),
            "before": each.row.before,
            "after": each.row.after,
        }
        for each in frame_changes(assessment)
    ]


def printed_freezing(assessment: Assessment) -> Json:
    """When evidence was first opened, whether the frame came before, and what it leaves out."""
    frozen = freezing_of(assessment)
    opened = frozen.opened.isoformat(timespec="seconds") if frozen.opened else None
    made_from = assessment.rubric.based_on
    return {
        "evidence_first_opened_at": opened,
        "before_evidence": frozen.came_first,
        "late_because": frozen.because,
        "made_from": str(made_from) if made_from else None,
        "left_out": [
            {"id": each.id, "because": each.because}
            for each in rubric_of(assessment.rubric).left_out
        ],
    }


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = _rubric(before), _rubric(after)
    if old != new:
        yield f"rubric: {old} → {new}"
    if before["stage"] != after["stage"]:
        yield f"stage: {before['words']['stage']} → {after['words']['stage']}"
    for key, what in (("archetypes", "made of"), ("flags", "touches")):
        if before[key] != after[key]:
            yield f"{what}: {_listed(before['words'][key])} → {_listed(after['words'][key])}"


def _rubric(frame: Mapping[str, Any]) -> str:
    return f"{frame['rubric_title']}, version {frame['rubric_version']}"


def _listed(names: list[str]) -> str:
    return "; ".join(names) or "nothing marked"


@dataclass(frozen=True)
class ProfileWords:
    """A profile in the words of its rubric."""

    stage: str
    archetypes: tuple[str, ...]
    flags: tuple[str, ...]


def titles_of(rubric: Rubric, frame: Frame) -> ProfileWords:
    """What the names of the profile mean in its rubric."""
    return ProfileWords(
        stage=rubric.stage(frame.stage).title,
        archetypes=tuple(a.title for a in rubric.archetypes if a.id in frame.archetypes),
        flags=tuple(f.title for f in rubric.flags if f.id in frame.flags),
    )


def misfits(frame: Frame) -> Iterator[str]:
    """What of the profile the rubric does not know, each with what it does know."""
    rubric = rubric_of(frame.rubric)
    yield from _unknown("archetype", frame.archetypes, [each.id for each in rubric.archetypes])
    yield from _unknown("flag", frame.flags, [each.id for each in rubric.flags])
    yield from _unknown("stage", (frame.stage,), [each.id for each in rubric.stages])


def _unknown(what: str, used: tuple[str, ...], known: list[str]) -> Iterator[str]:
    for name in used:
        if name not in known:
            yield f"The rubric knows no {what} {name}; it knows {', '.join(known) or 'none'}."


def first_frame(deal: Deal, rubric: RubricVersion) -> Frame:
    """What an assessment that is opened now is frozen under."""
    return Frame(rubric, tuple(deal.archetypes), tuple(deal.flags), deal.round)
