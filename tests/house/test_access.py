# ruff: noqa: E501 - one address a line reads as a table
"""Who gets what at every address: one table, complete by construction.

The table is held against the resolver, so a new address fails here until somebody says who may have
it. The world is built once, through the services; every request is rolled back.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from audits.models import AuditRun
from diligence.models import (
    Barrier,
    DealMember,
    DealRole,
    Event,
    RoomExport,
    Stage,
    TemplateDraft,
    TrailAnchor,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from diligence.selectors.questionnaires import sheet_of
from diligence.selectors.workbooks import workbook_of
from diligence.services.anchoring import anchor_trail
from diligence.services.invitations import remove_room_member
from diligence.services.templates import start_draft
from rubrics.models import (
    Dispute,
    FollowUp,
    Haircut,
    Letterhead,
    PutLevel,
    ReportCopy,
    RevenueStatement,
    RubricDraft,
    Seat,
)
from rubrics.scoring.disputing import last_day
from rubrics.services.letterheads import letterhead
from rubrics.services.reports import issue_report
from rubrics.services.rubrics import start_rubric_draft
from tests.assessed import Assessed, firm_only
from tests.audits.building import a_collection, a_result, a_sarif
from tests.house.worlds import NEWCOMER, Answered, Role, World, Worlds, ask

NOT_OURS = ("admin/", "account/")
"""The back office asks for `is_staff` itself, signing in is for everybody; both have own tests."""

# What the columns mean: 200, 4xx and 5xx as they are; "ok" is a redirect after a write; "login" is
# the redirect to the sign-in page. The order is that of Role.
#               admin part anal rev   off the deal founder delegate other removed nobody anonymous
ALL = "         200   200  200  200   200  200   200     200      200   200     200    200"
FIRM = "        200   200  200  200   200  200   404     404      404   404     404    login"
FIRM_OK = "     ok    ok   ok   ok    ok   ok    404     404      404   404     404    login"
FIRM_405 = "    405   405  405  405   405  405   404     404      404   404     404    login"
DEAL = "        200   200  200  200   404  404   404     404      404   404     404    login"
RUNS = "        ok    ok   ok   403   404  404   404     404      404   404     404    login"
FOLLOWS = "     ok    ok   ok   404   404  404   404     404      404   404     404    login"
EDITS = "       200   200  200  403   404  404   404     404      404   404     404    login"
ON_DEAL = "     ok    ok   ok   ok    404  404   404     404      404   404     404    login"
CONFLICT = "    ok    ok   ok   ok    404  404   404     404      404   404     404    login"
SCORES = "      200   200  200  404   404  404   404     404      404   404     404    login"
DECIDES = "     ok    ok   403  404   404  404   404     404      404   404     404    login"
BARS = "        ok    ok   403  403   404  404   404     404      404   404     404    login"
BRIEFS = "      ok    ok   ok   404   404  404   404     404      404   404     404    login"
HOUSE = "       ok    ok   403  403   403  403   404     404      404   404     404    login"
ORDERS = "      ok    ok   ok   404   404  404   404     404      404   404     404    login"
ADMINS = "      200   404  404  404   404  404   404     404      404   404     404    login"
ADMINS_OK = "   ok    404  404  404   404  404   404     404      404   404     404    login"
SCORER = "      404   404  404  ok    404  404   404     404      404   404     404    login"
OPENS = "       200   200  200  403   200  403   404     404      404   404     404    login"
OPENS_IT = "    ok    ok   ok   403   ok   403   404     404      404   404     404    login"
MAILS = "       200   200  200  404   200  404   404     404      404   404     404    login"
MAILS_422 = "   422   422  422  404   422  404   404     404      404   404     404    login"
MAIL = "        200   200  200  404   404  404   404     404      404   404     404    login"
EDITORS = "     200   404  200  404   200  404   404     404      404   404     404    login"
EDITORS_OK = "  ok    404  ok   404   ok   404   404     404      404   404     404    login"
PUBLISHES = "   ok    404  403  404   403  404   404     404      404   404     404    login"
AUTHOR = "      403   403  200  403   404  404   404     404      404   404     404    login"
AUTHOR_IT = "   403   403  ok   403   404  404   404     404      404   404     404    login"
KEEPS = "       ok    403  403  403   403  403   404     404      404   404     404    login"
DRAFTS_IT = "   ok    ok   ok   404   ok   404   404     404      404   404     404    login"
ISSUES = "      ok    403  403  404   403  404   404     404      404   404     404    login"
OWN = "         404   404  ok   404   404  404   404     404      404   404     404    login"
STARTUPS = "    404   404  404  404   404  404   200     200      200   200     200    login"
ROOM = "        404   404  404  404   404  404   200     404      404   404     404    login"
ROOM_OK = "     404   404  404  404   404  404   ok      404      404   404     404    login"
ROOM_ALL = "    404   404  404  404   404  404   200     200      404   404     404    login"
ROOM_ALL_OK = " 404   404  404  404   404  404   ok      ok       404   404     404    login"
PROVES = "      ok    ok   ok   ok    ok   ok    200     200      200   200     ok      login"
SIGNED = "      200   200  200  200   200  200   200     200      200   200     200    login"
SIGNED_405 = "  405   405  405  405   405  405   405     405      405   405     405    login"
HOME = "        ok    ok   ok   ok    ok   ok    ok      ok       ok    ok      ok     login"
FILES = "       200   200  200  200   404  404   200     404      404   404     404    login"
SENDS = "       200   200  200  200   404  404   200     200      404   404     404    login"
NOT_THERE = "   404   404  404  404   404  404   404     404      404   404     404    login"
ENTERS = "      404   404  404  404   404  404   ok      ok       404   404     404    login"
PLAIN_TUS = "   412   412  412  412   404  404   412     412      404   404     404    login"
TUS = "         204   204  204  204   404  404   204     204      404   404     404    login"
ROOM_412 = "    404   404  404  404   404  404   412     404      404   404     404    login"
INVITED = "     403   403  403  403   403  403   403     403      403   403     403    200"
INVITED_IT = "  403   403  403  403   403  403   403     403      403   403     403    ok"
API_ANY = "     200   200  200  200   200  200   401     401      401   401     401    401"
API = "         200   200  200  200   404  404   401     401      401   401     401    401"
API_SCORES = "  200   200  200  403   404  404   401     401      401   401     401    401"
API_REPORT = "  200   200  200  404   404  404   401     401      401   401     401    401"
API_ACTS = "    405   405  405  405   405  405   401     401      401   401     401    401"
API_NOTHING = " 404   404  404  403   404  404   401     401      401   401     401    401"
API_MAKES = "   201   201  201  403   404  404   401     401      401   401     401    401"
API_DECIDES = " 200   200  403  403   404  404   401     401      401   401     401    401"
API_CLOSES = "  200   200  200  404   404  404   401     401      401   401     401    401"
API_TAKES = "   204   204  204  403   404  404   401     401      401   401     401    401"
API_NO = "      403   403  403  403   404  404   401     401      401   401     401    401"
API_422 = "     422   422  422  403   404  404   401     401      401   401     401    401"


Made = Callable[[Assessed], dict[str, Any]]


OF_THE_FIRM = {
    "trail_export", "trail_anchor", "letterhead_logo", "role_detail", "role_retire",
    "template_detail", "template_revise", "template_try", "template_export", "template_draft",
    "draft_try", "draft_export", "draft_publish", "draft_discard", "draft_question",
    "draft_question_change", "haircut_retire", "rubric_detail", "rubric_export", "rubric_revise",
    "rubric_act", "rubric_draft", "rubric_draft_preview", "rubric_draft_weights",
    "rubric_draft_export",
    "rubric_draft_publish", "rubric_draft_discard", "haircuts", "person", "webhook",
    "delivery_again",
}  # fmt: skip
"""Templates, rubrics and haircuts belong to no deal, so no restriction of a deal reaches them."""


@dataclass(frozen=True)
class Row:
    """One address: what it is made of, who may read it, who may write and with what form.

    `others` are columns of further methods that it answers; each that it does not name is refused.
    `reader` is what writing gives READER where `WRITES` does not say it.
    """

    name: str
    args: Made
    get: str
    post: str = ""
    form: Made = lambda _: {}
    others: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""


def none(_: Assessed) -> dict[str, Any]:
    return {}


def deal(at: Assessed) -> dict[str, Any]:
    return {"pk": at.deal.pk}


def under(**names: Callable[[Assessed], Any]) -> Made:
    return lambda at: {name: value(at) for name, value in names.items()}


def deal_and(**names: Callable[[Assessed], Any]) -> Made:
    return under(pk=lambda at: at.deal.pk, **names)


def room_and(**names: Callable[[Assessed], Any]) -> Made:
    return under(deal=lambda at: at.deal.pk, **names)


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("metrics.csv", b"day,auc\n2,0.8\n")


def compared(at: Assessed) -> dict[str, Any]:
    """A run that has an earlier one to be compared with."""
    earlier, _ = AuditRun.objects.get_or_create(
        deal=at.deal, repository=at.run.repository, requested_by=at.run.requested_by,
        state=AuditRun.State.SUCCEEDED, rev="earlier",
    )  # fmt: skip
    AuditRun.objects.filter(pk=earlier.pk).update(created_at=at.run.created_at - timedelta(days=1))
    return {"pk": at.run.pk}


def collected(at: Assessed) -> dict[str, Any]:
    data = a_collection(invited_by=at.deal.owner, deal=at.deal)
    return {"file": SimpleUploadedFile("northwind.collection", data)}


def a_workbook_again(at: Assessed) -> dict[str, Any]:
    data = workbook_of(sheet_of(at.answering))
    return {"workbook": SimpleUploadedFile("answers.xlsx", data)}


def scanned(_: Assessed) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("scan.sarif", a_sarif(a_result()))}


def edited(at: Assessed) -> dict[str, Any]:
    return {
        "name": at.deal.name, "round": "seed", "currency": "EUR", "revision": at.deal.revision,
        "archetypes": ["clf"], "new-name": at.deal.startup.name,
        **({"restricted": "on"} if at.deal.restricted else {}),
    }  # fmt: skip


def opened(_: Assessed) -> dict[str, Any]:
    return {"name": "Seed", "round": "seed", "currency": "EUR", "new-name": "Fabrikam"}


def last_stage(_: Assessed) -> dict[str, Any]:
    return {"stage": Stage.objects.order_by("-position")[0].pk}


def newcomer(_: Assessed) -> dict[str, Any]:
    return {"user": User.objects.get(email=NEWCOMER).pk}


def a_role(at: Assessed) -> dict[str, Any]:
    """A role that nobody has."""
    row, _ = DealRole.objects.get_or_create(name="Spare", defaults={"made_by": at.deal.owner})
    return {"pk": row.pk}


def a_member_for_a_role(at: Assessed) -> Any:
    """Somebody on the team whom a role can be given."""
    newcomer = User.objects.get(email=NEWCOMER)
    return DealMember.objects.get_or_create(deal=at.deal, user=newcomer, removed_at=None)[0].pk


def barring(_: Assessed) -> dict[str, Any]:
    return {"user": User.objects.get(email=NEWCOMER).pk, "reason": "Holds shares of a competitor."}


def a_barrier(at: Assessed) -> dict[str, Any]:
    """A barrier of somebody who is nobody else in the table."""
    newcomer = User.objects.get(email=NEWCOMER)
    row, _ = Barrier.objects.get_or_create(
        deal=at.deal, user=newcomer, lifted_at=None,
        defaults={"reason": "Shares.", "raised_by": at.deal.owner},
    )  # fmt: skip
    return {"pk": at.deal.pk, "barrier": row.pk}


def an_endpoint() -> WebhookEndpoint:
    row, _ = WebhookEndpoint.objects.get_or_create(
        name="Warehouse",
        defaults={
            "address": "https://hooks.example/", "events": [Event.STAGE], "secret": b"x",
            "made_by": User.objects.filter(firm_role="admin")[0],
        },
    )  # fmt: skip
    return row


def a_delivery() -> WebhookDelivery:
    row, _ = WebhookDelivery.objects.get_or_create(
        endpoint=an_endpoint(), event="deal.move", body="{}"
    )
    return row


def an_anchor(_: Assessed) -> dict[str, Any]:
    anchor_trail()
    return {"pk": TrailAnchor.objects.latest("day").pk}


def a_deletion(at: Assessed) -> dict[str, Any]:
    row = at.deal.deletions.create(rule="365 days", by=at.deal.owner, files=1, bytes=1)
    return {"pk": at.deal.pk, "deletion": row.pk}


def issued(at: Assessed) -> dict[str, Any]:
    return {"template": at.submitted.template_id}


def opened_again(at: Assessed) -> dict[str, Any]:
    return {"rubric": at.assessment.rubric_id, "mode": "assisted"}


def reframed(at: Assessed) -> dict[str, Any]:
    return {
        "rubric": at.assessment.rubric_id, "stage": "control", "archetypes": "ft", "seen": "0",
        "because": "The product turned out to be built on open weights.",
    }  # fmt: skip


def reframed_by_program(at: Assessed) -> dict[str, Any]:
    rubric = at.assessment.rubric
    return reframed(at) | {
        "rubric": rubric.slug, "version": rubric.version, "archetypes": ["ft"], "flags": []
    }  # fmt: skip


def cited_by_program(at: Assessed) -> dict[str, Any]:
    return {
        "practices": [at.practice.pk], "evidence": [at.founder_evidence.pk],
        "answers": [at.submitted.answers.get(question="trains").pk],
    }  # fmt: skip


def scored_by_program(at: Assessed) -> dict[str, Any]:
    score = {"outcome": "scored", "level": 1, "grade": "E1", "rationale": "Seen.", "revision": 1}
    return score | cited_by_program(at)


def conditioned(at: Assessed) -> dict[str, Any]:
    return {"text": "Sign them.", "owner": at.deal.owner_id, "due_on": "2099-01-01"}


def a_draft(at: Assessed) -> dict[str, Any]:
    """A draft of the next version of what was submitted."""
    based_on, analyst = at.submitted.template, at.deal.owner
    found = TemplateDraft.objects.filter(based_on=based_on).first()
    return {"pk": (found or start_draft(actor=analyst, based_on=based_on)).pk}


def a_rubric(at: Assessed) -> dict[str, Any]:
    return {"slug": at.assessment.rubric.slug, "version": at.assessment.rubric.version}


def a_rubric_draft(at: Assessed) -> dict[str, Any]:
    """A draft of the next version of what the deal is assessed under."""
    based_on, analyst = at.assessment.rubric, at.deal.owner
    found = RubricDraft.objects.filter(based_on=based_on).first()
    return {"pk": (found or start_rubric_draft(actor=analyst, based_on=based_on)).pk}


def a_seat(at: Assessed) -> Any:
    """A seat of the reviewer, who declared a conflict."""
    seat = at.assessment.seats.taken().filter(user=at.reviewer).first()
    return (seat or Seat.objects.create(
        assessment=at.assessment, user=at.reviewer, assigned_by=at.deal.owner
    )).pk  # fmt: skip


def a_link(at: Assessed) -> dict[str, Any]:
    """A link of what the founder handed in to a criterion."""
    link, _ = at.founder_evidence.links.get_or_create(
        kind="criterion", reference="data-versioning", removed_at=None,
        defaults={"text": "Data versioning", "by": at.deal.owner},
    )  # fmt: skip
    return {"pk": at.deal.pk, "item": at.founder_evidence.pk, "link": link.pk}


def a_put(at: Assessed, criterion: str = "data-versioning") -> PutLevel:
    """A level that was put to the startup a day before its evidence came."""
    put, _ = PutLevel.objects.get_or_create(
        assessment=at.assessment, criterion=criterion,
        defaults={"level": 1, "put_by": at.deal.owner, "last_day": last_day(timezone.localdate())},
    )  # fmt: skip
    PutLevel.objects.filter(pk=put.pk).update(put_at=timezone.now() - timedelta(days=1))
    return put


def a_dispute(at: Assessed) -> Any:
    """One that is open, on another level than the startup is about to dispute."""
    put = a_put(at, "label-quality")
    words = {"author": at.founder, "words": "We do that."}
    return Dispute.objects.get_or_create(put=put, defaults=words)[0].pk


def disputing(at: Assessed) -> dict[str, Any]:
    return {"put": a_put(at).pk, "words": "We do.", "evidence": at.founder_evidence.pk}


def an_archive(at: Assessed) -> dict[str, Any]:
    """An archive that is ready, for the analyst; its file is whatever the storage holds already."""
    ready, _ = RoomExport.objects.get_or_create(
        deal=at.deal, state=RoomExport.State.READY, finished_at=at.run.created_at,
        path=at.founder_evidence.versions.get().blob.path,
        defaults={"requested_by": at.analyst},
    )  # fmt: skip
    return {"pk": ready.pk}


def a_copy(at: Assessed) -> dict[str, Any]:
    """A copy for one reader that is ready."""
    copy, _ = ReportCopy.objects.get_or_create(
        report=at.report, form="copy", reader="Nora", requested_by=at.deal.owner,
        defaults={"state": "ready", "pdf_path": at.report.pdf_path},
    )  # fmt: skip
    return {"pk": copy.pk}


def two_reports(at: Assessed) -> dict[str, Any]:
    """A report and a later one on the same deal."""
    later = at.deal.reports.exclude(pk=at.report.pk).first()
    later = later or issue_report(actor=at.analyst, deal=at.deal)
    return {"pk": at.report.pk, "other": later.pk}


def a_letterhead(_: Assessed) -> dict[str, Any]:
    row = letterhead()
    return {"colour": "#112233", "paper": "A4", "revision": row.revision}


def a_logo(_: Assessed) -> dict[str, Any]:
    Letterhead.objects.update_or_create(pk=Letterhead.ONLY, defaults={"logo": b"png"})
    return {}


DECIDED = {
    "decision": "revisit", "because": "Later.", "conditions-TOTAL_FORMS": "0",
    "conditions-INITIAL_FORMS": "0",
}  # fmt: skip


def a_question_of_a_draft(at: Assessed) -> dict[str, Any]:
    return {**a_draft(at), "question": "main-model"}


def a_version(at: Assessed) -> dict[str, Any]:
    return {"slug": at.submitted.template.slug, "version": at.submitted.template.version}


def a_template_file(at: Assessed) -> dict[str, Any]:
    data = at.submitted.template.source.encode()
    return {"file": SimpleUploadedFile("template.yaml", data)}


def a_draft_text(at: Assessed) -> dict[str, Any]:
    return {"source": at.submitted.template.source, "revision": "1"}


def a_statement(at: Assessed) -> dict[str, Any]:
    """Revenue that somebody stated, to be taken out."""
    row, _ = RevenueStatement.objects.get_or_create(
        deal=at.deal, name="Ranker", defaults={"source": "Deck", "by": at.deal.owner}
    )
    return {"pk": at.deal.pk, "kind": "revenue", "row": row.pk}


def a_haircut(at: Assessed) -> dict[str, Any]:
    row, _ = Haircut.objects.get_or_create(
        name="Wrapper", defaults={"percent": 5, "made_by": at.deal.owner}
    )
    return {"pk": row.pk}


def a_condition(at: Assessed) -> dict[str, Any]:
    row, _ = FollowUp.objects.get_or_create(
        deal=at.deal, text="Assignments signed.",
        defaults={"owner": at.deal.owner, "opened_by": at.deal.owner, "due_on": date(2099, 1, 1)},
    )  # fmt: skip
    return {"pk": at.deal.pk, "follow_up": row.pk}


FOUNDER_ITEM = {"item": lambda at: at.founder_evidence.pk}
FIRM_ITEM = {"item": lambda at: at.firm_evidence.pk}
ASKED = {"asked": lambda at: at.asked.pk}
ANSWERING = {"pk": lambda at: at.answering.pk}
SUBMITTED = under(pk=lambda at: at.submitted.pk)
QUESTION = {"question": lambda _: "main-model"}
RUN = under(pk=lambda at: at.run.pk)
CLAIM = under(pk=lambda at: at.claim.pk)
ARTIFACT = under(pk=lambda at: at.artifact.pk)
REPORT = under(pk=lambda at: at.report.pk)

TABLE = (
    Row("healthz", none, ALL),
    Row("api-schema", none, ALL),
    # The firm: the pipeline
    Row("diligence:home", none, HOME),
    Row("diligence:inbox", none, FIRM, FIRM_OK, lambda _: {"until": "2026-01-01T00:00:00+00:00"}),
    Row("diligence:answer_search", none, FIRM),
    Row("diligence:board", none, FIRM),
    Row("diligence:deal_table", none, FIRM),
    Row("diligence:trail", none, ADMINS),
    Row("diligence:trail_export", lambda _: {"form": "csv"}, FIRM_405, ADMINS),
    Row("diligence:trail_anchor", an_anchor, ADMINS),
    Row("diligence:deal_choices", none, FIRM),
    Row("diligence:startup_choices", none, OPENS),
    Row("diligence:deal_create", none, OPENS, OPENS_IT, opened),
    Row("diligence:deal_detail", deal, DEAL),
    Row("diligence:deal_activity", deal, DEAL),
    Row("diligence:deal_conflict", deal, FIRM_405, CONFLICT, lambda _: {"reason": "My brother works there."}),
    Row("diligence:deal_barriers", deal, EDITS, BARS, barring),
    Row("diligence:barrier_lift", a_barrier, FIRM_405, BARS, lambda _: {"reason": "They sold the shares."}),
    Row("diligence:role_list", none, ADMINS, ADMINS_OK, lambda _: {"name": "Keeper", "audit": ["audit.run"]}),
    Row("diligence:role_detail", a_role, ADMINS, ADMINS_OK, lambda _: {"name": "Reader of all", "deal": []}),
    Row("diligence:role_retire", a_role, FIRM_405, ADMINS_OK),
    Row("diligence:member_role", deal_and(member=a_member_for_a_role), FIRM_405, RUNS, lambda _: {"role": ""}),
    Row("diligence:deal_edit", deal, EDITS, RUNS, edited),
    Row("diligence:founder_invite", deal, FIRM_405, RUNS, lambda _: {"email": "new@startup.example"}),
    Row("diligence:invitation_revoke", deal_and(invitation=lambda at: at.invitation.pk), FIRM_405, RUNS),
    Row("diligence:deal_move", deal, FIRM_405, RUNS, last_stage),
    Row("diligence:note_write", deal, FIRM_405, ON_DEAL, lambda _: {"body": "Call them."}),
    Row("diligence:note_edit", deal_and(note=lambda at: at.note.pk), AUTHOR, AUTHOR_IT, lambda _: {"body": "Better."}),
    Row("diligence:room_member_remove", deal_and(member=lambda at: at.room_member.pk), FIRM_405, RUNS),
    Row("diligence:member_add", deal, FIRM_405, RUNS, newcomer),
    Row("diligence:member_remove", deal_and(member=lambda at: at.member.pk), FIRM_405, RUNS),
    # The firm: evidence and questionnaires
    Row("diligence:deal_evidence", deal, DEAL, RUNS, lambda _: {"upload": a_file(), "origin": "third-party"}),
    Row("diligence:deal_evidence_item", deal_and(**FIRM_ITEM), DEAL, RUNS, lambda _: {"upload": a_file()}),
    Row("diligence:deal_evidence_share", deal_and(**FIRM_ITEM), FIRM_405, RUNS, lambda _: {"shared": "1"}),
    Row("diligence:deal_evidence_item_withdraw", deal_and(**FIRM_ITEM), FIRM_405, RUNS, lambda _: {"reason": "Wrong file."}),
    Row("diligence:room_settings", deal, EDITS, RUNS, lambda _: {"terms": "Keep it."}),
    Row("diligence:deal_requests", deal, DEAL, RUNS, lambda _: {"what": "Log", "why": "To see.", "minutes": "5"}),
    Row("diligence:request_withdraw", deal_and(**ASKED), FIRM_405, RUNS, lambda _: {"reason": "Found it."}),
    Row("diligence:retention", none, ADMINS, ADMINS_OK, lambda _: {"days": "365"}),
    Row("diligence:deal_retention", deal, EDITS, BARS, lambda _: {"held_because": "A dispute."}),
    Row("diligence:deletion_certificate", a_deletion, EDITS),
    Row("diligence:deal_exports", deal, EDITS, RUNS),
    Row("diligence:export_download", an_archive, AUTHOR, others={"HEAD": FIRM_405}),
    Row("diligence:deal_questionnaires", deal, DEAL, RUNS, issued),
    Row("diligence:questionnaire_review", SUBMITTED, DEAL),
    Row("diligence:answer_read", under(pk=lambda at: at.submitted.pk, **QUESTION), DEAL),
    Row("diligence:answers_accept", SUBMITTED, FIRM_405, RUNS),
    Row("diligence:answer_ask_back", under(pk=lambda at: at.submitted.pk, **QUESTION), FIRM_405, RUNS, lambda _: {"body": "Which?"}),
    Row("diligence:answer_reply", under(pk=lambda at: at.submitted.pk, **QUESTION), FIRM_405, ON_DEAL, lambda _: {"body": "Thanks."}),
    # The firm: templates of questionnaires
    Row("diligence:template_list", none, EDITORS, EDITORS_OK, a_template_file),
    Row("diligence:template_schema", none, EDITORS),
    Row("diligence:template_detail", a_version, EDITORS, EDITORS_OK, lambda _: {"title": "Ours", "slug": "ours"}),
    Row("diligence:template_revise", a_version, FIRM_405, EDITORS_OK),
    Row("diligence:template_try", a_version, FIRM_405, EDITORS),
    Row("diligence:template_export", a_version, EDITORS),
    Row("diligence:template_draft", a_draft, EDITORS, EDITORS_OK, a_draft_text),
    Row("diligence:draft_try", a_draft, FIRM_405, EDITORS),
    Row("diligence:draft_export", a_draft, EDITORS),
    Row("diligence:draft_publish", a_draft, FIRM_405, PUBLISHES, lambda _: {"revision": "1"}),
    Row("diligence:draft_discard", a_draft, FIRM_405, EDITORS_OK),
    Row("diligence:draft_question", a_question_of_a_draft, EDITORS, EDITORS_OK, lambda _: {"text": "Which?", "why": "To know.", "type": "short-text", "revision": "1", "tests-TOTAL_FORMS": "0", "tests-INITIAL_FORMS": "0"}),
    Row("diligence:draft_question_change", a_question_of_a_draft, FIRM_405, EDITORS_OK, lambda _: {"press": "up", "revision": "1"}),
    # The firm: mails, one's own tokens
    Row("diligence:mailbox", none, MAILS),
    Row("diligence:mailbox_mail", under(pk=lambda at: at.mail.pk), MAIL),
    Row("diligence:prove", none, PROVES),
    Row("diligence:people", none, ADMINS, ADMINS_OK, lambda _: {"roles": ["admin"]}),
    Row("diligence:person", under(pk=lambda at: at.reviewer.pk), ADMINS, ADMINS_OK, lambda _: {"act": "off"}),
    Row("diligence:webhooks", none, ADMINS, ADMINS, lambda _: {"name": "Sheet", "address": "https://hooks.example/", "events": ["deal.move"]}),
    Row("diligence:webhook", under(pk=lambda _: an_endpoint().pk), FIRM_405, ADMINS_OK, lambda _: {"act": "pause"}),
    Row("diligence:delivery_again", under(pk=lambda _: a_delivery().pk), FIRM_405, ADMINS_OK),
    Row("diligence:sign_ins", none, SIGNED),
    Row("diligence:sign_in_end", under(pk=lambda _: 0), SIGNED_405, NOT_THERE),
    Row("diligence:sign_ins_end", none, SIGNED_405, HOME),
    Row("diligence:tokens", none, FIRM, FIRM, lambda _: {"name": "for a script", "days": "30", "scopes": "read"}),
    Row("diligence:token_revoke", under(pk=lambda at: at.token.pk), FIRM_405, OWN),
    # The startup
    Row("diligence:invitation", under(secret=lambda at: at.secret), INVITED, INVITED_IT, lambda _: {"name": "Nina Next"}),
    Row("diligence:room_list", none, STARTUPS),
    Row("diligence:room_home", room_and(), ROOM_ALL),
    Row("diligence:room_people", room_and(), ROOM, ROOM_OK, lambda _: {"email": "colleague@example.com"}),
    Row("diligence:room_person", room_and(member=lambda at: at.room_member.pk), ROOM, ROOM_OK, lambda _: {"sections": []}),
    Row("diligence:colleague_revoke", room_and(invitation=lambda at: at.colleague.pk), SIGNED_405, ROOM_OK),
    Row("diligence:room_evidence", room_and(), ROOM_ALL, ROOM_ALL_OK, lambda _: {"upload": a_file()}),
    Row("diligence:room_evidence_item", room_and(**FOUNDER_ITEM), ROOM, ROOM_OK, lambda _: {"upload": a_file()}),
    Row("diligence:room_evidence_item_withdraw", room_and(**FOUNDER_ITEM), SIGNED_405, ROOM_OK, lambda _: {"reason": "Wrong file."}),
    Row("diligence:room_terms", room_and(), ENTERS, ENTERS),
    Row("diligence:room_request", room_and(**ASKED), ROOM, ROOM_OK, lambda at: {"evidence": at.founder_evidence.pk}),
    Row("diligence:room_questionnaire", room_and(**ANSWERING), ROOM_ALL),
    Row("diligence:answer_save", room_and(**ANSWERING, **QUESTION), SIGNED_405, ROOM, lambda _: {"main-model.value": "v8", "main-model.revision": "1"}),
    Row("diligence:answer_evidence", room_and(**ANSWERING, **QUESTION), SIGNED_405, ROOM, lambda at: {"main-model.attach": str(at.founder_evidence.pk)}),
    Row("diligence:answer_changes", room_and(**ANSWERING, **QUESTION), ROOM),
    Row("diligence:answers_earlier", room_and(**ANSWERING), ROOM_ALL, ROOM_ALL_OK, lambda _: {"question": "tools"}),
    Row("diligence:answer_missing", room_and(**ANSWERING), ROOM_ALL),
    Row("diligence:answer_submit", room_and(**ANSWERING), ROOM, ROOM_OK),
    Row("diligence:workbook_upload", room_and(**ANSWERING), ROOM_ALL, ROOM_ALL_OK, a_workbook_again),
    Row("diligence:workbook_download", room_and(**ANSWERING), ROOM_ALL),
    Row("diligence:workbook_import", room_and(**ANSWERING, imported=lambda at: at.workbook.pk), ROOM, ROOM_OK),
    Row("diligence:answer_section", room_and(**ANSWERING, section=lambda _: "models"), ROOM, ROOM_OK, lambda _: {"main-model.value": "v8", "main-model.revision": "1"}),
    Row("diligence:evidence_picture", under(version=lambda at: at.founder_evidence.versions.get().pk, number=lambda _: 1), NOT_THERE),
    Row("diligence:evidence_preview", under(version=lambda at: at.founder_evidence.versions.get().pk), FILES),
    Row("diligence:uploads", room_and(), SENDS, PLAIN_TUS, others={"OPTIONS": TUS}),
    Row("diligence:upload", room_and(upload=lambda at: at.upload.pk), ROOM, others={"PATCH": ROOM_412, "DELETE": ROOM_412}),
    Row("diligence:evidence_download", under(version=lambda at: at.founder_evidence.versions.get().pk), FILES, others={"HEAD": SIGNED_405}),
    Row("diligence:evidence_read", under(version=lambda at: at.deck.versions.get().pk), FILES, others={"HEAD": SIGNED_405}),
    # The audit
    Row("audits:catalogue", none, FIRM),
    Row("audits:catalogue_page", under(practice=lambda _: "ci-present"), FIRM),
    Row("audits:deal_audits", deal, DEAL),
    Row("audits:deal_panel", deal, DEAL),
    Row("audits:repository_file", deal, FIRM_405, RUNS, lambda at: {"item": at.founder_evidence.pk}),
    Row("audits:repository_url", deal, FIRM_405, RUNS, lambda _: {"url": "https://git.startup.example/code.git"}),
    Row("audits:deal_imports", deal, DEAL),
    Row("audits:collection_invite", deal, FIRM_405, EDITS),
    Row("audits:collection_file", deal, FIRM_405, RUNS, collected),
    Row("audits:findings_file", deal, FIRM_405, RUNS, scanned),
    Row("audits:run_start", under(pk=lambda at: at.repository.pk), FIRM_405, RUNS),
    Row("audits:run_detail", RUN, DEAL),
    Row("audits:run_cancel", RUN, FIRM_405, RUNS),
    Row("audits:run_findings", RUN, DEAL),
    Row("audits:run_compare", RUN, DEAL),
    Row("audits:run_skipped", RUN, DEAL),
    Row("audits:practice_evidence", under(pk=lambda at: at.practice.pk), DEAL),
    Row("audits:finding_evidence", under(pk=lambda at: at.finding.pk), DEAL),
    Row("audits:finding_triage", under(pk=lambda at: at.finding.pk), DEAL, RUNS, lambda _: {"verdict": "confirmed", "reason": "Seen."}),
    # The data room and the claims
    Row("audits:deal_room", deal, DEAL),
    Row("audits:room_measure", deal, FIRM_405, RUNS),
    Row("audits:room_cancel", deal, FIRM_405, RUNS),
    Row("audits:artifact_detail", ARTIFACT, DEAL),
    Row("audits:artifact_confirm", ARTIFACT, FIRM_405, RUNS, lambda at: {"kind": "document", "revision": at.artifact.revision}),
    Row("audits:artifact_leave_out", ARTIFACT, FIRM_405, RUNS, lambda _: {"left_out": "1"}),
    Row("audits:deal_ledger", deal, DEAL),
    Row("audits:claims_panel", deal, DEAL),
    Row("audits:claims_test", deal, FIRM_405, RUNS),
    Row("audits:claim_quote", deal, EDITS, RUNS, lambda _: {"kind": "statement", "text": "Best team"}),
    Row("audits:claim_detail", CLAIM, DEAL),
    Row("audits:claim_why", CLAIM, DEAL),
    Row("audits:claim_request", CLAIM, FIRM_405, RUNS),
    Row("audits:claim_correct", CLAIM, EDITS, RUNS, lambda at: {"revision": at.claim.revision, "text": "94%", "metric": "accuracy", "value": "94%"}),
    Row("audits:claim_withdraw", CLAIM, FIRM_405, RUNS, lambda _: {"reason": "Misread."}),
    Row("audits:claim_share", CLAIM, FIRM_405, RUNS, lambda _: {"verdict": "1"}),
    Row("audits:room_panel", room_and(), ROOM_ALL),
    Row("audits:room_hearing", room_and(hearing=lambda at: at.hearing.pk), ROOM, ROOM_OK, lambda _: {"body": "The log is of the pilot."}),
    Row("rubrics:maturity_panel", deal, DEAL),
    # The score
    Row("rubrics:portfolio", none, FIRM),
    Row("rubrics:calibration", none, FIRM),
    Row("rubrics:own_scorecards", none, FIRM),
    Row("rubrics:board_scores", none, FIRM),
    Row("rubrics:compare", none, FIRM),
    Row("rubrics:pipeline_times", none, FIRM),
    Row("rubrics:prices", none, FIRM),
    Row("rubrics:deal_coverage", deal, DEAL),
    Row("rubrics:evidence_links", deal_and(**FOUNDER_ITEM), DEAL, RUNS, lambda _: {"to": "criterion:data-versioning"}),
    Row("rubrics:evidence_link_remove", a_link, FIRM_405, RUNS),
    Row("rubrics:evidence_linked", deal_and(kind=lambda _: "claim", reference=lambda at: at.claim.pk), DEAL, RUNS, lambda at: {"item": at.founder_evidence.pk}),
    Row("rubrics:deal_dashboard", deal, DEAL),
    Row("rubrics:deal_panel", deal, DEAL),
    Row("rubrics:lens_detail", deal_and(lens=lambda _: "data"), SCORES),
    Row("rubrics:deal_why", deal, SCORES),
    Row("rubrics:criterion_why", deal_and(lens=lambda _: "data", criterion=lambda _: "data-versioning"), SCORES),
    Row("rubrics:knock_out_suspect", deal, FIRM_405, ON_DEAL, lambda _: {"code": "K2", "because": "No contract."}),
    Row("rubrics:knock_out", deal_and(code=lambda at: at.knock_out.code), SCORES, DECIDES, lambda _: {"act": "clear", "clear-seen": "1", "clear-because": "Seen."}),
    Row("rubrics:deal_terms", deal, DEAL, RUNS, lambda _: {"act": "revenue", "revenue-name": "Ranker", "revenue-source": "Deck"}),
    Row("rubrics:term_take_out", a_statement, FIRM_405, RUNS),
    Row("rubrics:house_terms", none, FIRM, HOUSE, lambda _: {"act": "rate", "rate-currency": "EUR", "rate-amount": "3500"}),
    Row("rubrics:haircut_retire", a_haircut, FIRM_405, HOUSE),
    Row("rubrics:deal_open", deal, DEAL),
    Row("rubrics:open_panel", deal, DEAL),
    Row("rubrics:follow_up_close", a_condition, FIRM_405, FOLLOWS, lambda _: {"state": "met", "because": "Signed."}),
    Row("rubrics:deal_scorecard", deal, DEAL),
    Row("rubrics:assessment_open", deal, FIRM_405, RUNS, opened_again),
    Row("rubrics:frame_first", deal, DEAL),
    Row("rubrics:deal_frame", deal, DEAL, RUNS, reframed),
    Row("rubrics:scorecard_begin", deal, FIRM_405, ON_DEAL, lambda _: {"no_conflict": "yes"}),
    Row("rubrics:scorecard_lock", deal, FIRM_405, SCORER),
    Row("rubrics:conflict_declare", deal, FIRM_405, ON_DEAL, lambda _: {"because": "My brother works there."}),
    Row("rubrics:deal_agreement", deal, SCORES),
    Row("rubrics:briefing_give", deal, FIRM_405, BRIEFS, lambda _: {"lenses": "data", "words": "Anew."}),
    Row("rubrics:difference", deal_and(criterion=lambda _: "data-versioning"), NOT_THERE),
    Row("rubrics:deal_findings_put", deal, SCORES, BRIEFS),
    Row("rubrics:dispute_close", deal_and(dispute=a_dispute), FIRM_405, DECIDES, lambda _: {"because": "It stands."}),
    Row("rubrics:dispute_rescore", deal_and(dispute=a_dispute), NOT_THERE),
    Row("rubrics:room_findings_panel", room_and(), ROOM_ALL),
    Row("rubrics:room_findings", room_and(), ROOM, ROOM_OK, disputing),
    Row("rubrics:reviewers", deal, DEAL, RUNS, newcomer),
    Row("rubrics:reviewers_remind", deal, FIRM_405, RUNS),
    Row("rubrics:seat_replace", deal_and(seat=a_seat), FIRM_405, RUNS),
    Row("rubrics:criterion_score", deal_and(criterion=lambda _: "data-versioning"), DEAL, SCORER, lambda _: {"choice": "unknown", "grade": "E0", "rationale": "No access.", "revision": "1"}),
    Row("rubrics:deal_reports", deal, DEAL, RUNS),
    Row("rubrics:report_state", REPORT, SCORES),
    Row("rubrics:report_download", REPORT, SCORES),
    Row("rubrics:report_files", REPORT, SCORES, ORDERS, lambda _: {"form": "copy", "reader": "Pia"}),
    Row("rubrics:report_export", under(pk=lambda at: at.report.pk, form=lambda _: "json"), SCORES),
    Row("rubrics:report_compare", two_reports, SCORES),
    Row("rubrics:copy_state", a_copy, SCORES),
    Row("rubrics:copy_download", a_copy, SCORES),
    Row("rubrics:deal_sign_off", deal, SCORES, DECIDES, lambda _: DECIDED),
    Row("rubrics:letterhead_edit", none, ADMINS, ADMINS_OK, a_letterhead),
    Row("rubrics:letterhead_preview", none, FIRM_405, ADMINS, a_letterhead),
    Row("rubrics:letterhead_logo", a_logo, ADMINS),
    Row("rubrics:rubric_list", none, FIRM, OPENS_IT, lambda _: {"file": SimpleUploadedFile("a.yaml", b"rubric: a")}),
    Row("rubrics:rubric_schema", none, FIRM),
    Row("rubrics:rubric_detail", a_rubric, FIRM, OPENS_IT, lambda _: {"title": "Ours", "slug": "ours"}),
    Row("rubrics:rubric_export", a_rubric, FIRM),
    Row("rubrics:rubric_revise", a_rubric, FIRM_405, OPENS_IT),
    Row("rubrics:rubric_act", lambda at: a_rubric(at) | {"act": "default"}, FIRM_405, KEEPS),
    Row("rubrics:rubric_draft", a_rubric_draft, MAILS, DRAFTS_IT, lambda _: {"source": "rubric: a", "revision": "1"}),
    Row("rubrics:rubric_draft_weights", a_rubric_draft, MAILS, MAILS_422, lambda _: {"revision": "1"}),
    Row("rubrics:rubric_draft_preview", a_rubric_draft, MAILS),
    Row("rubrics:rubric_draft_export", a_rubric_draft, MAILS),
    Row("rubrics:rubric_draft_publish", a_rubric_draft, FIRM_405, ISSUES, lambda _: {"revision": "1"}),
    Row("rubrics:rubric_draft_discard", a_rubric_draft, FIRM_405, DRAFTS_IT),
    Row("rubrics:verify", none, ALL, ALL, lambda _: {"sha256": "0" * 64}),
    # The API
    Row("diligence-api:deals", none, API_ANY),
    Row("diligence-api:deal", deal, API),
    Row("diligence-api:answers", room_and(), API),
    Row("diligence-api:evidence", room_and(), API),
    Row("diligence-api:evidence-item", room_and(pk=lambda at: at.founder_evidence.pk), API),
    Row("audits-api:audits", none, API_ANY),
    Row("audits-api:audit", RUN, API),
    Row("audits-api:practices", RUN, API),
    Row("audits-api:comparison", compared, API),
    Row("audits-api:findings", RUN, API),
    Row("audits-api:artifacts", none, API_ANY),
    Row("audits-api:artifact", ARTIFACT, API),
    Row("audits-api:measurements", none, API_ANY),
    Row("audits-api:measurement", under(pk=lambda at: at.measurement.pk), API),
    Row("audits-api:claims", none, API_ANY),
    Row("audits-api:claim", CLAIM, API),
    Row("rubrics-api:score", room_and(), API_SCORES),
    Row("rubrics-api:knock-outs", room_and(), API_SCORES),
    Row("rubrics-api:frame", room_and(), API, API_MAKES, reframed_by_program),
    Row("rubrics-api:agreement", room_and(), API_NOTHING),
    Row("rubrics-api:briefings", room_and(), API_ACTS, API_422, lambda _: {"lenses": ["data"], "words": "Anew."}),
    Row("rubrics-api:settlements", room_and(), API_NOTHING),
    Row("rubrics-api:settlement-talk", room_and(criterion=lambda _: "data-versioning"), API_ACTS, API_422, lambda _: {"level": 1, "because": "The test."}, reader="422"),
    Row("rubrics-api:settlement-decision", room_and(criterion=lambda _: "data-versioning"), API_ACTS, API_NO, lambda at: {"level": 1, "lines": "Seen."} | cited_by_program(at)),
    Row("rubrics-api:settlement-dissent", room_and(criterion=lambda _: "data-versioning"), API_ACTS, API_NOTHING, lambda _: {"words": "No."}),
    Row("rubrics-api:findings-put", room_and(), API_SCORES, API_422, lambda _: {"criteria": ["data-versioning"]}),
    Row("rubrics-api:dispute-close", room_and(pk=a_dispute), API_ACTS, API_DECIDES, lambda _: {"because": "It stands."}),
    Row("rubrics-api:dispute-score", room_and(pk=a_dispute), API_ACTS, API_422, scored_by_program),
    Row("rubrics-api:terms", room_and(), API_SCORES),
    Row("rubrics-api:terms-revenue", room_and(), API_ACTS, API_MAKES, lambda _: {"name": "Ranker", "source": "Deck"}),
    Row("rubrics-api:terms-exposures", room_and(), API_ACTS, API_MAKES, lambda _: {"risk": "L", "subject": "K2", "title": "Claims of authors"}),
    Row("rubrics-api:terms-haircuts", room_and(), API_ACTS, API_MAKES, lambda at: {"haircut": a_haircut(at)["pk"], "because": "A wrapper."}),
    Row("rubrics-api:terms-take-out", room_and(kind=lambda _: "revenue", pk=lambda at: a_statement(at)["row"]), API_ACTS, API_TAKES),
    Row("rubrics-api:haircuts", none, API_ANY),
    Row("rubrics-api:follow-ups", room_and(), API, API_MAKES, conditioned),
    Row("rubrics-api:follow-up-close", room_and(pk=lambda at: a_condition(at)["follow_up"]), API_ACTS, API_CLOSES, lambda _: {"state": "met", "because": "Signed."}),
    Row("rubrics-api:reports", none, API_ANY),
    Row("rubrics-api:report", REPORT, API_REPORT),
    Row("rubrics-api:report-pdf", REPORT, API_REPORT),
    Row("rubrics-api:report-data", REPORT, API_REPORT),
)  # fmt: skip
ROWS = {row.name: row for row in TABLE}
BEYOND_A_SECTION = {
    "log of %s": "what the firm asks of others", "shared claim of %s": "what is put to others",
}  # fmt: skip
"""What stands on pages of the room and is no business of a delegate, by words of the world."""
UNWRITABLE = {"405", "404", "login", "401"}
SAMPLE = (Role.ADMIN, Role.FOUNDER, Role.DELEGATE, Role.ANONYMOUS)
"""Those who try to write where the table knows of no writing."""
ON_IT = (Role.ADMIN, Role.PARTNER, Role.ANALYST, Role.REVIEWER, Role.READER)
IN_ROOM = (Role.FOUNDER, Role.DELEGATE)
STRANGERS = [role for role in Role if role not in (*ON_IT, *IN_ROOM)]


COLUMNS = [role for role in Role if role != Role.READER]
READS = dict.fromkeys((EDITS, AUTHOR), "403")
WRITES = {
    **dict.fromkeys(
        (RUNS, FOLLOWS, EDITS, ON_DEAL, BRIEFS, ORDERS, AUTHOR_IT, API_MAKES, API_CLOSES, API_TAKES,
         API_422), "403",
    ), OWN: "404",
}  # fmt: skip
"""Where an analyst whose role on the deal allows nothing gets something else than other analysts."""


def expected(columns: str, role: Role) -> str:
    by_role = dict(zip(COLUMNS, columns.split(), strict=True))
    return by_role[Role.ANALYST if role == Role.READER else role]


def reading(row: Row, role: Role) -> str:
    found = expected(row.get, role)
    return READS.get(row.get, found) if role == Role.READER else found


def writing(row: Row, role: Role) -> str:
    found = expected(row.post, role)
    return row.reader or WRITES.get(row.post, found) if role == Role.READER else found


def differences(world: World, row: Row) -> list[str]:
    """Every role that gets something else than the table says, or is told too much."""
    wrong = []
    for role in world.people:
        read = ask(world, role, row.name, row.args(world.at))
        if read.status != reading(row, role) and (row.name, read.status) != ("healthz", "503"):
            wrong.append(f"GET as {role}: {read.status} instead of {reading(row, role)}")
        wrong += [f"{role} is told {what}" for what in leaks(world, row, role, read)]
        if not row.post and role not in SAMPLE:
            continue
        written = ask(world, role, row.name, row.args(world.at), row.form(world.at))
        fine = {writing(row, role)} if row.post else UNWRITABLE
        if written.status not in fine:
            wrong.append(f"POST as {role}: {written.status} instead of {' or '.join(sorted(fine))}")
        wrong += [f"{role} is told {what}" for what in leaks(world, row, role, written)]
    return wrong


def leaks(world: World, row: Row, role: Role, answered: Answered) -> Iterator[str]:
    """What of the deal stands on a page of someone who must not know it."""
    text, startup = answered.text, world.at.deal.startup.name
    if answered.storable:
        yield "something that a browser or a proxy may keep"
    if role in STRANGERS and startup in text and row.name != "diligence:invitation":
        yield f"of {startup}"
    if role not in ON_IT and firm_only(startup) in text:
        yield "what only the firm may know"
    if role == Role.DELEGATE:
        yield from (what for word, what in BEYOND_A_SECTION.items() if word % startup in text)
    if role != Role.FOUNDER and f"draft of {startup}" in text:
        yield "an answer before it was handed in"


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


# The tests ------------------------------------------------------------------------------------


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Name and pattern of every address of ours."""
    for entry in resolver.url_patterns:
        pattern = str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", pattern
        elif not (namespace == "" and pattern in NOT_OURS):
            inner = f"{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)


