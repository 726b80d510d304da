"""What pages read of runs: lenses, the newest of each repository, and what changed."""

import pytest

from audits.engine.registry import catalogue
from audits.models import AuditRun, Repository
from audits.selectors.comparing import comparison
from audits.selectors.runs import (
    latest_run,
    latest_runs,
    practices_with_evidence,
    previous_run,
    results_by_lens,
)
from audits.services.runs import request_run
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast


@pytest.fixture
def repository(cast: Cast) -> Repository:
    return a_repository(cast.deal, cast.analyst)


def ran(repository: Repository, *findings: dict[str, object], **verdicts: str) -> AuditRun:
    named = {"secrets-committed": "no", "unsafe-model-serialization": "no"}
    given = named | {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return a_finished_run(repository, a_report(given, findings=findings))


def key(line: int, text: str = "KEY = 1") -> dict[str, object]:
    return a_finding(place=Place("settings.py", line, text))


def test_the_same_run_again_changes_nothing(repository: Repository) -> None:
    found = [key(3), key(9), key(20, "OTHER = 2")]
    before = ran(repository, *found, ci_present="yes")
    same = comparison(before, ran(repository, *found, ci_present="yes"))
    assert same.changed == same.no_longer_assessable == ()
    assert same.new_findings == same.fixed_findings == same.unsettled_findings == ()
    assert len(same.kept_findings) == 3
    assert same.unchanged == before.practices.count()


def test_moved_lines_change_nothing(repository: Repository) -> None:
    moved = comparison(ran(repository, key(3)), ran(repository, key(300)))
    assert (len(moved.kept_findings), moved.new_findings, moved.fixed_findings) == (1, (), ())


def test_new_fixed_and_kept_findings(repository: Repository) -> None:
    before = ran(repository, key(3), key(9, "OLD = 2"))
    after = ran(repository, key(4), key(12, "NEW = 3"))
    changed = comparison(before, after)
    assert [f.line for f in changed.new_findings] == [12]
    assert [f.line for f in changed.fixed_findings] == [9]
    assert [f.line for f in changed.kept_findings] == [4]


def test_one_of_two_equal_lines_that_is_gone_is_fixed(repository: Repository) -> None:
    changed = comparison(ran(repository, key(3), key(9)), ran(repository, key(3)))
    assert (len(changed.fixed_findings), len(changed.kept_findings)) == (1, 1)


@pytest.mark.parametrize("verdict", ["unknown", "error"])
def test_a_finding_whose_check_could_not_judge_again_is_not_fixed(
    repository: Repository, verdict: str
) -> None:
    before = ran(repository, key(3), secrets_committed="yes")
    changed = comparison(before, ran(repository, secrets_committed=verdict))
    assert changed.fixed_findings == ()
    assert [f.line for f in changed.unsettled_findings] == [3]
    assert [c.practice for c in changed.no_longer_assessable] == ["secrets-committed"]


def test_verdicts_that_changed_and_those_no_longer_assessable(repository: Repository) -> None:
    before = ran(repository, ci_present="no", drift_detection="yes", model_card="unknown")
    after = ran(repository, ci_present="yes", drift_detection="unknown", model_card="partly")
    changed = comparison(before, after)
    assert [(c.practice, c.before, c.after) for c in changed.changed] == [
        ("ci-present", "no", "yes"),
        ("model-card", "unknown", "partly"),
    ]
    assert [c.practice for c in changed.no_longer_assessable] == ["drift-detection"]


def test_a_practice_that_one_of_the_two_was_not_asked(repository: Repository) -> None:
    before = ran(repository, of_yesterday="yes")
    after = ran(repository, of_tomorrow="yes")
    changed = comparison(before, after)
    assert [(c.practice, c.before, c.after) for c in changed.changed] == [
        ("of-tomorrow", "not asked", "yes")
    ]
    assert [(c.practice, c.after) for c in changed.no_longer_assessable] == [
        ("of-yesterday", "not asked")
    ]


def test_results_stand_by_lens_with_their_places(repository: Repository) -> None:
    report = a_report(
        {"ci-present": "yes", "ci-runs-tests": "partly"},
        evidence={"ci-present": [Place("ci.yml", 1), Place("ci.yml", 2)]},
    )
    lenses = results_by_lens(a_finished_run(repository, report))
    assert sum(len(lens.practices) for lens in lenses) == len(catalogue())
    delivery = next(lens for lens in lenses if lens.lens == "delivery")
    assert (delivery.in_order, delivery.partly, delivery.lacking) == (1, 1, 0)
    assert delivery.unknown == len(delivery.practices) - 2
    places = {p.practice: vars(p)["places"] for p in delivery.practices}
    assert places["ci-present"] == 2


def test_only_runs_with_a_result_count_as_latest(cast: Cast, repository: Repository) -> None:
    assert latest_run(cast.deal) is None
    assert latest_runs(cast.deal) == ()
    first, second = ran(repository), ran(repository)
    other = ran(a_repository(cast.deal, cast.analyst, name="other"))
    waiting = request_run(actor=cast.analyst, repository=repository)
    assert latest_run(cast.deal) == other
    assert set(latest_runs(cast.deal)) == {second, other}
    assert previous_run(second) == first
    assert previous_run(waiting) == second
    assert previous_run(first) is None
    assert latest_runs(cast.other_deal) == ()


def test_practices_come_with_their_places(repository: Repository) -> None:
    report = a_report({"ci-present": "yes"}, evidence={"ci-present": [Place("ci.yml", 1)]})
    found = practices_with_evidence(a_finished_run(repository, report))
    assert [e.path for e in found["ci-present"].evidence.all()] == ["ci.yml"]


def test_runs_of_a_deal_are_seen_by_who_sees_the_deal(cast: Cast, repository: Repository) -> None:
    run = ran(repository)
    for user in (cast.analyst, cast.reviewer, cast.partner, cast.admin):
        assert run in AuditRun.objects.visible_to(user)
        assert repository in Repository.objects.visible_to(user)
    for user in (cast.outsider, cast.founder, cast.other_founder):
        assert not AuditRun.objects.visible_to(user).exists()
        assert not Repository.objects.visible_to(user).exists()


@pytest.mark.parametrize("path", ["settings.py", "…"])
def test_a_finding_in_what_was_left_out_is_not_called_fixed(
    repository: Repository, path: str
) -> None:
    before = ran(repository, key(3))
    blind = a_report({"secrets-committed": "no", "unsafe-model-serialization": "no"})
    blind["skipped"] = [{"path": path, "reason": "larger than the limit of 2 MB"}]
    hidden = comparison(before, a_finished_run(repository, blind))
    assert hidden.fixed_findings == ()
    assert [f.line for f in hidden.unsettled_findings] == [3]
