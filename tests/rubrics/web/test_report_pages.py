"""Pages around reports: verify, the decision, further files, two compared, the letterhead."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from diligence.models import Activity
from rubrics.models import Letterhead, Report, ReportCopy, SignOff
from rubrics.services.drawing import Drawn
from rubrics.services.letterheads import GivenLetterhead, set_letterhead
from rubrics.services.reports import (
    VERIFY_PATH,
    draw_copy,
    draw_report,
    issue_report,
    order_copy,
)
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast, signed_in, without_tokens
from tests.diligence.api.calling import call
from tests.rubrics.building import a_scorecard, an_assessment, give

PDF = b"%PDF-1.7 as it was issued"


@pytest.fixture
def report(cast: Cast) -> Report:
    """An issued report with its file."""
    a_scorecard(an_assessment(cast.deal), cast.reviewer, level=2, locked=True)
    row = issue_report(actor=cast.analyst, deal=cast.deal)
    draw_report(row.pk, lambda _: Drawn(PDF, 3))
    row.refresh_from_db()
    return row


@pytest.fixture
def anybody() -> Client:
    cache.clear()
    return Client()


def page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(f"rubrics:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def decided(**more: str) -> dict[str, str]:
    rows = {"conditions-TOTAL_FORMS": "2", "conditions-INITIAL_FORMS": "0"}
    return {"decision": "go", "because": "It holds.", **rows, **more}


# Verify ---------------------------------------------------------------------------------------


def ask(anybody: Client, **form: Any) -> Any:
    return anybody.post(reverse("rubrics:verify"), form)


def test_the_address_in_the_report_is_that_of_the_page(cast: Cast, report: Report) -> None:
    assert reverse("rubrics:verify") == VERIFY_PATH
    assert report.data["verify_at"] == "http://127.0.0.1:8000/verify/"


def test_whoever_holds_the_file_is_told_that_it_is_ours_and_nothing_of_the_deal(
    anybody: Client, cast: Cast, report: Report
) -> None:
    response = ask(anybody, file=SimpleUploadedFile("x.pdf", PDF))
    text = response.content.decode()
    assert "was issued here and is unchanged" in text
    assert "PR-00001" in text
    for secret in (cast.deal.startup.name, cast.deal.name, str(cast.deal.pk), str(report.pk)):
        assert secret not in text
    assert not Activity.objects.filter(verb__startswith="verify").exists()


@pytest.mark.parametrize("changed", [PDF + b"\n", PDF[:-1], b"", b"%PDF-1.7 of somebody else"])
def test_one_byte_more_or_less_and_it_is_not_known(
    anybody: Client, report: Report, changed: bytes
) -> None:
    text = ask(anybody, file=SimpleUploadedFile("x.pdf", changed)).content.decode()
    assert "is not known here" in text
    assert "PR-0" not in text


def test_a_hash_does_as_well_however_it_was_copied(anybody: Client, report: Report) -> None:
    sha256 = report.pdf_sha256
    apart = " ".join(sha256[i : i + 8] for i in range(0, 64, 8)).upper()
    for text in (sha256, apart, f"SHA256:{sha256}", f"  {sha256}\n"):
        assert "is unchanged" in ask(anybody, sha256=text).content.decode(), text
    answer = ask(anybody, sha256=sha256[:-1])
    assert answer.status_code == 422
    assert "A SHA-256 has 64 digits" in answer.content.decode()
    assert ask(anybody).status_code == 422


def test_a_report_that_is_not_drawn_has_no_hash_to_ask_for(anybody: Client, cast: Cast) -> None:
    a_scorecard(an_assessment(cast.deal), cast.reviewer, locked=True)
    row = issue_report(actor=cast.analyst, deal=cast.deal)
    assert row.pdf_sha256 == ""
    assert "is not known" in ask(anybody, sha256=row.data_sha256).content.decode()


def test_a_copy_for_a_reader_is_ours_too_and_the_reader_is_not_named(
    anybody: Client, cast: Cast, report: Report
) -> None:
    copy = order_copy(actor=cast.analyst, report=report, form="copy", reader="Nora Reader")
    draw_copy(copy.pk, lambda _: Drawn(b"%PDF for Nora", 3))
    text = ask(anybody, file=SimpleUploadedFile("x.pdf", b"%PDF for Nora")).content.decode()
    assert "is unchanged" in text
    assert "copy for one reader" in text
    assert "Nora" not in without_tokens(text)


def test_whoever_asks_too_often_waits(anybody: Client, report: Report) -> None:
    for _ in range(30):
        assert ask(anybody, sha256="0" * 64).status_code == 200
    answer = ask(anybody, sha256=report.pdf_sha256)
    assert answer.status_code == 429
    assert "unchanged" not in answer.content.decode()
    assert ask(Client(REMOTE_ADDR="192.0.2.7"), sha256="0" * 64).status_code == 200


# The decision ---------------------------------------------------------------------------------


def test_a_partner_reads_what_stands_in_the_way_and_signs_when_nothing_does(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    scorecard = a_scorecard(assessment, cast.reviewer, level=3)
    client, address = signed_in(cast.partner), reverse("rubrics:deal_sign_off", args=[cast.deal.pk])
    assert "Submit the scorecard first." in client.get(address).content.decode()
    refused = client.post(address, decided())
    assert refused.status_code == 422
    assert not SignOff.objects.exists()
    scorecard.locked_at = cast.deal.created_at
    scorecard.save()
    conditions = {"conditions-0-text": "Rotate the keys.", "conditions-0-due_on": "2099-01-31"}
    client.post(address, decided(decision="go-with-conditions", **conditions))
    text = client.get(address).content.decode()
    assert "Rotate the keys." in text
    assert "31 Jan 2099" in text
    assert "Go, with conditions" in page(client, "deal_reports", cast.deal.pk)


def test_an_analyst_reads_the_decision_and_has_no_form(cast: Cast, report: Report) -> None:
    signed_in(cast.partner).post(reverse("rubrics:deal_sign_off", args=[cast.deal.pk]), decided())
    text = page(signed_in(cast.analyst), "deal_sign_off", cast.deal.pk)
    assert "It holds." in text
    assert "<textarea" not in text


# Further files --------------------------------------------------------------------------------


def test_a_pdf_that_was_lost_from_the_storage_is_told_and_leaves_no_line(
    cast: Cast, report: Report
) -> None:
    copy = order_copy(actor=cast.analyst, report=report, form=ReportCopy.Form.BRIEF)
    draw_copy(copy.pk, lambda _: Drawn(PDF, 1))
    copy.refresh_from_db()
    storages["default"].delete(report.pdf_path)
    storages["default"].delete(copy.pdf_path)
    client = signed_in(cast.analyst)
    for name, row in (("report_download", report), ("copy_download", copy)):
        shown = client.get(reverse(f"rubrics:{name}", args=[row.pk]), follow=True)
        assert shown.status_code == 200
        assert "This PDF is missing from the storage" in shown.content.decode()
    answer = call(cast.analyst, f"reports/{report.pk}/pdf/", Accept="application/pdf")
    assert (answer.status_code, "missing" in answer.content.decode()) == (404, True)
    assert not Activity.objects.filter(verb="report.download").exists()


def test_a_copy_is_ordered_once_and_every_download_leaves_a_line(
    cast: Cast, report: Report
) -> None:
    client = signed_in(cast.analyst)
    address = reverse("rubrics:report_files", args=[report.pk])
    for _ in range(2):
        client.post(address, {"form": "copy", "reader": "  Nora   Reader "})
    copy = ReportCopy.objects.get()
    assert copy.reader == "Nora Reader"
    draw_copy(copy.pk, lambda _: Drawn(b"%PDF for Nora", 3))
    response = client.get(reverse("rubrics:copy_download", args=[copy.pk]))
    assert b"".join(response.streaming_content) == b"%PDF for Nora"  # type: ignore[attr-defined] # the test client's answer has no such type
    line = Activity.objects.get(verb="report.download")
    assert line.text == "downloaded of report 1: copy for one reader (Nora Reader)"
    assert "for Nora Reader" in page(client, "report_files", report.pk)


@pytest.mark.parametrize("form", [{"form": "copy"}, {"form": "all"}, {}])
def test_an_order_that_says_too_little_draws_nothing(
    cast: Cast, report: Report, form: dict[str, str]
) -> None:
    signed_in(cast.analyst).post(reverse("rubrics:report_files", args=[report.pk]), form)
    assert not ReportCopy.objects.exists()


@pytest.mark.parametrize(
    ("form", "starts"), [("json", b'{"agreement"'), ("md", b"# Northwind"), ("xlsx", b"PK")]
)
def test_the_data_comes_as_json_markdown_and_excel(
    cast: Cast, report: Report, form: str, starts: bytes
) -> None:
    client = signed_in(cast.partner)
    response = client.get(reverse("rubrics:report_export", args=[report.pk, form]))
    assert response.content.startswith(starts)
    assert response["Content-Disposition"].endswith(f'vision-report-1.{form}"')
    if form == "json":
        assert hashlib.sha256(response.content).hexdigest() == report.data_sha256
    assert Activity.objects.get(verb="report.download").text == f"downloaded report 1 as {form}"
    assert client.get(reverse("rubrics:report_export", args=[report.pk, "exe"])).status_code == 404


def test_two_reports_show_what_became_of_figures_findings_and_levels(cast: Cast) -> None:
    repository = a_repository(cast.deal, cast.analyst)
    old, stays, new = (
        a_finding(f"A {word} finding", place=Place(f"{word}.py", 3, word))
        for word in ("fixed", "kept", "new")
    )
    a_finished_run(repository, a_report({}, findings=[old, stays]))
    assessment = an_assessment(cast.deal)
    scorecard = a_scorecard(assessment, cast.reviewer, level=1)
    first = issue_report(actor=cast.analyst, deal=cast.deal)
    a_finished_run(repository, a_report({}, findings=[stays, new]))
    give(scorecard, "data-versioning", 3, grade="E4")
    second = issue_report(actor=cast.analyst, deal=cast.deal)
    client = signed_in(cast.partner)
    text = page(client, "report_compare", second.pk, first.pk)
    other_way = page(client, "report_compare", first.pk, second.pk)
    assert "Report 1 and report 2" in text
    assert "Report 1 and report 2" in other_way
    new_part, _, gone_part = text.partition("<h3>Gone</h3>")
    assert "A new finding" in new_part
    assert "A fixed finding" in gone_part
    assert "A kept finding" not in text
    assert "1 new, 1 gone, 1 unchanged" in text
    assert "1 → <strong>3</strong>" in text
    lens = first.data["lenses"][0]["score"], second.data["lenses"][0]["score"]
    assert f"+{lens[1] - lens[0]:.2f}" in text


# The letterhead -------------------------------------------------------------------------------


def a_picture(size: tuple[int, int] = (900, 300), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#7a1f3d").save(out, kind)
    return out.getvalue()


def given(**more: Any) -> dict[str, Any]:
    return {"firm": "Harbour Point", "colour": "#7A1F3D", "paper": "letter", "revision": 1, **more}


def test_an_administrator_sets_the_letterhead_and_issued_reports_keep_theirs(
    cast: Cast, report: Report
) -> None:
    client, address = signed_in(cast.admin), reverse("rubrics:letterhead_edit")
    logo = SimpleUploadedFile("logo.jpg", a_picture(kind="JPEG"))
    row = Letterhead.objects.get()
    client.post(address, given(logo=logo, introduction="For **us**.", revision=row.revision))
    row.refresh_from_db()
    assert (row.firm, row.colour, row.paper) == ("Harbour Point", "#7a1f3d", "letter")
    with Image.open(io.BytesIO(bytes(row.logo or b""))) as kept:
        assert (kept.format, kept.size, kept.info.get("exif")) == ("PNG", (600, 200), None)
    assert client.get(reverse("rubrics:letterhead_logo")).content == bytes(row.logo or b"")
    later = issue_report(actor=cast.analyst, deal=cast.deal)
    report.refresh_from_db()
    assert report.data["letterhead"]["firm"] == ""
    assert later.data["letterhead"]["firm"] == "Harbour Point"
    assert "<strong>us</strong>" in page(client, "letterhead_edit")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"colour": "#ffff00"}, "too pale on paper"),
        ({"colour": "red"}, "Write the colour as #"),
        ({"logo": SimpleUploadedFile("logo.svg", b"<svg onload='x'/>")}, "PNG, JPEG or WebP"),
        ({"logo": SimpleUploadedFile("logo.png", b"\x89PNG\r\n broken")}, "PNG, JPEG or WebP"),
        ({"revision": 7}, "Somebody else changed this meanwhile"),
    ],
)  # fmt: skip
def test_a_letterhead_that_cannot_be_printed_is_refused_and_the_old_one_stays(
    cast: Cast, wrong: dict[str, Any], told: str
) -> None:
    response = signed_in(cast.admin).post(reverse("rubrics:letterhead_edit"), given(**wrong))
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Letterhead.objects.exclude(firm="").exists()


def test_the_preview_shows_words_and_never_markup(cast: Cast) -> None:
    hostile = "<script>x</script> ![a](http://x/y) **b**"
    response = signed_in(cast.admin).post(
        reverse("rubrics:letterhead_preview"), given(introduction=hostile, firm="<b>x</b>")
    )
    text = response.content.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>" not in text
    assert "<strong>b</strong>" in text
    assert not Letterhead.objects.exists()


def test_a_huge_picture_is_not_even_opened(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    bomb = a_picture((9000, 9000))
    assert len(bomb) < 2 * 1024**2
    with pytest.raises(Exception, match="40 million points"):
        set_letterhead(
            actor=cast.admin,
            given=GivenLetterhead("x", "#155464", "A4", "", "", logo=bomb),
        )
