"""The life of a knock-out: what confirms nothing first, then each way out of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.scoring.knock_outs import Event, Kind, Life, life_of, why_not_confirmed_by

DAY = date(2026, 3, 2)
DUE = DAY + timedelta(days=7)
LATER = DUE + timedelta(days=1)


def event(kind: Kind, by: str = "ada", on: date = DAY, until: date | None = None) -> Event:
    return Event(kind, by, on, until)


SUSPECTED = event("suspected", "")
ASKED = event("asked", until=DUE)
REPLIED = event("replied", "freya")
BOTH = (event("confirmed", "ada"), event("confirmed", "rita"))


def test_two_voices_confirm_nothing_before_the_startup_was_asked() -> None:
    life = life_of([SUSPECTED, *BOTH])
    assert (life.state, life.voices) == ("suspected", ())
    assert why_not_confirmed_by(life, "ada", DAY).startswith("Ask the startup first")


def test_two_voices_confirm_nothing_while_the_startup_may_still_reply() -> None:
    life = life_of([SUSPECTED, ASKED, *BOTH])
    assert life.state == "suspected"
    assert why_not_confirmed_by(life, "ada", DUE) == (
        "The startup may reply until 9 March 2026; confirm it after that or after its reply."
    )


def test_one_person_twice_is_one_voice() -> None:
    life = life_of([SUSPECTED, ASKED, REPLIED, event("confirmed"), event("confirmed")])
    assert (life.state, life.voices) == ("suspected", ("ada",))
    assert why_not_confirmed_by(life, "ada", DAY).startswith("You have confirmed it")
    assert why_not_confirmed_by(life, "rita", DAY) == ""


def test_a_voice_from_before_a_later_reply_is_not_counted() -> None:
    first, second = BOTH
    life = life_of([SUSPECTED, ASKED, REPLIED, first, REPLIED, second])
    assert (life.state, life.voices) == ("suspected", ("rita",))


def test_a_question_that_is_taken_back_lets_nobody_confirm_after_its_day() -> None:
    life = life_of([SUSPECTED, ASKED, event("taken-back")])
    assert why_not_confirmed_by(life, "ada", LATER).startswith("Ask the startup first")
    assert life_of([SUSPECTED, ASKED, REPLIED, event("taken-back")]).heard(DAY)


def test_two_people_after_the_reply_confirm_it() -> None:
    life = life_of([SUSPECTED, ASKED, REPLIED, *BOTH])
    assert (life.state, life.voices, life.unheard) == ("confirmed", ("ada", "rita"), False)
    assert life.stands(DAY)
    assert why_not_confirmed_by(life, "zoe", DAY) == (
        "It is confirmed; only a suspicion is confirmed."
    )


def test_after_the_day_has_passed_in_silence_two_people_confirm_it_and_it_is_said() -> None:
    life = life_of([SUSPECTED, ASKED, *(event("confirmed", who, LATER) for who in ("ada", "rita"))])
    assert (life.state, life.unheard) == ("confirmed", True)


def test_what_is_confirmed_stays_so_when_the_startup_speaks_again() -> None:
    assert life_of([SUSPECTED, ASKED, REPLIED, *BOTH, REPLIED]).state == "confirmed"


@pytest.mark.parametrize("kind", ["cleared", "cured"])
def test_what_is_cleared_or_cured_stands_no_longer_until_it_is_suspected_anew(kind: Kind) -> None:
    settled = [SUSPECTED, ASKED, REPLIED, *BOTH, event(kind)]
    assert not life_of(settled).stands(LATER)
    assert life_of([*settled, SUSPECTED]) == Life()


def test_a_waiver_counts_through_its_last_day_and_then_shows_again_as_it_stood() -> None:
    history = [SUSPECTED, ASKED, REPLIED, *BOTH, event("waived", until=DUE)]
    life = life_of(history)
    assert not life.stands(DUE)
    assert life.stands(LATER)
    assert life.state == "waived"
    assert life_of([*history, event("lapsed", "", LATER)]).state == "confirmed"


def test_a_waiver_that_is_renewed_still_returns_to_what_it_set_aside() -> None:
    history = [SUSPECTED, event("waived", until=DUE), event("waived", until=LATER)]
    life = life_of(history)
    assert (life.state, life.waived_until, life.before) == ("waived", LATER, "suspected")
    assert life_of([*history, event("lapsed", "", LATER)]).state == "suspected"


def test_words_that_are_added_change_no_state() -> None:
    history = [SUSPECTED, ASKED, REPLIED, BOTH[0]]
    assert life_of([*history, event("added", "zoe")]) == life_of(history)


EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(
            ["suspected", "added", "asked", "replied", "taken-back", "confirmed", "cleared",
             "cured", "waived", "lapsed"],
        ),
        st.sampled_from(["ada", "rita", "zoe"]),
        st.dates(DAY, LATER),
        st.sampled_from([DUE]),
    ),
    max_size=12,
)  # fmt: skip


@given(EVENTS)
def test_nothing_is_ever_confirmed_by_fewer_than_two_people_or_unasked(events: list[Event]) -> None:
    life = life_of([SUSPECTED, *events])
    if life.state == "confirmed":
        assert len(set(life.voices)) == len(life.voices) == 2
        assert any(e.kind == "asked" for e in events)
