"""Lists of personal data stand in the outputs of notebooks.

Why an investor asks: a table of customers printed once is in every copy of the repository and in
its history. It is a breach that has to be told and cleaned, and it shows how data are handled.

How we look: what streams and results of notebooks print is searched for forms that can be
verified: bank accounts, payment cards and tax numbers by their check digits, telephone numbers and
email addresses by their form, each counted by different values. One address is the author's; a
list counts from ten on, accounts from two, cards from five. Values are never kept or shown.

Yes (a hazard): such a list in a notebook of the product. Partly: only in examples, tests or
documentation. No: none. n/a: there is no notebook.

What we cannot see: names, free text, images, cleared outputs, and whether the people are invented.

Remedy (effort: low): clear the outputs, take them out of the history, and strip outputs with a
hook before a commit.

False alarms: data that were made up with valid check digits.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    partly,
    unknown,
    yes,
)
from audits.facts.notebook_state import NotebookStates, Shown
from audits.facts.notebooks import Notebooks
from audits.facts.tree import NOT_PRODUCT, Role, role_of

CHECK = "data/personal-data-in-notebooks"
_FIX = "Find out whose data these are, clear the output, and take it out of the history."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def personal_data_in_notebooks(notebooks: Notebooks, states: NotebookStates) -> Judgement:
    """Judges what outputs print."""
    if not notebooks.present:
        return not_applicable("there is no notebook")
    found = [(s.path, shown) for s in states.items for shown in s.shown]
    own = [(p, s) for p, s in found if not role_of(p) & (NOT_PRODUCT | Role.EXAMPLE)]
    places = [Evidence(p, s.line, _told(s)) for p, s in (own or found)]
    findings = tuple(_finding(p, s) for p, s in (own or found))
    if own:
        because = f"outputs show {_told(own[0][1])}"
        return yes(because, places, grade=Grade.E2, findings=findings)
    if found:
        because = f"only outputs of examples or documentation show {_told(found[0][1])}"
        return partly(because, places, findings=findings)
    if not states.items:
        return unknown("no notebook could be read")
    return no(f"the outputs of {len(states.items)} notebooks show no list of personal data")


def _told(shown: Shown) -> str:
    return f"{shown.count} different {shown.kind}"


def _finding(path: str, shown: Shown) -> Finding:
    side = bool(role_of(path) & (NOT_PRODUCT | Role.EXAMPLE))
    severity = Severity.LOW if side else Severity.MEDIUM
    return Finding(CHECK, severity, f"An output shows {_told(shown)}", path, shown.line, _FIX,
                   shown.kind)  # fmt: skip
