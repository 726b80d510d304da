"""Writes of questionnaires: publish, issue, answer, submit, accept, ask back."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import (
    Answer,
    AnswerMessage,
    AnswerRevision,
    Deal,
    EvidenceItem,
    Questionnaire,
    QuestionnaireTemplate,
    User,
)
from diligence.policies import is_in_room, require
from diligence.questionnaires.loader import parse_template
from diligence.questionnaires.schema import AnswerValue, FileQuestion, Question
from diligence.questionnaires.values import AnswerError, clean_value
from diligence.selectors.questionnaires import sheet_of, template_of
from diligence.services.activity import Change, record
from diligence.services.assignments import require_section
from diligence.services.errors import Conflict, Refused
from diligence.services.handing_in import hand_in_answers, keep_revision, taken_up_again
from diligence.services.mail import queue_mail
from diligence.signals import answers_handed_in


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as it arrives: the raw value, or why it cannot be given, and what it replaces.

    `revision` is that of the answer that the person saw; 0 where there was none. `taken_from` is
    what it repeats of an earlier questionnaire (services.earlier_answers).
    """

    raw: object = None
    cannot_answer: str = ""
    revision: int = 0
    taken_from: AnswerRevision | None = None


@transaction.atomic
def publish_template(*, source: str, name: str) -> QuestionnaireTemplate:
    """Stores a version of a template; the same version with other bytes is refused.

    Raises TemplateError where the source is not a valid template.
    """
    template = parse_template(source, name)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    row, _ = QuestionnaireTemplate.objects.get_or_create(
        slug=template.slug,
        version=template.version,
        defaults={"title": template.title, "source": source, "sha256": sha256},
    )
    if row.sha256 != sha256:
        raise Refused(
            f"{name} differs from the published version {template.version} of {template.slug}; "
            "a published version never changes, so give it the next number."
        )
    return row


@transaction.atomic
def issue_questionnaire(
    *,
    actor: User,
    deal: Deal,
    template: QuestionnaireTemplate,
    due_on: date | None = None,
    message: str = "",
) -> Questionnaire:
    """Gives a questionnaire to the startup and mails the people in its room."""
    require(actor, "questionnaire.issue", deal)
    if due_on is not None and due_on < timezone.localdate():
        raise Refused("The due date lies in the past; choose today or later.")
    questionnaire = Questionnaire.objects.create(
        deal=deal, template=template, due_on=due_on, message=message, issued_by=actor
    )
    for member in deal.room_members.filter(removed_at=None).select_related("user"):
        _mail_room(member.user, questionnaire, "diligence/mail/questionnaire_issued.txt")
    record(
        actor=actor, verb="questionnaire.issue", text=f"issued {template.title}", deal=deal,
        about=questionnaire, in_room=True,
    )  # fmt: skip
    return questionnaire


def _mail_room(user: User, questionnaire: Questionnaire, template: str) -> None:
    body = render_to_string(
        template,
        {
            "user": user,
            "questionnaire": questionnaire,
            "link": f"{settings.PROOFROOM_URL}/room/{questionnaire.deal_id}/",
        },
    )
    queue_mail(
        to=user.email, subject=f"{questionnaire.deal.startup}: {questionnaire.template.title}",
        body=body, about=[questionnaire.deal_id],
    )  # fmt: skip


def _question(questionnaire: Questionnaire, question_id: str) -> Question:
    for section in template_of(questionnaire.template).sections:
        for question in section.questions:
            if question.id == question_id:
                return question
    raise Refused("This question does not belong to the questionnaire.")


@transaction.atomic
def save_answer(
    *,
    actor: User,
    questionnaire: Questionnaire,
    question_id: str,
    given: GivenAnswer,
) -> Answer:
    """Stores an answer and keeps what it was before.

    Raises Refused for a value that does not fit or an answer that is closed, and Conflict where it
    was changed since `given.revision` (0: not yet answered) was read. The same value again changes
    nothing.
    """
    questionnaire = _locked(questionnaire)
    require(actor, "answer.write", questionnaire)
    require_section(actor, questionnaire, question_id)
    question = _question(questionnaire, question_id)
    answer = questionnaire.answers.filter(question=question_id).first()
    if answer is None:
        answer = Answer(questionnaire=questionnaire, question=question_id, revision=0)
    because = given.cannot_answer.strip()
    value = None if because else _value_of(question, answer, given.raw)
    if answer.value == value and answer.cannot_answer == because:
        return answer
    _refuse_closed(questionnaire, question_id)
    if answer.revision != given.revision:
        raise Conflict(
            f"{answer.updated_by} changed this answer while you were writing; "
            "below is what it says now."
        )
    answer.value, answer.cannot_answer, answer.taken_from = value, because, given.taken_from
    keep_revision(answer, actor)
    taken_up_again(answer)
    # What was written stands in the revisions; the trail must not show it before it is handed in.
    record(
        actor=actor, verb="answer.write", text=f"wrote the answer {question_id}", about=answer,
        deal=questionnaire.deal,
        change=Change.of({"revision": given.revision}, {"revision": answer.revision}),
    )  # fmt: skip
    return answer


