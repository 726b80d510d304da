"""Who may do what, and why not: every rule of the firm and of the founder's room in one file.

`may(actor, verb, obj)` answers with `Allowed` or `Denied(reason)`; `require` raises. Services call
it, so that no interface can skip it. Reading is decided by `.visible_to(user)`: what someone cannot
see they get as 404 and never reach a rule here.

An analyst or a reviewer may have a role on a deal that the firm defined (`DealRole`). It holds in
place of what they may do at the firm, for the verbs that such a role can hold, and for no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import models

from diligence.models import (
    Deal,
    DealMember,
    DealRole,
    DealVerb,
    EvidenceItem,
    EvidenceRequest,
    EvidenceVersion,
    FirmRole,
    Note,
    Questionnaire,
    RoomExport,
    User,
)


@dataclass(frozen=True)
class Allowed:
    """Yes."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, with a sentence that can be shown."""

    reason: str

    def __bool__(self) -> bool:
        return False


Answered = Allowed | Denied
Rule = Callable[[User, models.Model | None], Answered]
_RULES: dict[str, Rule] = {}


def rule(*verbs: str) -> Callable[[Rule], Rule]:
    """Declares the rule of one or more verbs; a verb has one rule."""

    def declare(function: Rule) -> Rule:
        for verb in verbs:
            if verb in _RULES:
                raise ValueError(f"{verb} has two rules")
            _RULES[verb] = function
        return function

    return declare


def may(actor: User, verb: str, obj: models.Model | None = None) -> Answered:
    """Whether the actor may do this to the object. Raises KeyError for a verb without a rule."""
    if not actor.is_active:
        return Denied("This account is switched off.")
    return _RULES[verb](actor, obj)


def require(actor: User, verb: str, obj: models.Model | None = None) -> None:
    """Raises PermissionDenied with the reason where the actor may not."""
    answer = may(actor, verb, obj)
    if isinstance(answer, Denied):
        raise PermissionDenied(answer.reason)


def deal_of(obj: models.Model | None) -> Deal:
    """The deal that an object belongs to."""
    if isinstance(obj, Deal):
        return obj
    deal = getattr(obj, "deal", None)
    if isinstance(deal, Deal):
        return deal
    raise TypeError(f"{obj!r} belongs to no deal")


def sees(actor: User, deal: Deal) -> bool:
    """Whether someone of the firm sees the deal."""
    return Deal.objects.visible_to(actor).filter(pk=deal.pk).exists()


def keeps_office(user: User, deal: Deal) -> bool:
    """Whether no role of the deal replaces theirs: partners, administrators and its owner."""
    return user.firm_role in (FirmRole.ADMIN, FirmRole.PARTNER) or deal.owner_id == user.pk


def role_on(actor: User, obj: models.Model | None) -> DealRole | None:
    """The role that somebody has on the deal of this object, if they see it and have one."""
    if obj is None or not actor.is_firm or keeps_office(actor, deal_of(obj)):
        return None
    on_it = DealMember.objects.filter(
        user=actor, deal=deal_of(obj), deal__in=Deal.objects.visible_to(actor), removed_at=None
    )
    member = on_it.exclude(role=None).select_related("role").first()
    return member.role if member else None


def by_role(verb: str, otherwise: Rule, actor: User, obj: models.Model | None) -> Answered:
    """What the actor's role on the deal says; the rule of the firm where they have none."""
    role = role_on(actor, obj)
    if role is None:
        return otherwise(actor, obj)
    if verb in role.verbs:
        return Allowed()
    return Denied(f"Your role on this deal, {role}, does not include this.")


def roles_may_hold(*verbs: str) -> Callable[[Rule], Rule]:
    """Declares the rule of verbs that a role of a deal may hold in place of the firm's rule."""

    def declare(function: Rule) -> Rule:
        for verb in verbs:
            rule(DealVerb(verb).value)(partial(by_role, verb, function))
        return function

    return declare


