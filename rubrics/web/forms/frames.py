"""The form that changes what an assessment was frozen under."""

from collections.abc import Iterable

from django import forms
from django.db.models import Q
from django.http import QueryDict

from rubrics.catalog.schema import Rubric
from rubrics.models import RubricVersion
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.frames import Frame


class FrameForm(forms.Form):
    """Rubric and profile as they should be, and why. The choices are those of all rubrics."""

    rubric = forms.ModelChoiceField(
        queryset=RubricVersion.objects.none(), empty_label=None,
        label="Rubric with its weights",
    )  # fmt: skip
    stage = forms.ChoiceField(label="Stage of the company")
    archetypes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label="What the product is made of"
    )
    flags = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label="What it touches"
    )
    because = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, label="Why it is changed",
        help_text="The report prints it, with your name and the day.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, now: Frame, changes: int) -> None:
        initial = {
            "rubric": now.rubric, "stage": now.stage, "archetypes": now.archetypes,
            "flags": now.flags, "seen": changes,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        rubric = self.fields["rubric"]
        if isinstance(rubric, forms.ModelChoiceField):
            rubric.queryset = RubricVersion.objects.filter(
                Q(retired_at=None) | Q(pk=now.rubric.pk)
            ).order_by("title", "-version")
        rubrics = [rubric_of(row) for row in RubricVersion.objects.order_by("slug", "version")]
        for name, found in _choices(rubrics).items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(found.items())

    def given(self) -> Frame:
        """The frame that was asked for."""
        given = self.cleaned_data
        return Frame(
            given["rubric"], tuple(given["archetypes"]), tuple(given["flags"]), given["stage"]
        )


def _choices(rubrics: Iterable[Rubric]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"stage": {}, "archetypes": {}, "flags": {}}
    for rubric in rubrics:
        found["stage"] |= {each.id: each.title for each in rubric.stages}
        found["archetypes"] |= {each.id: each.title for each in rubric.archetypes}
        found["flags"] |= {each.id: each.title for each in rubric.flags}
    return found
