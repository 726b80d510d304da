"""Forms of issuing a questionnaire and reading its answers."""

from django import forms

from diligence.models import QuestionnaireTemplate


class IssueForm(forms.Form):
    """Which questionnaire to issue, until when, with which words."""

    template = forms.ModelChoiceField(
        queryset=QuestionnaireTemplate.objects.order_by("title", "-version"),
        label="Questionnaire", empty_label=None,
    )  # fmt: skip
    due_on = forms.DateField(
        required=False, label="Due on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    message = forms.CharField(
        required=False, max_length=4000, label="A word to the founder",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the mail and above the questionnaire.",
    )  # fmt: skip


class AskBackForm(forms.Form):
    """What the firm wants to know about one answer."""

    body = forms.CharField(
        label="What do you want to know?", max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