def is_in_room(actor: User, deal: Deal) -> bool:
    """Whether someone of the startup is in the deal's room."""
    return Deal.objects.room_of(actor).filter(pk=deal.pk).exists()


def sees_whole_room(actor: User, deal: Deal) -> bool:
    """Whether someone of the startup is in the deal's room and not limited to some sections."""
    return Deal.objects.whole_room_of(actor).filter(pk=deal.pk).exists()


def may_still_invite(by: User, deal: Deal) -> bool:
    """Whether an invitation to the deal's room that this person sent is still good.

    New terms that someone of the startup has not accepted yet keep them out, and end nothing that
    they sent before.
    """
    if by.is_firm:
        return bool(may(by, "founder.invite", deal))
    whole = deal.room_members.filter(user=by, removed_at=None, limited=False)
    return by.is_active and whole.exists()


def runs_deals(actor: User, obj: models.Model | None) -> Answered:
    """Administrators, partners and analysts work on the deals that they see."""
    if actor.firm_role not in (FirmRole.ADMIN, FirmRole.PARTNER, FirmRole.ANALYST):
        return Denied("Only analysts, partners and administrators of the firm can do this.")
    if obj is not None and not sees(actor, deal_of(obj)):
        return Denied("You are not on this deal.")
    return Allowed()


rule("startup.create", "deal.create")(runs_deals)
roles_may_hold(
    "deal.edit", "deal.move", "deal.staff", "founder.invite",
    "questionnaire.issue", "questionnaire.review", "evidence.share", "evidence.link",
    "evidence.request",
    "room.export", "room.set", "retention.see", "repository.add", "audit.run", "audit.cancel",
    "finding.triage", "assessment.open", "assessment.frame",
    "score.assign", "level.put", "report.issue", "report.copy",
    "claim.quote", "claim.test", "claim.share", "artifact.confirm", "room.measure",
    "terms.enter", "follow-up.open",
)(runs_deals)  # fmt: skip


@rule("conflict.declare")
@roles_may_hold("note.write", "answer.message")
def of_the_firm(actor: User, obj: models.Model | None) -> Answered:
    """Everyone of the firm who sees the deal, reviewers included."""
    if actor.is_firm and sees(actor, deal_of(obj)):
        return Allowed()
    return Denied("Only people of the firm who are on this deal can do this.")


@rule("note.edit")
def own_note(actor: User, obj: models.Model | None) -> Answered:
    """A note belongs to who wrote it."""
    if isinstance(obj, Note) and obj.author_id == actor.pk and sees(actor, obj.deal):
        return Allowed()
    return Denied("Only its author can change a note.")


@rule(
    "knock-out.decide", "deal.restrict", "level.close", "deal.sign-off", "house.set",
    "barrier.raise", "barrier.lift", "retention.decide",
)  # fmt: skip
def decides(actor: User, obj: models.Model | None) -> Answered:
    """Partners and administrators decide."""
    if actor.firm_role not in (FirmRole.ADMIN, FirmRole.PARTNER):
        return Denied("Only a partner or an administrator can decide this.")
    if obj is not None and not sees(actor, deal_of(obj)):
        return Denied("You are not on this deal.")
    return Allowed()


@rule("knock-out.waive")
def signs(actor: User, obj: models.Model | None) -> Answered:
    """A waiver is signed by a partner, who speaks for the investment committee."""
    if actor.firm_role != FirmRole.PARTNER:
        return Denied("Only a partner can sign a waiver; ask one who is on this deal.")
    return decides(actor, obj)


@rule("follow-up.close")
def sees_to_it(actor: User, obj: models.Model | None) -> Answered:
    """Who owns a follow-up closes it, and so may those who run the deal."""
    deal = deal_of(obj)
    if getattr(obj, "owner_id", None) == actor.pk and sees(actor, deal):
        return Allowed()
    return by_role("follow-up.close", runs_deals, actor, deal)


@roles_may_hold("score.submit", "knock-out.suspect", "knock-out.confirm")
def reviews(actor: User, obj: models.Model | None) -> Answered:
    """Anyone of the firm who sees the deal may hold a scorecard on it."""
    if actor.is_firm and sees(actor, deal_of(obj)):
        return Allowed()
    return Denied("Only reviewers of this deal can score it.")


