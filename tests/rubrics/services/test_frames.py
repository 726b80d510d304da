"""What a deal was frozen under changes with a reason only, and nothing that was scored is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from diligence.models import Activity, OutboundMail
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence import record_opening
from rubrics.models import Assessment, FrameChange
from rubrics.reports.pdf import report_html
from rubrics.selectors.assessments import applicable_criteria, scores_of
from rubrics.selectors.frames import frame_changes, frame_now, freezing_of
from rubrics.selectors.reports import report_data
from rubrics.services.assessments import open_assessment, publish_rubric
from rubrics.services.frames import change_frame
from rubrics.services.knock_outs import suspect_knock_out
from tests.cast import Cast, signed_in, some_evidence
from tests.diligence.api.calling import call
from tests.rubrics.building import a_scorecard, a_variant, an_assessment, the_rubric

WHY = "The second product came to light in the demo."


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


def changed(
    cast: Cast, assessment: Assessment, *, because: str = WHY, seen: int = 0, **to: Any
) -> Assessment:
    row = Assessment.objects.select_related("rubric", "deal").get(pk=assessment.pk)
    frame = replace(frame_now(row), **to)
    change_frame(actor=cast.analyst, assessment=row, frame=frame, because=because, seen=seen)
    return Assessment.objects.select_related("rubric", "deal").get(pk=assessment.pk)


def names(assessment: Assessment) -> set[str]:
    return {each.id for each in applicable_criteria(assessment)}


def test_reviewers_founders_and_those_off_the_deal_change_nothing(
    cast: Cast, assessment: Assessment
) -> None:
    frame = replace(frame_now(assessment), stage="control")
    for actor in (cast.reviewer, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            change_frame(actor=actor, assessment=assessment, frame=frame, because=WHY, seen=0)
    assert not FrameChange.objects.exists()


@pytest.mark.parametrize(
    ("to", "because", "said"),
    [
        ({"stage": "control"}, "  ", "Say why"),
        ({}, WHY, "already"),
        ({"archetypes": ()}, WHY, "made of"),
        ({"archetypes": ("robot",)}, WHY, "knows no archetype robot; it knows clf"),
        ({"flags": ("war",)}, WHY, "knows no flag war"),
        ({"stage": "ipo"}, WHY, "knows no stage ipo"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    cast: Cast, assessment: Assessment, to: dict[str, Any], because: str, said: str
) -> None:
    before = frame_now(assessment)
    with pytest.raises(Refused, match=said):
        changed(cast, assessment, because=because, **to)
    assert frame_now(Assessment.objects.get(pk=assessment.pk)) == before
    assert not FrameChange.objects.exists()


def test_the_second_of_two_who_change_it_at_once_is_told(
    cast: Cast, assessment: Assessment
) -> None:
    changed(cast, assessment, stage="control")
    with pytest.raises(Conflict):
        changed(cast, assessment, stage="pre-seed", seen=0)
    assert Assessment.objects.get(pk=assessment.pk).stage == "control"


def test_scores_of_criteria_that_no_longer_apply_are_kept_and_come_back(
    cast: Cast, assessment: Assessment
) -> None:
    assessment = changed(cast, assessment, archetypes=("clf", "ft", "rag"))
    scorecard, everything = a_scorecard(assessment, cast.reviewer), names(assessment)
    whole = assessment.standing.headline
    fewer = changed(cast, assessment, archetypes=("rag",), seen=1)
    gone = everything - names(fewer)
    assert gone
    assert set(scores_of(scorecard)) == everything
    again = changed(cast, assessment, archetypes=("clf", "ft", "rag"), seen=2)
    assert names(again) == everything
    assert again.standing.headline == whole


def test_the_standing_is_computed_under_the_new_profile(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, locked=True)
    before = Assessment.objects.get(pk=assessment.pk).standing.data
    after = changed(cast, assessment, stage="control").standing.data
    assert before["stage"] != "control"
    assert after["stage"] == "control"
    assert after != before


def test_a_change_is_told_to_the_reviewer_and_stands_in_the_trail_and_the_report(
    cast: Cast, assessment: Assessment
) -> None:
    a_scorecard(assessment, cast.reviewer)
    OutboundMail.objects.all().delete()
    was = assessment.stage
    assert was == "seed"
    row = changed(cast, assessment, stage="control")
    (each,) = frame_changes(row)
    assert each.differences == ("stage: Seed → Control deal or M&A",)
    assert (each.row.by, each.row.because) == (cast.analyst, WHY)
    assert WHY in Activity.objects.get(verb="assessment.frame").text
    (mail,) = OutboundMail.objects.all()
    assert mail.to == cast.reviewer.email
    assert WHY in mail.body
    data = report_data(row.deal, number=1, issued_by=cast.analyst, issued_at=row.opened_at)
    assert data is not None
    (printed,) = data["frame_changes"]
    assert (printed["because"], printed["by"]) == (WHY, str(cast.analyst))
    assert printed["before"]["stage"] == was
    assert printed["after"]["stage"] == "control"


def test_the_report_names_what_a_variant_was_made_from_and_leaves_out(
    cast: Cast, assessment: Assessment
) -> None:
    lines = assessment.rubric.source.splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if "- id: rollback-capability" in line)
    last = next(i for i in range(first + 1, len(lines)) if lines[i].startswith("  - id: "))
    source = "".join((*lines[:first], *lines[last:])).replace("mlops-diligence", "lean", 1)
    source += "\nleft_out:\n  - {id: rollback-capability, because: We only fund <b>research</b>.}\n"
    lean = publish_rubric(source=source, name="lean", based_on=assessment.rubric)
    row = changed(cast, assessment, rubric=lean)
    data = report_data(row.deal, number=1, issued_by=cast.analyst, issued_at=row.opened_at)
    assert data is not None
    assert data["freezing"]["made_from"] == "MLOps diligence (version 1)"
    html = report_html(data)
    assert "rollback-capability (We only fund &lt;b&gt;research&lt;/b&gt;.)" in html
    assert WHY in html


def test_a_rubric_without_what_was_decided_on_is_refused(
    cast: Cast, assessment: Assessment
) -> None:
    suspect_knock_out(actor=cast.analyst, assessment=assessment, code="K2", because="No contract.")
    other = a_variant("without-k2", K2="K99")
    with pytest.raises(Refused, match="does not have K2"):
        changed(cast, assessment, rubric=other)


def test_what_was_changed_is_never_rewritten(cast: Cast, assessment: Assessment) -> None:
    changed(cast, assessment, stage="control")
    with pytest.raises(IntegrityError), transaction.atomic():
        FrameChange.objects.update(because="Never mind.")
    with pytest.raises(IntegrityError), transaction.atomic():
        FrameChange.objects.all().delete()


def test_whether_evidence_was_opened_first_is_said(cast: Cast, assessment: Assessment) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    assert freezing_of(assessment).opened is None
    assert freezing_of(assessment).came_first
    record_opening(actor=cast.reviewer, item=item)
    after = freezing_of(assessment)
    assert after.opened is not None
    assert after.came_first
    Assessment.objects.update(opened_at=after.opened + timedelta(days=1))
    assert not freezing_of(Assessment.objects.get(pk=assessment.pk)).came_first


def test_a_frame_after_evidence_was_opened_needs_a_reason_that_the_report_prints(
    cast: Cast,
) -> None:
    record_opening(actor=cast.reviewer, item=some_evidence(cast.deal, by=cast.founder))
    with pytest.raises(Refused, match="Say why rubric and profile are frozen only now"):
        an_assessment(cast.deal)
    assert not Assessment.objects.exists()
    why = "It was a screening <b>until today</b>."
    row = open_assessment(actor=cast.analyst, deal=cast.deal, rubric=the_rubric(), late_because=why)
    assert not freezing_of(row).came_first
    assert freezing_of(row).because == why
    told = call(cast.partner, f"deals/{cast.deal.pk}/frame/").json()["freezing"]
    assert (told["came_first"], told["late_because"]) == (False, why)
    data = report_data(row.deal, number=1, issued_by=cast.analyst, issued_at=row.opened_at)
    assert data is not None
    assert data["freezing"]["late_because"] == why
    assert "Why: It was a screening &lt;b&gt;until today&lt;/b&gt;." in report_html(data)


def test_a_frame_that_comes_first_asks_for_no_reason_and_keeps_none(cast: Cast) -> None:
    rubric = the_rubric()
    row = open_assessment(actor=cast.analyst, deal=cast.deal, rubric=rubric, late_because="No.")
    record_opening(actor=cast.reviewer, item=some_evidence(cast.deal, by=cast.founder))
    assert freezing_of(row).came_first
    assert freezing_of(row).because == ""


def test_the_page_of_evidence_asks_to_freeze_first_and_blocks_no_screening(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    address = f"/deals/{cast.deal.pk}/scorecard/frame/first/"
    analyst = signed_in(cast.analyst)
    assert "Freeze them before you open" in analyst.get(address).content.decode()
    assert "Freeze" not in signed_in(cast.reviewer).get(address).content.decode()
    assert analyst.get(f"/deals/{cast.deal.pk}/evidence/{item.pk}/").status_code == 200
    record_opening(actor=cast.analyst, item=item)
    assert "says why so late" in analyst.get(address).content.decode()
    opening = f"/deals/{cast.deal.pk}/scorecard/open/"
    sent = {"rubric": str(the_rubric().pk), "mode": "assisted", "late_because": " "}
    refused = analyst.post(opening, sent)
    assert refused.status_code == 422
    assert "Say why rubric and profile are frozen only now." in refused.content.decode()
    analyst.post(opening, sent | {"late_because": "A screening until today."})
    assert freezing_of(Assessment.objects.get()).because == "A screening until today."
    assert "Freeze" not in analyst.get(address).content.decode()