def _value_of(question: Question, answer: Answer, raw: object) -> AnswerValue:
    """What was typed, made canonical; what answers a file question is what is attached to it."""
    if isinstance(question, FileQuestion):
        raw = [str(pk) for pk in answer.evidence.values_list("pk", flat=True)]
    try:
        return clean_value(question, raw)
    except AnswerError as error:
        raise Refused(str(error)) from None


def _locked(questionnaire: Questionnaire) -> Questionnaire:
    """The row, locked, so that a submission and an answer cannot pass each other."""
    rows = Questionnaire.objects.select_for_update(of=("self",))
    return rows.select_related("deal__startup", "template").get(pk=questionnaire.pk)


def _refuse_closed(questionnaire: Questionnaire, question_id: str) -> None:
    sheet = sheet_of(questionnaire)
    asked = sheet.find(question_id)
    if asked is None:
        raise Refused("This question does not concern your startup.")
    if not sheet.is_open(asked):
        raise Refused("Only the answers that the firm asked back can be changed now.")


def require_open(actor: User, questionnaire: Questionnaire, question_id: str) -> None:
    """Raises where this person cannot change the answer now."""
    require(actor, "answer.write", questionnaire)
    require_section(actor, questionnaire, question_id)
    _refuse_closed(questionnaire, question_id)


@transaction.atomic
def attach_evidence(
    *, actor: User, questionnaire: Questionnaire, question_id: str, item: EvidenceItem
) -> Answer:
    """Attaches evidence of the same room to an answer, which is made if there is none yet."""
    questionnaire = _locked(questionnaire)
    question = _question(questionnaire, question_id)
    require_open(actor, questionnaire, question_id)
    if not _attachable(questionnaire.deal).filter(pk=item.pk).exists():
        raise Refused("This evidence is not in your room, or was withdrawn; choose another.")
    answer, _ = Answer.objects.get_or_create(
        questionnaire=questionnaire, question=question_id,
        defaults={"updated_by": actor, "revision": 0},
    )  # fmt: skip
    if answer.evidence.filter(pk=item.pk).exists():
        return answer
    answer.evidence.add(item)
    taken_up_again(answer)
    _keep_files(question, answer, actor)
    record(
        actor=actor, verb="answer.attach", text=f"attached {item.title} to an answer",
        deal=questionnaire.deal, about=answer, in_room=True,
    )  # fmt: skip
    return answer


@transaction.atomic
def detach_evidence(
    *, actor: User, questionnaire: Questionnaire, question_id: str, item: EvidenceItem
) -> None:
    """Takes evidence from an answer; the evidence itself stays."""
    questionnaire = _locked(questionnaire)
    require(actor, "answer.write", questionnaire)
    require_section(actor, questionnaire, question_id)
    question = _question(questionnaire, question_id)
    answer = questionnaire.answers.filter(question=question_id, evidence=item).first()
    if answer is None:
        return
    _refuse_closed(questionnaire, question_id)
    answer.evidence.remove(item)
    taken_up_again(answer)
    _keep_files(question, answer, actor)
    record(
        actor=actor, verb="answer.detach", text=f"detached {item.title} from an answer",
        deal=questionnaire.deal, about=answer, in_room=True,
    )  # fmt: skip


def _attachable(deal: Deal) -> QuerySet[EvidenceItem]:
    """What the startup can point to: what it gave and what was shared with it."""
    mine = Q(from_startup=True) | Q(shared=True)
    return EvidenceItem.objects.filter(mine, deal=deal, withdrawn_at=None)


def _keep_files(question: Question, answer: Answer, actor: User) -> None:
    """The answer to a file question follows what is attached."""
    if isinstance(question, FileQuestion):
        answer.value, answer.cannot_answer = _value_of(question, answer, None), ""
        keep_revision(answer, actor)


