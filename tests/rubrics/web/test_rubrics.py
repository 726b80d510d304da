"""The pages of the firm's rubrics: checked while one writes, and two editors see both texts."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rubrics.models import RubricDraft, RubricVersion
from rubrics.services.rubrics import save_rubric_draft, start_rubric_draft
from tests.cast import Cast, signed_in
from tests.rubrics.building import the_rubric

SAVES_ITSELF = {"X-Autosave": "1"}


@pytest.fixture
def shipped(db: None) -> RubricVersion:
    return the_rubric()


@pytest.fixture
def draft(cast: Cast, shipped: RubricVersion) -> RubricDraft:
    return start_rubric_draft(actor=cast.analyst, based_on=shipped, slug="ours", title="Ours")


def page(cast: Cast, path: str, who: str = "analyst") -> str:
    answer = signed_in(getattr(cast, who)).get(path)
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


def test_a_reviewer_reads_every_anchor_and_has_no_button_to_change_one(
    cast: Cast, shipped: RubricVersion
) -> None:
    text = page(cast, f"/rubrics/{shipped.slug}/1/", "reviewer")
    assert "Experiment tracking" in text
    assert "Edit as version" not in text
    assert "Copy as a variant" not in text
    assert "Edit as version 2" in page(cast, f"/rubrics/{shipped.slug}/1/")


def test_the_file_is_what_was_published_and_the_schema_is_one(
    cast: Cast, shipped: RubricVersion
) -> None:
    client = signed_in(cast.analyst)
    answer = client.get(f"/rubrics/{shipped.slug}/1/yaml/")
    assert answer.content.decode() == shipped.source
    schema = json.loads(client.get("/rubrics/schema.json").content)
    assert "left_out" in schema["properties"]
    assert "digest" not in schema["properties"]


def test_a_copy_is_edited_and_told_its_line_and_what_it_changes(
    cast: Cast, shipped: RubricVersion
) -> None:
    client = signed_in(cast.analyst)
    answer = client.post(f"/rubrics/{shipped.slug}/1/", {"title": "Ours", "slug": "ours"})
    draft = RubricDraft.objects.get()
    assert answer.headers["Location"] == f"/rubrics/drafts/{draft.pk}/"
    wrong = draft.source.replace("weight: 0.18", "weight: much", 1)
    line = wrong.splitlines().index(next(x for x in wrong.splitlines() if "much" in x)) + 1
    path = f"/rubrics/drafts/{draft.pk}/"
    told = client.post(path, {"source": wrong, "revision": 1}, headers=SAVES_ITSELF)
    assert f'data-wrong-line="{line}"' in told.content.decode()
    right = wrong.replace("weight: much", "weight: 0.3", 1)
    told = client.post(path, {"source": right, "revision": 2}, headers=SAVES_ITSELF)
    assert "weight 0.18 → 0.3" in told.content.decode()


def test_the_second_editor_sees_both_texts(cast: Cast, draft: RubricDraft) -> None:
    save_rubric_draft(actor=cast.partner, draft=draft, source="what she wrote", revision=1)
    answer = signed_in(cast.analyst).post(
        f"/rubrics/drafts/{draft.pk}/", {"source": "what he wrote", "revision": 1}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "what she wrote" in text
    assert "what he wrote" in text


def test_a_criterion_of_the_draft_is_seen_as_its_reviewer_will(
    cast: Cast, draft: RubricDraft
) -> None:
    text = page(cast, f"/rubrics/drafts/{draft.pk}/preview/?criterion=data-versioning")
    assert 'value="data-versioning" selected' in text


def test_an_imported_file_becomes_a_draft_that_an_administrator_publishes(
    cast: Cast, shipped: RubricVersion
) -> None:
    source = shipped.source.replace("version: 1", "version: 2", 1)
    file = SimpleUploadedFile("next.yaml", source.encode())
    signed_in(cast.analyst).post("/rubrics/", {"file": file})
    draft = RubricDraft.objects.get()
    path = f"/rubrics/drafts/{draft.pk}/publish/"
    assert signed_in(cast.analyst).post(path, {"revision": 1}).status_code == 403
    assert signed_in(cast.admin).post(path, {"revision": 1}).headers["Location"] == (
        f"/rubrics/{shipped.slug}/2/"
    )
    assert RubricVersion.objects.get(version=2).source == source


def test_the_default_is_chosen_by_an_administrator(cast: Cast, shipped: RubricVersion) -> None:
    path = f"/rubrics/{shipped.slug}/1/default/"
    assert signed_in(cast.partner).post(path).status_code == 403
    assert signed_in(cast.admin).post(path).status_code == 302
    assert RubricVersion.objects.get(is_default=True) == shipped
    assert signed_in(cast.admin).post(f"/rubrics/{shipped.slug}/1/burn/").status_code == 404
