"""At least one notebook was run out of order, so that its results cannot be trusted as they stand.

Why an investor asks: a number in a notebook whose cells ran in another order than they stand in may
not come out again when the notebook is run from the top.

How we look: every .ipynb is read as JSON, and the execution counts of its code cells are compared
in document order. Gaps are fine; cells that were never run are passed over.

Yes: the counts of at least one notebook do not ascend. No: all ascend or none was run. Not
applicable: there is no notebook.

What we cannot see: a notebook whose counts were stripped before it was committed.

Remedy (effort: low): run each notebook from the top before it is committed, or strip outputs and
counts with a hook.

False alarms: none are known; a cell run again to redraw a figure counts, as it should.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    unknown,
    yes,
)
from audits.facts.notebooks import Notebook, Notebooks

CHECK = "experimentation/notebooks-out-of-order"
FIX = "Restart the kernel and run all cells from the top, then commit; or strip counts with a hook."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def notebooks_out_of_order(notebooks: Notebooks) -> Judgement:
    """Judges the execution counts of every notebook."""
    if not notebooks.present:
        return not_applicable("there is no notebook")
    disordered = [(n, n.out_of_order) for n in notebooks.readable]
    found = [(n, place) for n, place in disordered if place is not None]
    if found:
        places = [Evidence(n.path, line, _note(n, cell)) for n, (cell, line) in found]
        findings = tuple(_finding(p) for p in places)
        share = f"{len(found)} of {len(notebooks.present)} notebooks"
        return yes(f"{share} ran out of order", places, findings=findings)
    if not notebooks.readable:
        return unknown("no notebook could be read")
    return no("the counts of every notebook ascend, or it was never run")


def _note(notebook: Notebook, cell: int) -> str:
    before, after = notebook.counts[cell - 1][0], notebook.counts[cell][0]
    return f"cell run as [{after}] stands after [{before}]"


def _finding(place: Evidence) -> Finding:
    title = "A notebook was run out of order"
    return Finding(CHECK, Severity.LOW, title, place.path, place.line, FIX, place.note)
