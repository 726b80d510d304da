"""The shape of a questionnaire template: frozen models that a YAML file is read into.

A template never changes once it is published, so everything here is immutable. The canonical value
of an answer is made of JSON types only, because it is stored, exported and compared as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

CellValue = bool | int | float | str | None
TableRow = dict[str, CellValue]
AnswerValue = bool | int | float | str | list[str] | list[TableRow] | None
Answers = Mapping[str, AnswerValue]

OTHER = "other"
OTHER_PREFIX = "other:"

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=64)
]
# Options may carry the engine's own names, such as roc_auc.
OptionId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", min_length=1, max_length=64)
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Scalar = bool | int | float | str
Archetype = Literal["clf", "ft", "rag"]
Flag = Literal["hr", "pd"]
Lens = Literal["data", "experimentation", "operations", "delivery", "governance", "substance"]

CLAIM_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "metric": (frozenset({"metric", "value"}), frozenset({"window_days"})),
    "traceability": (frozenset({"target", "value"}), frozenset()),
    "practice": (frozenset({"practice"}), frozenset()),
    "retraining-cadence": (frozenset({"days"}), frozenset()),
    "stable-performance": (frozenset(), frozenset()),
    "stable-inputs": (frozenset(), frozenset()),
    "fairness": (frozenset({"metric", "group", "max_gap"}), frozenset()),
    "own-model": (frozenset(), frozenset()),
    "statement": (frozenset(), frozenset()),
}
ClaimKind = Literal[
    "metric",
    "traceability",
    "practice",
    "retraining-cadence",
    "stable-performance",
    "stable-inputs",
    "fairness",
    "own-model",
    "statement",
]


@dataclass(frozen=True)
class Profile:
    """What a startup builds and under which duties: decides which questions concern it.

    No archetype means that it is not known yet, and then nothing is left out for that reason.
    """

    archetypes: frozenset[str] = field(default_factory=frozenset)
    flags: frozenset[str] = field(default_factory=frozenset)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


# Conditions -------------------------------------------------------------------------------


class AllOf(_Frozen):
    """Holds when every part holds."""

    parts: tuple["Condition", ...] = Field(alias="all", min_length=1)


class SomeOf(_Frozen):
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...] = Field(alias="any", min_length=1)


class Not(_Frozen):
    """Holds when its part does not."""

    part: "Condition" = Field(alias="not")


class Equals(_Frozen):
    """Holds when the earlier answer is this value, or for a multiple choice contains it."""

    question: Identifier
    equals: Scalar


class AnyOf(_Frozen):
    """Holds when the earlier answer is, or contains, one of these values."""

    question: Identifier
    any_of: tuple[Scalar, ...] = Field(min_length=1)


class Answered(_Frozen):
    """Holds when the earlier question has an answer (or, with false, has none)."""

    question: Identifier
    answered: bool


CONDITION_KEYS = ("all", "any", "not", "equals", "any_of", "answered")


def _condition_tag(raw: Any) -> str | None:
    if isinstance(raw, BaseModel):
        return _TAG_OF_MODEL.get(type(raw))
    if isinstance(raw, Mapping):
        return next((key for key in CONDITION_KEYS if key in raw), None)
    return None


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[SomeOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Equals, Tag("equals")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[Answered, Tag("answered")],
    Discriminator(
        _condition_tag,
        custom_error_type="condition_form",
        custom_error_message="A condition has one of the keys " + ", ".join(CONDITION_KEYS),
    ),
]
_TAG_OF_MODEL: dict[type[BaseModel], str] = {
    AllOf: "all",
    SomeOf: "any",
    Not: "not",
    Equals: "equals",
    AnyOf: "any_of",
    Answered: "answered",
}
for _model in (AllOf, SomeOf, Not):
    _model.model_rebuild()


# Claims -----------------------------------------------------------------------------------


class ClaimSource(_Frozen):
    """Where a field of a claim comes from: the answer itself, or a column of a table's row."""

    source: str = Field(alias="from", min_length=1, max_length=64)
    scale: float = 1.0
    mapping: dict[str, Scalar] | None = Field(default=None, alias="map")


class ClaimRule(_Frozen):
    """How an answer becomes a claim. `$answer` and `$column` in the text are filled in."""

    kind: ClaimKind
    text: Prose
    when: tuple[Scalar, ...] = ()
    fields: dict[str, ClaimSource | Scalar] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_the_fields_of_its_kind(self) -> "ClaimRule":
        needed, allowed = CLAIM_FIELDS[self.kind]
        missing = sorted(needed - self.fields.keys())
        unknown = sorted(self.fields.keys() - needed - allowed)
        if missing:
            raise ValueError(f"a claim of kind {self.kind} needs the field {missing[0]}")
        if unknown:
            raise ValueError(f"a claim of kind {self.kind} has no field {unknown[0]}")
        return self


# Questions --------------------------------------------------------------------------------


class Option(_Frozen):
    """One answer to choose."""

    id: OptionId
    label: Line


class EvidenceRequest(_Frozen):
    """What to attach to the answer, and whether the answer counts without it."""

    ask: Prose
    required: bool = False


def _refuse_duplicates(ids: list[str], what: str) -> None:
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the {what} {twice} stands there twice")


def _check_options(options: tuple[Option, ...], *, with_other: bool) -> None:
    _refuse_duplicates([option.id for option in options], "option")
    if with_other and any(option.id == OTHER for option in options):
        raise ValueError("`with_other` adds the option other by itself")


