"""What blocks the signature, and what does not."""

from dataclasses import replace

import pytest

from rubrics.scoring.sign_off import Panel, blockers

READY = Panel(blind=True, seated=2, submitted=2, call="sign-off")


def obstacles(panel: Panel) -> list[str]:
    return [each.obstacle for each in blockers(panel)]


def test_nobody_signs_off_a_practice_case() -> None:
    assert obstacles(replace(READY, practice=True)) == ["practice"]


def test_two_who_agree_block_nothing() -> None:
    assert obstacles(READY) == []
    assert obstacles(replace(READY, call="undefined")) == []


def test_with_alpha_between_the_thresholds_what_is_adjudicated_may_be_signed() -> None:
    assert obstacles(replace(READY, call="adjudicate-all")) == []


def test_alone_and_with_the_proposal_in_sight_a_submitted_scorecard_is_enough() -> None:
    assert obstacles(Panel(blind=False, seated=1, submitted=1)) == []
    assert obstacles(Panel(blind=False, seated=1, submitted=0)) == ["no-scorecard"]


@pytest.mark.parametrize(
    ("panel", "expected", "words"),
    [
        (replace(READY, seated=1, submitted=1), "too-few-reviewers", "there is 1; assign another"),
        (replace(READY, seated=0, submitted=0), "too-few-reviewers", "there are 0"),
        (replace(READY, submitted=1), "scoring", "1 reviewer has not submitted"),
        (replace(READY, submitted=0), "scoring", "2 reviewers have not submitted"),
        (replace(READY, conflicted=("Ada",), submitted=1), "conflict", "Ada has a conflict"),
        (replace(READY, call="re-brief"), "re-brief", "Agreement is below 0.667"),
        (replace(READY, to_talk=("a",)), "to-talk", "1 one-step difference waits"),
        (replace(READY, to_adjudicate=("a", "b")), "to-adjudicate", "2 differences wait"),
    ],
)
def test_each_obstacle_says_what_to_do(panel: Panel, expected: str, words: str) -> None:
    found = blockers(panel)
    assert found[0].obstacle == expected
    assert words in found[0].text


def test_after_a_new_briefing_low_agreement_blocks_no_longer_but_differences_do() -> None:
    again = replace(READY, call="re-brief", briefed_again=True)
    assert obstacles(again) == []
    assert obstacles(replace(again, to_adjudicate=("a",))) == ["to-adjudicate"]


def test_while_people_are_missing_nothing_is_said_of_levels() -> None:
    assert obstacles(replace(READY, submitted=1, to_talk=("a",), call="re-brief")) == ["scoring"]


def test_a_blocker_names_the_criteria_it_is_about() -> None:
    assert blockers(replace(READY, to_talk=("a", "b")))[0].criteria == ("a", "b")
