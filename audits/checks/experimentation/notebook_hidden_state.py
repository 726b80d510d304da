"""A notebook's results hang on something that its cells, run from the top, would not make.

Why an investor asks: a result that needs a variable of yesterday's session cannot be had again by
anybody, its author included.

How we look: the syntax tree of each cell gives the names that it reads at once and those that it
makes. A cell that was run without an error, and reads a name that no cell above makes, was given it
by a cell that stands further down or is gone. Names inside functions, of magics known to be
harmless and of managed notebooks (`spark`, `dbutils`) are left out; a notebook with a star import,
`%run`, `exec` or an unknown magic is not judged.

Yes (a hazard): at least one such notebook. No: none. n/a: there is no notebook.

What we cannot see: a value that a deleted cell changed; notebooks in other languages; notebooks
whose counts were stripped.

Remedy (effort: low): restart the kernel, run all cells, and commit only what comes through.

False alarms: names that an extension of the session provides and that are not known here.
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
    unknown,
    yes,
)
from audits.facts.notebook_state import Hidden, NotebookState, NotebookStates
from audits.facts.notebooks import Notebooks
from audits.facts.tree import NOT_PRODUCT, role_of

CHECK = "experimentation/notebook-hidden-state"
_FIX = "Restart the kernel, run all cells from the top, and commit what comes through."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def notebook_hidden_state(notebooks: Notebooks, states: NotebookStates) -> Judgement:
    """Judges whether every cell's names are made above it."""
    if not notebooks.present:
        return not_applicable("there is no notebook")
    followed = [s for s in states.items if not s.opaque and any(c.ran for c in s.cells)]
    found = [s for s in followed if s.hidden]
    if found:
        found.sort(key=lambda s: (bool(role_of(s.path) & NOT_PRODUCT), s.path))
        places = [Evidence(s.path, h.line, _note(h)) for s in found for h in s.hidden]
        because = (
            f"{len(found)} of {len(followed)} notebooks that were run and can be followed use "
            "names that no cell above makes"
        )
        return yes(because, places, grade=Grade.E2, findings=tuple(_finding(s) for s in found))
    if followed:
        return no(f"every name is made above its use in {len(followed)} notebooks")
    return unknown("no notebook was run, or none can be followed")


def _note(hidden: Hidden) -> str:
    if hidden.later:
        return f"“{hidden.name}” is made only further down"
    return f"“{hidden.name}” is made by no cell"


def _finding(state: NotebookState) -> Finding:
    first = state.hidden[0]
    names = ", ".join(f"“{h.name}”" for h in state.hidden[:4])
    title = f"A notebook was run with names that its cells above do not make: {names}"
    return Finding(CHECK, Severity.LOW, title, state.path, first.line, _FIX, names)
