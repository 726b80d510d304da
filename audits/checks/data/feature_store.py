"""Features are written to and read from one store, so that training and service see the same.

Why an investor asks: when the live service computes a feature in other code than the training set,
the model is worse in use than in the deck, and nobody can see why.

How we look: calls that write features to or read them from a feature store (six products), outside
tests. An import or a dependency is no use, nor is a function that nothing calls.

Yes: training or serving writes or reads features there. Partly: only a side example or notebook
does, or the store is home-made. No: nothing does.

What we cannot see: whether the features of all models live there.

Remedy (effort: high): define each feature once, and let training and service read that definition.

False alarms: a class of one's own that is called a feature store and does something else.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Code, SourceFile
from audits.facts.identity import Identity
from audits.facts.idle import is_idle
from audits.facts.learning import Learning
from audits.facts.names import words_of
from audits.facts.reach import Reach
from audits.facts.readings import answering, reading_of_all
from audits.facts.tools import operations
from audits.facts.uses import tool_uses, uses_of

_STORES = uses_of(f"{__name__}.stores", operations.FEATURE_STORES)


@check("data/feature-store", needs=Needs.ML, effort=Effort.HIGH)
def feature_store(code: Code, learning: Learning, identity: Identity, reach: Reach) -> Judgement:
    """Judges where features are kept."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    uses = [u for u in tool_uses(code, _STORES) if identity.counts(u.path)]
    uses = [u for u in uses if not is_idle(code, u.path, u.call.scope)]
    main = reach.first(u.evidence for u in uses if u.path not in side)
    if main:
        stores = ", ".join(sorted({u.tool for u in uses if u.path not in side}))
        because = f"features are written to or read from {stores}"
        return yes(because, main, grade=reach.grade(main))
    if uses:
        aside = [u.evidence for u in uses]
        return partly("only a side example or notebook uses a feature store", aside)
    own = [e for e in _own(code) if identity.counts(e.path)]
    if own:
        return partly("features are kept in a store of its own", own)
    return no("no code writes features to a store or reads them from one")


def _own(code: Code) -> Iterator[Evidence]:
    """Objects made from a class of this repository that is called a feature store."""
    return (place for file in answering(code, _used) for place in _used(file))


@reading_of_all
def _used(file: SourceFile) -> Iterator[Evidence]:
    for call in file.own_calls(_is_store):
        yield Evidence(file.path, call.line, f"uses {call.method} of its own")


def _is_store(name: str) -> bool:
    return name[:1].isupper() and {"feature", "store"} <= words_of(name)
