"""Pages of audits: how a run goes, what it found and where, what is refused in a sentence."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.engine.registry import catalogue
from audits.facts.tools.shown import practices_with_tables, tables_of
from audits.models import AuditRun, Repository
from audits.services.runs import claim_run, fail_run, renew_lease, request_run
from tests.audits.building import (
    Place,
    a_finding,
    a_finished_run,
    a_report,
    a_repository,
)
from tests.cast import Cast, signed_in

HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def repository(cast: Cast) -> Repository:
    return a_repository(cast.deal, cast.analyst)


def page(cast: Cast, address: str, **headers: str) -> str:
    response = signed_in(cast.analyst).get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_neither_founder_nor_outsider_sees_a_run(cast: Cast, repository: Repository) -> None:
    run = a_finished_run(repository, a_report(findings=[a_finding()]))
    finding, practice = run.findings.get(), run.practices.all()[0]
    for who in (cast.founder, cast.other_founder, cast.outsider):
        browser = signed_in(who)
        for address in (
            f"/audits/{run.pk}/", f"/audits/{run.pk}/findings/", f"/audits/{run.pk}/compare/",
            f"/audits/{run.pk}/skipped/", f"/findings/{finding.pk}/evidence/",
            f"/practices/{practice.pk}/evidence/", f"/deals/{cast.deal.pk}/audits/",
        ):  # fmt: skip
            assert browser.get(address).status_code == 404


def test_what_a_repository_says_is_text(cast: Cast, repository: Repository) -> None:
    place = Place(f"{HOSTILE}.py", 1, HOSTILE)
    report = a_report(
        {"ci-present": "yes"}, evidence={"ci-present": [place]}, because={"ci-present": HOSTILE},
        findings=[a_finding(HOSTILE, place=place)],
    )  # fmt: skip
    run = a_finished_run(repository, report)
    practice, finding = run.practices.get(practice="ci-present"), run.findings.get()
    for address in (
        f"/audits/{run.pk}/", f"/audits/{run.pk}/findings/",
        f"/practices/{practice.pk}/evidence/", f"/findings/{finding.pk}/evidence/",
    ):  # fmt: skip
        shown = page(cast, address)
        assert HOSTILE not in shown
        assert "alert(&#x27;x&#x27;)" in shown


def test_a_run_shows_how_far_it_is_and_then_itself(cast: Cast, repository: Repository) -> None:
    run = request_run(actor=cast.analyst, repository=repository)
    address = f"/audits/{run.pk}/"
    assert "Waiting for a worker." in page(cast, address)
    holder = claim_run(run.pk)
    assert holder is not None
    renew_lease(run.pk, holder, stage="Reading files", done=40, total=80)
    fragment = page(cast, address, **HTMX)
    assert "Reading files" in fragment
    assert "40 of 80" in fragment
    assert "<html" not in fragment
    fail_run(run.pk, holder, "The file is not a bundle; make it again.")
    ended = signed_in(cast.analyst).get(address, headers=HTMX)
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")
    shown = page(cast, address)
    assert "The file is not a bundle; make it again." in shown
    assert "earlier runs, scores and evidence are as they were" in shown


def test_a_second_run_is_refused_in_a_sentence(cast: Cast, repository: Repository) -> None:
    run = request_run(actor=cast.analyst, repository=repository)
    answered = signed_in(cast.analyst).post(
        f"/repositories/{repository.pk}/run/", {"rev": "main"}, follow=True
    )
    assert "is under way; wait for it or cancel it" in answered.content.decode()
    assert list(repository.runs.all()) == [run]
    signed_in(cast.analyst).post(f"/audits/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_cited_lines_have_their_numbers_at_the_commit(cast: Cast, repository: Repository) -> None:
    place = Place("src/train.py", 41, "def train():\n    fit()\n    save()", 40)
    report = a_report({"ci-present": "yes"}, evidence={"ci-present": [place]})
    run = a_finished_run(repository, report)
    practice = run.practices.get(practice="ci-present")
    shown = page(cast, f"/practices/{practice.pk}/evidence/", **HTMX)
    for part in ("src/train.py", ">40<", ">41<", ">42<", "fit()", run.commit[:7]):
        assert part in shown


def test_findings_are_filtered_by_severity_and_words(cast: Cast, repository: Repository) -> None:
    found = [
        a_finding("AWS key", severity="critical", place=Place("a.py", 1, "1")),
        a_finding("A pickle is loaded", severity="medium", place=Place("serve.py", 2, "2")),
    ]
    run = a_finished_run(repository, a_report(findings=found))
    address = f"/audits/{run.pk}/findings/"
    assert "AWS key" in page(cast, address)
    medium = page(cast, f"{address}?severity=medium", **HTMX)
    assert "AWS key" not in medium
    assert "A pickle is loaded" in medium
    by_path = page(cast, f"{address}?q=serve+pickle")
    assert "AWS key" not in by_path
    assert "A pickle is loaded" in by_path
    assert "A pickle" in page(cast, f"{address}?severity=invented&page=99")


def test_two_runs_are_compared(cast: Cast, repository: Repository) -> None:
    only = a_finished_run(repository, a_report({"ci-present": "no"}))
    assert "Nothing to compare with" in page(cast, f"/audits/{only.pk}/compare/")
    verdicts = {"ci-present": "yes", "secrets-committed": "yes"}
    second = a_finished_run(repository, a_report(verdicts, findings=[a_finding("New key")]))
    shown = page(cast, f"/audits/{second.pk}/compare/")
    assert "New findings" in shown
    assert "New key" in shown
    third = a_finished_run(repository, a_report({"ci-present": "yes"}))
    lost = page(cast, f"/audits/{third.pk}/compare/")
    assert "Findings no longer assessable" in lost
    assert "0 verdicts, 1 finding" not in lost
    assert "Verdicts no longer assessable" in lost
    assert lost.count("Verdicts no longer assessable") == 2  # heading and table, no pill
    fixed = lost[lost.index("<h2>Fixed findings</h2>") :]
    assert fixed.index("None.") < fixed.index("Findings no longer assessable")
    verdicts = {"ci-present": "yes", "secrets-committed": "no"}
    other = a_finding("Other key", place=Place("other.py", 1, "K = 1"))
    fourth = a_finished_run(repository, a_report(verdicts, findings=[other]))
    mended = page(cast, f"/audits/{fourth.pk}/compare/?with={second.pk}")
    assert "New key" in mended[mended.index("<h2>Fixed findings</h2>") :]
    same = a_finished_run(repository, a_report(verdicts, findings=[other]))
    assert "Unchanged findings (1)" in page(cast, f"/audits/{same.pk}/compare/")


def test_what_was_not_read_is_listed_with_its_reason(cast: Cast, repository: Repository) -> None:
    shown = page(cast, f"/audits/{a_finished_run(repository).pk}/skipped/")
    assert "weights.bin" in shown
    assert "too large" in shown


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a file to upload or one from the evidence"),
        ({"file": SimpleUploadedFile("x.bundle", b"")}, "empty"),
    ],
)
def test_no_file_and_an_empty_one_are_refused(
    cast: Cast, data: dict[str, object], sentence: str
) -> None:
    answered = signed_in(cast.analyst).post(f"/deals/{cast.deal.pk}/audits/file/", data)
    assert answered.status_code == 422
    assert sentence in answered.content.decode()
    assert not AuditRun.objects.exists()


def test_an_address_that_is_not_fetched_is_refused(cast: Cast) -> None:
    answered = signed_in(cast.analyst).post(
        f"/deals/{cast.deal.pk}/audits/url/",
        {"url": "https://git.example.com/a?token=s3cret-in-url", "token": "s3cret"},
    )
    assert answered.status_code == 422
    assert "not the address of a git repository" in answered.content.decode()
    assert 'value="s3cret"' not in answered.content.decode()
    assert not Repository.objects.exists()


def test_a_bundle_is_taken_and_its_first_audit_begins(cast: Cast) -> None:
    bundle = SimpleUploadedFile("code.bundle", b"# v2 git bundle\nnot really\n")
    answered = signed_in(cast.analyst).post(f"/deals/{cast.deal.pk}/audits/file/", {"file": bundle})
    run = AuditRun.objects.get()
    assert answered.headers["Location"] == f"/audits/{run.pk}/"
    assert (run.repository.name, run.state) == ("code.bundle", "queued")


def test_the_catalogue_has_a_page_for_each_check(cast: Cast) -> None:
    assert "ci-present" in page(cast, "/catalogue/")
    assert "ci-present" in page(cast, "/catalogue/ci-present/")
    assert signed_in(cast.analyst).get("/catalogue/no-such/").status_code == 404
    assert signed_in(cast.founder).get("/catalogue/").status_code == 404


def test_the_page_of_a_check_shows_the_tools_that_it_knows(cast: Cast) -> None:
    shown = page(cast, "/catalogue/drift-detection/")
    assert "Tools it knows" in shown
    assert "<li>Evidently <code>evidently</code>" in shown
    assert "<code>scipy.stats.ks_2samp</code>" in shown
    assert "Tools it knows" not in page(cast, "/catalogue/codeowners/")


def test_the_tools_that_are_shown_belong_to_checks_and_none_of_their_tables_is_empty() -> None:
    known = {check.practice for check in catalogue()}
    assert practices_with_tables() <= known
    assert len(practices_with_tables()) > 30
    for practice in practices_with_tables():
        for table in tables_of(practice):
            assert table.tools, (practice, table.title)
            assert all(tool.name and all(tool.marks) for tool in table.tools)
