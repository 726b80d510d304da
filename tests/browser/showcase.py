"""What there is to look at: the demo, what it lacks to fill every page, and all addresses."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from audits.models import Hearing
from audits.services.runs import request_run
from audits.tasks import ring_for
from diligence.models import Deal, OutboundMail, QuestionnaireTemplate, User
from diligence.services.deals import add_member
from diligence.services.templates import start_draft
from diligence.services.tokens import create_token
from rubrics.models import KnockOut, RubricVersion
from rubrics.services.assessments import open_assessment
from rubrics.services.scorecards import open_scorecard
from tests.cast import a_deal, signed_in

FIRM = "kestrelbay.example"


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it."""

    name: str
    path: str
    who: str = "analyst"


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
    people = {
        "analyst": analyst,
        "reviewer": reviewer,
        "partner": _person("partner"),
        "ingrid": User.objects.get(email="ingrid@varmgrid.example"),
        "lea": User.objects.get(email="lea@tenura.example"),
    }
    sessions = {who: signed_in(user).cookies["sessionid"].value for who, user in people.items()}
    return Showcase(
        address, (*_of_the_firm(), *_of_a_deal(good, fresh), *_claims(fresh), *_rooms()), sessions
    )


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
    mail = OutboundMail.objects.filter(body__contains="/invitation/")[0]
    yield Place("sign in", "/account/login/", who="stranger")
    yield Place("sign in by code", "/account/login/code/", who="stranger")
    yield Place("inbox", "/inbox/")
    yield Place("search", "/search/answers/?q=drift")
    yield Place("board", "/board/")
    yield Place("table", "/deals/")
    yield Place("new deal", "/deals/new/")
    yield Place("portfolio", "/portfolio/", who="partner")
    yield Place("catalogue", "/catalogue/")
    yield Place("a practice", "/catalogue/experiment-tracking/")
    template = QuestionnaireTemplate.objects.get(slug="mlops-audit")
    draft = start_draft(actor=_person("analyst"), based_on=template)
    yield Place("templates", "/templates/")
    yield Place("template", f"/templates/mlops-audit/v{template.version}/")
    yield Place("template draft", f"/templates/drafts/{draft.pk}/")
    yield Place("question of a draft", f"/templates/drafts/{draft.pk}/questions/product-summary/")
    yield Place("table of a draft", f"/templates/drafts/{draft.pk}/questions/production-models/")
    yield Place("mailbox", "/mail/")
    yield Place("a mail", f"/mail/{mail.pk}/")
    yield Place("tokens", "/tokens/")
    yield Place("password", "/account/password/change/")


def _of_a_deal(deal: Deal, fresh: Deal) -> Iterator[Place]:
    base, new = f"/deals/{deal.pk}/", f"/deals/{fresh.pk}/"
    run = deal.audit_runs.order_by("created_at")[0]
    again = deal.audit_runs.latest("created_at")
    yield Place("deal", base)
    yield Place("new deal's overview", new)
    yield Place("edit", f"{base}edit/")
    yield Place("activity", f"{base}activity/")
    yield Place("questionnaires", f"{base}questionnaires/")
    yield Place("review", f"/questionnaires/{deal.questionnaires.get().pk}/")
    yield Place("answer beside its evidence", _answer_read(deal))
    yield Place("coverage", f"{base}coverage/")
    yield Place("archive", f"{base}archive/")
    yield Place("evidence", f"{base}evidence/")
    yield Place("evidence item", f"{base}evidence/{deal.evidence.all()[0].pk}/")
    yield Place("audits", f"{base}audits/")
    yield Place("no audits", f"{new}audits/")
    yield Place("run", f"/audits/{run.pk}/")
    yield Place("findings", f"/audits/{run.pk}/findings/")
    yield Place("skipped", f"/audits/{run.pk}/skipped/")
    yield Place("compare", f"/audits/{again.pk}/compare/")
    yield Place("scorecard", f"{base}scorecard/")
    yield Place("reviewers", f"{base}reviewers/")
    yield Place("findings to put", f"{base}findings/")
    yield Place("calibration", "/portfolio/calibration/", who="partner")
    yield Place("scorecard to fill", f"{new}scorecard/", who="reviewer")
    yield Place("criterion to score", f"{new}scorecard/data-versioning/", who="reviewer")
    yield Place("criterion", f"{base}scorecard/data-versioning/")
    yield Place("dashboard", f"{base}risk/")
    yield Place("unscored dashboard", f"{new}risk/")
    yield Place("lens", f"{base}risk/data/")
    yield Place("why", f"{base}risk/why/")
    yield Place("why of a criterion", f"{base}risk/data/data-versioning/")
    yield Place("terms", f"{base}terms/")
    yield Place("what is open", f"{base}open/")
    yield Place("what the house sets", "/house/terms/", who="partner")
    knocked = KnockOut.objects.filter(assessment__deal__startup__name="Claustra")[0]
    suspected = knocked.assessment.deal_id
    yield Place("knock-out", f"/deals/{suspected}/knock-outs/{knocked.code}/", who="partner")
    yield Place("dashboard with knock-outs", f"/deals/{suspected}/risk/", who="partner")
    yield Place("reports", f"{base}reports/")


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


def _rooms() -> Iterator[Place]:
    closed = Deal.objects.get(startup__name="Varmgrid")
    open_one = Deal.objects.get(startup__name="Tenura")
    questionnaire = open_one.questionnaires.get()
    base = f"/room/{open_one.pk}/"
    asked = f"{base}questionnaire/{questionnaire.pk}/"
    yield Place("room", base, who="lea")
    yield Place("room's evidence", f"{base}evidence/", who="lea")
    yield Place("questionnaire", asked, who="lea")
    yield Place("section", f"{asked}data/", who="lea")
    yield Place("missing", f"{asked}missing/", who="lea")
    yield Place("submit", f"{asked}submit/", who="lea")
    yield Place("answered before", f"{asked}earlier/", who="lea")
    answer = questionnaire.answers.exclude(revisions=None)[0]
    yield Place("changes of an answer", f"{asked}answer/{answer.question}/changes/", who="lea")
    hearing = Hearing.objects.get(claim__deal=open_one)
    yield Place("what was put to the startup", f"{base}claims/{hearing.pk}/", who="lea")
    handed_in = f"/room/{closed.pk}/questionnaire/{closed.questionnaires.get().pk}/"
    yield Place("accepted questionnaire", handed_in, who="ingrid")
