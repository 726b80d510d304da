"""What of the audit trail is looked for."""

from typing import Any

from django import forms

from diligence.models import Activity, User
from diligence.selectors.trail import APPLICATION, KINDS, TrailQuery
from diligence.web.forms.offering import offering


class TrailForm(forms.Form):
    """Everything may be left empty; what cannot be read narrows nothing and is named."""

    q = forms.CharField(
        label="Words", required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Text, verb or id"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="What", required=False,
        choices=[("", "Everything"), *((key, label) for key, (label, _) in KINDS.items())],
    )  # fmt: skip
    who = forms.ChoiceField(label="Who", required=False)
    deal = forms.CharField(
        label="Deal", required=False, max_length=200,
        widget=offering("diligence:deal_choices", "deal-offers", placeholder="Every deal"),
    )  # fmt: skip
    via = forms.ChoiceField(
        label="Through", required=False, choices=[("", "Every door"), *Activity.Via.choices]
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a day as 2026-11-29."},
    )  # fmt: skip
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a day as 2026-11-29."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), f"{person} ({person.email})") for person in User.objects.all()]
        who = self.fields["who"]
        if isinstance(who, forms.ChoiceField):
            who.choices = [("", "Everybody"), (APPLICATION, "Nobody signed in"), *people]

    def query(self) -> TrailQuery:
        """What was asked for, as far as it can be read."""
        self.is_valid()
        given = self.cleaned_data
        return TrailQuery(
            words=given.get("q", ""), who=given.get("who", ""), kind=given.get("kind", ""),
            called=given.get("deal", ""), via=given.get("via", ""), since=given.get("since"),
            until=given.get("until"),
        )  # fmt: skip
