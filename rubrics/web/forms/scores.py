"""Forms of assessments and scores."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import QueryDict

from rubrics.models import Assessment, RubricVersion, Score
from rubrics.scoring.types import GRADES
from rubrics.selectors.rubrics import default_rubric
from rubrics.services.scorecards import GivenScore

UNKNOWN, NOT_SUPPLIED = "unknown", "not-supplied"
LEVELS = tuple(str(level) for level in range(5))
PERCENTAGES = tuple(str(percent) for percent in range(101))
CHOICES = [*((str(n), str(n)) for n in range(5)), (UNKNOWN, "Cannot assess"),
           (NOT_SUPPLIED, "Asked and not supplied")]  # fmt: skip
GRADE_WORDS = {
    "E0": "E0 · a statement",
    "E1": "E1 · a document or declared dependency",
    "E2": "E2 · code in a product path",
    "E3": "E3 · code that is deployed or scheduled",
    "E4": "E4 · machine-made records that agree with the code",
    "E5": "E5 · reproduced or pulled by us",
}


class OpenAssessmentForm(forms.Form):
    """Which rubric, and how it is scored."""

    rubric = forms.ModelChoiceField(
        queryset=RubricVersion.objects.offered().order_by("title", "-version"),
        empty_label=None, initial=default_rubric, label="Rubric",
    )  # fmt: skip
    mode = forms.ChoiceField(
        choices=Assessment.Mode.choices, initial=Assessment.Mode.ASSISTED, label="Mode",
        help_text="Assisted: one reviewer sees the proposed level. "
        "Blind: two or more score without it.",
    )  # fmt: skip
    practice = forms.ChoiceField(
        choices=Assessment.Practice.choices, required=False, label="What it is",
        help_text="A practice case is scored blind and counts for calibration only: "
        "three a quarter, one of them with planted theatre.",
    )  # fmt: skip
    late_because = forms.CharField(
        max_length=2000, label="Why rubric and profile are frozen only now",
        help_text="Evidence of the startup was opened before. The report prints your reason.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why rubric and profile are frozen only now."},
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, late: bool) -> None:
        super().__init__(data)
        if not late:
            del self.fields["late_because"]


class ScoreForm(forms.Form):
    """A reviewer's word on one criterion."""

    choice = forms.ChoiceField(
        choices=CHOICES, error_messages={"required": "Choose a level, or say that you cannot."}
    )
    grade = forms.ChoiceField(choices=[(g, GRADE_WORDS[g]) for g in GRADES], initial="E0")
    freshness = forms.ChoiceField(
        choices=Score.Freshness.choices, required=False, initial=Score.Freshness.CURRENT
    )
    models_covered = forms.IntegerField(min_value=0, max_value=100, required=False)
    signed_original = forms.BooleanField(required=False)
    drill_record = forms.BooleanField(required=False)
    rationale = forms.CharField(required=False, max_length=10_000)
    revision = forms.IntegerField(required=False, min_value=0)

    def given(self, data: QueryDict) -> GivenScore:
        """The values for the service, with the citations that were ticked."""
        choice = self.cleaned_data["choice"]
        level = int(choice) if choice.isdigit() else None
        covered = self.cleaned_data["models_covered"]
        return GivenScore(
            outcome=Score.Outcome.SCORED if level is not None else choice,
            level=level,
            grade=self.cleaned_data["grade"],
            rationale=self.cleaned_data["rationale"],
            freshness=self.cleaned_data["freshness"] or Score.Freshness.CURRENT,
            models_covered=100 if covered is None else covered,
            signed_original=self.cleaned_data["signed_original"],
            drill_record=self.cleaned_data["drill_record"],
            revision=self.cleaned_data["revision"] or 0,
            practices=ids_in(data.getlist("cite-practice")),
            answers=ids_in(data.getlist("cite-answer")),
            evidence=ids_in(data.getlist("cite-evidence")),
        )


def ids_in(values: Iterable[str]) -> tuple[UUID, ...]:
    """What is an id among the values; a forged one is left out."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return tuple(found)


def cited_in(data: QueryDict) -> tuple[UUID, ...]:
    """All that was ticked."""
    names = ("cite-practice", "cite-answer", "cite-evidence")
    return tuple(found for name in names for found in ids_in(data.getlist(name)))


def score_in(data: QueryDict, revision: int) -> Score:
    """What was sent as a score that is not stored, to be shown again as it was typed."""
    choice, covered = data.get("choice", ""), data.get("models_covered", "")
    return Score(
        outcome=Score.Outcome.SCORED if choice in LEVELS else choice,
        level=int(choice) if choice in LEVELS else None,
        grade=data.get("grade", "E0"),
        freshness=data.get("freshness", Score.Freshness.CURRENT),
        models_covered=int(covered) if covered in PERCENTAGES else 100,
        signed_original="signed_original" in data,
        drill_record="drill_record" in data,
        rationale=data.get("rationale", ""),
        revision=revision,
    )
