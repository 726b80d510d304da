"""The inbox and the search: only of deals that one sees, and nothing is passed over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import resolve
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from diligence.models import Activity
from diligence.selectors import answer_search
from diligence.selectors.answer_search import answers_found, open_questions_found
from diligence.selectors.inbox import inbox_of
from diligence.services.deals import write_note
from diligence.services.inbox import mark_seen
from diligence.services.questionnaires import ask_back, issue_questionnaire, submit_questionnaire
from diligence.web.leading import DEAL_PAGES, OWN_PAGES, page_of
from tests.cast import (
    Cast,
    a_deal,
    an_issued_questionnaire,
    answer,
    answer_all,
    read,
    signed_in,
    some_evidence,
)


def lines(cast: Cast, who: str) -> list[str]:
    news = inbox_of(getattr(cast, who))
    return [line.text for deal in news.deals for line in deal.lines]


def test_what_happens_on_other_deals_is_not_ones_news(cast: Cast) -> None:
    write_note(actor=cast.outsider, deal=cast.other_deal, body="Only theirs.")
    other = {line.deal_id for deal in inbox_of(cast.analyst).deals for line in deal.lines}
    assert other == {cast.deal.pk}
    assert signed_in(cast.founder).get("/inbox/").status_code == 404


def test_ones_own_doing_and_mere_reading_are_no_news(cast: Cast) -> None:
    Activity.objects.create(
        deal=cast.deal, actor=cast.founder, verb="evidence.download", text="downloaded x"
    )
    found = lines(cast, "analyst")
    assert "downloaded x" not in found
    assert not [text for text in found if text.startswith("issued")]


def test_a_line_leads_to_what_it_is_about(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    write_note(actor=cast.partner, deal=cast.deal, body="Call them.")
    page = read(signed_in(cast.analyst), "/inbox/")
    deal = f"/deals/{cast.deal.pk}/"
    for address in (
        f"{deal}evidence/{item.pk}/",
        f"/questionnaires/{cast.questionnaire.pk}/",
        deal,
    ):
        assert f'</strong> <a href="{address}">' in page


@pytest.mark.parametrize("kind", [*OWN_PAGES, *DEAL_PAGES, "diligence.evidenceitem", "", "x.y"])
def test_every_kind_of_line_leads_to_an_address(kind: str) -> None:
    deal, about = uuid4(), uuid4()
    line = Activity(deal_id=deal, object_kind=kind, object_id=str(about))
    address = page_of(line)
    assert (str(about) in address) == (kind in OWN_PAGES or kind == "diligence.evidenceitem")
    assert str(deal) in address or kind in OWN_PAGES
    assert resolve(address).view_name


def test_what_came_while_one_read_is_still_new_afterwards(cast: Cast) -> None:
    page = inbox_of(cast.analyst)
    Activity.objects.create(deal=cast.deal, actor=cast.partner, verb="x", text="came meanwhile")
    signed_in(cast.analyst).post("/inbox/", {"until": page.until.isoformat()})
    assert lines(cast, "analyst") == ["came meanwhile"]


def test_the_mark_never_moves_back_nor_into_the_future(cast: Cast) -> None:
    mark_seen(actor=cast.analyst, until=timezone.now() + timedelta(days=9))
    first = cast.analyst.inbox_visit.seen_to
    assert first <= timezone.now()
    mark_seen(actor=cast.analyst, until=first - timedelta(days=3))
    cast.analyst.inbox_visit.refresh_from_db()
    assert cast.analyst.inbox_visit.seen_to == first
    assert signed_in(cast.analyst).post("/inbox/", {"until": "2026-99-99T"}).status_code == 302


@pytest.fixture
def found(cast: Cast) -> Cast:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    return cast


def test_a_draft_is_not_found(found: Cast) -> None:
    ask_back(
        actor=found.analyst, questionnaire=found.questionnaire, question_id="main-model", body="So?"
    )
    answer(found.questionnaire, "main-model", "zeppelins", by=found.founder)
    assert answers_found(found.analyst, "zeppelins") == ()
    submit_questionnaire(actor=found.founder, questionnaire=found.questionnaire)
    assert len(answers_found(found.analyst, "zeppelin")) == 1
    assert answers_found(found.analyst, "defects-v7") == ()


def test_an_answer_is_found_by_its_question_too_and_only_on_ones_deals(found: Cast) -> None:
    (hit,) = answers_found(found.reviewer, "retrained")
    assert hit.revision.answer.question == "retraining"
    assert "".join(piece.text for piece in hit.pieces if piece.kind == "added") == "retrained"
    assert answers_found(found.outsider, "retrained") == ()
    assert answers_found(found.analyst, "  ") == ()


def open_hits(cast: Cast, who: str, words: str) -> list[str]:
    return [hit.question for hit in open_questions_found(getattr(cast, who), words).hits]


def test_what_is_hidden_answered_or_of_another_deal_is_no_open_question(cast: Cast) -> None:
    assert open_hits(cast, "analyst", "retrained") == []
    assert open_hits(cast, "outsider", "monitoring") == []
    assert open_hits(cast, "analyst", "  ") == []
    answer(cast.questionnaire, "trains", "yes", by=cast.founder)
    assert open_hits(cast, "analyst", "retrained") == [], "a draft would show through"
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert open_hits(cast, "analyst", "retrained") == []


def test_the_newest_questionnaires_are_looked_through_and_the_page_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_search, "LOOKED_THROUGH", 1)
    assert not open_questions_found(cast.analyst, "monitoring").is_cut
    newer = an_issued_questionnaire(a_deal(cast.analyst, startup="Eastwind"))
    found = open_questions_found(cast.analyst, "monitoring")
    assert [hit.questionnaire for hit in found.hits] == [newer]
    assert found.is_cut
    page = signed_in(cast.analyst).get("/search/answers/", {"q": "monitoring"})
    assert "newest questionnaires were looked through" in page.content.decode()


def test_a_question_that_nobody_answered_yet_is_found_by_its_words(cast: Cast) -> None:
    (hit,) = open_questions_found(cast.reviewer, "monitored").hits
    assert (hit.question, hit.is_readable) == ("maturity", False)
    assert [piece.text for piece in hit.pieces if piece.kind == "added"] == ["monitoring"]
    client = signed_in(cast.analyst)
    page = client.get("/search/answers/", {"q": "monitoring"}).content.decode()
    assert "Asked, and not answered yet" in page
    assert f'href="/questionnaires/{cast.questionnaire.pk}/"' in page
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    page = client.get("/search/answers/", {"q": "monitoring"}).content.decode()
    address = f"/questionnaires/{cast.questionnaire.pk}/read/maturity/"
    assert address in page
    assert client.get(address).status_code == 200


def test_the_questions_of_many_questionnaires_are_read_at_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        issue_questionnaire(
            actor=cast.analyst, deal=cast.deal, template=cast.questionnaire.template, due_on=None,
            message="",
        )  # fmt: skip
    with django_assert_num_queries(4):
        assert open_hits(cast, "analyst", "monitoring") == ["maturity"] * 4


@pytest.mark.parametrize("words", ["'", "a:*&|!(", '"', "-", "\\", "x" * 5000, "\x00"])
def test_no_search_breaks_the_page(found: Cast, words: str) -> None:
    assert signed_in(found.analyst).get("/search/answers/", {"q": words}).status_code == 200


def test_markup_in_an_answer_stays_text(found: Cast) -> None:
    ask_back(
        actor=found.analyst, questionnaire=found.questionnaire, question_id="main-model", body="So?"
    )
    answer(found.questionnaire, "main-model", "<script>zebra</script>", by=found.founder)
    submit_questionnaire(actor=found.founder, questionnaire=found.questionnaire)
    page = signed_in(found.analyst).get("/search/answers/", {"q": "zebra"}).content.decode()
    assert "<mark>zebra</mark>" in page
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]
