"""Audits, verdicts and findings over the API."""

import pytest
from django.utils.crypto import get_random_string

from audits.models import AuditRun
from audits.services.runs import request_run
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast
from tests.diligence.api.calling import call


@pytest.fixture
def run(cast: Cast) -> AuditRun:
    report = a_report(
        {"ci-present": "yes", "has-ml": "no"},
        evidence={"ci-present": [Place(".github/workflows/ci.yml", 7, "run: pytest")]},
        findings=[
            a_finding("Key in the code", severity="high"),
            a_finding("Old pickle", severity="low", check="governance/unsafe-model-serialization"),
        ],
    )
    return a_finished_run(a_repository(cast.deal, cast.analyst), report)


def test_nothing_of_an_audit_is_there_for_someone_off_the_deal(cast: Cast, run: AuditRun) -> None:
    for address in ("", "practices/", "findings/", "comparison/"):
        assert call(cast.outsider, f"audits/{run.pk}/{address}").status_code == 404
    assert call(cast.outsider, "audits/").json()["results"] == []
    assert call(cast.outsider, f"audits/?deal={cast.deal.pk}").json()["count"] == 0


def test_a_filter_that_makes_no_sense_is_refused(cast: Cast) -> None:
    assert call(cast.analyst, "audits/?deal=x").status_code == 400
    assert call(cast.analyst, "audits/?state=lost").status_code == 400


def test_the_token_of_a_repository_is_never_told(cast: Cast, run: AuditRun) -> None:
    secret = get_random_string(20)
    run.repository.token = secret.encode()
    run.repository.save()
    for address in ("audits/", f"audits/{run.pk}/"):
        text = call(cast.analyst, address).content.decode()
        assert "token" not in text
        assert secret not in text


def test_audits_are_listed_and_filtered(cast: Cast, run: AuditRun) -> None:
    queued = request_run(actor=cast.analyst, repository=run.repository)
    found = call(cast.reviewer, "audits/").json()
    assert [row["id"] for row in found["results"]] == [str(queued.pk), str(run.pk)]
    assert call(cast.reviewer, "audits/?state=succeeded").json()["count"] == 1
    assert call(cast.partner, f"audits/?deal={cast.other_deal.pk}").json()["count"] == 0


def test_an_audit_names_its_commit_and_what_it_left_out(cast: Cast, run: AuditRun) -> None:
    (listed,) = call(cast.partner, "audits/").json()["results"]
    told = call(cast.partner, f"audits/{run.pk}/").json()
    assert told.pop("left_out") == [{"path": "weights.bin", "reason": "too large"}]
    assert told == listed
    assert told["commit"] == run.commit
    assert told["deal"] == str(cast.deal.pk)
    assert told["repository"]["name"] == "vision"
    assert (told["state"], told["files"], told["skipped"]) == ("succeeded", 12, 1)


def test_verdicts_come_with_the_places_that_show_them(cast: Cast, run: AuditRun) -> None:
    found = call(cast.analyst, f"audits/{run.pk}/practices/?verdict=yes").json()["results"]
    (practice,) = found
    assert practice["practice"] == "ci-present"
    assert practice["lens"] == "delivery"
    assert practice["evidence"] == [{"path": ".github/workflows/ci.yml", "line": 7, "note": ""}]
    one_lens = call(cast.analyst, f"audits/{run.pk}/practices/?lens=substance").json()["results"]
    assert {row["lens"] for row in one_lens} == {"substance"}


def test_findings_are_listed_worst_first_and_filtered(cast: Cast, run: AuditRun) -> None:
    found = call(cast.analyst, f"audits/{run.pk}/findings/").json()["results"]
    assert [row["severity"] for row in found] == ["high", "low"]
    assert found[0]["check"] == "governance/secrets-committed"
    assert found[0]["fix"]
    (low,) = call(cast.analyst, f"audits/{run.pk}/findings/?severity=low").json()["results"]
    assert low["title"] == "Old pickle"
    assert call(cast.analyst, f"audits/{run.pk}/findings/?check=x").json()["count"] == 0


def test_pages_are_cut_as_asked_and_at_two_hundred(cast: Cast, run: AuditRun) -> None:
    first = call(cast.analyst, f"audits/{run.pk}/findings/?limit=1").json()
    assert (len(first["results"]), first["count"]) == (1, 2)
    assert "offset=1" in first["next"]
    every = call(cast.analyst, f"audits/{run.pk}/findings/?limit=100000").json()
    assert every["next"] is None


def test_the_list_costs_the_same_however_many_there_are(
    cast: Cast, run: AuditRun, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        a_finished_run(run.repository)
    with django_assert_max_num_queries(8):  # type: ignore[operator] # a context manager
        assert call(cast.analyst, "audits/").json()["count"] == 4


def test_two_audits_are_compared(cast: Cast, run: AuditRun) -> None:
    alone = call(cast.analyst, f"audits/{run.pk}/comparison/")
    assert alone.status_code == 404
    assert "no earlier audit" in alone.json()["detail"]
    report = a_report(
        {"ci-present": "unknown", "has-ml": "yes", "secrets-committed": "no"},
        findings=[a_finding("New key", severity="critical", place=Place("new.py", 2, "K = 2"))],
    )
    later = a_finished_run(run.repository, report)
    told = call(cast.reviewer, f"audits/{later.pk}/comparison/").json()
    assert (told["before"], told["after"]) == (str(run.pk), str(later.pk))
    assert [(c["practice"], c["before"], c["after"]) for c in told["changed"]] == [
        ("has-ml", "no", "yes"), ("secrets-committed", "unknown", "no"),
    ]  # fmt: skip
    assert [c["practice"] for c in told["no_longer_assessable"]] == ["ci-present"]
    assert [f["title"] for f in told["new_findings"]] == ["New key"]
    assert [f["title"] for f in told["fixed_findings"]] == ["Key in the code"]
    assert [f["title"] for f in told["no_longer_assessable_findings"]] == ["Old pickle"]
    assert told["unchanged_findings"] == []
    assert told["unchanged"] > 30
    chosen = call(cast.analyst, f"audits/{later.pk}/comparison/?with={run.pk}")
    assert chosen.json() == told
    for other in (later.pk, cast.deal.pk, "x"):
        unknown = call(cast.analyst, f"audits/{later.pk}/comparison/?with={other}")
        assert unknown.status_code == 404
