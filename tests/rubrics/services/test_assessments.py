"""Opening an assessment, levels proposed by audits, knock-outs and the standing."""

import pytest
from django.core.exceptions import PermissionDenied

from audits.models import AuditRun
from diligence.models import Activity, Deal
from diligence.services.deals import DealDetails, edit_deal
from diligence.services.errors import Refused
from rubrics.models import Assessment, KnockOut, Standing, Suggestion
from rubrics.selectors.assessments import applicable_criteria, assessment_of, profile_of, rolled_up
from rubrics.services.assessments import (
    catch_up,
    open_assessment,
    publish_rubric,
    refresh_standing,
    refresh_suggestions,
)
from rubrics.services.knock_outs import clear_knock_out, suspect_knock_out
from tests.audits.building import a_finished_run, a_report, a_repository
from tests.cast import Cast
from tests.rubrics.building import (
    a_scorecard,
    an_assessment,
    give,
    settled,
    the_rubric,
    word_on,
)

KEY = "A live AWS key stands in settings.py."


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


def audited(deal: Deal, because: str = KEY, **verdicts: str) -> AuditRun:
    """A finished audit, told to the scores as the receiver would."""
    repository = deal.repositories.first() or a_repository(deal, deal.owner)
    given = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    run = a_finished_run(repository, a_report(given, because={"secrets-committed": because}))
    assessment = assessment_of(deal)
    assert assessment is not None
    refresh_suggestions(assessment=assessment, run=run)
    return run


def decided(cast: Cast, state: str) -> KnockOut:
    return settled(cast, KnockOut.objects.get(code="K7"), state)


def test_a_deal_without_an_archetype_is_not_assessed(cast: Cast) -> None:
    Deal.objects.filter(pk=cast.deal.pk).update(archetypes=[])
    cast.deal.refresh_from_db()
    with pytest.raises(Refused, match="Say first what the product is made of"):
        an_assessment(cast.deal)


def test_a_second_assessment_is_refused(cast: Cast, assessment: Assessment) -> None:
    with pytest.raises(Refused, match="being assessed already"):
        an_assessment(cast.deal)


