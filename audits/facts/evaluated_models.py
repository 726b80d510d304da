"""What an evaluation suite asks for its answers: the product's own code, its service, or a model.

The model that judges answers is no model under test, so names that are handed to a scorer do not
count. Where a suite imports code of the product that asks a hosted model, it tests that code.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.inventory import HostedModel
from audits.engine.types import Evidence
from audits.facts.automation import imported_from
from audits.facts.code import Code, SourceFile
from audits.facts.learning import Learning
from audits.facts.models_used import hosted_in
from audits.facts.names import below
from audits.facts.readings import asking, reading
from audits.facts.tools.experimentation import LLM_EVALUATORS
from audits.facts.tree import NOT_PRODUCT, Role

_ELSEWHERE = Role(NOT_PRODUCT & ~Role.TEST)


_scored = asking(f"{__name__}.scored", modules=LLM_EVALUATORS, of_all=True)


class UnderTest(Struct, frozen=True, order=True):
    """What answers in a suite: `name` is a model's, or "" where the product itself answers."""

    path: str
    line: int
    name: str = ""

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        what = (
            f"evaluates {self.name}" if self.name else "evaluates what the product itself answers"
        )
        return Evidence(self.path, self.line, what)


class Configured(Struct, frozen=True):
    """Targets of evaluation suites that are configured, not programmed."""

    items: tuple[UnderTest, ...] = ()


class EvaluatedModels(Struct, frozen=True):
    """All of them, sorted; `silent` are suites that do not say what answers."""

    items: tuple[UnderTest, ...] = ()
    silent: tuple[Evidence, ...] = ()


def evaluated_models(configured: Configured, code: Code, learning: Learning) -> EvaluatedModels:
    """Puts suites of code and of configuration together."""
    asking = frozenset(u.path for u in learning.hosted)
    found = set(configured.items)
    silent: list[Evidence] = []
    for file in code.product(_ELSEWHERE):
        scored = _scored(file)
        if not scored:
            continue
        under_test = set(_in_code(code, file, asking))
        found |= under_test
        if not under_test:
            silent.append(Evidence(file.path, scored[0].line, f"evaluates by {scored[0].name}"))
    return EvaluatedModels(tuple(sorted(found)), tuple(silent))


def _in_code(code: Code, file: SourceFile, asking: frozenset[str]) -> Iterator[UnderTest]:
    behind = imported_from(code, [file.path]).keys() - {file.path}
    if behind & asking:
        line = next((i.line for i in file.imports if i.target in behind), 1)
        yield UnderTest(file.path, line)
        return
    judging = _given_to_scorers(file)
    for model in hosted_in(file):
        if model.name and model.name not in judging:
            yield UnderTest(file.path, model.line, model.name)


@reading
def _given_to_scorers(file: SourceFile) -> frozenset[str]:
    """Texts among the arguments of what belongs to a suite: names of models that judge."""
    roots = tuple(dict.fromkeys(name.split(".", 1)[0] for name in LLM_EVALUATORS))
    return frozenset(
        value
        for call in file.calls_where(lambda name: below(name, roots))
        for value in (*call.arguments, *(v for _, v in call.keywords))
        if isinstance(value, str)
    )


def is_same_model(one: str, other: str) -> bool:
    """Whether two names mean the same model: the same words, before a date that only one has."""
    short, long = sorted((_bare(one), _bare(other)), key=len)
    rest = long.removeprefix(short)
    return short == long or (long != rest and rest[:1] in "-@:" and _is_date(rest[1:]))


def _bare(name: str) -> str:
    """A name without who offers it: `openai:chat:gpt-4o` and `openai/gpt-4o` are `gpt-4o`."""
    return name.lower().rsplit("/", 1)[-1].removeprefix("models/")


def _is_date(text: str) -> bool:
    digits = text.replace("-", "")
    return digits.isdigit() and len(digits) in (4, 6, 8)


def served(names: EvaluatedModels, hosted: tuple[HostedModel, ...]) -> tuple[list[UnderTest], ...]:
    """What is under test, parted: what the product asks too, and what it does not."""
    used = {h.name for h in hosted if h.name}
    same = [u for u in names.items if not u.name or any(is_same_model(u.name, n) for n in used)]
    return same, [u for u in names.items if u not in same]
