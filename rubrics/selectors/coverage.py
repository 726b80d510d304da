"""Reads of coverage: for each criterion of the rubric, by what kind of evidence it is supported.

Nothing here is good or bad: the map tells what there is to look at. `statement` is an answer with
no file, `document` a file of the startup or a third party; what was withdrawn counts as nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from audits.models import AuditRun, PracticeResult
from diligence.models import Deal, Origin
from diligence.selectors.evidence_links import linked_by
from diligence.selectors.questionnaires import AskedQuestion, answers_by_criterion
from rubrics.catalog.schema import Criterion, Rubric
from rubrics.selectors.assessments import CRITERION, frame_of, results_of

KINDS = ("observed", "collected", "document", "statement")
"""Best first, by origin (product, evidence)."""
KIND_OF_ORIGIN = {
    Origin.OBSERVED: "observed",
    Origin.COLLECTED: "collected",
    Origin.THIRD_PARTY: "document",
    Origin.FOUNDER_FILE: "document",
    Origin.STATEMENT: "statement",
}
JUDGED = ("yes", "partly", "no")
"""Verdicts that rest on something seen; unknown and error rest on nothing."""


@dataclass(frozen=True)
class CriterionCoverage:
    """One criterion: how many pieces of each kind, in the order of KINDS."""

    criterion: Criterion
    counts: tuple[int, ...]

    @property
    def pieces(self) -> tuple[tuple[str, int], ...]:
        """How many of each kind."""
        return tuple(zip(KINDS, self.counts, strict=True))

    @property
    def best(self) -> str:
        """The best kind there is, or `nothing`."""
        return next((kind for kind, n in self.pieces if n), "nothing")


@dataclass(frozen=True)
class LensCoverage:
    """The criteria of one lens."""

    title: str
    criteria: tuple[CriterionCoverage, ...]


@dataclass(frozen=True)
class CoverageMap:
    """The whole map; `best` counts criteria by their best kind, `nothing` included."""

    rubric: Rubric
    lenses: tuple[LensCoverage, ...]

    @property
    def criteria(self) -> int:
        """How many criteria apply."""
        return sum(len(lens.criteria) for lens in self.lenses)

    @property
    def best(self) -> tuple[tuple[str, int], ...]:
        """How many criteria have each kind as their best."""
        all_of_them = [each.best for lens in self.lenses for each in lens.criteria]
        return tuple((kind, all_of_them.count(kind)) for kind in (*KINDS, "nothing"))


def coverage_of(deal: Deal) -> CoverageMap | None:
    """The map by the deal's own rubric, or by the newest before there is an assessment."""
    frame = frame_of(deal)
    if frame is None:
        return None
    rubric, criteria = frame
    found = _pieces_of(deal, criteria)
    lenses = (
        LensCoverage(
            lens.title,
            tuple(
                CriterionCoverage(c, tuple(len(found[c.id][kind]) for kind in KINDS))
                for c in criteria
                if c.lens == lens.id
            ),
        )
        for lens in rubric.lenses
    )
    return CoverageMap(rubric, tuple(lens for lens in lenses if lens.criteria))


Pieces = Mapping[str, Mapping[str, set[str]]]


def _pieces_of(deal: Deal, criteria: Iterable[Criterion]) -> Pieces:
    """Ids of what supports each criterion, by kind; one file counts once for a criterion."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    results = results_of(deal)
    answers, linked = answers_by_criterion(deal), linked_by(deal, CRITERION)
    for criterion in criteria:
        here = found[criterion.id]
        for result in chain.from_iterable(
            results.get(i.practice, ()) for i in criterion.informed_by
        ):
            if result.verdict in JUDGED:
                here[_kind_of(result)].add(f"practice {result.practice} {result.run_id}")
        for asked in answers.get(criterion.id, ()):
            for kind, name in _said(asked):
                here[kind].add(name)
        for item in linked.get(criterion.id, ()):
            here[_origin(item.origin)].add(str(item.pk))
    return found


def _kind_of(result: PracticeResult) -> str:
    return "collected" if result.run.origin == AuditRun.Origin.COLLECTED else "observed"


def _said(asked: AskedQuestion) -> Iterable[tuple[str, str]]:
    """An answer is a statement where nothing is attached to it, and else what is attached."""
    if not asked.attached:
        yield "statement", f"answer {asked.question.id}"
    for item in asked.attached:
        yield _origin(item.origin), str(item.pk)


def _origin(origin: str) -> str:
    return KIND_OF_ORIGIN.get(Origin(origin), "document")