def test_the_table_names_every_address_and_no_other() -> None:
    assert len(ROWS) == len(TABLE)
    assert set(ROWS) == {name for name, _ in addresses(get_resolver())}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.usefixtures("db")
def test_everybody_gets_what_the_table_says(worlds: Worlds, name: str) -> None:
    assert differences(worlds.opened, ROWS[name]) == []


OF_A_DEAL = [
    row.name
    for row in TABLE
    if row.args is not none and row.name.partition(":")[2] not in OF_THE_FIRM
]


@pytest.mark.parametrize("name", OF_A_DEAL)
@pytest.mark.usefixtures("db")
def test_a_restricted_deal_is_there_for_the_partner_on_it_and_for_no_other(
    worlds: Worlds, name: str
) -> None:
    assert differences(worlds.partner_off, ROWS[name]) == []
    partner = World(
        {Role.PARTNER: worlds.restricted.people[Role.PARTNER]}, worlds.restricted.at,
        worlds.restricted.sessions, worlds.restricted.tokens,
    )  # fmt: skip
    assert differences(partner, ROWS[name]) == []


@pytest.mark.usefixtures("db")
def test_a_delegate_who_was_taken_out_gets_what_everybody_taken_out_gets(worlds: Worlds) -> None:
    world = worlds.opened
    member = world.at.deal.room_members.get(user=world.at.delegate)
    remove_room_member(actor=world.at.analyst, member=member)
    wrong = []
    for row in TABLE:
        read = ask(world, Role.DELEGATE, row.name, row.args(world.at))
        wanted = expected(row.get, Role.REMOVED)
        if read.status != wanted and (row.name, read.status) != ("healthz", "503"):
            wrong.append(f"{row.name}: {read.status} instead of {wanted}")
        if row.post:
            written = ask(world, Role.DELEGATE, row.name, row.args(world.at), row.form(world.at))
            wanted = expected(row.post, Role.REMOVED)
            if written.status != wanted:
                wrong.append(f"POST {row.name}: {written.status} instead of {wanted}")
    assert wrong == []


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.usefixtures("db")
def test_a_deal_is_not_there_for_whoever_is_in_conflict_or_was_taken_off(
    worlds: Worlds, name: str
) -> None:
    """Administrators and partners in conflict included: as for a reviewer who was never on it."""
    row, wrong = ROWS[name], []
    of_the_deal = name in OF_A_DEAL
    for role, world in worlds.shut_out:
        if of_the_deal:
            wrong += differences(world, row)
            continue
        read = ask(world, Role.REVIEWER_OFF, name, row.args(world.at))
        if read.status != expected(row.get, role) and (name, read.status) != ("healthz", "503"):
            wrong.append(f"GET as {role} in conflict: {read.status}")
        wrong += [f"{role} is told {what}" for what in leaks(world, row, Role.REVIEWER_OFF, read)]
        if row.post:
            written = ask(world, Role.REVIEWER_OFF, name, row.args(world.at), row.form(world.at))
            told = leaks(world, row, Role.REVIEWER_OFF, written)
            wrong += [f"{role} is told {what} by a POST" for what in told]
    assert wrong == []


