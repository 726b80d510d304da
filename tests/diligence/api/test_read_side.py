"""The API shows each caller what the pages would."""

from typing import Any

from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from diligence.models import User
from diligence.services.evidence_links import Spoken, link_evidence, unlink_evidence
from diligence.services.questionnaires import submit_questionnaire
from diligence.services.tokens import create_token, revoke_token
from tests.cast import Cast, answer, answer_all, some_evidence


def get(user: User, address: str) -> Any:
    _, secret = create_token(actor=user, name="test")
    return Client().get(f"/api/v1/{address}", headers={"Authorization": f"Bearer {secret}"})


def test_nothing_is_told_without_a_good_token(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="old")
    revoke_token(actor=cast.analyst, token=token)
    for headers in ({}, {"Authorization": f"Bearer {secret}"}, {"Authorization": "Bearer x"}):
        for address in ("deals/", f"deals/{cast.deal.pk}/", f"deals/{cast.deal.pk}/evidence/"):
            assert Client().get(f"/api/v1/{address}", headers=headers).status_code == 401


def test_a_session_alone_does_not_open_the_api(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.admin)
    assert browser.get("/api/v1/deals/").status_code == 401


def test_another_analyst_finds_neither_deal_nor_what_belongs_to_it(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    for address in ("", "evidence/", f"evidence/{item.pk}/", "answers/"):
        assert get(cast.outsider, f"deals/{cast.deal.pk}/{address}").status_code == 404
    assert [d["id"] for d in get(cast.outsider, "deals/").json()["results"]] == [
        str(cast.other_deal.pk)
    ]


def test_evidence_of_another_deal_is_not_found_under_this_one(cast: Cast) -> None:
    item = some_evidence(cast.other_deal, by=cast.other_founder)
    assert get(cast.admin, f"deals/{cast.deal.pk}/evidence/{item.pk}/").status_code == 404


def test_drafts_are_the_startups_own(cast: Cast) -> None:
    answer(cast.questionnaire, "main-model", "draft-name", by=cast.founder)
    assert get(cast.analyst, f"deals/{cast.deal.pk}/answers/").json() == []


def test_deals_are_listed_and_filtered(cast: Cast) -> None:
    found = get(cast.partner, "deals/?round=seed").json()
    assert found["count"] == 2
    assert get(cast.partner, "deals/?round=control").json()["count"] == 0
    assert get(cast.partner, f"deals/?stage={cast.deal.stage_id}").json()["count"] == 2
    deal = get(cast.reviewer, f"deals/{cast.deal.pk}/").json()
    assert deal["startup"]["name"] == "Northwind Vision"
    assert deal["owner"]["email"] == cast.analyst.email


def test_evidence_comes_with_its_hashes(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    (found,) = get(cast.analyst, f"deals/{cast.deal.pk}/evidence/").json()["results"]
    (version,) = found["versions"]
    assert version["sha256"] == item.versions.get().blob_id
    assert version["size"] == 14
    assert get(cast.analyst, f"deals/{cast.deal.pk}/evidence/{item.pk}/").json() == found


def test_evidence_says_what_it_speaks_to_until_the_link_is_taken_off(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    to = Spoken("criterion", "data-versioning", "Data is versioned")
    link = link_evidence(actor=cast.analyst, item=item, to=to)
    address = f"deals/{cast.deal.pk}/evidence/{item.pk}/"
    (found,) = get(cast.reviewer, address).json()["links"]
    assert (found["kind"], found["reference"]) == ("criterion", "data-versioning")
    assert found["by"]["email"] == cast.analyst.email
    unlink_evidence(actor=cast.analyst, link=link)
    assert get(cast.reviewer, address).json()["links"] == []


def test_submitted_answers_are_told_with_their_evidence(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    (sheet,) = get(cast.reviewer, f"deals/{cast.deal.pk}/answers/").json()
    answers = {a["question"]: a for s in sheet["sections"] for a in s["answers"]}
    assert answers["trains"]["value"] is True
    assert answers["retraining"]["in_words"] == "Every month"
    assert len(answers["card"]["evidence"]) == 1
    assert answers["story"] == {
        "question": "story", "text": "How is a bad release taken back?", "type": "long-text",
        "is_required": False, "value": None, "in_words": "", "cannot_answer": "", "state": "",
        "revision": 0, "evidence": [],
    }  # fmt: skip


def test_the_openapi_document_is_valid_and_holds_the_paths(db: None, capsys: Any) -> None:
    # drf-spectacular has no types here.
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    validate(schema)
    for path in (
        "/api/v1/deals/",
        "/api/v1/deals/{deal}/answers/",
        "/api/v1/deals/{deal}/evidence/",
    ):
        assert path in schema["paths"]
    assert "diligence" not in capsys.readouterr().err


def test_words_narrow_the_list_down_to_deals_that_hold_all_of_them(cast: Cast) -> None:
    assert get(cast.partner, "deals/?q=northwind+seed").json()["count"] == 1
    assert get(cast.partner, "deals/?q=northwind+contoso").json()["count"] == 0
    assert get(cast.partner, "deals/?stage=nonsense").status_code == 400
