"""A model that the product stands on has terms that may forbid this business.

Why an investor asks: weights have licences of their own, and some of the best known may not be
used commercially, or only up to a number of users or a revenue. A product on them must be rebuilt
or licensed before it can be sold on.

How we look: models that the product's code fetches by name, the bases that own weights name, and
what cards and headers in the tree say of their licence, against a table of well-known models.
Nothing is looked up on a network.

Yes (a hazard): a model with terms that allow no commercial use, or that ask for a service's source
code. Partly: a model whose terms have conditions (users, revenue, uses, naming). No: all have known
terms that allow it. Unknown: only models whose terms are not known here. n/a: no model is fetched.

What we cannot see: names that are put together at run time; agreements with the maker; the terms of
the data that a model was trained on.

Remedy (effort: medium): read the terms with counsel, license the model, or move to another base.

False alarms: models that are only tried out in examples, which are left out where they are known.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.inventory import Inventory, NamedModel
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
    unknown,
    yes,
)
from audits.facts.identity import Identity
from audits.facts.tools.licences import MODEL_STATED, Terms, known_model
from audits.facts.tree import NOT_PRODUCT, Role, role_of

CHECK = "governance/model-licences"
_FIX = "Read the terms of this model with counsel, license it, or move to another base."
_FORBIDS = (Terms.NON_COMMERCIAL, Terms.NETWORK)
_SIDE = NOT_PRODUCT | Role.EXAMPLE


class _Licensed(Struct, frozen=True):
    """A model with what is known of its terms."""

    name: str
    place: Evidence
    terms: Terms | None


@check(CHECK, nature=Nature.HAZARD)
def model_licences(inventory: Inventory, identity: Identity) -> Judgement:
    """Judges by the strictest terms among the models."""
    models = list(_licensed(inventory, identity))
    if not models:
        return not_applicable("no model is fetched by name and no base is named")
    forbidden = [m for m in models if m.terms in _FORBIDS]
    bound = [m for m in models if m.terms is Terms.CONDITIONS]
    findings = tuple(_finding(m) for m in (*forbidden, *bound))
    if forbidden:
        because = f"the terms of {_names(forbidden)} may forbid this business"
        return yes(because, [m.place for m in forbidden], grade=Grade.E2, findings=findings)
    if bound:
        because = f"the terms of {_names(bound)} have conditions"
        return partly(because, [m.place for m in bound], grade=Grade.E2, findings=findings)
    silent = [m for m in models if m.terms is None]
    if silent:
        return unknown(f"the terms of {_names(silent)} are not known here and not in the tree")
    return no(f"the terms of {_names(models)} allow commercial use")


def _licensed(inventory: Inventory, identity: Identity) -> Iterator[_Licensed]:
    seen: set[str] = set()
    for model in inventory.models:
        if model.name in seen or role_of(model.path) & _SIDE or not identity.counts(model.path):
            continue
        seen.add(model.name)
        licence, terms = _terms(model)
        told = f"{model.name}: {licence}" if licence else f"{model.name}: licence not known here"
        yield _Licensed(model.name, Evidence(model.path, model.line, told), terms)


def _terms(model: NamedModel) -> tuple[str, Terms | None]:
    if known := known_model(model.hub, model.name):
        return known
    for form, terms in MODEL_STATED:
        if model.licence and form.search(model.licence):
            return model.licence, terms
    return model.licence, None


def _names(models: list[_Licensed]) -> str:
    names = [m.name for m in models]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _finding(model: _Licensed) -> Finding:
    forbids = model.terms in _FORBIDS
    severity = Severity.MEDIUM if forbids else Severity.LOW
    doing = model.terms.value if model.terms else ""
    title = f"{model.place.note}, which {doing}"
    return Finding(CHECK, severity, title, model.place.path, model.place.line, _FIX, model.name)
