"""A deal that went the whole way, from invitation to report, made through the services.

What only the firm may know carries the word of `firm_only`, so that a page that shows it to anyone
else can be told by its text.
"""

from dataclasses import dataclass

from audits.models import (
    Artifact,
    AuditRun,
    Claim,
    Finding,
    Hearing,
    PracticeResult,
    Repository,
    RoomRun,
)
from diligence.models import (
    ApiToken,
    Deal,
    DealMember,
    EvidenceItem,
    EvidenceRequest,
    FirmRole,
    IncomingUpload,
    Invitation,
    Note,
    OutboundMail,
    Questionnaire,
    RoomMember,
    User,
    WorkbookImport,
)
from diligence.selectors.questionnaires import sheet_of
from diligence.selectors.workbooks import workbook_of
from diligence.services.deals import (
    DealDetails,
    StartupDetails,
    add_member,
    create_deal,
    create_startup,
    write_note,
)
from diligence.services.delegation import Colleague, invite_colleague
from diligence.services.evidence import Upload, add_evidence
from diligence.services.evidence_requests import AskedFor, Need, request_evidence
from diligence.services.invitations import accept_invitation, remove_room_member
from diligence.services.questionnaires import submit_questionnaire
from diligence.services.tokens import create_token
from diligence.services.uploads import Announced, announce_upload
from diligence.services.workbooks import take_workbook
from rubrics.models import Assessment, KnockOut, Report, Scorecard
from rubrics.services.drawing import Drawn
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import draw_report, issue_report
from rubrics.services.scorecards import open_scorecard
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.audits.claiming import a_claim, a_hearing, a_verdict
from tests.audits.data_rooms import a_measured_log
from tests.cast import (
    a_founder,
    an_invitation,
    an_issued_questionnaire,
    answer,
    answer_all,
    person,
    secret_in_mail,
    some_evidence,
)
from tests.rubrics.building import an_assessment, give


def firm_only(name: str) -> str:
    """The word in all that only the firm may know of the deal of this startup."""
    return f"zugzwang-{name.lower()}"


PDF = b"%PDF-1.7 drawn for a test"


@dataclass(frozen=True)
class Assessed:
    """One deal with an object of every kind that has a page.

    `answering` is a questionnaire that is still with the founder, `submitted` one that is with the
    firm. The scorecard belongs to the reviewer and is not locked. The founder brought the delegate
    in for the section on numbers of `answering` alone.
    """

    analyst: User
    reviewer: User
    founder: User
    removed_founder: User
    delegate: User
    deal: Deal
    member: DealMember
    room_member: RoomMember
    invitation: Invitation
    secret: str
    mail: OutboundMail
    note: Note
    token: ApiToken
    founder_evidence: EvidenceItem
    firm_evidence: EvidenceItem
    deck: EvidenceItem
    asked: EvidenceRequest
    upload: IncomingUpload
    answering: Questionnaire
    submitted: Questionnaire
    workbook: WorkbookImport
    colleague: Invitation
    repository: Repository
    run: AuditRun
    practice: PracticeResult
    finding: Finding
    claim: Claim
    hearing: Hearing
    artifact: Artifact
    measurement: RoomRun
    assessment: Assessment
    scorecard: Scorecard
    knock_out: KnockOut
    report: Report


