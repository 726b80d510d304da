"""An analyst's word on a finding: who may say it, what it needs, and that the next run keeps it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audits.models import Finding, Triage
from audits.selectors.triage import with_triage, without_false_alarms
from audits.services.triage import GivenTriage, triage_finding
from diligence.models import Activity
from diligence.services.errors import Refused
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
FALSE_ALARM = GivenTriage(Triage.Verdict.FALSE_ALARM, "The key of a public sandbox.")


@pytest.fixture
def finding(cast: Cast) -> Finding:
    repository = a_repository(cast.deal, cast.analyst)
    return a_finished_run(repository, a_report(findings=[a_finding()])).findings.get()


def known(finding: Finding) -> Triage | None:
    return with_triage([Finding.objects.select_related("run").get(pk=finding.pk)])[0].triage


def test_a_reviewer_may_not_triage(cast: Cast, finding: Finding) -> None:
    with pytest.raises(PermissionDenied):
        triage_finding(actor=cast.reviewer, finding=finding, given=FALSE_ALARM)
    assert known(finding) is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (GivenTriage("confirmed", "  "), "Say why"),
        (GivenTriage("accepted-risk", "Small."), "needs someone who owns it"),
    ],
)
def test_a_word_without_what_it_needs_is_refused(
    cast: Cast, finding: Finding, given: GivenTriage, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        triage_finding(actor=cast.analyst, finding=finding, given=given)


def test_an_owner_must_be_on_the_deal(cast: Cast, finding: Finding) -> None:
    given = GivenTriage("accepted-risk", "Small.", owner=cast.outsider)
    with pytest.raises(Refused, match="not on this deal"):
        triage_finding(actor=cast.analyst, finding=finding, given=given)


def test_the_next_run_keeps_the_word_though_the_line_moved(cast: Cast, finding: Finding) -> None:
    triage_finding(actor=cast.analyst, finding=finding, given=FALSE_ALARM)
    moved = a_finding(place=Place("settings.py", 40, "KEY = '…'", 40))
    again = a_finished_run(finding.run.repository, a_report(findings=[moved])).findings.get()

    triage = known(again)
    assert triage is not None
    assert triage.reason == FALSE_ALARM.reason
    assert without_false_alarms([again]) == []


def test_an_expired_word_dismisses_nothing(cast: Cast, finding: Finding) -> None:
    triage = triage_finding(actor=cast.analyst, finding=finding, given=FALSE_ALARM)
    Triage.objects.filter(pk=triage.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    assert without_false_alarms([finding]) == [finding]


def test_a_changed_mind_replaces_the_word_and_stays_in_the_activity(
    cast: Cast, finding: Finding
) -> None:
    triage_finding(actor=cast.analyst, finding=finding, given=FALSE_ALARM)
    triage_finding(
        actor=cast.partner, finding=finding, given=GivenTriage("confirmed", "It is live.")
    )
    assert Triage.objects.get().verdict == "confirmed"
    assert Activity.objects.filter(verb="finding.triage").count() == 2


def test_the_page_records_the_word_and_the_list_shows_it(cast: Cast, finding: Finding) -> None:
    client = signed_in(cast.analyst)
    page = f"/findings/{finding.pk}/"
    assert "What is it?" in client.get(page).content.decode()
    refused = client.post(page, {"verdict": "accepted-risk", "reason": "Small."})
    assert "needs someone who owns it" in refused.content.decode()

    client.post(page, {"verdict": "false-alarm", "reason": "The key of a public sandbox."})
    assert "False alarm" in client.get(f"/audits/{finding.run_id}/findings/").content.decode()
