"""Reads of agreement: how far reviewers of a deal agree, and what is left to settle."""

from dataclasses import dataclass
from itertools import chain

from audits.models import PracticeResult
from diligence.models import Answer, EvidenceItem, User
from rubrics.models import Assessment, Briefing, Citation, Seat, Suggestion
from rubrics.scoring.agreement import DRAWS, Agreement, agreement, differing_most
from rubrics.scoring.engine_agreement import EngineAgreement, engine_agreement
from rubrics.scoring.sign_off import Blocker, blockers
from rubrics.selectors.assessments import comparison_of, rubric_of, sheet_of
from rubrics.selectors.disputes import open_disputes
from rubrics.selectors.panels import panel_of
from rubrics.selectors.settling import Compared, SettledCriterion, highest_supported


@dataclass(frozen=True)
class LensAgreement:
    """One lens: shown, and never a gate, since eight items leave alpha anywhere from 0.4 to 1."""

    lens: str
    title: str
    agreement: Agreement
    differs_most: bool


@dataclass(frozen=True)
class DealAgreement:
    """All that the page on agreement says."""

    both: Compared
    lenses: tuple[LensAgreement, ...]
    blockers: tuple[Blocker, ...]
    briefings: tuple[Briefing, ...]
    engine: EngineAgreement

    def _of_kind(self, *kinds: str) -> tuple[SettledCriterion, ...]:
        return tuple(row for row in self.both.criteria if row.settled.kind in kinds)

    @property
    def to_adjudicate(self) -> tuple[SettledCriterion, ...]:
        """What waits for the third person."""
        return self._of_kind("to-adjudicate")

    @property
    def to_talk(self) -> tuple[SettledCriterion, ...]:
        """What waits for ten minutes' talk."""
        return self._of_kind("to-talk")

    @property
    def done(self) -> tuple[SettledCriterion, ...]:
        """Differences that are settled."""
        return self._of_kind("talked", "lower", "adjudicated")

    @property
    def one_voice(self) -> tuple[SettledCriterion, ...]:
        """What only one of the reviewers could assess."""
        return self._of_kind("one-voice")

    @property
    def asks_for_briefing(self) -> bool:
        """Whether lenses have to be scored again."""
        return self.both.agreement.call == "re-brief"


def agreement_of(assessment: Assessment) -> DealAgreement | None:
    """The agreement of a deal's reviewers; None in assisted mode and before all are in."""
    both = comparison_of(assessment, draws=DRAWS)
    if both is None:
        return None
    return DealAgreement(
        both=both,
        lenses=_lenses(assessment, both),
        blockers=blockers(panel_of(assessment, both)),
        briefings=tuple(assessment.briefings.select_related("given_by")),
        engine=engine_agreement(_proposals(assessment, both)),
    )


def _lenses(assessment: Assessment, both: Compared) -> tuple[LensAgreement, ...]:
    lenses = rubric_of(assessment.rubric).lenses
    ratings = {lens.id: both.ratings(lens.id) for lens in lenses}
    most = differing_most(ratings)
    return tuple(
        LensAgreement(
            lens.id, lens.title, agreement(ratings[lens.id], draws=0), lens.id in most
        )
        for lens in lenses
        if ratings[lens.id]
    )  # fmt: skip


def _proposals(assessment: Assessment, both: Compared) -> list[tuple[int | None, int | None]]:
    """Pairs of (proposed, settled); what is still open is left out."""
    proposed = dict(assessment.suggestions.values_list("criterion", "level"))
    return [
        (proposed.get(row.criterion.id), row.settled.level)
        for row in both.criteria
        if not row.settled.is_open
    ]


@dataclass(frozen=True)
class Citable:
    """One piece of evidence that a decision may rest on, under the name of its form field."""

    field: str
    item: PracticeResult | Answer | EvidenceItem
    text: str
    detail: str


@dataclass(frozen=True)
class DifferenceFile:
    """One criterion before whoever settles it."""

    row: SettledCriterion
    suggestion: Suggestion | None
    citable: tuple[Citable, ...]
    highest: int
    talks: bool
    decides: bool
    declared: bool
    dissents: bool

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels that a talk may end in."""
        if self.row.settled.level is None or self.row.settled.upper is None:
            return ()
        return tuple(range(self.row.settled.level, self.row.settled.upper + 1))


def difference_of(assessment: Assessment, criterion: str, user: User) -> DifferenceFile | None:
    """A criterion with all that was said, and what this person may do about it."""
    both = comparison_of(assessment)
    row = both.row(criterion) if both else None
    if row is None:
        return None
    seat = assessment.seats.taken().filter(user=user, conflict_at=None).first()
    third = seat is not None and seat.role == Seat.Role.THIRD
    mine = any(score.scorecard.reviewer_id == user.pk for score in row.scores)
    kind, decided = row.settled.kind, row.adjudication
    disputed = criterion in open_disputes(assessment)
    said = decided is not None and decided.dissent.filter(reviewer=user).exists()
    return DifferenceFile(
        row=row,
        suggestion=assessment.suggestions.filter(criterion=criterion).first(),
        citable=_citable(assessment, row),
        highest=highest_supported(row.criterion, row.scores),
        talks=mine and kind == "to-talk",
        decides=third and (kind in ("to-adjudicate", "adjudicated") or disputed),
        declared=seat is not None and seat.no_conflict_declared_at is not None,
        dissents=mine and decided is not None and not said,
    )


def _citable(assessment: Assessment, row: SettledCriterion) -> tuple[Citable, ...]:
    """What informs the criterion, and what a reviewer cited beyond that; each once."""
    sheet = sheet_of(assessment, row.criterion)
    found: dict[object, Citable] = {}
    for practice in sheet.practices:
        found[practice.pk] = _of_practice(practice)
    for asked in sheet.answers:
        if asked.answer is not None:
            text = f"{asked.question.text} {asked.shown_value}"
            found[asked.answer.pk] = Citable("cite-answer", asked.answer, asked.question.id, text)
    for item in sheet.evidence:
        found[item.pk] = _of_evidence(item)
    for cited in chain.from_iterable(score.citations.all() for score in row.scores):
        each = _of_citation(cited)
        found.setdefault(each.item.pk, each)
    return tuple(found.values())


def _of_citation(cited: Citation) -> Citable:
    if cited.practice is not None:
        return _of_practice(cited.practice)
    if cited.evidence is not None:
        return _of_evidence(cited.evidence)
    answer = cited.answer
    if answer is None:
        raise ValueError("A citation is of one thing; a constraint sees to it.")
    return Citable("cite-answer", answer, answer.question, "")


def _of_practice(practice: PracticeResult) -> Citable:
    text = f"{practice.practice} at {practice.run.commit[:10]}"
    return Citable("cite-practice", practice, text, f"{practice.verdict}: {practice.because}")


def _of_evidence(item: EvidenceItem) -> Citable:
    version = item.current
    sha256 = version.blob_id[:12] if version else ""
    return Citable("cite-evidence", item, f"{item.title} {sha256}", item.get_origin_display())