def test_outsiders_reviewers_and_founders_open_nothing(cast: Cast) -> None:
    for actor in (cast.outsider, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            open_assessment(actor=actor, deal=cast.deal, rubric=the_rubric())


def test_later_edits_of_the_deal_change_no_profile(cast: Cast, assessment: Assessment) -> None:
    before = profile_of(assessment), [c.id for c in applicable_criteria(assessment)]
    details = DealDetails(name="A2", round="series-b", archetypes=["rag", "ft"], flags=["hr", "pd"])
    edit_deal(actor=cast.analyst, deal=cast.deal, details=details, revision=cast.deal.revision)
    refresh_suggestions(assessment=assessment)
    assessment.refresh_from_db()
    assert (profile_of(assessment), [c.id for c in applicable_criteria(assessment)]) == before
    assert {s.criterion for s in assessment.suggestions.all()} == set(before[1])


def test_a_published_version_never_changes(db: None) -> None:
    row = the_rubric()
    assert the_rubric() == row
    with pytest.raises(Refused, match="give it the next number"):
        publish_rubric(source=f"{row.source}# one more line\n", name=f"{row.slug}.v1.yaml")


def test_without_an_audit_everything_is_proposed_as_unknown(assessment: Assessment) -> None:
    assert {s.level for s in assessment.suggestions.all()} == {None}
    assert assessment.suggestions.count() == len(applicable_criteria(assessment))
    assert not assessment.knock_outs.exists()


def test_proposing_twice_is_as_once(cast: Cast, assessment: Assessment) -> None:
    run = audited(cast.deal, ci_present="yes", secrets_committed="yes")

    def rows() -> list[object]:
        kept = Suggestion.objects.values_list("pk", "criterion", "level", "grade", "because", "run")
        return [*kept, *KnockOut.objects.values_list("pk", "state", "because", "run")]

    first = rows()
    refresh_suggestions(assessment=assessment, run=run)
    assert rows() == first
    assert Activity.objects.filter(verb="knock-out.suspect").count() == 1
    assert assessment.suggestions.exclude(level=None).exists()


def test_news_that_was_lost_with_a_worker_is_taken_up_once(
    cast: Cast, assessment: Assessment
) -> None:
    assert catch_up() == 0
    report = a_report({"data-versioning": "yes"})
    run = a_finished_run(a_repository(cast.deal, cast.analyst), report)
    assert not assessment.suggestions.exclude(level=None).exists()
    assert catch_up() == 1
    assert set(assessment.suggestions.values_list("run", flat=True)) == {run.pk}
    assert assessment.suggestions.exclude(level=None).exists()
    assert catch_up() == 0


def test_the_audit_only_suspects(cast: Cast, assessment: Assessment) -> None:
    run = audited(cast.deal, secrets_committed="yes")
    raised = assessment.knock_outs.get()
    assert (raised.code, raised.state, raised.run) == ("K7", "suspected", run)
    assert KEY in raised.because
    line = Activity.objects.get(verb="knock-out.suspect")
    assert line.actor is None
    assert line.text.startswith("raised the suspicion K7: ")


@pytest.mark.parametrize("state", ["confirmed", "waived"])
def test_a_decision_that_stands_is_not_reopened_by_a_run(
    cast: Cast, assessment: Assessment, state: str
) -> None:
    audited(cast.deal, secrets_committed="yes")
    decided(cast, state)
    audited(cast.deal, "Another key stands in deploy.py.", secrets_committed="yes")
    row = assessment.knock_outs.get()
    assert (row.state, row.decided_by) == (state, cast.partner)
    assert KEY in row.because


def test_a_cleared_suspicion_is_not_raised_again_by_the_same_evidence(
    cast: Cast, assessment: Assessment
) -> None:
    run = audited(cast.deal, secrets_committed="yes")
    decided(cast, "cleared")
    refresh_suggestions(assessment=assessment, run=run)
    audited(cast.deal, secrets_committed="yes")
    assert assessment.knock_outs.get().state == "cleared"


def test_a_run_from_before_the_decision_reopens_nothing(cast: Cast, assessment: Assessment) -> None:
    run = audited(cast.deal, "A key of yesterday.", secrets_committed="yes")
    KnockOut.objects.update(because="What was looked at.")
    decided(cast, "cleared")
    refresh_suggestions(assessment=assessment, run=run)
    assert assessment.knock_outs.get().state == "cleared"


def test_a_cleared_suspicion_is_raised_again_by_new_evidence(
    cast: Cast, assessment: Assessment
) -> None:
    audited(cast.deal, secrets_committed="yes")
    decided(cast, "cleared")
    run = audited(cast.deal, "Another key stands in deploy.py.", secrets_committed="yes")
    row = assessment.knock_outs.get()
    assert (row.state, row.run, row.decided_by, row.decided_because) == ("suspected", run, None, "")
    assert "deploy.py" in row.because
    assert KEY not in row.because
    trail = Activity.objects.filter(verb__startswith="knock-out.").order_by("at")
    told = [line.text for line in trail.values_list("text", named=True)]
    assert [text.partition(":")[0] for text in told] == [
        "raised the suspicion K7",
        "set K7 to cleared",
        "raised the suspicion K7 again",
    ]
    assert Standing.objects.get().notation.endswith("X(K7)")


def test_a_cure_that_did_not_hold_is_suspected_again(cast: Cast, assessment: Assessment) -> None:
    audited(cast.deal, secrets_committed="yes")
    decided(cast, "cured")
    audited(cast.deal, secrets_committed="no")
    assert assessment.knock_outs.get().state == "cured"
    audited(cast.deal, secrets_committed="yes")
    assert assessment.knock_outs.get().state == "suspected"


def test_a_run_that_sees_nothing_settles_nothing(cast: Cast, assessment: Assessment) -> None:
    audited(cast.deal, secrets_committed="yes")
    audited(cast.deal, secrets_committed="no")
    assert assessment.knock_outs.get().state == "suspected"


def test_reviewer_and_audit_speak_together(cast: Cast, assessment: Assessment) -> None:
    suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K7", because="Told in the call."
    )
    run = audited(cast.deal, secrets_committed="yes")
    row = assessment.knock_outs.get()
    assert row.because.startswith(f"Told in the call. {KEY}")
    assert row.run == run
    suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K7", because="Told in the call."
    )
    row.refresh_from_db()
    assert row.because.count("Told in the call.") == 1


