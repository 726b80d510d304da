"""The template editor: nothing typed is lost, nothing published changes, two people are told."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diligence.models import QuestionnaireTemplate, TemplateDraft
from diligence.services.templates import start_draft
from tests.cast import EVERY_TYPE, Cast, signed_in

SOURCE = EVERY_TYPE.read_text(encoding="utf-8")
SAVES_ITSELF = {"X-Autosave": "1"}


@pytest.fixture
def template(cast: Cast) -> QuestionnaireTemplate:
    return cast.questionnaire.template


@pytest.fixture
def draft(cast: Cast, template: QuestionnaireTemplate) -> TemplateDraft:
    return start_draft(actor=cast.analyst, based_on=template)


def address(draft: TemplateDraft, more: str = "") -> str:
    return f"/templates/drafts/{draft.pk}/{more}"


def save(client: Client, draft: TemplateDraft, source: str, revision: int) -> tuple[int, str]:
    answer = client.post(
        address(draft), {"source": source, "revision": revision}, headers=SAVES_ITSELF
    )
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("who", ["partner", "reviewer", "founder", "other_founder"])
def test_for_others_there_are_no_such_pages(cast: Cast, draft: TemplateDraft, who: str) -> None:
    client = signed_in(getattr(cast, who))
    published = f"/templates/{cast.questionnaire.template.slug}/v1/"
    for path in ("/templates/", "/templates/schema.json", published, address(draft)):
        assert client.get(path).status_code == 404, path
    assert client.post(address(draft, "publish/"), {"revision": 1}).status_code == 404
    assert TemplateDraft.objects.filter(pk=draft.pk).exists()


def test_an_analyst_drafts_and_an_administrator_publishes(
    cast: Cast, draft: TemplateDraft, template: QuestionnaireTemplate
) -> None:
    refused = signed_in(cast.analyst).post(address(draft, "publish/"), {"revision": 1})
    assert refused.status_code == 403
    published = signed_in(cast.admin).post(address(draft, "publish/"), {"revision": 1})
    assert published.url == f"/templates/{template.slug}/v2/"  # type: ignore[attr-defined]
    assert not TemplateDraft.objects.exists()
    template.refresh_from_db()
    assert template.source == SOURCE
    assert cast.questionnaire.template == template


def test_what_is_typed_is_kept_though_it_is_wrong_and_the_line_is_named(
    cast: Cast, draft: TemplateDraft
) -> None:
    wrong = draft.source.replace("type: yes-no", "type: maybe", 1)
    line = wrong[: wrong.index("type: maybe")].count("\n")
    status, text = save(signed_in(cast.analyst), draft, wrong, 1)
    draft.refresh_from_db()
    assert (status, draft.source) == (200, wrong)
    assert f"Line {line}:" in text
    assert "the question type maybe is not known" in text
    refused = signed_in(cast.admin).post(address(draft, "publish/"), {"revision": 2}, follow=True)
    assert "the question type maybe is not known" in refused.content.decode()
    assert TemplateDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{all: [{question: trains, equals: yes}, {question: trains, equals: no}]}", "never hold"),
        ("{question: card, answered: true}", "comes later"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(
    cast: Cast, draft: TemplateDraft, condition: str, said: str
) -> None:
    lines = draft.source.split("\n")
    at = next(n for n, line in enumerate(lines) if "show_if" in line)
    lines[at] = lines[at].split("show_if")[0] + f"show_if: {condition}"
    source = "\n".join(lines)
    client = signed_in(cast.admin)
    _, text = save(client, draft, source, 1)
    assert said in text
    client.post(address(draft, "publish/"), {"revision": 2})
    assert QuestionnaireTemplate.objects.filter(slug=cast.questionnaire.template.slug).count() == 1


def test_the_second_of_two_editors_is_told_and_sees_both(cast: Cast, draft: TemplateDraft) -> None:
    save(signed_in(cast.admin), draft, draft.source + "# by the administrator\n", 1)
    status, text = save(signed_in(cast.analyst), draft, draft.source + "# by the analyst\n", 1)
    assert status == 409
    assert "Alma Admin changed this draft" in text
    assert "# by the administrator" in text
    draft.refresh_from_db()
    assert "# by the analyst" not in draft.source
    whole = signed_in(cast.analyst).post(address(draft), {"source": "slug: mine\n", "revision": 1})
    assert whole.status_code == 409
    assert "slug: mine" in whole.content.decode()
    assert 'name="revision" value="1"' in whole.content.decode()


def test_a_version_that_was_published_meanwhile_is_not_published_again(
    cast: Cast, draft: TemplateDraft, template: QuestionnaireTemplate
) -> None:
    other = start_draft(actor=cast.admin, based_on=template)
    client = signed_in(cast.admin)
    client.post(address(other, "publish/"), {"revision": 1})
    refused = client.post(address(draft, "publish/"), {"revision": 1}, follow=True)
    assert "Write `version: 3`" in refused.content.decode()


def test_a_copy_has_its_own_name_and_begins_at_one(
    cast: Cast, template: QuestionnaireTemplate
) -> None:
    client = signed_in(cast.analyst)
    page = f"/templates/{template.slug}/v1/"
    client.post(page, {"title": "Our audit", "slug": "our-audit"})
    copy = TemplateDraft.objects.get()
    assert copy.source.startswith("slug: our-audit\nversion: 1\n")
    assert copy.title == "Our audit"
    taken = client.post(page, {"title": "Our audit", "slug": template.slug})
    assert "choose another short name" in taken.content.decode()


def test_a_file_comes_in_as_it_is_and_goes_out_as_it_was(
    cast: Cast, template: QuestionnaireTemplate
) -> None:
    client = signed_in(cast.analyst)
    exported = client.get(f"/templates/{template.slug}/v1/download/").content
    assert exported == SOURCE.encode()
    client.post("/templates/", {"file": SimpleUploadedFile("mine.yaml", exported)})
    draft = TemplateDraft.objects.get()
    assert client.get(address(draft, "download/")).content == exported
    binary = client.post("/templates/", {"file": SimpleUploadedFile("x.yaml", b"\xff\xfe\x00")})
    assert "not text in UTF-8" in binary.content.decode()


def test_the_schema_is_a_file(cast: Cast) -> None:
    answer = signed_in(cast.analyst).get("/templates/schema.json")
    assert json.loads(answer.content)["title"] == "Proofroom questionnaire template"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_preview_follows_conditions_and_the_startup(cast: Cast, draft: TemplateDraft) -> None:
    client = signed_in(cast.analyst)
    before = client.post(address(draft, "try/"), {}).content.decode()
    after = client.post(address(draft, "try/"), {"trains.value": "yes"}).content.decode()
    assert 'id="q-retraining"' not in before
    assert 'id="q-retraining"' in after
    assert not cast.questionnaire.answers.exists()


def test_a_question_is_moved_edited_and_added_by_form(cast: Cast, draft: TemplateDraft) -> None:
    client = signed_in(cast.analyst)
    change = address(draft, "questions/trains/change/")
    client.post(change, {"press": "add", "type": "number", "revision": 1})
    edit = address(draft, "questions/new-number/")
    assert "New question" in client.get(edit).content.decode()
    form = {"text": "How many?", "why": "To know.", "type": "yes-no", "revision": 2}
    client.post(edit, form)
    draft.refresh_from_db()
    assert "text: How many?" in draft.source
    assert "unit: days" not in draft.source
    stale = client.post(change, {"press": "remove", "revision": 1}, follow=True)
    assert "changed this draft" in stale.content.decode()
