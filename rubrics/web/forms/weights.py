"""Weights of a rubric as a form, and the engineer-weeks of criteria that only the firm has."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict

from rubrics.catalog.editing import Weighing
from rubrics.catalog.effort import EffortTable
from rubrics.catalog.schema import Criterion, Rubric, StepWeeks, Weeks, in_order

STEPS = (1, 2, 3, 4)
SMALLEST, DIGITS = Decimal("0.0001"), 4
"""Of a lens's weight, which is above 0 and at most 1."""


class WeeksField(forms.CharField):
    """Three numbers: low, likely, high."""

    def to_python(self, value: object) -> Weeks | None:  # type: ignore[override] # reads numbers
        """The numbers; ValidationError with what to write."""
        text = super().to_python(value)
        if not text:
            return None
        words = [word for word in re.split(r"[\s,;/]+", text.strip()) if word]
        try:
            low, likely, high = (float(word) for word in words)
            return in_order((low, likely, high))
        except ValueError:
            said = "Write three numbers, the lowest first, such as: 0.5, 1, 2."
            raise ValidationError(said) from None

    def prepare_value(self, value: object) -> object:
        """As one writes it."""
        return ", ".join(f"{each:g}" for each in value) if isinstance(value, tuple) else value


class WeightsForm(forms.Form):
    """A field for each lens and criterion of the rubric that the draft's text holds.

    Weeks are asked for criteria that `table`, which ships, does not know.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, data: QueryDict | None = None, *, rubric: Rubric, table: EffortTable | None,
        revision: int,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"revision": revision})
        self.rubric = rubric
        known = table.steps if table else {}
        self.own = tuple(c for c in rubric.criteria if c.id not in known)
        for lens in rubric.lenses:
            self.fields[f"lens-{lens.id}"] = forms.DecimalField(
                label=lens.title, initial=f"{lens.weight:g}", min_value=SMALLEST, max_value=1,
                decimal_places=DIGITS, error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value", "max_decimal_places"),
                    "Write a number above 0 and at most 1, such as 0.18.",
                ),
            )  # fmt: skip
        for criterion in rubric.criteria:
            self.fields[f"weight-{criterion.id}"] = forms.TypedChoiceField(
                label=criterion.title, initial=criterion.weight, coerce=int,
                choices=[(n, str(n)) for n in (1, 2, 3)],
                error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose 1, 2 or 3."),
            )  # fmt: skip
        for criterion in self.own:
            for step in STEPS:
                self.fields[f"weeks-{criterion.id}-{step}"] = WeeksField(
                    label=f"Weeks to level {step}", required=False,
                    initial=criterion.weeks[step - 1] if criterion.weeks else "",
                )  # fmt: skip

    def clean(self) -> None:
        """Weeks are given for all four steps of a criterion, or for none."""
        for criterion in self.own:
            names = [f"weeks-{criterion.id}-{step}" for step in STEPS]
            if self.errors.keys() & set(names):
                continue
            missing = [name for name in names if not self.cleaned_data.get(name)]
            for name in missing if len(missing) < len(STEPS) else ():
                self.add_error(name, "Write the weeks of all four steps, or of none.")

    def weighing(self) -> Weighing:
        """What was given, for the text."""
        given = self.cleaned_data
        return Weighing(
            lenses={lens.id: float(given[f"lens-{lens.id}"]) for lens in self.rubric.lenses},
            criteria={c.id: given[f"weight-{c.id}"] for c in self.rubric.criteria},
            weeks={c.id: self._weeks(c) for c in self.own},
        )

    def _weeks(self, criterion: Criterion) -> StepWeeks | None:
        given = (self.cleaned_data.get(f"weeks-{criterion.id}-{step}") for step in STEPS)
        first, second, third, fourth = given
        if first and second and third and fourth:
            return first, second, third, fourth
        return None

    def by_lens(self) -> Iterator[tuple[BoundField, list[tuple[BoundField, list[BoundField]]]]]:
        """Each lens's field with those of its criteria: the weight, and the weeks if asked."""
        own = {criterion.id for criterion in self.own}
        for lens in self.rubric.lenses:
            rows = [
                (
                    self[f"weight-{each.id}"],
                    [self[f"weeks-{each.id}-{n}"] for n in STEPS] if each.id in own else [],
                )
                for each in self.rubric.criteria_of(lens.id)
            ]
            yield self[f"lens-{lens.id}"], rows
