"""A package or copied code that the product needs has a licence that can reach into the product.

Why an investor asks: some licences ask for the source code of a service that is built on them, or
forbid selling one. A buyer inherits that duty, and finds it in the first week.

How we look: packages of manifests and lock files, for those that the product needs: their licence
as the lock file states it, and for Python a table of well-known packages; and whether the product's
code imports them; and licence texts that stand with code copied into the repository (`vendor/`,
`third_party/` and like). Nothing is looked up on a network.

Yes (a hazard): the product's code imports a package whose licence asks for a service's source code
(AGPL, SSPL) or limits use in production (BSL and like). Partly: such a package is only declared, or
a package under the GPL is imported or code under it copied in, which binds where the program is
passed on; copied code under the AGPL, SSPL or BSL is a yes. No: none is known.
n/a: no package is declared, or the project itself is under the AGPL.

What we cannot see: licences that are neither stated in the repository nor in the table; a contract
under which the package was bought; code that was copied in without its licence text.

Remedy (effort: medium): replace the package, keep it in a separate program, or buy its commercial
licence.

False alarms: packages that have a second licence which was bought.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.inventory import Inventory, Package
from audits.engine.registry import check
from audits.engine.types import (
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    partly,
    yes,
)
from audits.facts.code import Code, under
from audits.facts.packages import CopiedCode
from audits.facts.tools.licences import STATED, Terms, known_package
from audits.facts.tree import NOT_PRODUCT, role_of

CHECK = "governance/dependency-licences"
_FIX = "Replace this package, keep it out of the product, or buy its commercial licence."
_STRONG = (Terms.NETWORK, Terms.SOURCE_AVAILABLE)


class _Bound(Struct, frozen=True):
    """A package with terms, and where the product's code imports it."""

    package: Package
    licence: str
    terms: Terms
    used: Evidence | None

    @property
    def declared(self) -> Evidence:
        note = f"{self.package.name} is under {self.licence}, which {self.terms.value}"
        return Evidence(self.package.path, self.package.line, note)

    @property
    def is_grave(self) -> bool:
        return self.terms in _STRONG and self.used is not None


@check(CHECK, nature=Nature.HAZARD)
def dependency_licences(inventory: Inventory, code: Code, copied: CopiedCode) -> Judgement:
    """Judges by the strongest terms among the packages that the product needs."""
    needed = [p for p in inventory.packages if not p.optional and not role_of(p.path) & NOT_PRODUCT]
    if not needed and not copied.items:
        return not_applicable("no package is declared")
    if "agpl" in inventory.licence.lower():
        return not_applicable("the project itself is under the AGPL")
    found = [*_bound(needed, code), *_copied(copied)]
    bound = sorted(found, key=lambda b: (not b.is_grave, b.terms, b.package))
    bound = [b for b in bound if b.terms in _STRONG or b.used is not None]
    if not bound:
        silent = sum(not p.licence and known_package(p.ecosystem, p.name) is None for p in needed)
        return no(
            f"none of {len(needed)} packages is known to be under such a licence; "
            f"the licence of {silent} is not stated here"
        )
    places = [e for b in bound for e in (b.declared, b.used) if e is not None]
    findings = tuple(_finding(b) for b in bound)
    names = ", ".join(dict.fromkeys(b.package.name for b in bound if b.is_grave))
    if names:
        because = f"the product uses {names}, whose licence can reach into it"
        return yes(because, places, grade=Grade.E2, findings=findings)
    names = ", ".join(dict.fromkeys(b.package.name for b in bound))
    return partly(f"the licence of {names} binds in some ways of use", places, findings=findings)


def _bound(packages: list[Package], code: Code) -> Iterator[_Bound]:
    seen: set[tuple[str, str]] = set()
    for package in packages:
        known = known_package(package.ecosystem, package.name)
        stated = _stated(package.licence)
        key = (package.ecosystem, package.name.lower())
        if key in seen or (known is None and stated is None):
            continue
        seen.add(key)
        if known is not None:
            used = _imported(code, known.imports, "python")
            yield _Bound(package, known.licence, known.terms, used)
        elif stated is not None:
            yield _Bound(package, package.licence, stated, _imported(code, (package.name,), ""))


def _copied(copied: CopiedCode) -> Iterator[_Bound]:
    """Code that was copied in is used where it lies."""
    for item in copied.items:
        gpl = Terms.COPYLEFT if item.licence.startswith("GPL-") else None
        if terms := _stated(item.licence) or gpl:
            package = Package("copied", f"the code in {item.folder}", "", item.path, 1)
            yield _Bound(package, item.licence, terms, Evidence(item.path, 1, "its licence text"))


def _stated(licence: str) -> Terms | None:
    """The terms of what a lock file says, unless it leaves a choice."""
    if " or " in licence.lower():
        return None
    return next((terms for form, terms in STATED if form.search(licence)), None)


def _imported(code: Code, modules: tuple[str, ...], language: str) -> Evidence | None:
    for file in code.product():
        if language and file.language != language:
            continue
        for item in file.imports:
            named = under(item.module, modules) or item.module.startswith(f"{modules[0]}/")
            if named and not item.target and not item.guarded:
                return Evidence(file.path, item.line, f"imports {item.module}")
    return None


def _finding(bound: _Bound) -> Finding:
    severity = Severity.HIGH if bound.is_grave else Severity.LOW
    title = bound.declared.note[0].upper() + bound.declared.note[1:]
    place = bound.declared
    return Finding(CHECK, severity, title, place.path, place.line, _FIX, bound.package.name)
