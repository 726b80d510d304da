"""The file itself: archivable, accessible, and drawn without opening anything."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate

from diligence.config.proposing import proposed_scores
from rubrics.reports.audit_pdf import draw_audit
from rubrics.reports.printing import Attached, Sheet, print_sheet
from tests.rubrics.reports.test_audit_pdf import FULL, TITLES

ROOT = Path(__file__).resolve().parents[3]
STYLE = "@page { @top-left { content: 'Running head' } @bottom-right { content: counter(page) } }"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def audited() -> bytes:
    return draw_audit(FULL, proposed_scores(FULL), TITLES, json.dumps({"a": 1}))


def printed(body: str, **given: Any) -> pikepdf.Pdf:
    html = f"<html lang=en><title>x</title><body>{body}</body></html>"
    return pikepdf.open(io.BytesIO(print_sheet(Sheet(html, STYLE, **given)).pdf))


def elements(document: pikepdf.Pdf) -> Iterator[Any]:
    waiting = [document.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            waiting.append(node.get("/K", pikepdf.Array()))


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1_and_describes_what_archives_do_not_know() -> None:
    with printed("<h1>Title</h1>") as document, document.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == "x"
        text = document.Root.Metadata.read_bytes().decode()
    assert text.count("<rdf:RDF") == 1
    assert "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in text


def test_what_is_attached_says_what_it_is_to_the_document() -> None:
    data = Attached("report.json", '{"a": "ü"}', "The data")
    with printed("<p>x</p>", attachments=[data]) as document:
        (named,) = document.Root.AF
        assert (str(named.AFRelationship), str(named.UF)) == ("/Source", "report.json")
        assert document.attachments["report.json"].get_file().read_bytes() == b'{"a": "\xc3\xbc"}'


def test_colours_are_named_by_the_profile_that_archives_ask_for() -> None:
    with printed("<p style='color: #123456'>x</p>") as document:
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_running_heads_and_page_numbers_are_no_content() -> None:
    with printed("<h1>Title</h1><p>Words</p>") as document:
        (page,) = document.pages
        parents = document.Root.StructTreeRoot.ParentTree.Nums[1]
        marks = [
            (str(each.operands[0]), each.operands[1].get("/MCID"))
            for each in pikepdf.parse_content_stream(page)
            if isinstance(each, pikepdf.ContentStreamInstruction) and str(each.operator) == "BDC"
        ]
    artifacts = [tag for tag, number in marks if number is None]
    assert artifacts == ["/Artifact", "/Artifact"]
    numbers = [n for _, n in marks if n is not None]
    assert len(numbers) == 2
    assert all(parents[int(n)] is not None for n in numbers)


def test_header_cells_say_what_they_head_and_can_be_found() -> None:
    body = (
        "<table><thead><tr><th>Name<th>Figure</thead><tbody>"
        "<tr><th scope=row>alpha<td>0.8<tr><th scope=row>beta<td>0.9</table>"
    )
    with printed(body) as document:
        heads = [e for e in elements(document) if e.S == "/TH"]
        scopes = sorted(str(head.A.Scope) for head in heads)
        cells = [e for e in elements(document) if e.S == "/TD"]
        named = document.Root.StructTreeRoot.IDTree.Names
        known = {str(named[i]): named[i + 1].objgen for i in range(0, len(named), 2)}
        assert scopes == ["/Column", "/Column", "/Row", "/Row"]
        assert list(known) == sorted(known)
        assert known == {str(h.ID): h.objgen for h in heads}
        assert [[str(n) in known for n in cell.A.Headers] for cell in cells] == [[True] * 2] * 2


def test_a_checker_of_accessible_files_finds_nothing(audited: bytes, tmp_path: Path) -> None:
    path = tmp_path / "audit.pdf"
    path.write_bytes(audited)
    assert [f"{f.rule_id} {f.message}" for f in validate(str(path)).findings] == []


def test_every_figure_has_words_and_lists_hold_only_items(audited: bytes) -> None:
    with pikepdf.open(io.BytesIO(audited)) as document:
        figures = [e for e in elements(document) if e.S == "/Figure"]
        items = [e for e in elements(document) if e.S == "/LI"]
        lists = [e for e in elements(document) if e.S == "/L"]
        assert len(figures) == 2
        assert all(str(figure.Alt) for figure in figures)
        assert len(items) > 3
        assert {str(item.P.S) for item in items} == {"/L"}
        assert {str(kid.S) for each in lists for kid in each.K} <= {"/LI", "/L", "/Caption"}


def test_a_picture_is_drawn_only_where_it_was_handed_over() -> None:
    body = '<img alt="Logo" src="proofroom:logo"><img alt="Other" src="proofroom:other">'
    with printed(body, pictures={"logo": PIXEL}) as document:
        assert len(document.pages[0].get_images()) == 1
        figures = [str(e.Alt) for e in elements(document) if e.S == "/Figure"]
        assert sorted(figures) == ["Logo", "Other"]


WATCHED = """
import json, sys
from pathlib import Path
import django
django.setup()
from rubrics.reports.printing import Sheet, print_sheet

html, style, mine = json.load(sys.stdin)
print_sheet(Sheet("<html lang=en><title>x</title><h1>warm</h1>", style))
seen = []
KINDS = ("open", "socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "urllib.",
         "ftplib.", "http.", "shutil.", "os.listdir", "os.scandir", "glob.")

def note(event, details):
    if event.startswith(KINDS):
        seen.append([event, str(details[0]) if details else ""])

sys.addaudithook(note)
Path(mine).read_bytes()
pdf = print_sheet(Sheet(html, style)).pdf
print(json.dumps([seen, len(pdf)]))
"""


def test_drawing_opens_no_file_and_no_socket_whatever_the_document_asks_for(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'leaked' }")
    style = (ROOT / "static/rubrics/report.css").read_text() + f"@import url('file://{secret}');"
    asked = (f"file://{secret}", "http://127.0.0.1:9/x", "https://example.com/x", "//x/y",
             "ftp://x/y", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
             "proofroom:../../etc/passwd", "proofroom:logo")  # fmt: skip
    body = "".join(
        f'<style>@import "{a}"; @font-face {{ font-family: x; src: url({a}) }}'
        f" p {{ font-family: x; list-style-image: url({a}); cursor: url({a}) }}</style>"
        f'<img src="{a}" alt=x><object data="{a}"></object><embed src="{a}">'
        f'<iframe src="{a}"></iframe><link rel=stylesheet href="{a}"><link rel=icon href="{a}">'
        f'<link rel=attachment href="{a}"><a rel=attachment href="{a}">x</a>'
        f'<p style="background: url({a}); content: url({a})">still here</p>'
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{a}"/>'
        f'<use xlink:href="{a}#a"/></svg>'
        for a in asked
    )
    html = f"<html lang=en><title>x</title>{body}</html>"
    given = json.dumps([html, style, str(secret)])
    run = subprocess.run(
        [sys.executable, "-c", WATCHED], input=given, capture_output=True, text=True, check=True,
        cwd=ROOT,
    )  # fmt: skip
    seen, size = json.loads(run.stdout.splitlines()[-1])
    own, *others = seen
    assert own == ["open", str(secret)], "the watch itself must see what is opened"
    colours = [name for event, name in others if name.endswith("sRGB2014.icc")]
    assert [each for each in others if each[1] not in colours] == []
    assert size > 1000
