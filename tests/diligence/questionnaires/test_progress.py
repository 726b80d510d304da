"""Progress counts what is shown, and names what is missing."""

from diligence.questionnaires.progress import Response, progress_of
from tests.diligence.questionnaires.toy import question, toy

TEMPLATE = toy(
    question("plain"),
    question("must", extra="required: true"),
    question("proof", extra="required: true\nevidence: {ask: A file, required: true}"),
    question("hidden", extra="required: true\nshow_if: {question: plain, equals: yes}"),
    question("upload", "file", "required: true"),
)


def missing(response: Response) -> list[tuple[str, str]]:
    return [(item.question.id, item.reason) for item in progress_of(TEMPLATE, response).missing]


def test_a_hidden_question_is_neither_counted_nor_missing() -> None:
    progress = progress_of(TEMPLATE, Response({"plain": False}))
    assert (progress.total, progress.answered, progress.percent) == (4, 1, 25)
    assert "hidden" not in [item.question.id for item in progress.missing]


def test_an_answer_without_its_required_evidence_is_missing_the_evidence() -> None:
    response = Response({"must": False, "proof": True})
    assert missing(response) == [("proof", "evidence"), ("upload", "answer")]


def test_a_no_needs_no_evidence() -> None:
    assert missing(Response({"must": True, "proof": False})) == [("upload", "answer")]


def test_an_upload_or_a_reason_completes_it() -> None:
    response = Response({"proof": True}, {"proof": 1, "upload": 2}, frozenset({"must"}))
    assert missing(response) == []
    assert progress_of(TEMPLATE, response).is_complete
