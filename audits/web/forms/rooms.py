"""The form in which an analyst says what a file is and which column plays which part."""

from collections.abc import Mapping
from typing import Any

from django import forms

from audits.artifacts.kinds import kind_names, kinds
from audits.models import Artifact
from audits.selectors.rooms import kind_title
from audits.services.artifacts import Said

MANY = ("groups",)
"""Parts that several columns may play."""

PARTS: Mapping[str, tuple[str, str]] = {
    "id": ("Id of the prediction", "One value a row, to find duplicates and to join labels."),
    "time": ("When it was predicted", ""),
    "prediction": ("What was predicted", ""),
    "score": ("Score or probability", ""),
    "label": ("What turned out to be true", "Without it no quality can be measured."),
    "model_version": ("Version of the model", "What a prediction is traced by."),
    "dataset_version": ("Version of the data", ""),
    "groups": ("Groups to compare", "Columns such as region; up to a handful."),
    "version": ("Version", ""),
    "created_at": ("When it was registered", ""),
    "run_id": ("Run", ""),
    "dataset": ("Dataset", ""),
    "name": ("Name of the model", ""),
    "stage": ("Stage", ""),
}


def kind_choices() -> list[tuple[str, str]]:
    """Every kind in words."""
    return [(name, kind_title(name)) for name in kind_names()]


class ColumnsForm(forms.Form):
    """A select for each part that the kind knows, filled with the guess or what was said."""

    def __init__(self, *args: Any, artifact: Artifact, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        header: list[str] = artifact.guess.get("header", [])
        given = _given(artifact, kind)
        known = kinds().get(kind)
        for part in known.parts if known and header else ():
            self.fields[part] = _field(part, header, given.get(part))

    def said(self) -> Said:
        """The values for the service."""
        columns = {part: value for part, value in self.cleaned_data.items() if value}
        return Said(self.kind, columns)


def _given(artifact: Artifact, kind: str) -> Mapping[str, Any]:
    if artifact.is_confirmed and artifact.kind == kind:
        return dict(artifact.columns)
    return dict(artifact.guess.get("columns", {})) if artifact.guessed_kind == kind else {}


def _field(part: str, header: list[str], given: Any) -> forms.Field:
    title, words = PARTS.get(part, (part.replace("_", " ").capitalize(), ""))
    columns = [(name, name) for name in header]
    if part in MANY:
        return forms.MultipleChoiceField(
            choices=columns, required=False, label=title, help_text=words, initial=given or [],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    return forms.ChoiceField(
        choices=[("", "Not in this file"), *columns], required=False, label=title,
        help_text=words, initial=given or "",
    )  # fmt: skip
