"""Forms of what was found elsewhere: the startup's own collection, and other tools' findings."""

from typing import Any

from django import forms

from audits.models import Repository
from diligence.models import Deal


class CollectionForm(forms.Form):
    """A signed collection, with the digest that the founder read out."""

    file = forms.FileField(
        label="Collection",
        help_text="The file that the founder got from the command, as it was made.",
    )
    digest = forms.CharField(
        required=False, max_length=60, label="Digest that the founder read out",
        help_text="Twenty letters and digits in five groups. "
        "Not needed where the founder used this deal's invitation code.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class FindingsForm(forms.Form):
    """SARIF or CycloneDX of another tool, and the repository that it is about."""

    file = forms.FileField(
        label="SARIF or CycloneDX file", help_text="JSON, as scanners and forges export it."
    )
    repository = forms.ModelChoiceField(
        queryset=Repository.objects.none(), required=False, label="Repository that it is about",
        empty_label="None of these",
    )  # fmt: skip

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "findings_%s"  # both forms stand on one page, each with its file
        field = self.fields["repository"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = deal.repositories.all()
