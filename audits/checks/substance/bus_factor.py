"""Knowledge of the machine learning, or of the code, rests on one person.

Why an investor asks: if the only one who knows the core leaves, what was bought cannot be carried
on. That is normal for two founders and dangerous for a team of twenty.

How we look: the history is read commit by commit, aliases of a person are merged (the repository's
mailmap, the same address, the same full name), programs are left out. Who knows a file is computed
as degree of authorship (Fritz et al., 2014: 3.293 + 1.098 for its creator + 0.164 for each own
change - 0.321 ln(1 + changes of others)), and the bus factor as the fewest people without whom over
half of the files have no author left (Avelino et al., ICPC 2016). Counted over the files that
train, run or ask a model where there are three or more, else over all of the product's code.

Yes (a hazard): one person. Partly: two. No: three or more. The value is the number.

What we cannot see: pair work, what was written under another's account or squashed into one commit,
and who of them still works there. Without a history, or with a shallow one, nothing.

Remedy (effort: high): let a second person change, release and explain each core part.

False alarms: history that was imported under one name; changes by formatting tools, which count as
any other.
"""

from collections.abc import Mapping

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Grade,
    Judgement,
    Nature,
    no,
    not_applicable,
    partly,
    unknown,
    yes,
)
from audits.facts.code import Code
from audits.facts.history import Authorship, History, truck_factor
from audits.facts.learning import Learning
from audits.facts.tree import Role

_FEWEST_FILES = 3
_MANY = 3
_ALL = "the code"


@check("substance/bus-factor", nature=Nature.HAZARD, effort=Effort.HIGH)
def bus_factor(history: History, code: Code, learning: Learning) -> Judgement:
    """Judges the fewest people who hold most of the files."""
    if history.missing:
        return unknown(history.missing)
    paths, what = _core(code, learning)
    if what == _ALL and code.unread_languages:
        return unknown(f"code in {', '.join(code.unread_languages)} is not read")
    known = history.authorship(paths)
    if len(known) < _FEWEST_FILES:
        return not_applicable("there are fewer than three files of code")
    holders = truck_factor(known)
    if not holders:
        return unknown("no file of code has a known author")
    places = [Evidence(p, 1, _note(known[p])) for p in _most_changed(known)]
    all_people = len(history.persons.people)
    scope = f"{what} ({len(known)} files, {all_people} {'person' if all_people == 1 else 'people'})"
    value = str(len(holders))
    if len(holders) == 1:
        because = f"without {holders[0]} more than half of {scope} would have no author left"
        return yes(because, places, grade=Grade.E2, value=value)
    if len(holders) < _MANY:
        because = f"two people, {' and '.join(holders)}, hold more than half of {scope}"
        return partly(because, places, grade=Grade.E2, value=value)
    because = f"{len(holders)} people together hold more than half of {scope}"
    return no(because, evidence=places, value=value)


def _core(code: Code, learning: Learning) -> tuple[list[str], str]:
    uses = (*learning.training, *learning.inference, *learning.hosted, *learning.learners)
    about_models = sorted({use.path for use in learning.main(uses)})
    if len(about_models) >= _FEWEST_FILES:
        return about_models, "the code that trains, runs or asks a model"
    side = Role.EXAMPLE | Role.NOTEBOOK
    return [f.path for f in code.product() if not f.role & side], _ALL


def _most_changed(known: Mapping[str, Authorship]) -> list[str]:
    changes = {path: sum(file.changes.values()) for path, file in known.items()}
    return sorted(known, key=lambda p: (-changes[p], p))


def _note(file: Authorship) -> str:
    total = sum(file.changes.values())
    who, own = min(file.changes.items(), key=lambda i: (-i[1], i[0]), default=("nobody", 0))
    return f"{own} of {total} changes by {who}"
