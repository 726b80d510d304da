"""Questionnaires: published templates, those issued to a deal, and every answer ever given."""

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils import timezone

from diligence.models.deal import Deal, RoomMember
from diligence.models.draft import TextDraft
from diligence.models.evidence import EvidenceItem
from diligence.models.remembering import Remembers
from diligence.models.user import FirmRole, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class QuestionnaireTemplate(models.Model):
    """A published version of a template. It never changes; a change is the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    source = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug", "-version")
        constraints = (
            models.UniqueConstraint(fields=("slug", "version"), name="template_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class TemplateDraftQuerySet(models.QuerySet["TemplateDraft"]):
    """Reads of drafts."""

    def visible_to(self, user: "User | AnonymousUser") -> "TemplateDraftQuerySet":
        """Drafts are the firm's: of those who may edit templates (policies, template.draft)."""
        edits = getattr(user, "firm_role", "") in (FirmRole.ADMIN, FirmRole.ANALYST)
        return self.all() if user.is_active and edits else self.none()


class TemplateDraft(TextDraft):
    """A template that is being written, and the version that it started from."""

    based_on = models.ForeignKey(
        QuestionnaireTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TemplateDraftQuerySet.as_manager()


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Reads of issued questionnaires."""

    def visible_to(self, user: "User | AnonymousUser") -> "QuestionnaireQuerySet":
        """Those of visible deals for the firm; those of their rooms, or assigned, for founders."""
        if getattr(user, "is_firm", False):
            return self.filter(deal__in=Deal.objects.visible_to(user))
        whole = models.Q(deal__in=Deal.objects.whole_room_of(user))
        assigned = SectionAssignment.objects.of(user).values("questionnaire")
        return self.filter(whole | models.Q(pk__in=assigned))


class Questionnaire(Remembers):
    """A template issued to a deal; it keeps the version it was issued with."""

    class State(models.TextChoices):
        """OPEN: with the founder. SUBMITTED: with the firm. RETURNED: single answers asked back."""

        OPEN = "open", "With the founder"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Asked back"
        ACCEPTED = "accepted", "Accepted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="questionnaires")
    template = models.ForeignKey(QuestionnaireTemplate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    due_on = models.DateField(null=True, blank=True)
    message = models.TextField(blank=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"{self.template.title} for {self.deal}"

    @property
    def is_overdue(self) -> bool:
        """Whether the founder still has it after its date."""
        with_founder = self.state in (self.State.OPEN, self.State.RETURNED)
        return bool(with_founder and self.due_on and self.due_on < timezone.localdate())


class Answer(models.Model):
    """The present answer to one question. `revision` grows with every change.

    `value` holds what `diligence.questionnaires.values.clean_value` returned, as JSON; None with a
    `cannot_answer` text is "we cannot answer, because". `taken_from` is what was taken over as it
    stood in an earlier questionnaire; whoever changes the answer makes it their own.
    """

    class State(models.TextChoices):
        """Where a single answer stands in the review."""

        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        ACCEPTED = "accepted", "Accepted"
        ASKED_BACK = "asked-back", "Asked back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="answers"
    )
    question = models.CharField(max_length=80)
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    cannot_answer = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    evidence = models.ManyToManyField(EvidenceItem, related_name="answers", blank=True)
    taken_from = models.ForeignKey(
        "AnswerRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("questionnaire", "question")
        constraints = (
            models.UniqueConstraint(
                fields=("questionnaire", "question"), name="answer_once_per_question"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"

    @property
    def is_given(self) -> bool:
        """Whether something was answered, be it that one cannot answer."""
        return self.value not in (None, "", []) or bool(self.cannot_answer)


class AnswerRevision(models.Model):
    """What an answer was at one time. Rows are only ever added.

    The firm reads those that were handed in and no other: what is written in between is the
    startup's own. `evidence` are the ids of what was attached when it was handed in, `words` the
    question and the answer as they were then read, for the search.
    """

    id = models.BigAutoField(primary_key=True)
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    cannot_answer = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    evidence = ArrayField(models.UUIDField(), default=list, blank=True)
    words = models.TextField(blank=True)
    taken_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("answer", "-number")
        constraints = (
            models.UniqueConstraint(fields=("answer", "number"), name="answer_revision_once"),
        )
        indexes = (GinIndex(SearchVector("words", config="english"), name="answer_words"),)

    def __str__(self) -> str:
        return f"{self.answer} (revision {self.number})"


class AnswerMessage(models.Model):
    """One message in the thread of an answer: what the firm asks back, what the founder replies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.body[:60]


class SectionAssignmentQuerySet(models.QuerySet["SectionAssignment"]):
    """Reads of assignments."""

    def of(self, user: "User | AnonymousUser") -> "SectionAssignmentQuerySet":
        """Those of someone who is still in the room."""
        rooms = Deal.objects.room_of(user)
        return self.filter(
            member__user=user.pk, member__removed_at=None, questionnaire__deal__in=rooms
        )


class SectionAssignment(models.Model):
    """A section of a questionnaire that someone of the startup takes over.

    `questions` are the ids of its questions; they never change, as a version of a template never
    does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="assignments"
    )
    section = models.CharField(max_length=80)
    questions = ArrayField(models.CharField(max_length=80), default=list)
    member = models.ForeignKey(RoomMember, on_delete=models.CASCADE, related_name="assignments")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(auto_now_add=True)

    objects = SectionAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("assigned_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("questionnaire", "section", "member"), name="section_assigned_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.section} to {self.member.user}"


class WorkbookImport(models.Model):
    """A workbook that came back: what it would change and what does not fit, until it is decided.

    `changes` and `misfits` are those of `questionnaires.workbooks.reading`; the file is not kept.
    """

    class State(models.TextChoices):
        """OPEN: looked at by the person who uploaded it; nothing of it is stored as an answer."""

        OPEN = "open", "To be looked at"
        APPLIED = "applied", "Taken over"
        DROPPED = "dropped", "Put aside"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="workbook_imports"
    )
    filename = models.CharField(max_length=255)
    changes: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    misfits: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.filename
