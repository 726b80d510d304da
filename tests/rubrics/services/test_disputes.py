"""A founder's dispute: of what was put, in five working days, with new evidence, until closed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from diligence.models import Activity, EvidenceItem
from diligence.services.errors import Refused
from rubrics.models import Assessment, Dispute, PutLevel
from rubrics.selectors.disputes import findings_put, open_disputes, to_be_put
from rubrics.selectors.panels import sign_off_blockers
from rubrics.selectors.reports import report_data
from rubrics.services.disputes import close_dispute, dispute_level, put_levels
from rubrics.services.reviewing import assign
from rubrics.services.settling import Decided, adjudicate
from tests.cast import Cast, signed_in, some_evidence
from tests.rubrics.building import scored_blind
from tests.rubrics.services.test_settling import VARIED, WIDE

CRITERION = "ml-code-tests"


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return scored_blind(
        cast.deal, (cast.reviewer, {**VARIED, CRITERION: 1, WIDE: 0}),
        (cast.outsider, {**VARIED, CRITERION: 1, WIDE: 2}),
    )  # fmt: skip


def put(cast: Cast, assessment: Assessment, criterion: str = CRITERION) -> PutLevel:
    return put_levels(actor=cast.analyst, assessment=assessment, criteria=[criterion])[0]


def later(cast: Cast) -> EvidenceItem:
    """A file that comes after the finding was put."""
    return some_evidence(cast.deal, by=cast.founder, filename="ci.log", content=b"passed\n")


def disputed(cast: Cast, assessment: Assessment) -> Dispute:
    row = put(cast, assessment)
    return dispute_level(
        actor=cast.founder, put=row, words="The tests run on each push.", evidence=[later(cast)]
    )


def test_only_a_final_level_is_put_and_the_number_stays_with_the_firm(
    cast: Cast, assessment: Assessment
) -> None:
    with pytest.raises(Refused, match="settle it first"):
        put(cast, assessment, WIDE)
    with pytest.raises(Refused, match="Choose what"):
        put_levels(actor=cast.analyst, assessment=assessment, criteria=[])
    with pytest.raises(PermissionDenied):
        put_levels(actor=cast.reviewer, assessment=assessment, criteria=[CRITERION])
    assert not findings_put(cast.deal, cast.founder)
    put(cast, assessment)
    found = findings_put(cast.deal, cast.founder)[0]
    assert found.found == found.criterion.levels[1]
    assert found.next_step == found.criterion.levels[2]
    page = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/findings/").content.decode()
    assert found.criterion.ask.replace("'", "&#x27;") in page
    assert "level 1" not in page.lower()
    assert not findings_put(cast.deal, cast.other_founder)
    assert CRITERION not in {criterion.id for criterion, _ in to_be_put(assessment)}


def test_before_all_have_submitted_nothing_is_put(cast: Cast, assessment: Assessment) -> None:
    Assessment.objects.update(unblinded_at=None)
    with pytest.raises(Refused, match="settle it first"):
        put(cast, assessment)


def test_a_dispute_flags_the_level_and_blocks_nothing_until_it_is_closed(
    cast: Cast, assessment: Assessment
) -> None:
    row = disputed(cast, assessment)
    assert set(open_disputes(assessment)) == {CRITERION}
    assert "dispute" not in {each.obstacle for each in sign_off_blockers(assessment)}
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    assert data["assessment"]["reviewer"] == "Rita Reviewer and Otto Outsider"
    flags = {c["id"]: c["dispute"] for lens in data["lenses"] for c in lens["criteria"]}
    assert flags[CRITERION]["words"] == "The tests run on each push."
    assert {name for name, flag in flags.items() if flag} == {CRITERION}
    for actor in (cast.analyst, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            close_dispute(actor=actor, dispute=row, because="It stands.")
    with pytest.raises(Refused, match="Say why"):
        close_dispute(actor=cast.partner, dispute=row, because=" ")
    close_dispute(actor=cast.partner, dispute=row, because="The log shows one run in June.")
    row.refresh_from_db()
    assert (row.level_after, row.closed_by) == (1, cast.partner)
    assert not open_disputes(assessment)
    with pytest.raises(Refused, match="closed already"):
        close_dispute(actor=cast.partner, dispute=row, because="Again.")
    page = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/findings/").content.decode()
    assert "The log shows one run in June." in page


def test_a_dispute_needs_evidence_that_came_after_the_finding(
    cast: Cast, assessment: Assessment
) -> None:
    old = some_evidence(cast.deal, by=cast.founder)
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    row = put(cast, assessment)
    for evidence in ([], [old], [foreign], [later(cast), old]):
        with pytest.raises(Refused, match="needs new evidence"):
            dispute_level(actor=cast.founder, put=row, words="Wrong.", evidence=evidence)
    with pytest.raises(Refused, match="Say what is wrong"):
        dispute_level(actor=cast.founder, put=row, words=" ", evidence=[later(cast)])
    for actor in (cast.analyst, cast.other_founder):
        with pytest.raises(PermissionDenied):
            dispute_level(actor=actor, put=row, words="Wrong.", evidence=[old])
    assert not Dispute.objects.exists()


def test_after_the_last_day_or_a_second_time_nothing_is_disputed(
    cast: Cast, assessment: Assessment
) -> None:
    row = disputed(cast, assessment).put
    with pytest.raises(Refused, match="disputed already"):
        dispute_level(actor=cast.founder, put=row, words="More.", evidence=[later(cast)])
    other = put(cast, assessment, "retraining-loop")
    other.last_day = timezone.localdate() - timedelta(days=1)
    other.save()
    with pytest.raises(Refused, match="could be disputed until"):
        dispute_level(actor=cast.founder, put=other, words="Late.", evidence=[later(cast)])


def test_the_third_person_may_change_a_disputed_level_that_both_agreed_on(
    cast: Cast, assessment: Assessment
) -> None:
    assign(actor=cast.analyst, assessment=assessment, user=cast.partner, role="third")
    given = Decided(2, "The log shows runs on each push.")
    with pytest.raises(Refused, match="Nothing has to be decided"):
        adjudicate(
            actor=cast.partner, assessment=assessment, criterion_id=CRITERION, given=given,
            no_conflict=True,
        )  # fmt: skip
    row = disputed(cast, assessment)
    given = Decided(2, given.lines, evidence=tuple(i.pk for i in row.evidence.all()))
    adjudicate(
        actor=cast.partner, assessment=assessment, criterion_id=CRITERION, given=given,
        no_conflict=True,
    )  # fmt: skip
    close_dispute(actor=cast.partner, dispute=row, because="Raised on the new log.")
    row.refresh_from_db()
    assert (row.put.level, row.level_after) == (1, 2)
    in_room = Activity.objects.filter(in_room=True, deal=cast.deal)
    assert not any("level" in line.text for line in in_room)


def test_a_founder_disputes_on_the_page_and_loses_no_word_by_a_refusal(
    cast: Cast, assessment: Assessment
) -> None:
    row = put(cast, assessment)
    browser = signed_in(cast.founder)
    address = f"/room/{cast.deal.pk}/findings/"
    refused = browser.post(address, {"put": str(row.pk), "words": "We run them."})
    assert refused.status_code == 422
    assert "We run them." in refused.content.decode()
    sent = {"put": str(row.pk), "words": "We run them.", "evidence": str(later(cast).pk)}
    assert browser.post(address, sent).status_code == 302
    firm = signed_in(cast.partner)
    page = firm.get(f"/deals/{cast.deal.pk}/findings/").content.decode()
    assert "We run them." in page
    closing = f"/deals/{cast.deal.pk}/findings/{Dispute.objects.get().pk}/"
    firm.post(closing, {"because": "One run only."})
    assert not Dispute.objects.get().is_open


def test_of_two_who_close_a_dispute_at_once_the_first_reason_stands(
    cast: Cast, assessment: Assessment
) -> None:
    row = disputed(cast, assessment)
    read_by_both = Dispute.objects.get(pk=row.pk)
    close_dispute(actor=cast.partner, dispute=row, because="The log is of another branch.")
    with pytest.raises(Refused, match="closed already"):
        close_dispute(actor=cast.admin, dispute=read_by_both, because="Convinced.")
    row.refresh_from_db()
    assert (row.closed_by, row.closed_because) == (cast.partner, "The log is of another branch.")
