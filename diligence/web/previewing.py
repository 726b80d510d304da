"""A template as a founder will see it: the same fields, for a startup that one chooses.

Nothing that is typed into a preview is kept; it only moves the conditions.
"""

from dataclasses import dataclass

from django.http import QueryDict

from diligence.questionnaires.schema import Template
from diligence.selectors.questionnaires import AskedQuestion
from diligence.selectors.templates import preview_of
from diligence.web.forms.answers import AnswerField
from diligence.web.forms.templates import PreviewProfileForm, typed_in, values_in


@dataclass(frozen=True)
class PreviewSection:
    """A section with the fields of its questions."""

    title: str
    intro: str
    shown: int
    fields: tuple[AnswerField, ...]


def preview_context(template: Template | None, data: QueryDict) -> dict[str, object]:
    """What the preview shows; empty while the text is not right."""
    form = PreviewProfileForm(data)
    if template is None:
        return {"profile_form": form, "sections": (), "template": None}
    typed = typed_in(template, data)
    sections = preview_of(template, form.profile, values_in(template, typed))
    return {
        "profile_form": form,
        "template": template,
        "asked": sum(section.shown for section in sections),
        "sections": tuple(
            PreviewSection(
                section.title, section.intro, section.shown,
                tuple(
                    AnswerField(
                        AskedQuestion(each.question, None, each.shown), is_open=True,
                        typed=typed[each.question.id],
                    )
                    for each in section.questions
                ),
            )
            for section in sections
        ),
    }  # fmt: skip