@rule("answer.write")
def answers(actor: User, obj: models.Model | None) -> Answered:
    """The startup's people answer, and only while the questionnaire is with them."""
    if not isinstance(obj, Questionnaire) or not is_in_room(actor, obj.deal):
        return Denied("Only the people of the startup can answer.")
    if obj.state not in (Questionnaire.State.OPEN, Questionnaire.State.RETURNED):
        return Denied("This questionnaire has been submitted and is with the firm.")
    return Allowed()


@rule("questionnaire.submit")
def submits(actor: User, obj: models.Model | None) -> Answered:
    """Whoever sees the whole of it hands it in."""
    if not isinstance(obj, Questionnaire) or not sees_whole_room(actor, obj.deal):
        return Denied("You answer your sections; a colleague who sees the whole submits it.")
    return answers(actor, obj)


@rule("room.delegate")
def delegates(actor: User, obj: models.Model | None) -> Answered:
    """The startup brings in its own people, without the firm."""
    if sees_whole_room(actor, deal_of(obj)):
        return Allowed()
    return Denied("Only people of the startup who see the whole room can do this.")


@rule("evidence.add")
def hands_in(actor: User, obj: models.Model | None) -> Answered:
    """The startup's people in their room, and those of the firm who run the deal."""
    deal = deal_of(obj)
    if is_in_room(actor, deal):
        return Allowed()
    return by_role("evidence.add", runs_deals, actor, deal)


@rule("evidence.take-out")
def takes_out(actor: User, obj: models.Model | None) -> Answered:
    """The file itself: for its own side and those who run the deal, where documents carry names.

    Whoever else reads a document of such a deal gets its pages with their name on them.
    """
    if isinstance(obj, RoomExport):
        return takes_out_archive(actor, obj)
    if not isinstance(obj, EvidenceVersion):
        raise TypeError("evidence is taken out by version, or as an archive")
    deal = obj.item.deal
    if not deal.watermark or not obj.is_document:
        return Allowed()
    if obj.item.from_startup and is_in_room(actor, deal):
        return Allowed()
    if by_role("evidence.take-out", runs_deals, actor, deal):
        return Allowed()
    return Denied("On this deal documents are read here, with your name on each page.")


def takes_out_archive(actor: User, export: RoomExport) -> Answered:
    """What its asker saw and could take out when it was written is for nobody else.

    Nor for them, once it holds documents that they may only read with their name on each page.
    """
    if export.requested_by_id != actor.pk:
        return Denied("An archive is for whoever asked for it; ask for one of your own.")
    if not export.deal.watermark or not export.has_documents:
        return Allowed()
    if by_role("evidence.take-out", runs_deals, actor, export):
        return Allowed()
    return Denied("It holds documents that you now only read here; ask for another without them.")


@rule("evidence.withdraw")
def withdraws(actor: User, obj: models.Model | None) -> Answered:
    """Each side withdraws what it handed in."""
    if not isinstance(obj, EvidenceItem):
        raise TypeError("evidence is withdrawn by item")
    if obj.from_startup:
        own = obj.created_by_id == actor.pk and is_in_room(actor, obj.deal)
        if own or sees_whole_room(actor, obj.deal):
            return Allowed()
        return Denied("Only the startup can withdraw what it handed in.")
    return by_role("evidence.withdraw", runs_deals, actor, obj)


@rule("claim.rebut", "level.dispute")
def rebuts(actor: User, obj: models.Model | None) -> Answered:
    """The startup's people answer what the firm put to them."""
    if sees_whole_room(actor, deal_of(obj)):
        return Allowed()
    return Denied("Only the people of the startup can answer this.")


