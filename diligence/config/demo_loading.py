"""Loads the demo through the same services and the same worker that people use.

Each startup is loaded in two steps, so that an interrupted load can be taken up again: first all
that founders and analysts handed in, with the audit queued; then, once the worker has finished the
audit, the reviewer's scores, and the report.
"""

import re
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from audits.models import AuditRun, PracticeResult
from audits.services.repositories import add_repository_file
from audits.services.runs import request_run
from audits.tasks import ring_for as ring_for_run
from diligence.config.demo_data import DemoStartup, demo_people, demo_startups, not_past
from diligence.config.demo_room import confirm_files, quote_and_ask, room_failure, room_is_quiet
from diligence.lib.git_history import build_repository, write_bundle
from diligence.models import (
    Answer,
    Deal,
    EvidenceItem,
    OutboundMail,
    Questionnaire,
    QuestionnaireTemplate,
    Stage,
    User,
)
from diligence.services import deals as deal_services
from diligence.services import questionnaires as questions
from diligence.services.evidence import Upload, add_evidence
from diligence.services.invitations import accept_invitation, invite_founder
from rubrics.models import Report, RubricVersion, Scorecard
from rubrics.services.assessments import open_assessment
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import issue_report
from rubrics.services.scorecards import (
    GivenScore,
    lock_scorecard,
    open_scorecard,
    submit_score,
)
from rubrics.tasks import ring_for as ring_for_report

WAIT_SECONDS = 300


class DemoError(RuntimeError):
    """The demo cannot be loaded; one sentence that says what to do."""


def load_demo(password: str, say: Callable[[str], None]) -> None:
    """Loads people and startups that are not there yet. Needs a running worker."""
    people = {p["email"]: _person(p, password) for p in demo_people()}
    for startup in demo_startups():
        deal = Deal.objects.filter(startup__name=startup.name).first()
        if deal is None:
            say(f"{startup.name}: deal, answers and evidence")
            with transaction.atomic():
                deal = _hand_in(startup, people, password)
        say(f"{startup.name}: audit")
        _wait(partial(_audit_is_over, deal), f"the audit of {startup.name}")
        _fill_the_room(startup, deal, people, say)
        if not hasattr(deal, "assessment"):
            say(f"{startup.name}: scores and report")
            with transaction.atomic():
                _score(startup, deal, people)
        _wait(partial(_reports_are_over, deal), f"the report on {startup.name}")


def _fill_the_room(
    startup: DemoStartup, deal: Deal, people: Mapping[str, User], say: Callable[[str], None]
) -> None:
    """The files are looked at, confirmed and measured; then the claims are held against them."""
    say(f"{startup.name}: data room and claims")
    owner = people[startup.about["owner"]]
    founder = User.objects.get(email=startup.about["founders"][0]["email"])
    _wait(partial(room_is_quiet, deal), f"its look at the files of {startup.name}")
    confirm_files(startup, deal, owner)
    _wait(partial(room_is_quiet, deal), f"the measurement of {startup.name}")
    if failure := room_failure(deal):
        raise DemoError(f"The data room of {startup.name} could not be measured: {failure}")
    quote_and_ask(startup, deal, owner, founder)


def _wait(is_over: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + WAIT_SECONDS
    while not is_over():
        if time.monotonic() > ends:
            raise DemoError(f"The worker has not finished {what}; see that one is running.")
        time.sleep(0.3)


def _audit_is_over(deal: Deal) -> bool:
    failed = deal.audit_runs.filter(state=AuditRun.State.FAILED).first()
    if failed is not None:
        raise DemoError(f"The audit of {deal.startup} failed: {failed.failure}")
    return not deal.audit_runs.filter(state__in=("queued", "running")).exists()


def _reports_are_over(deal: Deal) -> bool:
    failed = deal.reports.filter(state=Report.State.FAILED).first()
    if failed is not None:
        raise DemoError(f"The report on {deal.startup} failed: {failed.failure}")
    return not deal.reports.exclude(state=Report.State.READY).exists()


def _person(about: Mapping[str, Any], password: str) -> User:
    user = User.objects.filter(email=about["email"]).first()
    role = about.get("role", "")
    if user is None:
        user = User.objects.create_user(about["email"], name=about["name"], firm_role=role)
    user.set_password(password)
    user.is_staff = user.is_superuser = role == "admin"
    user.save()
    return user


def _hand_in(startup: DemoStartup, people: Mapping[str, User], password: str) -> Deal:
    """All that happens before the audit."""
    owner = people[startup.about["owner"]]
    deal = _open(startup, owner, people)
    founders = [_founder(deal, owner, f, password) for f in startup.about["founders"]]
    for note in startup.notes:
        written = deal_services.write_note(
            actor=people[note["author"]], deal=deal, body=note["body"]
        )
        written.created_at = datetime.combine(note["written_on"], datetime.min.time(), UTC)
        written.save(update_fields=["created_at"])
    _answer(startup, deal, owner, founders[0])
    _hand_in_repository(startup, deal, owner, founders[0])
    return deal


def _open(startup: DemoStartup, owner: User, people: Mapping[str, User]) -> Deal:
    about = dict(startup.about["deal"])
    stage = Stage.objects.get(name=about.pop("stage"))
    company = deal_services.create_startup(
        actor=owner, details=deal_services.StartupDetails(**startup.about["startup"])
    )
    deal = deal_services.create_deal(
        actor=owner, startup=company, stage=stage, details=deal_services.DealDetails(**about)
    )
    for email in startup.about["team"]:
        deal_services.add_member(actor=owner, deal=deal, user=people[email])
    return deal


def _founder(deal: Deal, owner: User, about: Mapping[str, Any], password: str) -> User:
    """Invites a founder and follows the link in the mail, as the founder would."""
    invite_founder(actor=owner, deal=deal, **about)
    mail = OutboundMail.objects.filter(to=about["email"]).latest("created_at")
    link = re.search(r"/invitation/([\w-]+)/", mail.body)
    if link is None:
        raise DemoError("The invitation's mail holds no link.")
    user = accept_invitation(secret=link.group(1), name=about["name"], actor=None)
    user.set_password(password)
    user.save()
    return user


def _answer(startup: DemoStartup, deal: Deal, owner: User, founder: User) -> None:
    given = startup.answers
    template = QuestionnaireTemplate.objects.get(slug=given["template"], version=given["version"])
    issued = questions.issue_questionnaire(
        actor=owner, deal=deal, template=template, due_on=not_past(given.get("due_on"))
    )
    for question, value in given["answers"].items():
        questions.save_answer(
            actor=founder, questionnaire=issued, question_id=question,
            given=questions.GivenAnswer(raw=value),
        )  # fmt: skip
    for question, because in (given.get("cannot_answer") or {}).items():
        questions.save_answer(
            actor=founder, questionnaire=issued, question_id=question,
            given=questions.GivenAnswer(cannot_answer=because),
        )  # fmt: skip
    for piece in startup.evidence:
        item = _upload(startup.file(piece["file"]), deal, founder, piece)
        for question in piece["questions"]:
            questions.attach_evidence(
                actor=founder, questionnaire=issued, question_id=question, item=item
            )
    _move_on(issued, str(given["state"]), owner, founder)


def _upload(
    path: Path, deal: Deal, founder: User, piece: Mapping[str, Any] | None = None
) -> EvidenceItem:
    piece = piece or {}
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1024 * 1024), b"")
        upload = Upload(path.name, chunks, piece.get("dated_on"), piece.get("title", ""))
        return add_evidence(actor=founder, deal=deal, upload=upload)


