"""Prompts are kept apart from the code: in files that it reads, or in a registry by version.

Why an investor asks: the prompt is half of the product. Where it is a string between other code,
nobody can say which one gave last month's answers, or try a change against the evaluation.

How we look: files of the product for prompts (by ending, by folder, by name), and whether the
code names them or their folder; calls that fetch a prompt from a registry, and whether they name a
version. Settings of evaluation tools and instructions for coding assistants are left out.

Yes: files that the code names, or a registry with a version. Partly: files that nothing names, or a
registry without a version. No: neither. n/a: no language model is asked or run.

What we cannot see: prompts in a database or a vendor's console; who reviews a change.

Remedy (effort: low): move prompts into files, give each a version, and log it with each answer.

False alarms: files that only a person copies from.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, not_applicable, partly, yes
from audits.facts.code import Call, Code, SourceFile
from audits.facts.families import LLM
from audits.facts.learning import Learning
from audits.facts.readings import asking
from audits.facts.tools import prompts
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree

_SIDE = NOT_PRODUCT | Role.EXAMPLE


@check("experimentation/prompts-in-files", effort=Effort.LOW)
def prompts_in_files(tree: Tree, code: Code, learning: Learning) -> Judgement:
    """Judges where prompts are kept and how they are fetched."""
    local = [u for u in (*learning.training, *learning.inference) if u.family == LLM]
    if not (learning.hosted or local):
        return not_applicable("no language model is asked or run")
    endings = {*prompts.ENDINGS, *prompts.IN_FOLDERS}
    files = [f for f in tree.ending(endings) if not f.role & _SIDE and _is_prompt(f)]
    spoken = _spoken(code) if files else frozenset()
    read = [f for f in files if _is_named(f, spoken)]
    pinned, floating = _registries(code)
    kept = [Evidence(f.path, 1, "a prompt that the code names") for f in read]
    if kept or pinned:
        return yes("prompts are kept apart from the code", [*pinned, *kept], grade=Grade.E2)
    lying = [Evidence(f.path, 1, "a prompt that no code names") for f in files]
    if floating:
        return partly("prompts come from a registry, without a version", [*floating, *lying])
    if lying:
        return partly("there are files with prompts, but no code names them", lying)
    return no("no file with prompts and no registry of them is used")


def _is_prompt(file: File) -> bool:
    """Whether a file is a prompt by its ending, its folder or its name."""
    if file.suffix in prompts.ENDINGS:
        meant = True
    elif file.suffix in prompts.IN_FOLDERS:
        in_folder = not prompts.FOLDERS.isdisjoint(file.path.lower().split("/")[:-1])
        meant = in_folder or prompts.NAMED.fullmatch(file.name.lower()) is not None
    else:
        return False
    return meant and file.size > 0 and not prompts.NOT_SERVED.search(file.path.lower())


def _spoken(code: Code) -> frozenset[str]:
    """The last parts of every text that the product's code mentions, and all folders in them."""
    words: set[str] = set()
    for file in code.product():
        if file.role & Role.EXAMPLE:
            continue
        for text in _texts(file):
            if len(text) < 200 and "\n" not in text:
                words.update(text.lower().replace("\\", "/").split("/"))
    return frozenset(words)


def _texts(file: SourceFile) -> Iterator[str]:
    """Every literal text that is kept of a file."""
    yield from (text for text, _ in file.strings)
    yield from (a.value for a in file.assignments if isinstance(a.value, str))
    for call in file.calls:
        for value in (*call.arguments, *(v for _, v in call.keywords)):
            if isinstance(value, str):
                yield value


def _is_named(file: File, spoken: frozenset[str]) -> bool:
    """Whether the code mentions the file's name, with or without its ending, or its folder."""
    name = file.name.lower()
    folder = file.path.lower().split("/")[-2:-1]
    stem = name.rpartition(".")[0]
    return (
        name in spoken
        or stem in spoken
        or any(f in prompts.FOLDERS and f in spoken for f in folder)
    )


_fetching = asking(f"{__name__}.fetching", names=prompts.REGISTRIES.keys())


def _registries(code: Code) -> tuple[list[Evidence], list[Evidence]]:
    """Calls that fetch a prompt, with and without a version."""
    pinned: list[Evidence] = []
    floating: list[Evidence] = []
    for file in code.product():
        if file.role & Role.EXAMPLE:
            continue
        for call in _fetching(file):
            note = f"fetches a prompt from {prompts.REGISTRIES[call.name]}"
            place = Evidence(file.path, call.line, note)
            (pinned if _names_version(call) else floating).append(place)
    return pinned, floating


def _names_version(call: Call) -> bool:
    if any(k in call.keyword_names for k in prompts.VERSION_KEYWORDS):
        return True
    first = call.arguments[0] if call.arguments else call.keyword("name")
    return isinstance(first, str) and bool(prompts.PINNED_NAME.search(first))
