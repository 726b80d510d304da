"""Forms of repositories and runs."""

from typing import Any

from django import forms

from diligence.models import Deal, EvidenceItem


class RepositoryFileForm(forms.Form):
    """A bundle or an archive, uploaded now or chosen from the evidence."""

    file = forms.FileField(
        required=False, label="Git bundle or archive",
        error_messages={
            "empty": "This file is empty (0 bytes); make the bundle or archive again and choose it."
        },
        help_text="The startup makes a bundle with “git bundle create repository.bundle HEAD”. "
        "A .zip or .tar.gz of the folder also does.",
    )  # fmt: skip
    item = forms.ModelChoiceField(
        queryset=EvidenceItem.objects.none(), required=False, label="Or from the evidence",
        empty_label="Nothing chosen",
    )  # fmt: skip

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = deal.evidence.filter(withdrawn_at=None)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("file")) == bool(cleaned.get("item")) and not self.errors:
            raise forms.ValidationError(
                "Choose a file to upload or one from the evidence, and only one of them."
            )
        return cleaned


class RepositoryUrlForm(forms.Form):
    """A git URL with an optional token."""

    url = forms.URLField(
        label="Address of the repository", max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    token = forms.CharField(
        required=False, label="Read-only token", max_length=500, strip=True,
        help_text="Only for a private repository. It is kept encrypted and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class RunForm(forms.Form):
    """What to audit of a repository."""

    rev = forms.CharField(
        required=False, max_length=200, label="Revision",
        widget=forms.TextInput(attrs={"placeholder": "HEAD"}),
    )  # fmt: skip
