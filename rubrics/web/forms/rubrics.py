"""Forms of the firm's rubrics: copy, take in a file, keep a text."""

from django import forms


class CopyRubricForm(forms.Form):
    """A variant under a name of its own."""

    title = forms.CharField(max_length=200, label="Name of the variant")
    slug = forms.RegexField(
        regex=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80, label="Short name",
        help_text="Small letters, digits and hyphens; it names the file.",
        error_messages={"invalid": "Use small letters, digits and hyphens, such as our-rubric."},
    )  # fmt: skip


class ImportRubricForm(forms.Form):
    """A rubric from a file."""

    file = forms.FileField(
        label="Rubric (YAML)",
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/yaml"}),
    )  # fmt: skip


class RubricDraftForm(forms.Form):
    """The text of a draft, and the revision that it was typed into."""

    source = forms.CharField(strip=False, required=False)
    revision = forms.IntegerField(min_value=0)
