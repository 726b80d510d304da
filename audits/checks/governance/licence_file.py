"""A licence text says under which terms the code may be used.

Why an investor asks: without one nobody may use published code, and the company's own right to it
is unsaid. A buyer's counsel asks for it on the first day.

How we look: files named as licences are read, wherever they stand; failing these, the licence that
a manifest declares and a section of the README.

Yes: a licence text at the root. Partly: only in a sub-folder, or only declared in a manifest or the
README. No: none.

What we cannot see: whether the licence fits what was agreed with authors and customers.

Remedy (effort: low): put the text of the licence, or a statement that all rights are reserved, into
a file LICENSE at the root.

False alarms: a copied package's licence in a folder that does not look vendored.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, partly, yes
from audits.facts.documents import Documents
from audits.facts.packages import Packages
from audits.facts.upkeep import Upkeep

_TITLES = frozenset({"license", "licence", "licensing", "license information"})


@check("governance/licence-file", effort=Effort.LOW)
def licence_file(upkeep: Upkeep, packages: Packages, documents: Documents) -> Judgement:
    """Judges where a licence text stands."""
    root = [e for e in upkeep.licences if "/" not in e.path]
    if root:
        return yes("a licence text stands at the root", root, grade=Grade.E1)
    if upkeep.licences:
        return partly("a licence text stands in a sub-folder only", upkeep.licences)
    own = packages.own
    if own.licence:
        note = f"declares {own.licence[:60]}"
        return partly("a licence is only declared in a manifest", [Evidence(own.path, 1, note)])
    sections = [
        Evidence(d.path, s.line, s.title)
        for d in documents.items
        if d.name.startswith("readme") and "/" not in d.path
        for s in d.sections
        if _words(s.title) in _TITLES and s.characters
    ]
    if sections:
        return partly("only the README speaks of a licence", sections)
    return no("no licence text was found")


def _words(title: str) -> str:
    """A title without the marks and pictures around its words."""
    return "".join(c for c in title.lower() if c.isalpha() or c == " ").strip()
