"""Forms of evidence: hand in files, a newer version, withdraw."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from diligence.models import Origin


class FilesInput(forms.ClearableFileInput):
    """An input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. How large or empty they may be is the service's rule, not the form's."""

    widget = FilesInput
    default_error_messages: ClassVar[dict[str, Any]] = {"required": "Choose a file first."}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # noqa: ARG002
        """The files as they came."""
        files = [file for file in (data if isinstance(data, list) else [data]) if file is not None]
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


class DatedForm(forms.Form):
    """Files with the date of what they show."""

    upload = FilesField(label="Files")
    dated_on = forms.DateField(
        label="Date of what it shows",
        required=False,
        help_text="When it was made or measured, if that is not today. Older evidence counts less.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a date as year-month-day, such as 2026-03-31."},
    )

    def clean_dated_on(self) -> Any:
        """Evidence is not from the future."""
        day = self.cleaned_data["dated_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This date lies in the future; enter when it was made.")
        return day


class UploadForm(DatedForm):
    """New evidence from the startup."""


class FirmUploadForm(DatedForm):
    """New evidence from the firm, which says where it is from."""

    origin = forms.ChoiceField(
        label="Where it is from",
        choices=[choice for choice in Origin.choices if choice[0] != Origin.STATEMENT],
        initial=Origin.THIRD_PARTY,
        help_text="This sets how strongly it counts; the startup does not see it.",
    )


class VersionForm(DatedForm):
    """A newer version of something."""

    upload = FilesField(label="File", widget=forms.ClearableFileInput)


class WithdrawForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say in a few words why this is withdrawn."},
    )
