"""Reads of claims: the ledger of a deal with its filters, and the history of one claim."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch

from audits.claims.reading import KIND_TITLES, Wanted, wanted_for, weight_of
from audits.engine.claiming import Claim as EngineClaim
from audits.engine.types import Lens
from audits.models import Claim, ClaimVerdict, Hearing, Rebuttal
from audits.models.claim import ClaimQuerySet
from audits.selectors.runs import LENS_TITLES
from diligence.models import Deal, EvidenceRequest, User

ASKED_FOR = "claim"
"""The kind under which a claim's requests for evidence are filed."""

WORST = 5
ORDER = ("contradicted", "unsupported", "supported", "untestable", "")
"""Contradictions first, what nothing decides last."""


@dataclass(frozen=True)
class LedgerQuery:
    """What the ledger is narrowed down to; empty fields do not filter."""

    verdict: str = ""
    lens: str = ""
    source: str = ""
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any((self.verdict, self.lens, self.source, self.words))


@dataclass(frozen=True)
class LedgerRow:
    """One claim with all that a reader needs beside it."""

    claim: Claim
    verdict: ClaimVerdict | None
    wanted: Wanted | None
    asked: EvidenceRequest | None
    hearing: Hearing | None
    rebuttal: Rebuttal | None

    @property
    def word(self) -> str:
        """The verdict, empty while it has not been tested."""
        return self.verdict.verdict if self.verdict else ""

    @property
    def lens_title(self) -> str:
        """The lens it speaks to."""
        return LENS_TITLES.get(Lens(self.claim.lens), self.claim.lens)

    @property
    def kind_title(self) -> str:
        """What kind of claim it is."""
        return KIND_TITLES.get(self.claim.kind, self.claim.kind)

    @property
    def weight(self) -> tuple[int, float]:
        """What its contradiction weighs."""
        claimed, measured = (
            (self.verdict.claimed, self.verdict.measured) if self.verdict else (None, None)
        )
        return weight_of(self.claim.kind, claimed, measured)

    @property
    def is_decidable(self) -> bool:
        """Whether one more piece of evidence could decide it."""
        return self.word in ("unsupported", "") and self.wanted is not None


@dataclass(frozen=True)
class LensTally:
    """How the claims of one lens stand."""

    lens: str
    title: str
    contradicted: int
    unsupported: int
    supported: int
    untestable: int

    @property
    def said(self) -> int:
        """All that is claimed."""
        return self.contradicted + self.unsupported + self.supported + self.untestable

    @property
    def testable(self) -> int:
        """What evidence could decide."""
        return self.said - self.untestable


@dataclass(frozen=True)
class Ledger:
    """What was said of a deal, held against what was measured."""

    rows: tuple[LedgerRow, ...]
    shown: tuple[LedgerRow, ...]

    @property
    def worst(self) -> tuple[LedgerRow, ...]:
        """The worst contradictions, in the stated order."""
        return tuple(row for row in self.rows if row.word == "contradicted")[:WORST]

    @property
    def counts(self) -> Counter[str]:
        """Claims by verdict."""
        return Counter(row.word for row in self.rows)

    @property
    def tallies(self) -> tuple[LensTally, ...]:
        """The lenses in which something is claimed."""
        found = (_tally(lens, self.rows) for lens in Lens)
        return tuple(tally for tally in found if tally.said)


def _tally(lens: Lens, rows: Iterable[LedgerRow]) -> LensTally:
    counts = Counter(row.word or "unsupported" for row in rows if row.claim.lens == lens.value)
    verdicts = ClaimVerdict.Verdict
    return LensTally(
        lens.value, LENS_TITLES[lens], counts[verdicts.CONTRADICTED],
        counts[verdicts.UNSUPPORTED], counts[verdicts.SUPPORTED], counts[verdicts.UNTESTABLE],
    )  # fmt: skip


def ledger_of(deal: Deal, query: LedgerQuery | None = None) -> Ledger:
    """The ledger: all of it, and what a query leaves to be shown."""
    claims = with_all(deal.claims.standing())
    asked = _asked(deal)
    rows = tuple(sorted((_row(claim, asked) for claim in claims), key=_place))
    query = query or LedgerQuery()
    return Ledger(rows, tuple(row for row in rows if _fits(row, query)))


def with_all(claims: ClaimQuerySet) -> ClaimQuerySet:
    """Claims with what their rows show, in a handful of queries."""
    rebuttals = Rebuttal.objects.select_related("author").prefetch_related("evidence__versions")
    hearings = Hearing.objects.select_related("opened_by").prefetch_related(
        Prefetch("rebuttals", queryset=rebuttals)
    )
    rows = claims.select_related(
        "verdict__run", "verdict__room_run", "answer__questionnaire__template", "evidence",
        "artifact__evidence", "quoted_by",
    )  # fmt: skip
    return rows.prefetch_related(
        Prefetch("hearings", queryset=hearings), "evidence__versions"
    ).annotate(verdict_count=Count("verdicts"))


def row_of(claim: Claim) -> LedgerRow:
    """One claim as the ledger shows it."""
    return _row(claim, _asked(claim.deal))


def _asked(deal: Deal) -> dict[str, EvidenceRequest]:
    """The newest request of each claim that was not withdrawn."""
    rows = EvidenceRequest.objects.filter(deal=deal, asked_for_kind=ASKED_FOR)
    kept = rows.exclude(state=EvidenceRequest.State.WITHDRAWN).order_by("asked_at")
    return {row.asked_for_id: row for row in kept.prefetch_related("evidence")}


def _row(claim: Claim, asked: dict[str, EvidenceRequest]) -> LedgerRow:
    hearing = next(iter(claim.hearings.all()), None)
    rebuttal = next(iter(hearing.rebuttals.all()), None) if hearing else None
    wanted = wanted_for(EngineClaim(str(claim.pk), claim.kind, claim.text, claim.fields))
    return LedgerRow(claim, claim.verdict, wanted, asked.get(str(claim.pk)), hearing, rebuttal)


def _place(row: LedgerRow) -> tuple[int, int, float, str]:
    kind, miss = row.weight if row.word == "contradicted" else (0, 0.0)
    return ORDER.index(row.word), -kind, -miss, row.claim.text.casefold()


def _fits(row: LedgerRow, query: LedgerQuery) -> bool:
    if query.verdict and row.word != query.verdict:
        return False
    if query.lens and row.claim.lens != query.lens:
        return False
    if query.source and row.claim.source != query.source:
        return False
    text = f"{row.claim.text} {row.verdict.because if row.verdict else ''}".casefold()
    return all(word in text for word in query.words.casefold().split())


def hearings_for(deal: Deal, user: User) -> tuple[Hearing, ...]:
    """What was put to the startup on a deal, newest first, with what it answered.

    Only while the verdict stands: what has been cleared up is no longer held against anyone.
    """
    rows = Hearing.objects.visible_to(user).filter(claim__deal=deal, claim__withdrawn_at=None)
    rows = rows.select_related("claim__verdict", "verdict", "opened_by")
    return tuple(rows.prefetch_related("rebuttals__author", "rebuttals__evidence"))


def claim_verdicts(deal: Deal) -> tuple[ClaimVerdict, ...]:
    """The newest verdict of every claim that still stands, with its claim."""
    rows = deal.claims.standing().exclude(verdict=None).select_related("verdict")
    return tuple(_of(claim) for claim in rows)


def _of(claim: Claim) -> ClaimVerdict:
    if claim.verdict is None:
        raise ValueError(f"{claim.pk} was read without its verdict")
    claim.verdict.claim = claim
    return claim.verdict
