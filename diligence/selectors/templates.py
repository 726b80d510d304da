"""Reads of questionnaire templates: the library, what is wrong with a draft, and its preview."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from diligence.models import QuestionnaireTemplate
from diligence.questionnaires.conditions import concerns, visible_sections
from diligence.questionnaires.editing import outline_of
from diligence.questionnaires.loader import TemplateError, parse_template
from diligence.questionnaires.schema import Answers, Profile, Question, Template


@dataclass(frozen=True)
class TemplateVersions:
    """One questionnaire with its published versions, newest first."""

    versions: tuple[QuestionnaireTemplate, ...]

    @property
    def newest(self) -> QuestionnaireTemplate:
        """The version that one would issue today."""
        return self.versions[0]

    @property
    def older(self) -> tuple[QuestionnaireTemplate, ...]:
        """Those that may still be in use on deals."""
        return self.versions[1:]


def template_shelf() -> tuple[TemplateVersions, ...]:
    """Every questionnaire that was published, by its title."""
    rows = QuestionnaireTemplate.objects.order_by("slug", "-version")
    found = (TemplateVersions(tuple(each)) for _, each in groupby(rows, lambda row: row.slug))
    return tuple(sorted(found, key=lambda each: each.newest.title.casefold()))


@dataclass(frozen=True)
class Verdict:
    """A text that was read: the template in it, or the first thing that is wrong."""

    template: Template | None
    error: TemplateError | None = None

    @property
    def questions(self) -> int:
        """How many questions it has, whoever is asked."""
        return len(self.template.questions) if self.template else 0


def verdict_on(source: str) -> Verdict:
    """What is to be said of the text of a draft."""
    try:
        return Verdict(parse_template(source, "draft"))
    except TemplateError as error:
        return Verdict(None, error)


def objection_to(before: str, after: str, question: str) -> str:
    """Why a change of one question cannot stand; empty where it can.

    It is wrong itself, or another question depended on what it was. What was wrong elsewhere before
    is no reason: a draft may be right in one place and not yet in another.
    """
    error = verdict_on(after).error
    if error is None:
        return ""
    places = (each for section in outline_of(after) for each in section.questions)
    own = next((each for each in places if each.id == question), None)
    is_here = own is not None and own.start < error.line <= own.end
    if is_here or verdict_on(before).error is None:
        return f"Not written: {error.what}; {error.remedy}."
    return ""


def questions_before(source: str, question: str) -> tuple[tuple[str, str], ...]:
    """The questions that a condition of this one may look back to: each id with its text."""
    found: list[tuple[str, str]] = []
    for section in outline_of(source):
        for each in section.questions:
            if each.id == question:
                return tuple(found)
            found.append((each.id, f"{each.id}: {each.text}"[:90]))
    return ()


def types_in(source: str) -> dict[str, str]:
    """The type of each question of a text, by its id."""
    return {each.id: each.type for section in outline_of(source) for each in section.questions}


@dataclass(frozen=True)
class PreviewedQuestion:
    """A question of the preview, shown or hidden by what was answered in it."""

    question: Question
    shown: bool


@dataclass(frozen=True)
class PreviewedSection:
    """A section of the preview."""

    id: str
    title: str
    intro: str
    questions: tuple[PreviewedQuestion, ...]

    @property
    def shown(self) -> int:
        """How many of its questions are shown."""
        return sum(each.shown for each in self.questions)


def preview_of(
    template: Template, profile: Profile, answers: Answers
) -> tuple[PreviewedSection, ...]:
    """What a startup of this profile is asked once it has given these answers."""
    shown = {
        question.id
        for section in visible_sections(template, answers, profile)
        for question in section.questions
    }
    sections = (s for s in template.sections if concerns(s, profile))
    found = (
        PreviewedSection(s.id, s.title, s.intro or "", tuple(_asked(s.questions, profile, shown)))
        for s in sections
    )
    return tuple(section for section in found if section.questions)


def _asked(
    questions: Iterable[Question], profile: Profile, shown: set[str]
) -> Iterable[PreviewedQuestion]:
    return (PreviewedQuestion(q, q.id in shown) for q in questions if concerns(q, profile))
