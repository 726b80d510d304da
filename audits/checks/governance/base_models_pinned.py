"""Models that are fetched from a hub are pinned to a revision.

Why an investor asks: a name on a hub can mean other weights tomorrow. Without a revision, nobody
can say which model gave last month's answers, and whoever takes over the account chooses what runs.

How we look: calls that fetch a model from a hub by its name, in the product's code, and whether
they name a revision; a commit of 40 hexadecimal digits cannot move, a tag or branch can.

Yes: every model is fetched at a commit. Partly: some are, or at a tag. No: none names a revision.
n/a: no model is fetched from a hub by name.

What we cannot see: names that are put together at run time; weights that are mirrored before use.

Remedy (effort: low): give each fetch the commit of the model that was tested.

False alarms: models that only examples fetch in a library's own documentation strings.
"""

from audits.engine.inventory import Inventory, NamedModel
from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, not_applicable, partly, yes
from audits.facts.identity import Identity
from audits.facts.tree import NOT_PRODUCT, Role, role_of

_HUBS = ("huggingface", "torch-hub")
_COMMIT_LENGTH = 40
_SIDE = NOT_PRODUCT | Role.EXAMPLE


@check("governance/base-models-pinned", effort=Effort.LOW)
def base_models_pinned(inventory: Inventory, identity: Identity) -> Judgement:
    """Judges whether fetches name a revision that cannot move."""
    fetched = [m for m in inventory.models if m.hub in _HUBS and m.kind == "loads"]
    fetched = [m for m in fetched if not role_of(m.path) & _SIDE and identity.counts(m.path)]
    if not fetched:
        return not_applicable("no model is fetched from a hub by name")
    fixed = [_place(m) for m in fetched if _is_commit(m.revision)]
    named = [_place(m) for m in fetched if m.revision and not _is_commit(m.revision)]
    loose = [_place(m) for m in fetched if not m.revision]
    if not loose and not named:
        return yes("every model is fetched at a commit", fixed, grade=Grade.E2)
    if fixed or named:
        because = f"{len(fixed)} of {len(fetched)} fetches name a commit, {len(named)} a tag"
        return partly(because, [*loose, *named, *fixed], grade=Grade.E2)
    return no(f"none of {len(fetched)} fetches names a revision", evidence=loose)


def _is_commit(revision: str) -> bool:
    return len(revision) == _COMMIT_LENGTH and not revision.lower().strip("0123456789abcdef")


def _place(model: NamedModel) -> Evidence:
    at = f"at {model.revision}" if model.revision else "without a revision"
    return Evidence(model.path, model.line, f"fetches {model.name} {at}")
