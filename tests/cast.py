"""The people of the tests and what they work on, made through the services like in real life."""

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

from diligence.models import (
    Deal,
    EvidenceItem,
    FirmRole,
    OutboundMail,
    Questionnaire,
    QuestionnaireTemplate,
    User,
)
from diligence.services.deals import (
    DealDetails,
    StartupDetails,
    add_member,
    create_deal,
    create_startup,
)
from diligence.services.evidence import Upload, add_evidence
from diligence.services.invitations import accept_invitation, invite_founder
from diligence.services.questionnaires import (
    GivenAnswer,
    attach_evidence,
    issue_questionnaire,
    publish_template,
    save_answer,
)

PASSWORD = "correct horse battery staple"
CSRF_TOKEN = re.compile(r"\b[0-9A-Za-z]{64}\b")
EVERY_TYPE = Path(__file__).parent / "diligence" / "every-type.v1.yaml"


@dataclass(frozen=True)
class Cast:
    """Everybody, and the deal they meet on.

    Partner, analyst (owner) and reviewer are on `deal`, the founder is in its room. The outsider is
    an analyst of the same firm, and the other founder the founder, of `other_deal`.
    """

    admin: User
    partner: User
    analyst: User
    reviewer: User
    founder: User
    other_founder: User
    outsider: User
    deal: Deal
    other_deal: Deal
    questionnaire: Questionnaire


def whole_cast() -> Cast:
    """A firm with two deals, each with a founder in its room; the first has a questionnaire."""
    analyst = person("analyst", FirmRole.ANALYST, name="Ada Analyst")
    outsider = person("outsider", FirmRole.ANALYST, name="Otto Outsider")
    reviewer = person("reviewer", FirmRole.REVIEWER, name="Rita Reviewer")
    deal = a_deal(analyst, startup="Northwind Vision")
    other_deal = a_deal(outsider, startup="Contoso Copilot")
    add_member(actor=analyst, deal=deal, user=reviewer)
    founder = a_founder(deal, "founder@northwind.example", name="Freya Founder")
    return Cast(
        admin=person("admin", FirmRole.ADMIN, name="Alma Admin"),
        partner=person("partner", FirmRole.PARTNER, name="Pia Partner"),
        analyst=analyst,
        reviewer=reviewer,
        founder=founder,
        other_founder=a_founder(other_deal, "founder@contoso.example", name="Oskar Other"),
        outsider=outsider,
        deal=deal,
        other_deal=other_deal,
        questionnaire=an_issued_questionnaire(deal),
    )


def person(who: str, role: str = FirmRole.NONE, *, name: str = "") -> User:
    """Someone with the address <who>@firm.example and the password of everybody."""
    email = who if "@" in who else f"{who}@firm.example"
    return User.objects.create_user(email, PASSWORD, name=name, firm_role=role)


def a_deal(owner: User, *, startup: str = "Northwind Vision", name: str = "Seed 2026") -> Deal:
    """A seed deal that this person opened and owns."""
    company = create_startup(actor=owner, details=StartupDetails(name=startup))
    details = DealDetails(name=name, round="seed", archetypes=["clf"])
    return create_deal(actor=owner, startup=company, details=details)


def an_invitation(deal: Deal, email: str, *, name: str = "") -> str:
    """Invites by mail and returns the secret of the link."""
    invite_founder(actor=deal.owner, deal=deal, email=email, name=name)
    return secret_in_mail(email)


def secret_in_mail(email: str) -> str:
    """The secret of the newest invitation that was mailed to an address."""
    body = OutboundMail.objects.filter(to=email, body__contains="/invitation/")[:1].get().body
    found = re.search(r"/invitation/([^/\s]+)/", body)
    assert found is not None
    return found[1]


def a_founder(deal: Deal, email: str, *, name: str = "") -> User:
    """Someone who was invited to the deal's room and came."""
    secret = an_invitation(deal, email, name=name)
    return accept_invitation(secret=secret, name=name, actor=None)


def a_template() -> QuestionnaireTemplate:
    """A small questionnaire with every type of question, conditions and required evidence."""
    return publish_template(source=EVERY_TYPE.read_text(encoding="utf-8"), name=EVERY_TYPE.name)


def an_issued_questionnaire(deal: Deal, *, due_on: date | None = None) -> Questionnaire:
    """The small questionnaire, in the deal's room."""
    return issue_questionnaire(
        actor=deal.owner,
        deal=deal,
        template=a_template(),
        due_on=due_on or timezone.localdate() + timedelta(days=14),
        message="Take your time; short answers are fine.",
    )


def answer(questionnaire: Questionnaire, question: str, raw: object, *, by: User) -> None:
    """Answers a question, whatever was there before."""
    row = questionnaire.answers.filter(question=question).first()
    given = GivenAnswer(raw=raw, revision=row.revision if row else 0)
    save_answer(actor=by, questionnaire=questionnaire, question_id=question, given=given)


def answer_all(questionnaire: Questionnaire, *, by: User) -> None:
    """Everything that the small questionnaire requires, evidence included."""
    answer(questionnaire, "trains", "yes", by=by)
    answer(questionnaire, "retraining", "monthly", by=by)
    answer(questionnaire, "main-model", "defects-v7", by=by)
    card = some_evidence(questionnaire.deal, by=by, filename="card.md", content=b"# Model card")
    attach_evidence(actor=by, questionnaire=questionnaire, question_id="card", item=card)


def some_evidence(
    deal: Deal, *, by: User, filename: str = "metrics.csv", content: bytes = b"day,auc\n1,0.9\n"
) -> EvidenceItem:
    """A file that this person handed in."""
    return add_evidence(actor=by, deal=deal, upload=Upload(filename, [content]))


def read(browser: Client, address: str) -> str:
    """The page without its csrf tokens, random letters that spell any short word at times."""
    return without_tokens(browser.get(address).content.decode())


def without_tokens(page: str) -> str:
    return CSRF_TOKEN.sub("", page)


def signed_in(user: User | None) -> Client:
    """A browser in which this person is signed in; None is a stranger."""
    client = Client()
    if user is not None:
        client.force_login(user)
        as_just_signed_in(client, user)
    return client


def as_just_signed_in(client: Client, user: User) -> None:
    """Notes in the browser what signing in through the page would have noted."""
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "signed-in", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
