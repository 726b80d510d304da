"""Whether the dates of a history agree with each other."""

from audits.facts.history import DAY, History
from tests.audits.histories import START, Past, judged_with

PRACTICE = "doubtful-dates"
FILES = {"a.py": "x = 1\n"}


def verdict(past: Past) -> str:
    return judged_with(PRACTICE, FILES, past.history()).verdict.value


def test_without_a_history_it_is_unknown() -> None:
    assert judged_with(PRACTICE, FILES, History(missing="shallow")).verdict.value == "unknown"


def test_ordinary_work_is_a_no() -> None:
    past = Past()
    for number in range(40):
        past.commit("Ada", {"a.py": f"{number}"})
    assert verdict(past) == "no"


def test_branches_rebased_after_weeks_are_ordinary() -> None:
    past = Past()
    for number in range(40):
        made = START + number * DAY
        past.commit("Ada", {"a.py": f"{number}"}, committed=made, authored=made - 50 * DAY)
    assert verdict(past) == "no"


def test_a_busy_first_day_is_ordinary() -> None:
    past = Past()
    for number in range(40):
        past.commit("Ada", {"a.py": f"{number}"}, committed=START + number * 300)
    assert verdict(past) == "no"


def test_a_clock_that_is_off_by_hours_is_ordinary() -> None:
    past = Past()
    for number in range(40):
        past.commit(
            "Ada", {"a.py": f"{number}"}, committed=START + number * 600 - (number % 2) * 7200
        )
    assert verdict(past) == "no"


def test_a_bot_may_commit_by_the_second() -> None:
    past = Past()
    for number in range(40):
        past.commit("renovate[bot]", {"a.py": f"{number}"}, committed=START + number)
    assert verdict(past) == "no"


def test_a_burst_by_a_person_is_partly() -> None:
    past = Past()
    for number in range(40):
        past.commit("Ada", {"a.py": f"{number}"}, committed=START + number)
    judgement = judged_with(PRACTICE, FILES, past.history())
    assert judgement.verdict.value == "partly"
    assert judgement.because == "40 commits of Ada were written within a minute"


def test_commits_dated_before_the_ones_they_stand_on_are_partly() -> None:
    past = Past()
    for number in range(8):
        past.commit("Ada", {"a.py": f"{number}"}, committed=START + (-1) ** number * 5 * DAY)
    assert verdict(past) == "partly"


def test_author_dates_in_the_future_are_partly() -> None:
    past = Past()
    for number in range(3):
        made = START + number * DAY
        past.commit("Ada", {"a.py": f"{number}"}, committed=made, authored=made + 3 * DAY)
    assert verdict(past) == "partly"


def test_months_of_work_committed_in_one_day_are_a_yes() -> None:
    past = Past()
    for number in range(40):
        past.commit(
            "Ada", {"a.py": f"{number}"}, committed=START + number, authored=START - number * DAY
        )
    judgement = judged_with(PRACTICE, FILES, past.history())
    assert judgement.verdict.value == "yes"
    assert judgement.because.startswith(
        "40 of 40 commits were made within one day, though their authors' dates span 39 days"
    )
    assert judgement.findings[0].path == "a.py"
