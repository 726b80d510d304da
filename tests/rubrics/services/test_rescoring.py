"""What a founder's dispute may change where one reviewer scored: one criterion, with a reason."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from diligence.models import Activity, EvidenceItem
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment, Dispute, Rescore, Scorecard
from rubrics.reports.markdown import report_markdown
from rubrics.reports.pdf import report_html
from rubrics.selectors.assessments import inputs_of
from rubrics.selectors.disputes import final_levels, findings_put
from rubrics.selectors.reports import report_data
from rubrics.services.disputes import close_dispute, dispute_level, put_levels
from rubrics.services.rescoring import rescore_disputed
from rubrics.services.scorecards import GivenScore, lock_scorecard, submit_score
from tests.cast import Cast, signed_in, some_evidence
from tests.rubrics.building import a_scorecard, an_assessment, give, scored_blind

CRITERION = "ml-code-tests"
AGAIN = GivenScore("scored", level=2, grade="E2", rationale="The log shows each push.", revision=1)


@pytest.fixture
def dispute(cast: Cast) -> Dispute:
    """Of a level 1 on a scorecard that was submitted, with a file that came after."""
    assessment = an_assessment(cast.deal)
    scorecard = a_scorecard(assessment, cast.reviewer, levels={CRITERION: 1})
    give(scorecard, "data-versioning", 2, why="Seen in the lock file.")
    lock_scorecard(actor=cast.reviewer, scorecard=scorecard)
    return disputed(cast, assessment)


def disputed(cast: Cast, assessment: Assessment) -> Dispute:
    put = put_levels(actor=cast.analyst, assessment=assessment, criteria=[CRITERION])[0]
    later = some_evidence(cast.deal, by=cast.founder, filename="ci.log", content=b"passed\n")
    return dispute_level(actor=cast.founder, put=put, words="Each push.", evidence=[later])


def current(cast: Cast) -> Scorecard:
    return Scorecard.objects.current().get(assessment__deal=cast.deal)


def test_what_does_not_fit_is_refused_and_changes_nothing(cast: Cast, dispute: Dispute) -> None:
    for given, said in (
        (replace(AGAIN, rationale="  "), "Say why"),
        (replace(AGAIN, level=4), "too high for this evidence"),
        (replace(AGAIN, level=1, grade="E3"), "what the score says already"),
        (replace(AGAIN, level=None), "Choose a level"),
    ):
        with pytest.raises(Refused, match=said):
            rescore_disputed(actor=cast.reviewer, dispute=dispute, given=given)
    for actor in (cast.analyst, cast.partner, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            rescore_disputed(actor=actor, dispute=dispute, given=AGAIN)
    assert not Rescore.objects.exists()
    assert Scorecard.objects.count() == 1


def test_where_several_scored_the_third_person_decides_instead(cast: Cast) -> None:
    assessment = scored_blind(cast.deal, (cast.reviewer, {CRITERION: 1}), (cast.outsider, {}))
    Assessment.objects.update(mode=Assessment.Mode.ASSISTED)
    row = disputed(cast, assessment)
    Assessment.objects.update(mode=Assessment.Mode.BLIND)
    with pytest.raises(Refused, match="third person decides"):
        rescore_disputed(actor=cast.reviewer, dispute=row, given=AGAIN)


def test_the_level_moves_and_what_was_submitted_is_kept_as_it_was(
    cast: Cast, dispute: Dispute
) -> None:
    assessment = dispute.put.assessment
    submitted = current(cast)
    before = Assessment.objects.get(pk=assessment.pk).standing
    row = rescore_disputed(actor=cast.reviewer, dispute=dispute, given=AGAIN)
    successor = current(cast)
    submitted.refresh_from_db()
    assert (row.before.scorecard, row.after.scorecard) == (submitted, successor)
    assert (row.before.level, row.after.level) == (1, 2)
    assert submitted.superseded_at is not None
    assert submitted.scores.get(criterion=CRITERION).level == 1
    assert successor.locked_at == submitted.locked_at
    same = {s.criterion: (s.level, s.rationale, s.revision) for s in successor.scores.all()}
    was = {s.criterion: (s.level, s.rationale, s.revision) for s in submitted.scores.all()}
    assert {c for c in was if was[c] != same[c]} == {CRITERION}
    after = Assessment.objects.get(pk=assessment.pk).standing
    assert after.headline is not None
    assert before.headline is not None
    assert after.headline > before.headline
    assert final_levels(assessment)[CRITERION] == 2
    close_dispute(actor=cast.partner, dispute=dispute, because="Raised on the new log.")
    dispute.refresh_from_db()
    assert (dispute.put.level, dispute.level_after) == (1, 2)
    assert not any("level" in each.text for each in Activity.objects.filter(in_room=True))


def test_the_report_prints_both_levels_with_both_reasons(cast: Cast, dispute: Dispute) -> None:
    why = "The log shows <b>each</b> push."
    rescore_disputed(actor=cast.reviewer, dispute=dispute, given=replace(AGAIN, rationale=why))
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    rows = {c["id"]: c for lens in data["lenses"] for c in lens["criteria"]}
    assert rows[CRITERION]["level"] == 2
    (again,) = rows[CRITERION]["scored_again"]
    assert (again["before"], again["after"]) == ("level 1", "level 2")
    assert (again["before_rationale"], again["because"]) == ("Seen in the code.", why)
    assert again["by"] == str(cast.reviewer)
    assert not any(c["scored_again"] for name, c in rows.items() if name != CRITERION)
    html = report_html(data)
    assert "level 1 before, now level 2" in html
    assert "The log shows &lt;b&gt;each&lt;/b&gt; push." in html
    assert "level 1 before, now level 2" in report_markdown(data)


def test_a_second_look_stands_on_the_first(cast: Cast, dispute: Dispute) -> None:
    rescore_disputed(actor=cast.reviewer, dispute=dispute, given=AGAIN)
    more = replace(AGAIN, level=None, outcome="unknown", rationale="Of another one.", revision=2)
    rescore_disputed(actor=cast.reviewer, dispute=dispute, given=more)
    (put,) = findings_put(cast.deal, cast.partner)
    assert [each.before.in_words for each in put.rescores] == ["level 1", "level 2"]
    assert put.rescores[-1].after.in_words == "cannot assess"
    given = {each.criterion: each.outcome for each in inputs_of(dispute.put.assessment)}
    assert given[CRITERION] == "unknown"


def test_of_two_windows_at_once_the_second_is_told(cast: Cast, dispute: Dispute) -> None:
    read_by_both = Dispute.objects.get(pk=dispute.pk)
    rescore_disputed(actor=cast.reviewer, dispute=dispute, given=AGAIN)
    with pytest.raises(Conflict, match="another window"):
        rescore_disputed(
            actor=cast.reviewer, dispute=read_by_both, given=replace(AGAIN, level=0)
        )  # fmt: skip
    assert current(cast).scores.get(criterion=CRITERION).level == 2
    assert Scorecard.objects.count() == 2


def test_of_the_partner_and_the_reviewer_at_once_the_closing_stands(
    cast: Cast, dispute: Dispute
) -> None:
    read_by_both = Dispute.objects.get(pk=dispute.pk)
    close_dispute(actor=cast.partner, dispute=dispute, because="One run only.")
    with pytest.raises(Refused, match="closed"):
        rescore_disputed(actor=cast.reviewer, dispute=read_by_both, given=AGAIN)
    assert final_levels(dispute.put.assessment)[CRITERION] == 1


def test_neither_what_was_submitted_nor_what_was_scored_again_is_rewritten(
    cast: Cast, dispute: Dispute
) -> None:
    row = rescore_disputed(actor=cast.reviewer, dispute=dispute, given=AGAIN)
    for scorecard in (row.before.scorecard, row.after.scorecard):
        with pytest.raises(Refused):
            submit_score(
                actor=cast.reviewer, scorecard=scorecard, criterion_id=CRITERION,
                given=replace(AGAIN, revision=2),
            )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Rescore.objects.update(at=timezone.now())


def test_the_reviewer_scores_again_on_the_page_and_loses_no_word_by_a_refusal(
    cast: Cast, dispute: Dispute
) -> None:
    address = f"/deals/{cast.deal.pk}/findings/{dispute.pk}/score/"
    reviewer = signed_in(cast.reviewer)
    listed = reviewer.get(f"/deals/{cast.deal.pk}/findings/").content.decode()
    assert address in listed
    assert address not in signed_in(cast.partner).get(
        f"/deals/{cast.deal.pk}/findings/"
    ).content.decode()  # fmt: skip
    page = reviewer.get(address).content.decode()
    assert "Before: level 1." in page
    brought = EvidenceItem.objects.get(title="ci.log")
    assert str(brought.pk) in page
    sent = {
        "choice": "4", "grade": "E2", "rationale": "Each push is there.", "revision": "1",
        "cite-evidence": str(brought.pk),
    }  # fmt: skip
    refused = reviewer.post(address, sent)
    assert refused.status_code == 422
    assert "Each push is there." in refused.content.decode()
    assert reviewer.post(address, sent | {"choice": "2"}).status_code == 302
    row = Rescore.objects.get()
    assert row.after.citations.get().evidence == brought
    assert not row.before.citations.exists()
    assert signed_in(cast.partner).get(address).status_code == 404
