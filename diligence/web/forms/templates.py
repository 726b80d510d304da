"""Forms of the template editor, and what is typed into a preview."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from diligence.models import Archetype, RiskFlag
from diligence.questionnaires.editing import SKELETONS
from diligence.questionnaires.flat import options_as_text, options_in
from diligence.questionnaires.schema import AnswerValue, Profile, Question, Template
from diligence.questionnaires.values import AnswerError, clean_value
from diligence.services.questionnaires import GivenAnswer
from diligence.web.forms.answers import posted_answer

ASKED_BY_FLAG = (RiskFlag.HR, RiskFlag.PD)
"""The flags by which a template can tell whom it asks (schema.Flag)."""


class CopyForm(forms.Form):
    """A copy of a template under a name of its own."""

    title = forms.CharField(max_length=300, label="Name of the copy")
    slug = forms.RegexField(
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, label="Short name",
        help_text="Small letters, digits and hyphens; it names the file.",
        error_messages={"invalid": "Use small letters, digits and hyphens, such as our-audit."},
    )  # fmt: skip


class ImportForm(forms.Form):
    """A template from a file."""

    file = forms.FileField(
        label="Template (YAML)",
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/yaml"}),
    )  # fmt: skip


class DraftForm(forms.Form):
    """The text of a draft, and the revision that it was typed into."""

    source = forms.CharField(strip=False, required=False)
    revision = forms.IntegerField(min_value=0)


class QuestionForm(forms.Form):
    """The words of a question; when it is asked, its columns and its claim are `template_parts`."""

    text = forms.CharField(
        max_length=3000, label="Question", widget=forms.Textarea(attrs={"rows": 2})
    )
    why = forms.CharField(
        max_length=3000, label="Why we ask", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The founder can unfold it below the question.",
    )  # fmt: skip
    help = forms.CharField(
        max_length=3000, required=False, label="Help", widget=forms.Textarea(attrs={"rows": 2})
    )
    type = forms.ChoiceField(choices=[(name, name) for name in SKELETONS], label="Type")
    required = forms.BooleanField(required=False, label="Required")
    options = forms.CharField(
        required=False, label="Options", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line as short-name: Label. For single and multiple only.",
    )  # fmt: skip
    evidence = forms.CharField(
        max_length=3000, required=False, label="Evidence to ask for",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    evidence_required = forms.BooleanField(
        required=False, label="The answer does not count without it"
    )

    def changes(self, before: dict[str, Any]) -> dict[str, Any]:
        """What to write into the question; None takes a key out.

        A new type brings what it cannot be without, and keeps what is there already.
        """
        data = self.cleaned_data
        evidence = {"ask": data["evidence"], "required": data["evidence_required"]}
        changed: dict[str, Any] = {
            "type": data["type"],
            "text": data["text"].replace("\r\n", "\n"),
            "why": data["why"].replace("\r\n", "\n"),
            "help": data["help"].replace("\r\n", "\n") or None,
            "required": data["required"] or None,
            "evidence": evidence if data["evidence"] else None,
        }
        if data["type"] != before.get("type"):
            changed |= dict.fromkeys(_own_keys(before.get("type", "")))
            changed |= SKELETONS[data["type"]]
        if data["type"] in ("single", "multiple") and data["options"].strip():
            changed["options"] = options_in(data["options"])
        return changed


def initial_of(question: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a question as it stands in the text."""
    evidence = question.get("evidence")
    evidence = evidence if isinstance(evidence, dict) else {}
    return {
        **{key: question.get(key, "") for key in ("text", "why", "help", "type")},
        "required": question.get("required") is True,
        "options": options_as_text(question.get("options")),
        "evidence": evidence.get("ask", ""),
        "evidence_required": evidence.get("required") is True,
    }


def _own_keys(kind: str) -> set[str]:
    """Keys that only some types have, so that one type's do not stand in another."""
    own = {key for skeleton in SKELETONS.values() for key in skeleton}
    own |= {"with_other", "at_most", "max_length", "whole", "earliest", "latest", "max_files"}
    own |= {"min_rows", "max_rows"}
    return own if kind else set()


class PreviewProfileForm(forms.Form):
    """For which startup a template is looked at."""

    archetypes = forms.MultipleChoiceField(
        required=False, choices=Archetype.choices, widget=forms.CheckboxSelectMultiple,
        label="What it builds",
    )  # fmt: skip
    flags = forms.MultipleChoiceField(
        required=False, choices=[(flag.value, flag.label) for flag in ASKED_BY_FLAG],
        widget=forms.CheckboxSelectMultiple, label="What it must heed",
    )  # fmt: skip

    @property
    def profile(self) -> Profile:
        """The startup; nothing ticked under archetypes leaves nothing out."""
        if not self.is_valid():
            return Profile()
        data = self.cleaned_data
        return Profile(frozenset(data["archetypes"]), frozenset(data["flags"]))


def typed_in(template: Template, data: QueryDict) -> dict[str, GivenAnswer]:
    """What was typed into the preview's fields, by question."""
    none: MultiValueDict[str, Any] = MultiValueDict()
    return {q.id: posted_answer(q, data, none).given for q in template.questions}


def values_in(template: Template, typed: dict[str, GivenAnswer]) -> dict[str, AnswerValue]:
    """What conditions go by: the typed values that fit."""
    return {q.id: _value(q, typed[q.id]) for q in template.questions}


def _value(question: Question, given: GivenAnswer) -> AnswerValue:
    try:
        return clean_value(question, given.raw)
    except AnswerError:
        return None
