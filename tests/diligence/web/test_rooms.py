"""Where one lands, the rooms, and what the first page of a room shows and hides."""

from diligence.models import DealMember, User
from diligence.services.deals import add_member, remove_member, write_note
from diligence.services.invitations import remove_room_member
from diligence.services.questionnaires import ask_back, submit_questionnaire
from tests.cast import Cast, a_founder, answer_all, signed_in, some_evidence


def test_the_room_tells_nothing_of_the_firms_side(cast: Cast) -> None:
    write_note(actor=cast.analyst, deal=cast.deal, body="They overstate everything")
    some_evidence(cast.deal, by=cast.analyst, filename="our-own-test.csv")
    text = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").content.decode()
    for secret in ("overstate", "our-own-test", "Contoso", "Rita Reviewer", "Score", "score"):
        assert secret not in text


def test_only_people_of_the_room_enter_it(cast: Cast) -> None:
    for user in (cast.other_founder, cast.outsider, cast.analyst, cast.partner, cast.admin):
        assert signed_in(user).get(f"/room/{cast.deal.pk}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    response = signed_in(None).get(f"/room/{cast.deal.pk}/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


def test_whoever_was_removed_finds_the_room_closed(cast: Cast) -> None:
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get())
    assert signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").status_code == 404


def test_the_room_shows_what_is_asked_when_and_how_long_it_takes(cast: Cast) -> None:
    text = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").content.decode()
    assert "A little of everything" in text
    assert "About 12 minutes" in text
    assert f"Due {cast.questionnaire.due_on:%-d %B}" in text
    assert "0 of 9" in text
    assert "Freya Founder" in text
    assert "entered the room" in text


def test_the_room_leads_to_what_was_asked_back(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="main-model",
        body="Is this the one in production?",
    )  # fmt: skip
    text = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").content.decode()
    assert "Is this the one in production?" in text
    assert f"/questionnaire/{cast.questionnaire.pk}/models/#q-main-model" in text


def test_everyone_lands_where_their_work_is(cast: Cast) -> None:
    def landing(user: User) -> str:
        return signed_in(user).get("/").headers["Location"]

    assert landing(cast.founder) == f"/room/{cast.deal.pk}/"
    assert landing(cast.analyst) == "/board/"
    assert landing(cast.reviewer) == f"/deals/{cast.deal.pk}/scorecard/"


def test_a_reviewer_of_several_deals_or_of_none_is_led_to_what_is_to_be_scored(cast: Cast) -> None:
    assert signed_in(cast.reviewer).get("/", follow=True).status_code == 200
    add_member(actor=cast.admin, deal=cast.other_deal, user=cast.reviewer)
    assert signed_in(cast.reviewer).get("/").headers["Location"] == "/scorecards/"
    for member in DealMember.objects.filter(user=cast.reviewer):
        remove_member(actor=cast.admin, member=member)
    assert signed_in(cast.reviewer).get("/").headers["Location"] == "/scorecards/"


def test_someone_in_no_room_is_told_what_to_do(cast: Cast) -> None:
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get())
    response = signed_in(cast.founder).get("/", follow=True)
    assert "No room is open to you" in response.content.decode()


def test_someone_in_two_rooms_chooses(cast: Cast) -> None:
    a_founder(cast.other_deal, cast.founder.email)
    text = signed_in(cast.founder).get("/room/").content.decode()
    assert "Northwind Vision" in text
    assert "Contoso Copilot" in text


def test_the_list_of_rooms_is_not_for_the_firm(cast: Cast) -> None:
    assert signed_in(cast.analyst).get("/room/").status_code == 404
