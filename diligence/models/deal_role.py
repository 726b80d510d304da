"""Roles that the firm defines itself, for single deals: a name and what whoever has it may do."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from diligence.models.user import User


class DealVerb(models.TextChoices):
    """What a role of a deal may hold: verbs of `policies.py` that are done on one deal.

    What partners and administrators decide is none of them: deciding, signing and restricting stay
    with whoever answers for it.
    """

    EDIT = "deal.edit", "Edit the deal"
    MOVE = "deal.move", "Move it to another stage"
    STAFF = "deal.staff", "Put people on the team and take them off"
    INVITE = "founder.invite", "Invite people of the startup"
    NOTE = "note.write", "Write notes"
    ROOM_SET = "room.set", "Set the terms of the room"
    RETENTION = "retention.see", "See what is kept and until when"
    ROOM_EXPORT = "room.export", "Take the whole room out as an archive"
    ISSUE = "questionnaire.issue", "Issue questionnaires"
    REVIEW = "questionnaire.review", "Accept answers and ask back"
    MESSAGE = "answer.message", "Write to the startup about an answer"
    REQUEST = "evidence.request", "Ask the startup for evidence"
    ADD = "evidence.add", "Add evidence"
    WITHDRAW = "evidence.withdraw", "Withdraw what the firm added"
    SHARE = "evidence.share", "Share evidence with the startup"
    LINK = "evidence.link", "Link evidence to criteria and claims"
    TAKE_OUT = "evidence.take-out", "Download marked documents as they are"
    REPOSITORY = "repository.add", "Add repositories, collections and findings of other tools"
    AUDIT = "audit.run", "Run audits"
    CANCEL = "audit.cancel", "Cancel audits"
    TRIAGE = "finding.triage", "Triage findings"
    CONFIRM = "artifact.confirm", "Say what a file of the data room is"
    MEASURE = "room.measure", "Measure the data room"
    QUOTE = "claim.quote", "Quote claims and correct them"
    TEST = "claim.test", "Test claims again"
    CLAIM_SHARE = "claim.share", "Put a contradiction to the startup"
    OPEN = "assessment.open", "Open the assessment"
    FRAME = "assessment.frame", "Change the rubric or the profile"
    ASSIGN = "score.assign", "Ask people to score"
    SCORE = "score.submit", "Score the rubric"
    SUSPECT = "knock-out.suspect", "Suspect a knock-out"
    FIND = "knock-out.confirm", "Confirm a knock-out"
    PUT = "level.put", "Put levels to the startup"
    TERMS = "terms.enter", "Enter terms"
    FOLLOW_UP = "follow-up.open", "Open conditions to be met"
    CLOSE = "follow-up.close", "Close conditions of others"
    REPORT = "report.issue", "Issue reports"
    COPY = "report.copy", "Order further files of a report"


class DealRoleQuerySet(models.QuerySet["DealRole"]):
    """Reads of roles."""

    def offered(self) -> "DealRoleQuerySet":
        """Those that can be given."""
        return self.filter(retired_at=None)


class DealRole(models.Model):
    """A named set of verbs. Retiring is a mark; a role that somebody has is not retired."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    verbs = ArrayField(
        models.CharField(max_length=32, choices=DealVerb.choices), default=list, blank=True
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = DealRoleQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"),)
        constraints = (
            models.UniqueConstraint(
                Lower("name"), condition=Q(retired_at=None), name="deal_role_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def labels(self) -> tuple[str, ...]:
        """What it allows, in words, in the order of the list."""
        return tuple(verb.label for verb in DealVerb if verb in self.verbs)
