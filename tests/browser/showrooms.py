"""The startup's side of the showcase: what happens in its rooms, and every page that is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from audits.models import Hearing
from diligence.models import Deal, EvidenceRequest, Questionnaire, User
from diligence.selectors.delegation import delegable_sections
from diligence.selectors.evidence import startup_evidence
from diligence.selectors.questionnaires import sheet_of
from diligence.selectors.workbooks import workbook_of
from diligence.services.assignments import share_of
from diligence.services.delegation import Colleague, invite_colleague
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.invitations import accept_invitation
from diligence.services.room_terms import set_room
from diligence.services.workbooks import take_workbook
from rubrics.models import KnockOut
from rubrics.services.disputes import dispute_level, put_levels
from rubrics.services.knock_outs import Question, ask_about_knock_out
from tests.cast import a_founder, an_invitation, secret_in_mail, some_evidence


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it."""

    name: str
    path: str
    who: str = "analyst"


@dataclass(frozen=True)
class Rooms:
    """The rooms of the demo's three startups and of a fourth, whose room has terms."""

    answering: Deal
    accepted: Deal
    suspected: Deal
    guarded: Deal
    people: dict[str, User] = field(default_factory=dict)

    @property
    def questionnaire(self) -> Questionnaire:
        """The one that is still with its startup."""
        return self.answering.questionnaires.get()

    @property
    def asked(self) -> str:
        """The address of that questionnaire."""
        return f"/room/{self.answering.pk}/questionnaire/{self.questionnaire.pk}/"


def fill_rooms(fresh: Deal) -> Rooms:
    """Colleagues, requests, terms, a dispute: all that a demo on its first day has not seen."""
    rooms = Rooms(
        answering=Deal.objects.get(startup__name="Tenura"),
        accepted=Deal.objects.get(startup__name="Varmgrid"),
        suspected=Deal.objects.get(startup__name="Claustra"),
        guarded=fresh,
    )
    rooms.people.update(
        lea=User.objects.get(email="lea@tenura.example"),
        ingrid=User.objects.get(email="ingrid@varmgrid.example"),
        dario=User.objects.get(email="dario@claustra.example"),
    )
    _bring_in_colleagues(rooms)
    _ask(rooms)
    _put_and_dispute(rooms)
    _set_terms(rooms)
    return rooms


def _bring_in_colleagues(rooms: Rooms) -> None:
    """One who came for a section, and one whose invitation is open."""
    shares = [share_of(each.key) for each in delegable_sections(rooms.answering)]
    lea = rooms.people["lea"]
    for name in ("mila", "otto"):
        colleague = Colleague(f"{name}@tenura.example", name=name.title(), sections=(shares[1],))
        invite_colleague(actor=lea, deal=rooms.answering, colleague=colleague)
    secret = secret_in_mail("mila@tenura.example")
    rooms.people["mila"] = accept_invitation(secret=secret, name="Mila", actor=None)


def _ask(rooms: Rooms) -> None:
    """A request for files; and about a knock-out, to be answered in words."""
    need = Need("The log of predictions for November", "To replay the accuracy that you state.")
    request_evidence(actor=rooms.answering.owner, deal=rooms.answering, need=need)
    suspicion = KnockOut.objects.get(assessment__deal=rooms.suspected, code="K7")
    day = timezone.localdate() + timedelta(days=7)
    ask_about_knock_out(
        actor=rooms.suspected.owner, knock_out=suspicion, seen=suspicion.steps.count(),
        question=Question("Is this key revoked?", "A key stands in app/config.py, line 4.", day),
    )  # fmt: skip


def _put_and_dispute(rooms: Rooms) -> None:
    """Three findings are put to a startup; it disputes one of them with a new file."""
    deal, founder = rooms.accepted, rooms.people["ingrid"]
    criteria = ("data-versioning", "label-quality", "experiment-tracking")
    puts = put_levels(actor=deal.owner, assessment=deal.assessment, criteria=criteria)
    item = some_evidence(deal, by=founder, filename="snapshots-since-may.csv")
    words = "Snapshots are kept since May; the list is attached."
    dispute_level(actor=founder, put=puts[0], words=words, evidence=[item])


def _set_terms(rooms: Rooms) -> None:
    """A room that opens only to those who accept its terms, one of whom is at the door."""
    deal = rooms.guarded
    rooms.people["nils"] = a_founder(deal, "nils@lumenfold.example", name="Nils Lund")
    terms = "What you read here is confidential.\n\nYou keep it to yourself for three years."
    set_room(actor=deal.owner, deal=deal, terms=terms, watermark=True)


def places_of(rooms: Rooms) -> Iterator[Place]:
    """Every page that somebody of a startup can open."""
    yield from _first_pages(rooms)
    yield from _answering(rooms)
    yield from _other_rooms(rooms)


def _first_pages(rooms: Rooms) -> Iterator[Place]:
    base = f"/room/{rooms.answering.pk}/"
    mila = rooms.answering.room_members.get(user=rooms.people["mila"])
    wanted = EvidenceRequest.objects.filter(deal=rooms.answering, wants_words=False)[0]
    hearing = Hearing.objects.get(claim__deal=rooms.answering)
    yield Place("list of rooms", "/room/", who="lea")
    yield Place("room", base, who="lea")
    yield Place("room of a delegate", base, who="mila")
    yield Place("people of a room", f"{base}people/", who="lea")
    yield Place("one of the people", f"{base}people/{mila.pk}/", who="lea")
    yield Place("room's evidence", f"{base}evidence/", who="lea")
    item = startup_evidence(rooms.answering, rooms.people["lea"])[0]
    yield Place("a piece of the room's evidence", f"{base}evidence/{item.pk}/", who="lea")
    yield Place("request for files", f"{base}requests/{wanted.pk}/", who="lea")
    yield Place("what was put to the startup", f"{base}claims/{hearing.pk}/", who="lea")


def _answering(rooms: Rooms) -> Iterator[Place]:
    asked, questionnaire = rooms.asked, rooms.questionnaire
    answer = questionnaire.answers.exclude(revisions=None)[0]
    imported = take_workbook(
        actor=rooms.people["lea"], questionnaire=questionnaire, filename="answers.xlsx",
        data=workbook_of(sheet_of(questionnaire)),
    )  # fmt: skip
    pages: Mapping[str, str] = {
        "questionnaire": "",
        "section": "data/",
        "missing": "missing/",
        "submit": "submit/",
        "answered before": "earlier/",
        "workbook": "workbook/",
        "what a workbook changes": f"workbook/{imported.pk}/",
        "changes of an answer": f"answer/{answer.question}/changes/",
    }
    for name, path in pages.items():
        yield Place(name, f"{asked}{path}", who="lea")
    yield Place("questionnaire of a delegate", asked, who="mila")


def _other_rooms(rooms: Rooms) -> Iterator[Place]:
    done, doubted = rooms.accepted, rooms.suspected
    question = EvidenceRequest.objects.get(deal=doubted, asked_for_kind="knock-out")
    handed_in = f"/room/{done.pk}/questionnaire/{done.questionnaires.get().pk}/"
    secret = an_invitation(rooms.guarded, "new@lumenfold.example", name="Ada New")
    yield Place("accepted questionnaire", handed_in, who="ingrid")
    yield Place("findings to dispute", f"/room/{done.pk}/findings/", who="ingrid")
    yield Place("question on a suspicion", f"/room/{doubted.pk}/requests/{question.pk}/", "dario")
    yield Place("terms at the door", f"/room/{rooms.guarded.pk}/terms/", who="nils")
    yield Place("invitation", f"/invitation/{secret}/", who="stranger")
