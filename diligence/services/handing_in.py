"""What the firm gets to read: revisions of answers that were handed in, with their evidence.

Between two submissions the startup writes for itself. So a revision is marked when it is handed in,
and every page of the firm reads the newest that is marked, never the answer as it stands.
"""

from uuid import UUID

from diligence.models import Answer, AnswerRevision, Questionnaire, User
from diligence.selectors.questionnaires import (
    evidence_by_id,
    in_words,
    said_then,
    template_of,
)

WRITTEN = (Answer.State.DRAFT, Answer.State.ASKED_BACK)


def keep_revision(answer: Answer, actor: User) -> AnswerRevision:
    """Stores an answer and, as its next revision, what it says now."""
    answer.revision += 1
    answer.updated_by = actor
    answer.save()
    return AnswerRevision.objects.create(
        answer=answer, number=answer.revision, value=answer.value,
        cannot_answer=answer.cannot_answer, by=actor, taken_from=answer.taken_from,
    )  # fmt: skip


def taken_up_again(answer: Answer) -> None:
    """An answer that was handed in and is written in again is a draft until the next time.

    One that was asked back stays marked so, or the startup would lose sight of what was asked.
    """
    if answer.state in (Answer.State.SUBMITTED, Answer.State.ACCEPTED):
        answer.state = Answer.State.DRAFT
        answer.save(update_fields=["state"])


def hand_in_answers(questionnaire: Questionnaire) -> None:
    """Marks what was written since the last time; the caller holds the questionnaire's row."""
    answers = questionnaire.answers.filter(state__in=WRITTEN).prefetch_related("evidence")
    newest = {
        row.answer_id: row
        for row in AnswerRevision.objects.filter(answer__in=answers)
        .order_by("answer_id", "-number")
        .distinct("answer_id")
    }
    for answer in answers.select_related("updated_by"):
        _hand_in(answer, newest.get(answer.pk), questionnaire)
    answers.update(state=Answer.State.SUBMITTED)
    keep_words(questionnaire)


def _hand_in(answer: Answer, revision: AnswerRevision | None, part_of: Questionnaire) -> None:
    attached: list[UUID] = sorted(item.pk for item in answer.evidence.all())
    if revision is None and not attached:
        return
    if revision is not None and revision.handed_in_at is not None:
        if sorted(revision.evidence) == attached:
            return
        revision = None
    revision = revision or keep_revision(answer, answer.updated_by)
    revision.evidence, revision.handed_in_at = attached, part_of.submitted_at
    revision.save(update_fields=["evidence", "handed_in_at"])


def keep_words(questionnaire: Questionnaire) -> None:
    """Writes down how what was handed in reads, where that was not done yet: the search uses it."""
    rows = AnswerRevision.objects.filter(answer__questionnaire=questionnaire, words="")
    waiting = list(rows.exclude(handed_in_at=None).select_related("answer", "by", "taken_from"))
    if not waiting:
        return
    items = evidence_by_id(questionnaire.deal)
    template = template_of(questionnaire.template)
    for row in waiting:
        question = template.question(row.answer.question)
        words = f"{question.text}\n{in_words(question, said_then(row, items))}"
        # PostgreSQL takes `<x>` for a tag and passes over it; a space keeps its words findable.
        row.words = words.replace("<", "< ")
    AnswerRevision.objects.bulk_update(waiting, ["words"])