@rule("request.answer")
def answers_requests(actor: User, obj: models.Model | None) -> Answered:
    """The startup's people answer what is asked of them, for as long as it is asked."""
    if not isinstance(obj, EvidenceRequest) or not sees_whole_room(actor, obj.deal):
        return Denied("Only the people of the startup can answer this.")
    if obj.state == EvidenceRequest.State.WITHDRAWN:
        return Denied("The firm no longer asks for this.")
    return Allowed()


@rule("template.draft")
def edits_templates(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """Administrators keep the firm's questionnaires; analysts, who issue them, copy and edit."""
    if actor.firm_role in (FirmRole.ADMIN, FirmRole.ANALYST):
        return Allowed()
    return Denied("Only administrators and analysts edit questionnaires.")


@rule("rubric.draft")
def edits_rubrics(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """Those who decide on deals and those who prepare them write the firm's rubrics."""
    if actor.firm_role in (FirmRole.ADMIN, FirmRole.PARTNER, FirmRole.ANALYST):
        return Allowed()
    return Denied("Only analysts, partners and administrators edit rubrics.")


@rule("rubric.publish")
def publishes_rubrics(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - the shape of every policy
    """Every deal of the firm can be assessed under what is published."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator publishes rubrics; ask one to look at this draft.")


@rule("template.publish")
def publishes_templates(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - the shape of every policy
    """What is published can be issued on every deal of the firm, so an administrator does it."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator publishes questionnaires; ask one to look at this draft.")


@rule("role.define")
def defines_roles(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """What a role allows holds on every deal on which somebody has it."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator defines the roles of deals.")


@rule("letterhead.set", "retention.set")
def administers(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """How the firm appears on its reports, and how long it keeps files, an administrator sets."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator sets how reports look and how long files are kept.")


@rule("trail.read")
def reads_the_trail(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """Administrators look into the whole trail; a deal's own part is its activity."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator of the firm reads the audit trail.")


@rule("webhook.manage")
def keeps_endpoints(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """What happens on every deal is told to an endpoint, so an administrator says to which."""
    if actor.firm_role == FirmRole.ADMIN:
        return Allowed()
    return Denied("An administrator of the firm keeps webhooks.")


@rule("people.manage")
def administers_people(actor: User, obj: models.Model | None) -> Answered:
    """Administrators say who belongs to the firm and in which role, each other's included."""
    if actor.firm_role != FirmRole.ADMIN:
        return Denied("An administrator looks after the people of the firm.")
    if obj is None:
        return Allowed()
    if not isinstance(obj, User) or not obj.is_firm:
        return Denied("Founders are looked after on their deal.")
    if obj.pk == actor.pk:
        return Denied("Another administrator changes your own account.")
    return Allowed()


@rule("token.manage")
def own_tokens(actor: User, obj: models.Model | None) -> Answered:
    """API tokens are for people of the firm, each for their own."""
    if not actor.is_firm:
        return Denied("API tokens are for people of the firm.")
    if obj is not None and getattr(obj, "user_id", None) != actor.pk:
        return Denied("This token belongs to someone else.")
    return Allowed()


@rule("mailbox.read")
def reads_mailbox(actor: User, obj: models.Model | None) -> Answered:  # noqa: ARG001 - one shape
    """Where no mail server is configured, administrators and analysts read the mails here."""
    if actor.firm_role in (FirmRole.ADMIN, FirmRole.PARTNER, FirmRole.ANALYST):
        return Allowed()
    return Denied("Only people of the firm can read the mails.")


ANYBODYS = frozenset({
    "note.write", "answer.message", "score.submit", "knock-out.suspect", "knock-out.confirm",
})  # fmt: skip
"""What everyone of the firm does who sees a deal; the other verbs are of those who run it."""


def deal_verbs(actor: User, deal: Deal) -> frozenset[str]:
    """All that somebody of the firm may do on a deal of what a role can hold, asked at once."""
    if not actor.is_active or not sees(actor, deal):
        return frozenset()
    role = role_on(actor, deal)
    if role is not None:
        return frozenset(role.verbs)
    runs = actor.firm_role != FirmRole.REVIEWER
    return frozenset(DealVerb.values) if runs else ANYBODYS