REFUSED = {"400", "401", "403", "404", "405", "login"}
METHODS = ("OPTIONS", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.usefixtures("db")
def test_every_other_method_does_what_the_table_says_or_nothing(worlds: Worlds, name: str) -> None:
    row, world, wrong = ROWS[name], worlds.opened, []
    args = row.args(world.at)
    for method in METHODS:
        # Which methods a view takes hangs on nobody's role: one that it refuses to these four, of
        # both sides and none, it refuses to all.
        for role in world.people if method in row.others else SAMPLE:
            got = ask(world, role, name, args, method=method).status
            fine = {expected(row.others[method], role)} if method in row.others else REFUSED
            if got not in fine:
                wrong.append(f"{method} as {role}: {got} instead of {' or '.join(sorted(fine))}")
    for role in SAMPLE:
        head = ask(world, role, name, args, method="HEAD").status
        columns = row.others.get("HEAD", row.get)
        if head != expected(columns, role) and (name, head) != ("healthz", "503"):
            wrong.append(f"HEAD as {role}: {head} instead of {expected(columns, role)}")
    assert wrong == []


GUESSED = (
    "/evidence/{sha256}/download/", "/evidence/{sha256}/preview/", "/evidence/{sha256}/pages/1/",
    "/blobs/{short}/{sha256}", "/media/blobs/{short}/{sha256}", "/static/blobs/{short}/{sha256}",
    "/previews/{short}/{sha256}/1.webp", "/incoming/{upload}.part", "/uploads/{sha256}/",
)  # fmt: skip
"""Where someone who knows the hash of a file or the id of an upload would try."""


@pytest.mark.parametrize("address", GUESSED)
@pytest.mark.usefixtures("db")
def test_nobody_gets_a_file_by_its_hash_or_by_where_it_lies(worlds: Worlds, address: str) -> None:
    at = worlds.opened.at
    sha256 = at.founder_evidence.versions.get().blob_id
    guessed = address.format(sha256=sha256, short=sha256[:2], upload=at.upload.pk)
    browser = Client()
    for role, session in worlds.opened.sessions.items():
        browser.cookies.clear()
        browser.cookies.load(dict(session))
        assert browser.get(guessed).status_code == 404, role
