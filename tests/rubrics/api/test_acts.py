"""What programs may do with scores, and that they may not do more than their person on the web."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from diligence.models import Activity
from rubrics.models import Adjudication, Assessment, Dispute, FollowUp, FrameChange, Rescore
from rubrics.selectors.agreement import agreement_of
from rubrics.selectors.dashboards import dashboard_of
from rubrics.selectors.terms import terms_of
from rubrics.services.disputes import dispute_level, put_levels
from rubrics.services.reviewing import assign
from rubrics.services.terms import add_haircut
from tests.cast import Cast, some_evidence
from tests.diligence.api.calling import act, call
from tests.rubrics.building import a_scorecard, an_assessment, scored_blind
from tests.rubrics.services.test_settling import VARIED, WIDE

CRITERION = "ml-code-tests"


def blind(cast: Cast) -> Assessment:
    """Two reviewers who are far apart on one criterion."""
    return scored_blind(
        cast.deal, (cast.reviewer, {**VARIED, WIDE: 0}), (cast.outsider, {**VARIED, WIDE: 2})
    )


def disputed(cast: Cast) -> Dispute:
    """A level that one reviewer gave and the startup disputes."""
    assessment = an_assessment(cast.deal)
    a_scorecard(assessment, cast.reviewer, levels={CRITERION: 1}, locked=True)
    put = put_levels(actor=cast.analyst, assessment=assessment, criteria=[CRITERION])[0]
    later = some_evidence(cast.deal, by=cast.founder, filename="ci.log", content=b"passed\n")
    return dispute_level(actor=cast.founder, put=put, words="Each push.", evidence=[later])


def test_a_token_that_only_reads_changes_nothing(cast: Cast) -> None:
    an_assessment(cast.deal)
    given: dict[str, Any] = {"name": "Ranker", "source": "Deck"}
    address = f"deals/{cast.deal.pk}/terms/revenue/"
    answered = act(cast.analyst, address, scopes=["read", "export"], **given)
    assert answered.status_code == 403
    assert "not made for “write”" in answered.json()["detail"]
    assert call(cast.analyst, f"deals/{cast.deal.pk}/terms/").json()["statements"] == []
    assert act(cast.analyst, address, **given).status_code == 201
    (row,) = call(cast.analyst, f"deals/{cast.deal.pk}/terms/").json()["statements"]
    assert (row["name"], row["share"]) == ("Ranker", None)


def test_before_all_are_in_nobody_is_told_what_another_said(cast: Cast) -> None:
    blind(cast)
    Assessment.objects.update(unblinded_at=None)
    for name in ("agreement", "settlements", "findings-put", "terms"):
        for actor in (cast.admin, cast.partner, cast.analyst, cast.reviewer, cast.outsider):
            answered = call(actor, f"deals/{cast.deal.pk}/{name}/")
            assert answered.status_code == 403
            assert set(answered.json()) == {"detail"}
    address = f"deals/{cast.deal.pk}/settlements/{WIDE}/talk/"
    assert act(cast.reviewer, address, level=1, because="The test.").status_code == 403


def test_agreement_is_that_of_the_page_and_a_third_person_decides(cast: Cast) -> None:
    assessment = blind(cast)
    told = call(cast.partner, f"deals/{cast.deal.pk}/agreement/").json()
    found = agreement_of(assessment)
    assert found is not None
    assert told["overall"]["alpha"] == found.both.agreement.alpha
    assert told["engine"]["items"] == found.engine.items
    assert {b["obstacle"] for b in told["blockers"]} == {b.obstacle for b in found.blockers}
    rows = {r["criterion"]: r for r in call(
        cast.partner, f"deals/{cast.deal.pk}/settlements/").json()}  # fmt: skip
    wide = rows[WIDE]
    assert (wide["kind"], wide["level"], wide["upper"]) == ("to-adjudicate", 0, 2)
    assert [s["level"] for s in wide["scores"]] == [0, 2]
    address = f"deals/{cast.deal.pk}/settlements/{WIDE}/decision/"
    item = some_evidence(cast.deal, by=cast.founder)
    given: dict[str, Any] = {"level": 1, "lines": "One run is logged.", "evidence": [str(item.pk)]}
    assert act(cast.partner, address, **given).status_code == 403
    assign(actor=cast.analyst, assessment=assessment, user=cast.partner, role="third")
    undeclared = act(cast.partner, address, **given)
    assert undeclared.status_code == 422
    assert "conflict" in undeclared.json()["detail"]
    made = act(cast.partner, address, **given, no_conflict=True)
    assert made.status_code == 201
    assert made.json()["cites"]["evidence"] == [str(item.pk)]
    assert Adjudication.objects.get().level == 1
    words = act(
        cast.reviewer, f"deals/{cast.deal.pk}/settlements/{WIDE}/dissent/", words="It was a test."
    )
    assert words.json()["reviewer"]["email"] == cast.reviewer.email
    rows = {r["criterion"]: r for r in call(
        cast.partner, f"deals/{cast.deal.pk}/settlements/").json()}  # fmt: skip
    assert rows[WIDE]["adjudication"]["dissent"][0]["words"] == "It was a test."


def test_a_dispute_is_read_scored_again_and_closed(cast: Cast) -> None:
    row = disputed(cast)
    (told,) = call(cast.reviewer, f"deals/{cast.deal.pk}/findings-put/").json()
    assert (told["criterion"], told["level"]) == (CRITERION, 1)
    assert told["dispute"]["words"] == "Each push."
    address = f"deals/{cast.deal.pk}/disputes/{row.pk}"
    given: dict[str, Any] = {
        "outcome": "scored",
        "level": 2,
        "grade": "E2",
        "rationale": "The log.",
        "revision": 1,
    }
    assert act(cast.partner, f"{address}/score/", **given).status_code == 403
    made = act(cast.reviewer, f"{address}/score/", **given)
    assert made.status_code == 201
    assert (made.json()["before"]["level"], made.json()["after"]["level"]) == (1, 2)
    assert act(cast.reviewer, f"{address}/score/", **given | {"level": 0}).status_code == 409
    assert Rescore.objects.count() == 1
    closed = act(cast.partner, f"{address}/close/", because="Raised on the log.")
    assert closed.json()["level_after"] == 2
    assert act(cast.partner, f"{address}/close/", because="Again.").status_code == 422


def test_terms_have_the_figures_of_the_page(cast: Cast) -> None:
    a_scorecard(an_assessment(cast.deal), cast.reviewer, level=0, locked=True)
    haircut = add_haircut(actor=cast.partner, name="Wrapper", percent=Decimal(5))
    address = f"deals/{cast.deal.pk}/terms"
    (offered,) = call(cast.analyst, "house/haircuts/").json()
    assert offered["id"] == str(haircut.pk)
    put = act(cast.analyst, f"{address}/haircuts/", haircut=offered["id"], because="A wrapper.")
    assert put.status_code == 201
    half: dict[str, Any] = {
        "risk": "L",
        "subject": "data-rights-consent",
        "title": "Authors",
        "low": "5",
    }
    assert act(cast.analyst, f"{address}/exposures/", **half).status_code == 422
    told = call(cast.partner, f"{address}/").json()
    dashboard = dashboard_of(cast.deal)
    assert dashboard is not None
    terms = terms_of(cast.deal, dashboard)
    assert told["remediation"]["weeks"]["likely"] == terms.remediation.weeks.likely
    assert len(told["remediation"]["rows"]) == len(terms.remediation.rows) > 0
    assert told["haircut_sum"]["percent"] == terms.haircut_sum.percent == 5
    gone = act(cast.analyst, f"{address}/haircut/{put.json()['id']}/take-out/")
    assert gone.status_code == 204
    assert call(cast.partner, f"{address}/").json()["haircuts"] == []


def test_a_condition_is_set_and_closed_by_whom_it_concerns(cast: Cast) -> None:
    an_assessment(cast.deal)
    day = timezone.localdate() + timedelta(days=9)
    given: dict[str, Any] = {
        "text": "Sign them.",
        "owner": str(cast.reviewer.pk),
        "due_on": day.isoformat(),
    }
    address = f"deals/{cast.deal.pk}/follow-ups/"
    assert act(cast.reviewer, address, **given).status_code == 403
    stranger = act(cast.analyst, address, **given | {"owner": str(cast.founder.pk)})
    assert stranger.status_code == 400
    made = act(cast.analyst, address, **given).json()
    closing = f"{address}{made['id']}/close/"
    assert act(cast.reviewer, closing, state="open", because="Soon.").status_code == 400
    assert act(cast.reviewer, closing, state="met", because="Signed.").json()["state"] == "met"
    assert act(cast.analyst, closing, state="dropped", because="No.").status_code == 409
    assert FollowUp.objects.get().closed_by == cast.reviewer


def test_a_frame_is_changed_with_a_reason_and_told_whole(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    address = f"deals/{cast.deal.pk}/frame/"
    now = call(cast.reviewer, address).json()["now"]
    given = now | {"stage": "control", "because": "They want to sell.", "seen": 0}
    assert act(cast.reviewer, address, **given).status_code == 403
    assert act(cast.analyst, address, **given | {"version": 99}).status_code == 400
    assert act(cast.analyst, address, **given | {"because": " "}).status_code == 400
    told = act(cast.analyst, address, **given).json()
    assert told["now"]["stage"] == "control"
    (change,) = told["changes"]
    assert (change["because"], change["by"]["email"]) == ("They want to sell.", cast.analyst.email)
    assert change["differences"] == ["stage: Seed → Control deal or M&A"]
    assert act(cast.analyst, address, **given | {"stage": "seed"}).status_code == 409
    assert FrameChange.objects.get().assessment == assessment


def test_what_a_program_did_stands_in_the_trail_like_what_its_person_did(cast: Cast) -> None:
    row = disputed(cast)
    act(cast.partner, f"deals/{cast.deal.pk}/disputes/{row.pk}/close/", because="It stands.")
    line = Activity.objects.get(verb="finding.close")
    assert line.actor == cast.partner