def an_assessed_deal(name: str, *, restricted: bool = False, actor: User | None = None) -> Assessed:
    """A deal of the startup `name` with everybody on it; `actor` opens it, or its analyst."""
    low, word = name.lower(), firm_only(name)
    analyst = person(f"analyst-{low}", FirmRole.ANALYST, name="Ada Analyst")
    reviewer = person(f"reviewer-{low}", FirmRole.REVIEWER, name="Rita Reviewer")
    details = DealDetails(
        name="Seed 2026", round="seed", archetypes=["clf"], restricted=restricted,
        thesis=f"{word} thesis",
    )  # fmt: skip
    owner = actor or analyst
    startup = create_startup(actor=owner, details=StartupDetails(name=name))
    deal = create_deal(actor=owner, startup=startup, details=details)
    add_member(actor=owner, deal=deal, user=analyst)
    member = add_member(actor=owner, deal=deal, user=reviewer)
    founder = a_founder(deal, f"founder@{low}.example", name="Freya Founder")
    removed = a_founder(deal, f"gone@{low}.example", name="Gunnar Gone")
    remove_room_member(actor=analyst, member=deal.room_members.get(user=removed))
    secret = an_invitation(deal, f"next@{low}.example")
    answering, submitted = an_issued_questionnaire(deal), an_issued_questionnaire(deal)
    answer(answering, "main-model", f"draft of {name}", by=founder)
    answer_all(submitted, by=founder)
    submit_questionnaire(actor=founder, questionnaire=submitted)
    run = _a_run(deal, analyst)
    assessment = an_assessment(deal)
    unshared = a_claim(deal, f"claim of {name}")
    a_verdict(unshared, because=f"{word} verdict")
    artifact = a_measured_log(deal, by=founder)
    hearing = a_hearing(a_claim(deal, f"shared claim of {name}"), by=analyst)
    scorecard = open_scorecard(actor=reviewer, assessment=assessment)
    give(scorecard, "data-versioning", 1, why=f"{word} rationale")
    return Assessed(
        analyst=analyst, reviewer=reviewer, founder=founder, removed_founder=removed, deal=deal,
        delegate=a_delegate(answering, by=founder),
        member=member, room_member=deal.room_members.get(user=founder), secret=secret,
        invitation=deal.invitations.get(email=f"next@{low}.example"),
        mail=OutboundMail.objects.filter(to=f"next@{low}.example")[0],
        note=write_note(actor=analyst, deal=deal, body=f"{word} note"),
        token=create_token(actor=analyst, name="Spreadsheet")[0],
        founder_evidence=some_evidence(deal, by=founder),
        firm_evidence=add_evidence(
            actor=analyst, deal=deal, upload=Upload(f"{word}.csv", [b"reference,call\n"])
        ),
        deck=some_evidence(
            deal, by=founder, filename="deck.pdf", content=b"%PDF-1.7 deck\n"
        ),
        asked=request_evidence(
            actor=analyst, deal=deal, need=Need(f"log of {name}", "To see it."),
            asked_for=AskedFor("criterion", "data-versioning", f"{word} criterion"),
        ),
        upload=announce_upload(
            actor=founder, deal=deal, announced=Announced(f"draft of {name}.bin", 100)
        ),
        answering=answering, submitted=submitted, workbook=a_workbook(answering, by=founder),
        colleague=invite_colleague(
            actor=founder, deal=deal, colleague=Colleague(f"colleague@{low}.example", limited=False)
        ),
        repository=run.repository, run=run,
        practice=run.practices.get(practice="ci-present"), finding=run.findings.get(),
        assessment=assessment, scorecard=scorecard, claim=unshared, hearing=hearing,
        artifact=artifact, measurement=deal.room_runs.measurements().get(),
        knock_out=suspect_knock_out(
            actor=reviewer, assessment=assessment, code="K1", because=f"{word} suspicion"
        ),
        report=a_drawn_report(deal, analyst),
    )  # fmt: skip


def a_delegate(questionnaire: Questionnaire, *, by: User, section: str = "numbers") -> User:
    """Someone whom the founder brought in for one section, and who came."""
    email = f"delegate-{str(questionnaire.pk)[:8]}@startup.example"
    share = (str(questionnaire.pk), section)
    colleague = Colleague(email, name="Dora Delegate", sections=(share,))
    invite_colleague(actor=by, deal=questionnaire.deal, colleague=colleague)
    return accept_invitation(secret=secret_in_mail(email), name="Dora Delegate", actor=None)


def a_workbook(questionnaire: Questionnaire, *, by: User) -> WorkbookImport:
    """The questionnaire as it stands, downloaded and uploaded again."""
    return take_workbook(
        actor=by, questionnaire=questionnaire, filename="answers.xlsx",
        data=workbook_of(sheet_of(questionnaire)),
    )  # fmt: skip


def _a_run(deal: Deal, analyst: User) -> AuditRun:
    word = firm_only(deal.startup.name)
    places = {"ci-present": [Place(".github/workflows/ci.yml", 4, f"run: {word}", 4)]}
    report = a_report(
        {"ci-present": "yes"}, evidence=places, findings=[a_finding(f"{word} finding")]
    )
    return a_finished_run(a_repository(deal, analyst, name=f"{word}-code"), report)


def a_drawn_report(deal: Deal, actor: User) -> Report:
    """An issued report whose PDF is there."""
    report = issue_report(actor=actor, deal=deal)
    draw_report(report.pk, lambda _: Drawn(PDF, 1))
    report.refresh_from_db()
    return report
