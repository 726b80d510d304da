"""Forms of evidence: hand in files, a newer version, withdraw."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from diligence.models import EvidenceKind, Origin


class FilesInput(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. How large or empty they may be is the service's rule, not the form's."""

    widget = FilesInput
    default_error_messages: ClassVar[dict[str, Any]] = {"required": "Choose a file first."}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # noqa: ARG002 - Django's signature
        """The files as they came."""
        files = [file for file in (data if isinstance(data, list) else [data]) if file is not None]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


class SaidForm(forms.Form):
    """What a person says of files: what they are, and their dates."""

    kind = forms.ChoiceField(
        label="What it is", choices=EvidenceKind.choices, initial=EvidenceKind.OTHER, required=False
    )
    dated_on = forms.DateField(
        label="Date of what it shows",
        required=False,
        help_text="When it was made or measured. Older evidence counts less.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a date as year-month-day, such as 2026-03-31."},
    )
    expires_on = forms.DateField(
        label="Valid until",
        required=False,
        help_text="For a certificate or a contract.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a date as year-month-day, such as 2027-03-31."},
    )

    def clean_kind(self) -> str:
        """Nothing said is something else."""
        return self.cleaned_data["kind"] or EvidenceKind.OTHER

    def clean_dated_on(self) -> Any:
        """Evidence is not from the future."""
        day = self.cleaned_data["dated_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This date lies in the future; enter when it was made.")
        return day

    def said(self) -> dict[str, Any]:
        """All of it by name."""
        return {name: self.cleaned_data[name] for name in ("kind", "dated_on", "expires_on")}


ORIGINS = [choice for choice in Origin.choices if choice[0] != Origin.STATEMENT]


class UploadForm(SaidForm):
    """New evidence from the startup."""

    upload = FilesField(label="Files")
    field_order = ("upload",)


class FirmUploadForm(UploadForm):
    """New evidence from the firm, which says where it is from."""

    origin = forms.ChoiceField(
        label="Where it is from",
        choices=ORIGINS,
        initial=Origin.THIRD_PARTY,
        help_text="This sets how strongly it counts; the startup does not see it.",
    )


class VersionForm(UploadForm):
    """A newer version of something; what it is was said with its first."""

    upload = FilesField(label="File", widget=forms.ClearableFileInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget = forms.HiddenInput()


class AnnouncedForm(SaidForm):
    """What a browser says of a file before it sends it in pieces."""

    filename = forms.CharField(max_length=1000, error_messages={"required": "Name the file."})
    modified = forms.CharField(required=False, max_length=20)
    item = forms.UUIDField(required=False)
    questionnaire = forms.UUIDField(required=False)
    question = forms.CharField(required=False, max_length=80)
    origin = forms.ChoiceField(choices=ORIGINS, required=False)

    def said_by(self, *, firm: bool) -> dict[str, Any]:
        """All of it by name; the startup does not choose where its evidence counts as from."""
        origin = (self.cleaned_data["origin"] or Origin.THIRD_PARTY) if firm else ""
        return {**self.said(), "origin": origin or Origin.FOUNDER_FILE}


class WithdrawForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in a few words why this is withdrawn."},
    )
