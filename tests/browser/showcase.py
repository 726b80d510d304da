"""What there is to look at: the demo, what it lacks to fill every page, and all addresses."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from audits.models import Finding
from audits.services.runs import request_run
from audits.tasks import ring_for
from diligence.models import (
    Deal,
    DealRole,
    EvidenceItem,
    FirmRole,
    OutboundMail,
    QuestionnaireTemplate,
    User,
)
from diligence.services.barriers import lift_barrier, raise_barrier
from diligence.services.deal_roles import define_role, give_role
from diligence.services.deals import add_member
from diligence.services.evidence_links import link_evidence
from diligence.services.templates import start_draft
from diligence.services.tokens import create_token
from rubrics.models import RubricVersion
from rubrics.selectors.evidence_links import spoken_of
from rubrics.services.assessments import open_assessment
from rubrics.services.reports import issue_report
from rubrics.services.rubrics import start_rubric_draft
from rubrics.services.scorecards import open_scorecard
from rubrics.tasks import ring_for as ring_for_report
from tests.browser.showrooms import Place, fill_rooms, places_of
from tests.cast import a_deal, person, signed_in
from tests.rubrics.building import scored_blind
from tests.rubrics.services.test_settling import STEP, VARIED, WIDE

FIRM = "kestrelbay.example"
LONG_NAME = f"Nordlys Vorausschauende {'Instandhaltungs' * 4}gesellschaft"
"""No page may be wider for the name of a startup that no line holds."""


@dataclass(frozen=True)
class Showcase:
    """The running product and everything that can be looked at in it."""

    address: str
    places: tuple[Place, ...]
    sessions: dict[str, str]


def complete_demo(address: str) -> Showcase:
    """Adds a second run, a deal that is being scored and a token; then lists the pages."""
    analyst, reviewer = _person("analyst"), _person("reviewer")
    good = Deal.objects.get(startup__name="Varmgrid")
    _audit_again(good, analyst)
    fresh = a_deal(analyst, startup="Lumenfold")
    add_member(actor=analyst, deal=fresh, user=reviewer)
    rubric = RubricVersion.objects.latest("version")
    open_scorecard(
        actor=reviewer,
        assessment=open_assessment(actor=analyst, deal=fresh, rubric=rubric, mode="assisted"),
    )
    create_token(actor=analyst, name="Spreadsheet")
    _roles_and_conflicts(fresh)
    rooms = fill_rooms(fresh)
    firm = {who: _person(who) for who in ("admin", "partner", "analyst", "reviewer")}
    people = {**firm, **rooms.people}
    sessions = {who: signed_in(user).cookies["sessionid"].value for who, user in people.items()}
    places = (
        *_of_the_firm(), *_of_oneself(), *_of_drafts(), *_of_the_portfolio(),
        *_of_a_deal(good, fresh), *_of_scores(good, fresh), *_of_two_reviewers(),
        *_of_reports(good), *_claims(fresh), *places_of(rooms),
    )  # fmt: skip
    return Showcase(address, places, sessions)


def _roles_and_conflicts(deal: Deal) -> None:
    """A role that somebody has, a conflict that stands and one that is over."""
    admin, reviewer = _person("admin"), _person("reviewer")
    role = define_role(actor=admin, name="Data room keeper", verbs=["note.write", "score.submit"])
    member = deal.members.get(user=reviewer)
    give_role(actor=admin, member=member, role=role)
    newcomer = person("newcomer@kestrelbay.example", FirmRole.ANALYST, name="Nils Newcomer")
    over = raise_barrier(actor=admin, deal=deal, user=newcomer, reason="Holds shares of a rival.")
    lift_barrier(actor=admin, barrier=over, reason="Sold them in October.")
    raise_barrier(actor=admin, deal=deal, user=newcomer, reason="Bought them again.")


def _person(who: str) -> User:
    return User.objects.get(email=f"{who}@{FIRM}")


def _audit_again(deal: Deal, analyst: User) -> None:
    repository = deal.repositories.get()
    with transaction.atomic():
        run = request_run(actor=analyst, repository=repository, rev="HEAD~3")
        ring_for(run)
    deadline = time.monotonic() + 60
    while not run.is_over:
        assert time.monotonic() < deadline, f"The second audit is still {run.state} {run.stage}."
        time.sleep(0.2)
        run.refresh_from_db()


def _of_the_firm() -> Iterator[Place]:
    yield Place("inbox", "/inbox/")
    yield Place("search", "/search/answers/?q=drift")
    yield Place("search that finds nothing", "/search/answers/?q=zeppelin")
    yield Place("board", "/board/")
    yield Place("your scorecards", "/scorecards/", who="reviewer")
    yield Place("table", "/deals/")
    yield Place("table without a fit", "/deals/?q=zeppelin")
    yield Place("new deal", "/deals/new/")
    yield Place("catalogue", "/catalogue/")
    yield Place("a practice", "/catalogue/experiment-tracking/")
    yield Place("trail", "/trail/", who="admin")
    yield Place("trail without a fit", "/trail/?q=zeppelin", who="admin")
    yield Place("people", "/people/", who="admin")
    yield Place("a colleague", f"/people/{_person('partner').pk}/", who="admin")
    yield Place("what the house sets", "/house/terms/", who="partner")
    yield Place("letterhead", "/letterhead/", who="admin")
    yield Place("retention", "/retention/", who="admin")
    yield Place("webhooks", "/webhooks/", who="admin")
    yield Place("roles", "/roles/", who="admin")
    yield Place("a role", f"/roles/{DealRole.objects.get().pk}/", who="admin")
    yield Place("check a report", "/verify/", who="stranger")


def _of_oneself() -> Iterator[Place]:
    mail = OutboundMail.objects.filter(body__contains="/invitation/")[0]
    yield Place("sign in", "/account/login/", who="stranger")
    yield Place("sign in by code", "/account/login/code/", who="stranger")
    yield Place("mailbox", "/mail/")
    yield Place("a mail", f"/mail/{mail.pk}/")
    yield Place("tokens", "/tokens/")
    yield Place("password", "/account/password/change/")
    yield Place("a forgotten password", "/account/password/reset/", who="stranger")
    yield Place("prove it", "/account/prove/")
    yield Place("sign out", "/account/logout/")
    yield Place("signing in", "/account/second-factor/")
    yield Place("an authenticator app", "/account/second-factor/totp/activate/")
    yield Place("a passkey", "/account/second-factor/webauthn/add/")
    yield Place("where one is signed in", "/account/sessions/")


def _of_drafts() -> Iterator[Place]:
    template = QuestionnaireTemplate.objects.get(slug="mlops-audit")
    draft = start_draft(actor=_person("analyst"), based_on=template)
    rubric = start_rubric_draft(
        actor=_person("admin"), based_on=RubricVersion.objects.latest("version")
    )
    yield Place("rubric draft", f"/rubrics/drafts/{rubric.pk}/", who="admin")
    yield Place("weights of a draft", f"/rubrics/drafts/{rubric.pk}/weights/", who="admin")
    yield Place("rubrics", "/rubrics/")
    yield Place("rubric", "/rubrics/mlops-diligence/1/")
    yield Place("templates", "/templates/")
    yield Place("template", f"/templates/mlops-audit/v{template.version}/")
    yield Place("template draft", f"/templates/drafts/{draft.pk}/")
    yield Place("question of a draft", f"/templates/drafts/{draft.pk}/questions/product-summary/")
    yield Place("table of a draft", f"/templates/drafts/{draft.pk}/questions/production-models/")


def _of_the_portfolio() -> Iterator[Place]:
    scored = Deal.objects.exclude(reports=None).order_by("startup__name")
    chosen = "&".join(f"deal={deal.pk}" for deal in scored)
    yield Place("portfolio", "/portfolio/", who="partner")
    yield Place("choose deals to compare", "/portfolio/compare/", who="partner")
    yield Place("deals side by side", f"/portfolio/compare/?{chosen}", who="partner")
    yield Place("pipeline in time", "/portfolio/pipeline/", who="partner")
    yield Place("prices", "/portfolio/prices/", who="partner")
    yield Place("calibration", "/portfolio/calibration/", who="partner")


def _of_a_deal(deal: Deal, fresh: Deal) -> Iterator[Place]:
    base, new = f"/deals/{deal.pk}/", f"/deals/{fresh.pk}/"
    run = deal.audit_runs.order_by("created_at")[0]
    again = deal.audit_runs.latest("created_at")
    yield Place("deal", base)
    yield Place("new deal's overview", new)
    yield Place("edit", f"{base}edit/")
    note = deal.notes.filter(author=_person("analyst"))[0]
    yield Place("a note", f"{base}notes/{note.pk}/")
    yield Place("nobody in conflict", f"{base}conflicts/", who="partner")
    yield Place("conflicts", f"{new}conflicts/", who="partner")
    yield Place("activity", f"{base}activity/")
    yield Place("questionnaires", f"{base}questionnaires/")
    yield Place("review", f"/questionnaires/{deal.questionnaires.get().pk}/")
    yield Place("answer beside its evidence", _answer_read(deal))
    yield Place("coverage", f"{base}coverage/")
    yield Place("archive", f"{base}archive/")
    yield Place("evidence", f"{base}evidence/")
    yield Place("evidence item", f"{base}evidence/{_linked(deal).pk}/")
    yield Place("audits", f"{base}audits/")
    yield Place("no audits", f"{new}audits/")
    yield Place("run", f"/audits/{run.pk}/")
    cited = run.practices.exclude(evidence=None)[0]
    yield Place("lines of a practice", f"/practices/{cited.pk}/evidence/")
    finding = Finding.objects.filter(run__deal__startup__name="Claustra")[0]
    yield Place("triage", f"/findings/{finding.pk}/")
    yield Place("lines of a finding", f"/findings/{finding.pk}/evidence/")
    yield Place("findings", f"/audits/{run.pk}/findings/")
    yield Place("skipped", f"/audits/{run.pk}/skipped/")
    yield Place("compare", f"/audits/{again.pk}/compare/")
    yield Place("imports", f"{base}audits/elsewhere/")
    yield Place("requests", f"{base}requests/")
    yield Place("retention of a deal", f"{base}retention/", who="partner")
    yield Place("room settings", f"{new}room-settings/")


def _linked(deal: Deal) -> EvidenceItem:
    """A piece of evidence that speaks to a criterion."""
    item = deal.evidence.all()[0]
    spoken = spoken_of(deal, "criterion", "data-versioning")
    assert spoken is not None
    link_evidence(actor=deal.owner, item=item, to=spoken)
    return item


def _of_scores(deal: Deal, fresh: Deal) -> Iterator[Place]:
    base, new = f"/deals/{deal.pk}/", f"/deals/{fresh.pk}/"
    yield Place("scorecard", f"{base}scorecard/")
    yield Place("what it is assessed under", f"{base}scorecard/frame/")
    yield Place("findings to put", f"{base}findings/")
    yield Place("scorecard to fill", f"{new}scorecard/", who="reviewer")
    yield Place("criterion to score", f"{new}scorecard/data-versioning/", who="reviewer")
    yield Place("criterion", f"{base}scorecard/data-versioning/")
    yield Place("dashboard", f"{base}risk/")
    yield Place("unscored dashboard", f"{new}risk/")
    idle = a_deal(_person("analyst"), startup=LONG_NAME)
    yield Place("assessment to open", f"/deals/{idle.pk}/scorecard/")
    yield Place("terms before an assessment", f"/deals/{idle.pk}/terms/")
    yield Place("reports before an assessment", f"/deals/{idle.pk}/reports/")
    yield Place("lens", f"{base}risk/data/")
    yield Place("why", f"{base}risk/why/")
    yield Place("why of a criterion", f"{base}risk/data/data-versioning/")
    yield Place("terms", f"{base}terms/")
    yield Place("what is open", f"{base}open/")
    doubted = Deal.objects.get(startup__name="Claustra")
    for code in ("K1", "K7"):
        name = f"knock-out {code}"
        yield Place(name, f"/deals/{doubted.pk}/knock-outs/{code}/", who="partner")
    yield Place("dashboard with knock-outs", f"/deals/{doubted.pk}/risk/", who="partner")
    yield Place("deal with knock-outs", f"/deals/{doubted.pk}/", who="partner")


def _of_two_reviewers() -> Iterator[Place]:
    """A deal that two scored blind, on which they differ twice."""
    deal = a_deal(_person("analyst"), startup="Ostrava Optik")
    second = person(f"second@{FIRM}", FirmRole.REVIEWER, name="Otto Second")
    for each in (_person("reviewer"), second, _person("partner")):
        add_member(actor=deal.owner, deal=deal, user=each)
    first = {**VARIED, STEP: 1, WIDE: 2}
    scored_blind(deal, (_person("reviewer"), first), (second, {**VARIED, STEP: 2, WIDE: 0}))
    base = f"/deals/{deal.pk}/"
    yield Place("reviewers", f"{base}reviewers/")
    yield Place("agreement", f"{base}agreement/")
    yield Place("difference", f"{base}agreement/{WIDE}/", who="reviewer")
    yield Place("scorecard of two", f"{base}scorecard/")


def _of_reports(deal: Deal) -> Iterator[Place]:
    """Its report and a second one; then the decision on it."""
    base, first = f"/deals/{deal.pk}/", deal.reports.get()
    again = issue_report(actor=deal.owner, deal=deal)
    ring_for_report(again)
    yield Place("reports", f"{base}reports/")
    yield Place("files of a report", f"/reports/{first.pk}/files/")
    yield Place("two reports compared", f"/reports/{again.pk}/against/{first.pk}/")
    yield Place("sign-off", f"{base}sign-off/", who="partner")
    undecided = Deal.objects.get(startup__name="Claustra")
    yield Place("sign-off with obstacles", f"/deals/{undecided.pk}/sign-off/", who="partner")


def _claims(fresh: Deal) -> Iterator[Place]:
    deal = Deal.objects.get(startup__name="Tenura")
    base, measured = f"/deals/{deal.pk}/", Deal.objects.get(startup__name="Varmgrid")
    yield Place("ledger", f"{base}claims/")
    yield Place("empty ledger", f"/deals/{fresh.pk}/claims/")
    yield Place("quote a claim", f"{base}claims/quote/?kind=fairness")
    for verdict in ("contradicted", "unsupported"):
        claim = deal.claims.filter(verdict__verdict=verdict).earliest("said_at")
        yield Place(f"{verdict} claim", f"/claims/{claim.pk}/")
    yield Place("correct a claim", f"/claims/{deal.claims.all()[0].pk}/correct/")
    yield Place("deal with claims", base)
    yield Place("data room", f"/deals/{measured.pk}/data-room/")
    yield Place("empty data room", f"/deals/{fresh.pk}/data-room/")
    for kind in ("prediction-log", "model-registry", "current-sample", ""):
        artifact = measured.artifacts.filter(kind=kind)[0]
        yield Place(f"{kind or 'document'} measured", f"/artifacts/{artifact.pk}/")


def _answer_read(deal: Deal) -> str:
    answer = deal.questionnaires.get().answers.exclude(evidence=None)[0]
    return f"/questionnaires/{answer.questionnaire_id}/read/{answer.question}/"
