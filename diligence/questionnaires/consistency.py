"""What a template must hold beyond its shape: ids, references, conditions and claim sources.

A condition may only look back, so loops cannot arise; and it must be able to hold for some
answers, or the question behind it would be lost without anybody noticing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from diligence.questionnaires.claims import ANSWER, ClaimText
from diligence.questionnaires.conditions import holds
from diligence.questionnaires.schema import (
    OTHER,
    OTHER_PREFIX,
    AllOf,
    Answered,
    AnswerValue,
    AnyOf,
    ClaimSource,
    Condition,
    Equals,
    FileQuestion,
    MultipleQuestion,
    Not,
    Question,
    Scalar,
    SingleQuestion,
    SomeOf,
    TableQuestion,
    Template,
    YesNoQuestion,
)
from diligence.questionnaires.values import AnswerError, clean_value

# Beyond this many combinations of answers nobody can tell any more when a question is shown.
MOST_COMBINATIONS = 50_000

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do about it."""

    path: Path
    what: str
    remedy: str


@dataclass(frozen=True)
class _Placed:
    question: Question
    path: Path


def problems_of(template: Template) -> Iterator[Problem]:
    """Everything that keeps this template from being published, in the order of the file."""
    placed = list(_placed(template))
    yield from _duplicate_sections(template)
    yield from _duplicate_questions(placed)
    order = {item.question.id: number for number, item in enumerate(placed)}
    by_id = {item.question.id: item.question for item in placed}
    for item in placed:
        broken = list(_reference_problems(item, order, by_id))
        yield from broken
        if not broken and item.question.show_if is not None:
            yield from _satisfiability_problems(item, by_id)
        yield from _claim_problems(item)


def _placed(template: Template) -> Iterator[_Placed]:
    for s, section in enumerate(template.sections):
        for q, question in enumerate(section.questions):
            yield _Placed(question, ("sections", s, "questions", q))


def _duplicate_sections(template: Template) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, section in enumerate(template.sections):
        if section.id in seen:
            path = ("sections", number, "id")
            yield Problem(path, f"the section id {section.id} is used twice", "give it another id")
        seen.add(section.id)


