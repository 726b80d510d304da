"""How many queries a page takes: pinned, and the same for three rows as for thirty.

`UPDATE_SNAPSHOTS=1 pytest tests/house/test_query_counts.py` writes the numbers anew; a number that
grows needs a reason.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.models import AuditRun
from audits.services.hearings import rebut, request_deciding_evidence
from diligence.models import Deal, FirmRole, User
from diligence.services.deals import write_note
from diligence.services.questionnaires import submit_questionnaire
from rubrics.models import Assessment, Citation, Scorecard, Standing
from rubrics.services.reports import issue_report
from rubrics.services.scorecards import open_scorecard
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.audits.claiming import a_claim, a_hearing, a_verdict
from tests.audits.data_rooms import a_measured_log
from tests.cast import (
    a_deal,
    a_founder,
    an_issued_questionnaire,
    answer_all,
    person,
    signed_in,
    some_evidence,
)
from tests.rubrics.building import a_scorecard, an_assessment

COUNTS = Path(__file__).parents[1] / "query_counts.json"
FEW, MANY = 3, 30


@dataclass(frozen=True)
class World:
    """A firm with so many deals, the first of which has so many of everything."""

    partner: User
    admin: User
    deal: Deal
    run: AuditRun

    def address(self, page: str) -> str:
        artifact = self.deal.artifacts.exclude(confirmed_at=None).order_by("added_at")[0]
        other = Deal.objects.exclude(pk=self.deal.pk).order_by("created_at")[0]
        return page.format(deal=self.deal.pk, run=self.run.pk, artifact=artifact.pk, other=other.pk)


PAGES = {
    "board": "/board/",
    "board scores": "/portfolio/board-scores/",
    "table": "/deals/",
    "new deal": "/deals/new/",
    "startups offered": "/startups/choices/?startup=start",
    "deals offered": "/deals/choices/?deal=start",
    "inbox": "/inbox/",
    "search": "/search/answers/?q=model",
    "coverage": "/deals/{deal}/coverage/",
    "portfolio": "/portfolio/",
    "compare": "/portfolio/compare/?deal={deal}&deal={other}",
    "time in stage": "/portfolio/pipeline/",
    "risk and price": "/portfolio/prices/",
    "deal": "/deals/{deal}/",
    "deal evidence": "/deals/{deal}/evidence/",
    "audits of a deal": "/deals/{deal}/audits/",
    "audit panel": "/deals/{deal}/audits/panel/",
    "run": "/audits/{run}/",
    "run findings": "/audits/{run}/findings/",
    "dashboard": "/deals/{deal}/risk/",
    "dashboard panel": "/deals/{deal}/risk/panel/",
    "lens": "/deals/{deal}/risk/data/",
    "own scorecards": "/scorecards/",
    "scorecard": "/deals/{deal}/scorecard/",
    "criterion": "/deals/{deal}/scorecard/data-versioning/",
    "reports": "/deals/{deal}/reports/",
    "ledger": "/deals/{deal}/claims/",
    "claims panel": "/deals/{deal}/claims/panel/",
    "maturity": "/deals/{deal}/risk/maturity/",
    "terms": "/deals/{deal}/terms/",
    "why": "/deals/{deal}/risk/why/",
    "why of a criterion": "/deals/{deal}/risk/data/data-versioning/",
    "open": "/deals/{deal}/open/",
    "data room": "/deals/{deal}/data-room/",
    "artifact": "/artifacts/{artifact}/",
}

OF_ADMINISTRATORS = {
    "audit trail": "/trail/",
    "audit trail, oldest": "/trail/?oldest=1",
    "audit trail, words": "/trail/?q=opened",
    "audit trail, a rare word": "/trail/?q=seldom",
    "retention": "/retention/",
    "people": "/people/",
}


def a_world(size: int) -> World:
    partner = person("partner", FirmRole.PARTNER, name="Pia Partner")
    deal = a_deal(partner, startup="Northwind Vision")
    founder = a_founder(deal, "founder@northwind.example")
    questionnaire = an_issued_questionnaire(deal)
    answer_all(questionnaire, by=founder)
    submit_questionnaire(actor=founder, questionnaire=questionnaire)
    for n in range(size):
        some_evidence(deal, by=founder, filename=f"{n}.csv", content=f"row\n{n}\n".encode())
        write_note(actor=partner, deal=deal, body=f"Note {n}")
    run = _audited(deal, partner, size)
    _claimed(deal, partner, founder, size)
    assessment = an_assessment(deal)
    scorecard = _scored(assessment, partner, run, size)
    for _ in range(size):
        issue_report(actor=partner, deal=deal)
    Standing.objects.update(is_final=True, band="C")
    for n in range(size - 1):
        _beside(a_deal(partner, startup=f"Startup {n}"), assessment, scorecard)
    return World(partner, person("admin", FirmRole.ADMIN, name="Alma Admin"), deal, run)


def _claimed(deal: Deal, partner: User, founder: User, size: int) -> None:
    """Claims with a document, a verdict, a hearing and a rebuttal each; files of the data room."""
    for n in range(size):
        deck = some_evidence(deal, by=founder, filename=f"deck-{n}.pdf", content=b"%%PDF-%d" % n)
        a_measured_log(deal, by=founder)
        claim = a_claim(deal, f"Claim {n}", evidence=deck, page=n + 1)
        rebut(actor=founder, hearing=a_hearing(claim, by=partner), body="No.", evidence=[deck])
        waiting = a_claim(deal, f"Open claim {n}")
        a_verdict(waiting, "unsupported")
        request_deciding_evidence(actor=partner, claim=waiting)


def _audited(deal: Deal, partner: User, size: int) -> AuditRun:
    places = [Place(f"src/{n}.py", n + 1, "x = 1", n + 1) for n in range(size)]
    report = a_report(
        {"ci-present": "yes", "data-versioning": "partly"},
        evidence={"ci-present": places, "data-versioning": places},
        findings=[a_finding(f"Key {n}", place=place) for n, place in enumerate(places)],
    )
    repository = a_repository(deal, partner)
    for _ in range(size):
        run = a_finished_run(repository, report)
    return run


def _scored(assessment: Assessment, partner: User, run: AuditRun, size: int) -> Scorecard:
    scorecard = open_scorecard(actor=partner, assessment=assessment)
    a_scorecard(assessment, partner)
    scorecard.scores.filter(pk__in=scorecard.scores.values("pk")[size:]).delete()
    practice = run.practices.get(practice="ci-present")
    for score in scorecard.scores.all():
        Citation.objects.create(score=score, practice=practice)
    return scorecard


def _beside(deal: Deal, like: Assessment, scorecard: Scorecard) -> None:
    """Another deal that is assessed and priced, written row by row for speed."""
    Deal.objects.filter(pk=deal.pk).update(valuation=1_000_000)
    standing = Standing.objects.get(pk=like.pk)
    copy = Assessment.objects.create(
        deal=deal, rubric=like.rubric, archetypes=like.archetypes, flags=like.flags,
        stage=like.stage, opened_by=like.opened_by,
    )  # fmt: skip
    Scorecard.objects.create(assessment=copy, reviewer=scorecard.reviewer)
    Standing.objects.create(
        assessment=copy, headline=standing.headline, low=standing.low, high=standing.high,
        band=standing.band, notation=standing.notation, data=standing.data,
        lens_scores=standing.lens_scores, is_final=True,
    )  # fmt: skip


def queries(client: Client, address: str) -> int:
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)


@pytest.mark.parametrize("size", [FEW, MANY])
def test_every_page_asks_as_often_as_it_is_pinned(db: None, size: int) -> None:
    world = a_world(size)
    client = signed_in(world.partner)
    for page in ("/deals/", "/portfolio/?sort=-startup"):
        assert f"Startup {size - 2}" in client.get(page).content.decode()
    found = {name: queries(client, world.address(page)) for name, page in PAGES.items()}
    client = signed_in(world.admin)
    found |= {name: queries(client, page) for name, page in OF_ADMINISTRATORS.items()}
    if os.environ.get("UPDATE_SNAPSHOTS") == "1" and size == FEW:
        COUNTS.write_text(f"{json.dumps(found, indent=2, sort_keys=True)}\n", encoding="utf-8")
    assert found == json.loads(COUNTS.read_text(encoding="utf-8"))