class QuestionBase(_Frozen):
    """What every question has, whatever its type."""

    id: Identifier
    text: Prose
    why: Prose
    help: Prose | None = None
    required: bool = False
    evidence: EvidenceRequest | None = None
    claim: ClaimRule | None = None
    criteria: tuple[Identifier, ...] = ()
    archetypes: tuple[Archetype, ...] = ()
    flags: tuple[Flag, ...] = ()
    show_if: Condition | None = None

    @property
    def required_evidence(self) -> bool:
        """Whether an answer without an attachment is still incomplete."""
        return self.evidence is not None and self.evidence.required


class YesNoQuestion(QuestionBase):
    """Value: true or false."""

    type: Literal["yes-no"]


class SingleQuestion(QuestionBase):
    """Value: the id of an option, or `other:` and the founder's own words."""

    type: Literal["single"]
    options: tuple[Option, ...] = Field(min_length=2, max_length=60)
    with_other: bool = False

    @model_validator(mode="after")
    def _options_differ(self) -> "SingleQuestion":
        _check_options(self.options, with_other=self.with_other)
        return self


class MultipleQuestion(QuestionBase):
    """Value: a list of option ids in the template's order, `other:...` last."""

    type: Literal["multiple"]
    options: tuple[Option, ...] = Field(min_length=2, max_length=60)
    with_other: bool = False
    at_most: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _options_differ(self) -> "MultipleQuestion":
        _check_options(self.options, with_other=self.with_other)
        return self


class ScaleQuestion(QuestionBase):
    """Value: a whole number between minimum and maximum."""

    type: Literal["scale"]
    minimum: int = 1
    maximum: int = 5
    low: Line
    high: Line

    @model_validator(mode="after")
    def _has_steps(self) -> "ScaleQuestion":
        if not 1 <= self.maximum - self.minimum <= 10:
            raise ValueError("a scale has between 2 and 11 steps from minimum to maximum")
        return self


class ShortTextQuestion(QuestionBase):
    """Value: one line of text."""

    type: Literal["short-text"]
    max_length: int = Field(default=300, ge=1, le=1000)


class LongTextQuestion(QuestionBase):
    """Value: text with line breaks."""

    type: Literal["long-text"]
    max_length: int = Field(default=4000, ge=1, le=20000)


class NumberQuestion(QuestionBase):
    """Value: a number in the stated unit."""

    type: Literal["number"]
    unit: Line | None = None
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False

    @model_validator(mode="after")
    def _range_is_open(self) -> "NumberQuestion":
        _check_range(self.minimum, self.maximum)
        return self


class DateQuestion(QuestionBase):
    """Value: a day as YYYY-MM-DD."""

    type: Literal["date"]
    earliest: date | None = None
    latest: date | None = None

    @model_validator(mode="after")
    def _range_is_open(self) -> "DateQuestion":
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("earliest is later than latest")
        return self


class Column(_Frozen):
    """One typed column of a table question."""

    id: Identifier
    label: Line
    type: Literal["text", "number", "date", "choice", "yes-no"] = "text"
    required: bool = False
    unit: Line | None = None
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Column":
        _check_range(self.minimum, self.maximum)
        _check_options(self.options, with_other=False)
        if (self.type == "choice") != bool(self.options):
            raise ValueError("options belong to a column of type choice, and such a one needs them")
        return self


class TableQuestion(QuestionBase):
    """Value: a list of rows, each a mapping of column id to cell."""

    type: Literal["table"]
    columns: tuple[Column, ...] = Field(min_length=1, max_length=20)
    min_rows: int = Field(default=1, ge=0)
    max_rows: int = Field(default=50, ge=1, le=1000)

    @model_validator(mode="after")
    def _columns_differ(self) -> "TableQuestion":
        _refuse_duplicates([column.id for column in self.columns], "column")
        if self.min_rows > self.max_rows:
            raise ValueError("min_rows is larger than max_rows")
        return self


class FileQuestion(QuestionBase):
    """Value: references to uploaded evidence. The upload itself is the answer."""

    type: Literal["file"]
    max_files: int = Field(default=10, ge=1, le=100)


def _check_range(minimum: float | None, maximum: float | None) -> None:
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValueError("minimum is larger than maximum")


Question = Annotated[
    YesNoQuestion
    | SingleQuestion
    | MultipleQuestion
    | ScaleQuestion
    | ShortTextQuestion
    | LongTextQuestion
    | NumberQuestion
    | DateQuestion
    | TableQuestion
    | FileQuestion,
    Field(discriminator="type"),
]


class Section(_Frozen):
    """A part of the questionnaire that one person can take over."""

    id: Identifier
    title: Line
    lens: Lens | None = None
    intro: Prose | None = None
    archetypes: tuple[Archetype, ...] = ()
    flags: tuple[Flag, ...] = ()
    questions: tuple[Question, ...] = Field(min_length=1, max_length=200)


class Template(_Frozen):
    """A whole questionnaire at one version."""

    slug: Identifier
    version: int = Field(ge=1)
    title: Line
    summary: Prose
    minutes: int = Field(ge=1, le=6000)
    sections: tuple[Section, ...] = Field(min_length=1, max_length=60)

    @property
    def name(self) -> str:
        """The file name of this template in the library."""
        return f"{self.slug}.v{self.version}.yaml"

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in order, whether or not it is shown to a given startup."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, question_id: str) -> Question:
        """The question with this id; KeyError where there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)