def _duplicate_questions(placed: list[_Placed]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in placed:
        if item.question.id in seen:
            yield Problem(
                (*item.path, "id"),
                f"the question id {item.question.id} is used twice",
                "give one of the two another id",
            )
        seen.add(item.question.id)


# References -------------------------------------------------------------------------------


def _leaves(condition: Condition, path: Path) -> Iterator[tuple[Equals | AnyOf | Answered, Path]]:
    match condition:
        case AllOf(parts=parts):
            for number, part in enumerate(parts):
                yield from _leaves(part, (*path, "all", number))
        case SomeOf(parts=parts):
            for number, part in enumerate(parts):
                yield from _leaves(part, (*path, "any", number))
        case Not(part=part):
            yield from _leaves(part, (*path, "not"))
        case _:
            yield condition, path


def _referenced(question: Question) -> list[str]:
    if question.show_if is None:
        return []
    return [leaf.question for leaf, _ in _leaves(question.show_if, ())]


def _reference_problems(
    item: _Placed, order: Mapping[str, int], by_id: Mapping[str, Question]
) -> Iterator[Problem]:
    if item.question.show_if is None:
        return
    for leaf, path in _leaves(item.question.show_if, (*item.path, "show_if")):
        target = by_id.get(leaf.question)
        if target is None:
            yield Problem(
                path,
                f"the condition refers to {leaf.question}, and there is no such question",
                "correct the id or remove the condition",
            )
        elif order[leaf.question] >= order[item.question.id]:
            yield _looks_ahead(item, leaf.question, path, by_id)
        else:
            yield from _value_problems(leaf, target, path)


def _looks_ahead(item: _Placed, target: str, path: Path, by_id: Mapping[str, Question]) -> Problem:
    if _leads_to(target, item.question.id, by_id, set()):
        return Problem(
            path,
            f"the conditions of {item.question.id} and {target} form a loop",
            "remove one of the two conditions",
        )
    return Problem(
        path,
        f"the condition refers to {target}, which comes later",
        f"move {target} before {item.question.id}",
    )


def _leads_to(start: str, goal: str, by_id: Mapping[str, Question], seen: set[str]) -> bool:
    if start == goal:
        return True
    if start in seen or start not in by_id:
        return False
    seen.add(start)
    return any(_leads_to(step, goal, by_id, seen) for step in _referenced(by_id[start]))


def _value_problems(
    leaf: Equals | AnyOf | Answered, target: Question, path: Path
) -> Iterator[Problem]:
    if isinstance(leaf, Answered):
        return
    if isinstance(target, TableQuestion | FileQuestion):
        yield Problem(
            path,
            f"{target.id} is a {target.type} question and has no single value to compare",
            "use `answered: true`",
        )
        return
    wanted = (leaf.equals,) if isinstance(leaf, Equals) else leaf.any_of
    for value in wanted:
        if not _is_possible(target, value):
            yield Problem(
                path,
                f"{target.id} can never have the answer {_spell(value)}, so the condition "
                "can never hold",
                _possible_answers(target),
            )


def _is_possible(target: Question, value: Scalar) -> bool:
    if isinstance(target, YesNoQuestion):
        return isinstance(value, bool)
    if isinstance(target, SingleQuestion | MultipleQuestion):
        ids = {option.id for option in target.options} | ({OTHER} if target.with_other else set())
        return value in ids and not isinstance(value, bool)
    try:
        return clean_value(target, value) == value
    except AnswerError:
        return False


def _possible_answers(target: Question) -> str:
    if isinstance(target, YesNoQuestion):
        return "compare with yes or no, without quotes"
    if isinstance(target, SingleQuestion | MultipleQuestion):
        return "use one of " + ", ".join(option.id for option in target.options)
    return "use a value that this question accepts"


def _spell(value: Scalar) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# Can it ever hold? ------------------------------------------------------------------------


def _satisfiability_problems(item: _Placed, by_id: Mapping[str, Question]) -> Iterator[Problem]:
    """Try every combination of answers that the conditions can tell apart."""
    chain = _chain(item.question, by_id)
    domains = [_domain(by_id[name], chain, item.question, by_id) for name in chain]
    path = (*item.path, "show_if")
    size = 1
    for domain in domains:
        size *= len(domain)
    if size > MOST_COMBINATIONS:
        yield Problem(
            path,
            f"the condition of {item.question.id} depends on too many answers to be checked",
            "let it refer to fewer questions",
        )
    elif not any(_is_shown(item.question, chain, values, by_id) for values in product(*domains)):
        yield Problem(
            path,
            f"the condition of {item.question.id} can never hold",
            "loosen it, or remove the question",
        )


def _chain(question: Question, by_id: Mapping[str, Question]) -> list[str]:
    """The questions that this one depends on, directly or not, earliest first."""
    found: set[str] = set()
    waiting = _referenced(question)
    while waiting:
        name = waiting.pop()
        if name in by_id and name not in found:
            found.add(name)
            waiting.extend(_referenced(by_id[name]))
    return [name for name in by_id if name in found]


def _domain(
    target: Question, chain: list[str], last: Question, by_id: Mapping[str, Question]
) -> list[AnswerValue]:
    """Answers to `target` that these conditions could tell apart, and none at all."""
    wanted: list[Scalar] = []
    for asking in [*(by_id[name] for name in chain), last]:
        if asking.show_if is not None:
            wanted.extend(_wanted(asking.show_if, target.id))
    distinct = list(dict.fromkeys((type(value), value) for value in wanted))
    values = [value for _, value in distinct]
    if isinstance(target, YesNoQuestion):
        return [None, True, False]
    if isinstance(target, SingleQuestion):
        return [None, *(_as_answer(option) for option in _option_ids(target))]
    if isinstance(target, MultipleQuestion):
        return [None, *_subsets(target, [str(value) for value in values])]
    return [None, *values, _something_else(values)]


def _wanted(condition: Condition, target: str) -> Iterator[Scalar]:
    for leaf, _ in _leaves(condition, ()):
        if leaf.question == target and isinstance(leaf, Equals):
            yield leaf.equals
        if leaf.question == target and isinstance(leaf, AnyOf):
            yield from leaf.any_of


def _option_ids(target: SingleQuestion | MultipleQuestion) -> list[str]:
    return [option.id for option in target.options] + ([OTHER] if target.with_other else [])


def _as_answer(option: str) -> str:
    return f"{OTHER_PREFIX}something" if option == OTHER else option


def _subsets(target: MultipleQuestion, mentioned: list[str]) -> Iterator[AnswerValue]:
    rest = [name for name in _option_ids(target) if name not in mentioned][:1]
    names = [*mentioned, *rest]
    for flags in product((False, True), repeat=len(names)):
        chosen = [_as_answer(name) for name, taken in zip(names, flags, strict=True) if taken]
        if chosen and (target.at_most is None or len(chosen) <= target.at_most):
            yield chosen


def _something_else(values: list[Scalar]) -> Scalar:
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return max(numbers) + 0.5 if numbers else "\u0000something else"


def _is_shown(
    question: Question,
    chain: list[str],
    values: tuple[AnswerValue, ...],
    by_id: Mapping[str, Question],
) -> bool:
    seen: dict[str, AnswerValue] = {}
    for name, value in zip(chain, values, strict=True):
        condition = by_id[name].show_if
        seen[name] = value if condition is None or holds(condition, seen) else None
    return question.show_if is None or holds(question.show_if, seen)


# Claims -----------------------------------------------------------------------------------


def _claim_problems(item: _Placed) -> Iterator[Problem]:
    rule = item.question.claim
    if rule is None:
        return
    path = (*item.path, "claim")
    known = _sources(item.question)
    for name, spec in rule.fields.items():
        if isinstance(spec, ClaimSource) and spec.source not in known:
            yield Problem(
                (*path, "fields", name),
                f"the claim takes {name} from {spec.source}, which this question does not give",
                "use " + " or ".join(known),
            )
    text = ClaimText(rule.text)
    unknown = [] if not text.is_valid() else [n for n in text.get_identifiers() if n not in known]
    if not text.is_valid() or unknown:
        yield Problem(
            (*path, "text"),
            f"the claim's text has a placeholder that cannot be filled: {(unknown or ['$'])[0]}",
            "use " + " or ".join(f"${{{name}}}" for name in known) + ", or $$ for a dollar sign",
        )
    yield from _when_problems(item, path)


def _when_problems(item: _Placed, path: Path) -> Iterator[Problem]:
    rule, question = item.question.claim, item.question
    if rule is None or not rule.when:
        return
    if isinstance(question, TableQuestion | FileQuestion):
        yield Problem(
            (*path, "when"),
            f"a {question.type} question has no single value for `when`",
            "remove `when`",
        )
        return
    for value in rule.when:
        if not _is_possible(question, value):
            yield Problem(
                (*path, "when"),
                f"{question.id} can never have the answer {_spell(value)}",
                _possible_answers(question),
            )


def _sources(question: Question) -> list[str]:
    if isinstance(question, TableQuestion):
        return [column.id for column in question.columns]
    return [ANSWER]