@transaction.atomic
def submit_questionnaire(*, actor: User, questionnaire: Questionnaire) -> Questionnaire:
    """Hands the questionnaire to the firm. Raises Refused while something required is missing."""
    questionnaire = _locked(questionnaire)
    require(actor, "questionnaire.submit", questionnaire)
    missing = sheet_of(questionnaire).missing
    if missing:
        what = "1 answer is" if len(missing) == 1 else f"{len(missing)} answers are"
        raise Refused(f"{what} still missing; the list below leads to each of them.")
    questionnaire.state = Questionnaire.State.SUBMITTED
    questionnaire.submitted_at, questionnaire.submitted_by = timezone.now(), actor
    hand_in_answers(questionnaire)
    questionnaire.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(
        actor=actor, verb="questionnaire.submit", text=f"submitted {questionnaire.template.title}",
        deal=questionnaire.deal, about=questionnaire, in_room=True,
    )  # fmt: skip
    transaction.on_commit(
        lambda: answers_handed_in.send_robust(sender=Questionnaire, questionnaire=questionnaire)
    )
    return questionnaire


@transaction.atomic
def accept_answers(
    *, actor: User, questionnaire: Questionnaire, questions: list[str] | None = None
) -> Questionnaire:
    """Accepts answers (all submitted ones unless named); the last one accepts the whole."""
    questionnaire = _locked(questionnaire)
    require(actor, "questionnaire.review", questionnaire.deal)
    answers = questionnaire.answers.filter(state=Answer.State.SUBMITTED)
    if questions is not None:
        answers = answers.filter(question__in=questions)
    if not answers.update(state=Answer.State.ACCEPTED):
        return questionnaire
    if not questionnaire.answers.exclude(state=Answer.State.ACCEPTED).exists():
        questionnaire.state = Questionnaire.State.ACCEPTED
        questionnaire.save(update_fields=["state"])
    record(
        actor=actor, verb="questionnaire.accept", about=questionnaire, deal=questionnaire.deal,
        text=f"accepted answers of {questionnaire.template.title}", in_room=True,
    )  # fmt: skip
    return questionnaire


@transaction.atomic
def ask_back(*, actor: User, questionnaire: Questionnaire, question_id: str, body: str) -> Answer:
    """Asks back on one answer, which reopens that one alone, and mails the room."""
    questionnaire = _locked(questionnaire)
    require(actor, "questionnaire.review", questionnaire.deal)
    if questionnaire.state == Questionnaire.State.OPEN:
        raise Refused("The founder still has this questionnaire; wait until it is submitted.")
    if not body.strip():
        raise Refused("Write what you want to know; the founder sees your words.")
    question = _question(questionnaire, question_id)
    answer, _ = Answer.objects.get_or_create(
        questionnaire=questionnaire, question=question_id,
        defaults={"updated_by": actor, "revision": 0},
    )  # fmt: skip
    answer.state = Answer.State.ASKED_BACK
    answer.save(update_fields=["state"])
    AnswerMessage.objects.create(answer=answer, author=actor, body=body.strip())
    questionnaire.state = Questionnaire.State.RETURNED
    questionnaire.save(update_fields=["state"])
    for member in questionnaire.deal.room_members.filter(removed_at=None).select_related("user"):
        _mail_room(member.user, questionnaire, "diligence/mail/asked_back.txt")
    record(
        actor=actor, verb="answer.ask-back", text=f"asked back: {question.text}",
        deal=questionnaire.deal, about=answer, in_room=True,
    )  # fmt: skip
    return answer


@transaction.atomic
def reply(*, actor: User, answer: Answer, body: str) -> AnswerMessage:
    """Adds a message to the thread of an answer, from either side."""
    questionnaire = answer.questionnaire
    if not is_in_room(actor, questionnaire.deal):
        require(actor, "answer.message", questionnaire.deal)
    require_section(actor, questionnaire, answer.question)
    if not body.strip():
        raise Refused("Write a message first.")
    message = AnswerMessage.objects.create(answer=answer, author=actor, body=body.strip())
    question = _question(questionnaire, answer.question)
    record(
        actor=actor, verb="answer.reply", text=f"replied: {question.text}",
        deal=questionnaire.deal, about=answer, in_room=True,
    )  # fmt: skip
    return message
