"""All that is in a deal's room, as the firm may read it: what an archive of it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diligence.models import Deal, EvidenceItem, EvidenceVersion, Questionnaire, User
from diligence.selectors.questionnaires import AskedQuestion, handed_in_sheet


@dataclass(frozen=True)
class FileInRoom:
    """One version of a piece of evidence and the name it has in an archive."""

    name: str
    version: EvidenceVersion

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back; then it is named, and its bytes stay out."""
        return self.version.item.withdrawn_at is not None


def files_of_room(deal: Deal, user: User) -> Iterator[FileInRoom]:
    """Every version that this person may see, oldest first, each in a folder of its item."""
    items = EvidenceItem.objects.visible_to(user).filter(deal=deal).order_by("created_at", "pk")
    for number, item in enumerate(items, start=1):
        rows = item.versions.select_related(
            "blob", "item__deal", "uploaded_by", "deletion"
        ).order_by("number")
        for version in rows:
            folder = f"evidence/{number:04d}"
            yield FileInRoom(f"{folder}/v{version.number}-{plain(version.filename)}", version)


def plain(name: str) -> str:
    """A name that no system takes for a path, a device or a command."""
    kept = "".join(c if c.isalnum() or c in "-_. " else "_" for c in name).strip(". ")
    return kept[-120:] or "file"


def answers_of_room(deal: Deal) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each questionnaire that was handed in, as data, with its threads, under its file's name."""
    rows = deal.questionnaires.exclude(state=Questionnaire.State.OPEN).order_by("issued_at", "pk")
    for number, row in enumerate(rows.select_related("template", "deal"), start=1):
        name = f"answers/{number:02d}-{row.template.slug}.v{row.template.version}.json"
        yield name, _as_data(row)


def _as_data(row: Questionnaire) -> dict[str, Any]:
    sheet = handed_in_sheet(row)
    return {
        "questionnaire": row.template.slug,
        "version": row.template.version,
        "title": row.template.title,
        "state": row.state,
        "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
        "sections": [
            {"title": section.title, "answers": [_answer(asked) for asked in section.shown]}
            for section in sheet.open_sections
        ],
    }


def _answer(asked: AskedQuestion) -> dict[str, Any]:
    return {
        "question": asked.question.id,
        "text": asked.question.text,
        "value": asked.said.value if asked.said else None,
        "in_words": asked.shown_value,
        "answered_by": str(asked.said.by) if asked.said else None,
        "answered_at": asked.said.answered_at.isoformat() if asked.said else None,
        "evidence": [item.title for item in asked.attached],
        "messages": [
            {"by": str(each.author), "at": each.at.isoformat(), "body": each.body}
            for each in (asked.answer.messages.all() if asked.answer else ())
        ],
    }