def test_a_reviewer_raises_again_what_was_cleared(cast: Cast, assessment: Assessment) -> None:
    audited(cast.deal, secrets_committed="yes")
    decided(cast, "cleared")
    suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K7", because="It still works."
    )
    row = assessment.knock_outs.get()
    assert (row.state, row.because, row.decided_by) == ("suspected", "It still works.", None)


def test_a_suspicion_needs_a_known_code_and_a_reason(cast: Cast, assessment: Assessment) -> None:
    with pytest.raises(Refused, match="no such knock-out"):
        suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K99", because="x")
    with pytest.raises(Refused, match="Say what makes you suspect it"):
        suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because="  ")
    with pytest.raises(PermissionDenied):
        suspect_knock_out(actor=cast.outsider, assessment=assessment, code="K1", because="x")
    assert not KnockOut.objects.exists()


def test_only_partners_decide_and_say_why(cast: Cast, assessment: Assessment) -> None:
    audited(cast.deal, secrets_committed="yes")
    row = assessment.knock_outs.get()
    for actor in (cast.analyst, cast.reviewer, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            clear_knock_out(actor=actor, knock_out=row, word=word_on(row))
    with pytest.raises(Refused, match="Say why"):
        clear_knock_out(actor=cast.partner, knock_out=row, word=word_on(row, " "))
    row.refresh_from_db()
    assert row.state == "suspected"


@pytest.mark.parametrize(
    ("state", "stands"),
    [("confirmed", True), ("cleared", False), ("cured", False), ("waived", False)],
)
def test_a_decision_moves_the_notation_at_once(
    cast: Cast, assessment: Assessment, state: str, *, stands: bool
) -> None:
    audited(cast.deal, secrets_committed="yes")
    assert Standing.objects.get().notation.endswith("X(K7)")
    decided(cast, state)
    assert Standing.objects.get().notation.endswith("X(K7)") is stands


def test_the_standing_is_what_rolls_up(cast: Cast, assessment: Assessment) -> None:
    def agrees() -> bool:
        rollup, kept = rolled_up(assessment), Standing.objects.get()
        figures = (kept.headline, kept.low, kept.high, kept.band, kept.notation, kept.coverage)
        head = rollup.headline
        return figures == (
            head.score, head.low, head.high, rollup.band, rollup.notation, rollup.coverage
        )  # fmt: skip

    assert agrees()
    scorecard = a_scorecard(assessment, cast.reviewer, level=2)
    assert agrees()
    assert not Standing.objects.get().is_final
    give(scorecard, "data-versioning", 1)
    assert agrees()
    audited(cast.deal, secrets_committed="yes")
    assert agrees()
    refresh_standing(assessment=assessment)
    assert Standing.objects.count() == 1


def test_code_that_could_not_be_read_lowers_the_confidence_of_scores_that_stand_on_it(
    cast: Cast, assessment: Assessment
) -> None:
    scorecard = a_scorecard(assessment, cast.reviewer, level=2)
    report = a_report({"data-versioning": "yes"})
    for practice in report["practices"]:
        practice["seen"] = 0.5
    run = a_finished_run(a_repository(cast.deal, cast.deal.owner), report)
    before = rolled_up(assessment).confidence
    refresh_suggestions(assessment=assessment, run=run)
    assert Suggestion.objects.get(criterion="data-versioning").seen == 0.5
    after = rolled_up(assessment).confidence
    assert after < before
    give(scorecard, "data-versioning", 2, grade="E4")
    assert rolled_up(assessment).confidence > after
