"""One question: when it is done, and what it lacks."""

from diligence.questionnaires.progress import Given, is_done, lack_of
from tests.diligence.questionnaires.toy import question, toy

TEMPLATE = toy(
    question("plain"),
    question("must", extra="required: true"),
    question("proof", extra="required: true\nevidence: {ask: A file, required: true}"),
    question("upload", "file", "required: true"),
)


def lack(name: str, given: Given) -> str | None:
    return lack_of(TEMPLATE.question(name), given)


def test_what_is_not_required_is_never_missing() -> None:
    assert lack("plain", Given()) is None


def test_a_no_is_an_answer_and_needs_no_evidence() -> None:
    assert lack("must", Given(value=False)) is None
    assert lack("proof", Given(value=False)) is None


def test_an_answer_without_its_required_evidence_is_missing_the_evidence() -> None:
    assert lack("proof", Given(value=True)) == "evidence"
    assert lack("proof", Given(value=True, attachments=1)) is None
    assert lack("proof", Given()) == "answer"


def test_a_reason_stands_for_an_answer_and_its_evidence() -> None:
    assert lack("proof", Given(declined=True)) is None
    assert lack("upload", Given(declined=True)) is None


def test_a_file_question_is_answered_by_what_is_attached_alone() -> None:
    gone = Given(value=["some-id"])
    assert not is_done(TEMPLATE.question("upload"), gone)
    assert lack("upload", gone) == "answer"
    assert lack("upload", Given(value=["some-id"], attachments=1)) is None
