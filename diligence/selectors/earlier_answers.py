"""Reads of what a startup said before, where it still answers what it is asked now.

A question is the same where its id and its type are, and an answer fits where this question would
take it. Only questionnaires that the person may see, of the same startup, are looked at: an earlier
answer never crosses from one startup to another, nor to a colleague who was not let see it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from diligence.models import AnswerRevision, Questionnaire, User
from diligence.questionnaires.schema import FileQuestion, Question
from diligence.questionnaires.values import AnswerError, clean_value, display_value
from diligence.selectors.delegation import sections_for
from diligence.selectors.questionnaires import AskedQuestion, QuestionnaireSheet, template_of


@dataclass(frozen=True)
class EarlierAnswer:
    """An answer that could be given again."""

    asked: AskedQuestion
    revision: AnswerRevision
    questionnaire: Questionnaire

    @property
    def in_words(self) -> str:
        """What was said, in the words of today's question."""
        return display_value(self.asked.question, self.revision.value)

    @property
    def answered_at(self) -> datetime:
        """When it was first said: taking over what was taken over makes it no younger."""
        first = self.revision.taken_from or self.revision
        return first.at

    @property
    def months(self) -> int:
        """Its age in whole months of 30 days."""
        return (timezone.now() - self.answered_at).days // 30


def earlier_answers(user: User, sheet: QuestionnaireSheet) -> tuple[EarlierAnswer, ...]:
    """For each question that is open and not answered, the newest that fits."""
    open_now = {
        asked.question.id: asked
        for section in sheet.open_sections
        for asked in section.shown
        if sheet.is_with_founder and sheet.is_open(asked) and not asked.is_given
    }
    found: dict[str, EarlierAnswer] = {}
    for questionnaire in _earlier(user, sheet.questionnaire):
        for revision in _handed_in(user, questionnaire, list(open_now)):
            name = revision.answer.question
            was = template_of(questionnaire.template).question(name)
            if name not in found and _fits(open_now[name].question, was, revision):
                found[name] = EarlierAnswer(open_now[name], revision, questionnaire)
    return tuple(found[name] for name in open_now if name in found)


def _earlier(user: User, questionnaire: Questionnaire) -> list[Questionnaire]:
    """Those of the same startup that were handed in, newest first."""
    rows = Questionnaire.objects.visible_to(user).exclude(pk=questionnaire.pk)
    rows = rows.filter(deal__startup=questionnaire.deal.startup_id).exclude(submitted_at=None)
    return list(rows.select_related("template", "deal__startup").order_by("-submitted_at"))


def _handed_in(user: User, questionnaire: Questionnaire, names: list[str]) -> list[AnswerRevision]:
    """What these answers said when they were last handed in, of the sections that are theirs."""
    sections = sections_for(user, questionnaire)
    theirs = {
        question.id
        for section in template_of(questionnaire.template).sections
        if sections is None or section.id in sections
        for question in section.questions
    }
    rows = AnswerRevision.objects.filter(
        answer__questionnaire=questionnaire, answer__question__in=theirs.intersection(names)
    ).exclude(handed_in_at=None)
    newest = rows.order_by("answer_id", "-number").distinct("answer_id")
    return list(newest.select_related("answer", "by", "taken_from"))


def _fits(question: Question, was: Question, revision: AnswerRevision) -> bool:
    """Whether this question takes the earlier answer as it is; files belong to their own room."""
    if isinstance(question, FileQuestion) or question.type != was.type or revision.value is None:
        return False
    try:
        return bool(clean_value(question, revision.value) == revision.value)
    except AnswerError:
        return False
