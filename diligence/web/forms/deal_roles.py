"""Forms of roles of deals."""

from typing import Any

from django import forms

from diligence.models import DealRole, DealVerb

GROUPS = {
    "deal": ("The deal", (
        DealVerb.EDIT, DealVerb.MOVE, DealVerb.STAFF, DealVerb.NOTE, DealVerb.TERMS,
        DealVerb.FOLLOW_UP, DealVerb.CLOSE,
    )),
    "startup": ("With the startup", (
        DealVerb.INVITE, DealVerb.ROOM_SET, DealVerb.ISSUE, DealVerb.REVIEW, DealVerb.MESSAGE,
        DealVerb.REQUEST, DealVerb.CLAIM_SHARE, DealVerb.PUT,
    )),
    "evidence": ("Evidence", (
        DealVerb.ADD, DealVerb.WITHDRAW, DealVerb.SHARE, DealVerb.LINK, DealVerb.TAKE_OUT,
        DealVerb.ROOM_EXPORT, DealVerb.RETENTION,
    )),
    "audit": ("Audit, data room and claims", (
        DealVerb.REPOSITORY, DealVerb.AUDIT, DealVerb.CANCEL, DealVerb.TRIAGE, DealVerb.CONFIRM,
        DealVerb.MEASURE, DealVerb.QUOTE, DealVerb.TEST,
    )),
    "score": ("Scores and reports", (
        DealVerb.OPEN, DealVerb.FRAME, DealVerb.ASSIGN, DealVerb.SCORE, DealVerb.SUSPECT,
        DealVerb.FIND, DealVerb.REPORT, DealVerb.COPY,
    )),
}  # fmt: skip
"""The verbs as the page groups them; each stands in one group."""


class RoleForm(forms.Form):
    """The name of a role, and what it allows, group by group."""

    name = forms.CharField(
        max_length=60, label="Name", help_text="For example “Data room keeper”.",
        error_messages={"required": "Name the role."},
    )  # fmt: skip

    def __init__(self, *args: Any, role: DealRole | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = role.verbs if role else []
        self.fields["name"].initial = role.name if role else ""
        for group, (label, verbs) in GROUPS.items():
            self.fields[group] = forms.MultipleChoiceField(
                label=label, choices=[(verb.value, verb.label) for verb in verbs], required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[verb.value for verb in verbs if verb in held],
            )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Name and verbs, for the service."""
        verbs = [verb for group in GROUPS for verb in self.cleaned_data[group]]
        return {"name": self.cleaned_data["name"], "verbs": verbs}


class GiveRoleForm(forms.Form):
    """A role for somebody on the deal; none is what they may do at the firm."""

    role = forms.ModelChoiceField(
        queryset=DealRole.objects.offered(), required=False,
        empty_label="As their role at the firm", label="Role on this deal",
        error_messages={"invalid_choice": "Choose a role from the list."},
    )  # fmt: skip
