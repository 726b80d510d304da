"""Two texts compared: both can be read out of what is shown, and no more is marked than changed."""

import time

from hypothesis import given
from hypothesis import strategies as st

from diligence.questionnaires.comparison import compared


def marked(before: str, after: str) -> str:
    signs = {"same": "{}", "added": "+[{}]", "removed": "-[{}]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in compared(before, after))


def test_the_same_words_are_not_marked() -> None:
    assert marked("Every month.", "Every month.") == "Every month."
    assert marked("", "") == ""


def test_one_word_is_marked_and_not_the_sentence_around_it() -> None:
    assert marked("We retrain every month.", "We retrain every week.") == (
        "We retrain every -[month.]+[week.]"
    )


def test_a_text_that_was_written_anew_is_not_set_word_by_word_by_turns() -> None:
    assert marked("Not measured yet.", "Cameras for cloth.") == (
        "-[Not measured yet.]+[Cameras for cloth.]"
    )
    assert marked("It runs by hand, daily.", "It runs in CI, daily.") == (
        "It runs -[by hand,]+[in CI,] daily."
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_out_of_what_is_shown(before: str, after: str) -> None:
    pieces = compared(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_the_longest_answer_is_compared_within_a_second_of_the_processor() -> None:
    before = "\n".join(f"{n} a b" for n in range(3000))
    started = time.process_time()
    compared(before, before.replace("1", "2"))
    assert time.process_time() - started < 1