def _move_on(issued: Questionnaire, state: str, owner: User, founder: User) -> None:
    if state == Questionnaire.State.OPEN:
        return
    questions.submit_questionnaire(actor=founder, questionnaire=issued)
    if state == Questionnaire.State.ACCEPTED:
        questions.accept_answers(actor=owner, questionnaire=issued)


def _hand_in_repository(startup: DemoStartup, deal: Deal, owner: User, founder: User) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_repository(startup.repository, folder / "repository")
        bundle = folder / f"{startup.folder.name}.bundle"
        write_bundle(folder / "repository", bundle)
        item = _upload(bundle, deal, founder, {"title": "Repository (git bundle)"})
    repository = add_repository_file(actor=owner, deal=deal, item=item, name=startup.name.lower())
    ring_for_run(request_run(actor=owner, repository=repository))


def _score(startup: DemoStartup, deal: Deal, people: Mapping[str, User]) -> None:
    """All that happens after the audit."""
    owner, reviewer = people[startup.about["owner"]], people[startup.scores["reviewer"]]
    rubric = RubricVersion.objects.filter(slug="mlops-diligence").latest("version")
    assessment = open_assessment(actor=owner, deal=deal, rubric=rubric, mode=startup.scores["mode"])
    scorecard = open_scorecard(actor=reviewer, assessment=assessment)
    cited = _Citable(deal)
    for row in startup.scores["scores"]:
        _give(row, scorecard, reviewer, cited)
    for raised in startup.scores.get("knock_outs") or []:
        suspect_knock_out(
            actor=reviewer, assessment=assessment, code=raised["id"], because=raised["reason"]
        )
    if startup.scores["submitted"]:
        lock_scorecard(actor=reviewer, scorecard=scorecard)
        ring_for_report(issue_report(actor=owner, deal=deal))


class _Citable:
    """What the scores of a deal may cite, by the names that the demo's files use."""

    def __init__(self, deal: Deal) -> None:
        run = deal.audit_runs.filter(state=AuditRun.State.SUCCEEDED).latest("created_at")
        results = PracticeResult.objects.filter(run=run)
        self.practices = {r.practice: r.pk for r in results}
        answers = Answer.objects.filter(questionnaire__deal=deal)
        self.answers = {a.question: a.pk for a in answers}
        items = deal.evidence.prefetch_related("versions")
        self.evidence = {i.current.filename: i.pk for i in items if i.current}


def _found(known: Mapping[str, UUID], names: list[str]) -> tuple[UUID, ...]:
    return tuple(known[name] for name in names if name in known)


def _give(row: Mapping[str, Any], scorecard: Scorecard, reviewer: User, cited: _Citable) -> None:
    cites = row.get("cites") or {}
    submit_score(
        actor=reviewer,
        scorecard=scorecard,
        criterion_id=row["criterion"],
        given=GivenScore(
            outcome=row.get("outcome", "scored"),
            level=row.get("level"),
            grade=row.get("grade", "E0"),
            rationale=row["rationale"],
            freshness=row.get("freshness", "current"),
            signed_original=row.get("signed_original", False),
            drill_record=row.get("drill_record", False),
            practices=_found(cited.practices, cites.get("practices", [])),
            answers=_found(cited.answers, cites.get("answers", [])),
            evidence=_found(cited.evidence, cites.get("evidence", [])),
        ),
    )
