"""The parts of a question that are more than words: when it is asked, its columns, its claim."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from django import forms
from django.http import QueryDict

from diligence.questionnaires.flat import (
    ALL,
    ANSWERED,
    ANY,
    IS,
    IS_NOT,
    NONE_OF,
    ONE_OF,
    UNANSWERED,
    FlatCondition,
    Test,
    condition_of,
    flat_condition,
    options_as_text,
    options_in,
    several,
    spelled,
    typed,
)
from diligence.questionnaires.loader import data_of
from diligence.questionnaires.schema import CLAIM_FIELDS

TESTS = (
    (IS, "is"), (IS_NOT, "is not"), (ONE_OF, "is one of"), (NONE_OF, "is none of"),
    (ANSWERED, "is answered"), (UNANSWERED, "is not answered"),
)  # fmt: skip
COLUMN_TYPES = (
    ("text", "Text"), ("number", "Number"), ("date", "Date"), ("choice", "Choice"),
    ("yes-no", "Yes or no"),
)  # fmt: skip
EMPTY_TESTS, EMPTY_COLUMNS = 2, 2
MOST_ROWS = 20
TAKES_NO_VALUE = (ANSWERED, UNANSWERED)


class TestForm(forms.Form):
    """One test of a condition; without a question it is none."""

    question = forms.ChoiceField(required=False, label="Earlier question")
    test = forms.ChoiceField(required=False, choices=TESTS, label="Test")
    values = forms.CharField(required=False, max_length=1000, label="Answer")

    def __init__(self, *args: Any, earlier: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choices = self.fields["question"]
        if isinstance(choices, forms.ChoiceField):
            choices.choices = [("", "No test"), *earlier]

    def clean(self) -> dict[str, Any]:
        """A comparison needs something to compare with."""
        data = dict(self.cleaned_data)
        compares = data.get("test", IS) not in TAKES_NO_VALUE
        if data.get("question") and compares and not data.get("values", "").strip():
            self.add_error("values", "Say which answer; several are separated by commas.")
        return data


class JoinForm(forms.Form):
    """How the tests of a condition stand together."""

    join = forms.ChoiceField(
        required=False, choices=((ALL, "all of these hold"), (ANY, "any of these holds")),
        label="Asked when",
    )  # fmt: skip


class ColumnForm(forms.Form):
    """One column of a table; without a short name it is none."""

    id = forms.CharField(required=False, max_length=64, label="Short name")
    label = forms.CharField(required=False, max_length=300, label="Heading")
    type = forms.ChoiceField(required=False, choices=COLUMN_TYPES, label="Holds")
    unit = forms.CharField(required=False, max_length=300, label="Unit")
    minimum = forms.FloatField(required=False, label="At least")
    maximum = forms.FloatField(required=False, label="At most")
    required = forms.BooleanField(required=False, label="Must be filled in")
    options = forms.CharField(
        required=False, label="Choices", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line as short-name: Label.",
    )  # fmt: skip

    def column(self) -> dict[str, Any] | None:
        """The column as the text of a template has it."""
        data = self.cleaned_data
        if not data.get("id"):
            return None
        kept = {
            "id": data["id"], "label": data["label"] or data["id"],
            "type": data["type"] if data["type"] not in ("", "text") else None,
            "required": data["required"] or None, "unit": data["unit"] or None,
            "minimum": _plain(data["minimum"]), "maximum": _plain(data["maximum"]),
            "options": options_in(data["options"]) or None,
        }  # fmt: skip
        return {key: value for key, value in kept.items() if value is not None}


class ClaimForm(forms.Form):
    """What an answer claims; without a kind it claims nothing."""

    kind = forms.ChoiceField(
        required=False, label="Kind",
        choices=[("", "It makes no claim"), *((kind, kind) for kind in CLAIM_FIELDS)],
    )  # fmt: skip
    text = forms.CharField(
        required=False, max_length=3000, label="Said as",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="$answer, or $ and the short name of a column, stand for what was answered.",
    )  # fmt: skip
    when = forms.CharField(
        required=False, max_length=1000, label="Only for these answers",
        help_text="Separated by commas; empty for every answer.",
    )  # fmt: skip
    fields_text = forms.CharField(
        required=False, max_length=5000, label="Figures",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, as in the text: days: {from: answer, map: {weekly: 7}}.",
    )  # fmt: skip

    def clean_fields_text(self) -> dict[str, Any]:
        """The lines as data."""
        try:
            found = data_of(self.cleaned_data["fields_text"]) or {}
        except (yaml.YAMLError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError("Write one figure a line, as name: value.")
        return found

    def claim(self, kind: str) -> dict[str, Any] | None:
        """The claim as the text of a template has it; `kind` is the type of the question."""
        data = self.cleaned_data
        if not data["kind"]:
            return None
        made = {
            "kind": data["kind"], "text": data["text"].replace("\r\n", "\n"),
            "when": list(several(data["when"], kind)), "fields": data["fields_text"],
        }  # fmt: skip
        return {key: value for key, value in made.items() if value not in ([], {})}


TestRows = forms.formset_factory(TestForm, extra=EMPTY_TESTS, max_num=MOST_ROWS)
ColumnRows = forms.formset_factory(ColumnForm, extra=EMPTY_COLUMNS, max_num=MOST_ROWS)


class Parts:
    """The condition, the columns and the claim of one question, as forms.

    `earlier` are the questions before it, with their texts, and `kinds` the types of all.
    """

    def __init__(
        self, question: dict[str, Any], earlier: Sequence[tuple[str, str]],
        kinds: Mapping[str, str], data: QueryDict | None = None,
    ) -> None:  # fmt: skip
        self._question, self._kinds = question, kinds
        self.condition = flat_condition(question.get("show_if"))
        flat = self.condition or FlatCondition(ALL, ())
        tests = [_test_shown(test) for test in flat.tests]
        known = {name for name, _ in earlier}
        lost = [(t.question, t.question) for t in flat.tests if t.question not in known]
        self.join = JoinForm(data, prefix="when", initial={"join": flat.join})
        self.tests = TestRows(
            data, prefix="tests", initial=tests, form_kwargs={"earlier": [*earlier, *lost]}
        )
        self.columns = ColumnRows(data, prefix="columns", initial=_columns_shown(question))
        self.claim = ClaimForm(data, prefix="claim", initial=_claim_shown(question))

    @property
    def is_nested(self) -> bool:
        """Whether the condition is one that rows cannot show."""
        return self.condition is None

    @property
    def is_table(self) -> bool:
        """Whether there are columns."""
        return self._question.get("type") == "table"

    def is_valid(self) -> bool:
        """Whether each part can be read."""
        return all(each.is_valid() for each in self._shown)

    @property
    def has_errors(self) -> bool:
        """Whether something was typed that cannot be read."""
        return any(each.is_bound and not each.is_valid() for each in self._shown)

    @property
    def _shown(self) -> list[forms.Form | forms.BaseFormSet[Any]]:
        """What is not on the page is not asked."""
        shown: list[forms.Form | forms.BaseFormSet[Any]] = [self.claim]
        shown += [self.columns] if self.is_table else []
        shown += [] if self.is_nested else [self.join, self.tests]
        return shown

    def changes(self, kind: str) -> dict[str, Any]:
        """What to write into a question that is of this type now; None takes a key out."""
        changed: dict[str, Any] = {"claim": self.claim.claim(kind)}
        if not self.is_nested:
            join = self.join.cleaned_data["join"] or ALL
            changed["show_if"] = condition_of(FlatCondition(join, self._tests()))
        if self.is_table and kind == "table":
            columns = [form.column() for form in self.columns]
            changed["columns"] = [column for column in columns if column]
        return changed

    def _tests(self) -> tuple[Test, ...]:
        rows = [form.cleaned_data for form in self.tests]
        return tuple(self._test(row) for row in rows if row.get("question"))

    def _test(self, row: dict[str, Any]) -> Test:
        name, test = row["question"], row["test"] or IS
        kind = self._kinds.get(name, "")
        if test in TAKES_NO_VALUE:
            return Test(name, test)
        if test in (IS, IS_NOT):
            return Test(name, test, (typed(row["values"], kind),))
        return Test(name, test, several(row["values"], kind))


def _test_shown(test: Test) -> dict[str, str]:
    values = ", ".join(spelled(value) for value in test.values)
    return {"question": test.question, "test": test.test, "values": values}


def _columns_shown(question: dict[str, Any]) -> list[dict[str, Any]]:
    columns = question.get("columns")
    rows = [each for each in columns if isinstance(each, dict)] if isinstance(columns, list) else []
    return [{**row, "options": options_as_text(row.get("options"))} for row in rows]


def _claim_shown(question: dict[str, Any]) -> dict[str, Any]:
    said = question.get("claim")
    claim: dict[str, Any] = said if isinstance(said, dict) else {}
    when, fields = claim.get("when"), claim.get("fields")
    lines = [
        f"{name}: {_on_one_line(value)}"
        for name, value in (fields.items() if isinstance(fields, dict) else ())
    ]
    return {
        "kind": claim.get("kind", ""), "text": claim.get("text", ""),
        "when": ", ".join(spelled(v) for v in when) if isinstance(when, list) else "",
        "fields_text": "\n".join(lines),
    }  # fmt: skip


def _on_one_line(value: object) -> str:
    said = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True
    )
    return said.removesuffix("...\n").strip()


def _plain(number: float | None) -> float | int | None:
    """A whole number as one, so that the text says 1 and not 1.0."""
    return int(number) if number is not None and number.is_integer() else number
