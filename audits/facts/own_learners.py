"""The repository's own learners: types that fit and predict, and networks written out by hand."""

from collections import Counter
from collections.abc import Iterator

from audits.facts.code import Call, Code, Definition, SourceFile
from audits.facts.families import CLASSICAL, DEEP, LLM, Use, family_of
from audits.facts.names import below, words_of
from audits.facts.readings import answering, reading, reading_of_all
from audits.facts.tools import substance

_FITS = frozenset({"fit", "train", "Fit", "Train", "partial_fit", "fit!"})
_PREDICTS = frozenset(
    {"predict", "Predict", "predict_proba", "BatchPredict", "InternalPredict", "Score", "classify"}
)
_ANY_LEARNER = (*substance.NOT_LEARNERS, "sklearn.base")
_NETWORK_WORDS = frozenset(
    {"network", "networks", "neural", "net", "mlp", "cnn", "rnn", "lstm", "gru", "autoencoder"}
)


@reading_of_all
def learners(file: SourceFile) -> Iterator[Use]:
    """Each such type, at its fitting method."""
    methods: dict[str, set[str]] = {}
    lines: dict[str, int] = {}
    for item in file.definitions:
        owner, _, method = item.name.rpartition(".")
        if owner and item.kind == "function":
            methods.setdefault(owner, set()).add(method)
            if method in _FITS:
                lines[owner] = item.line
    for owner, names in sorted(methods.items()):
        if names & _FITS and names & _PREDICTS:
            name = f"{owner}.{min(names & _FITS)}"
            yield Use(file.path, lines[owner], _family(file, owner), name)


def _family(file: SourceFile, owner: str) -> str:
    """What kind of learner a type is: by its bases, by what its methods call, or by its name."""
    bases = next((d.bases for d in file.definitions if _is_class(d, owner)), ())
    called = (c.name for c in file.calls if c.scope == owner or c.scope.startswith(f"{owner}."))
    found = Counter(f for name in (*bases, *called) if (f := _told(name)))
    if found:
        return max(found, key=lambda f: (found[f], f == CLASSICAL))
    network = words_of(owner.rpartition(".")[2]) & _NETWORK_WORDS
    return DEEP if network else CLASSICAL


def _is_class(item: Definition, owner: str) -> bool:
    return item.kind == "class" and item.name == owner


def _told(name: str) -> str:
    """The family that a name speaks for; what any learner may be built on speaks for none."""
    family = family_of(name)
    if family == CLASSICAL and below(name, _ANY_LEARNER):
        return ""
    return DEEP if family == LLM else family if family in (CLASSICAL, DEEP) else ""


@reading_of_all
def networks_by_hand(file: SourceFile) -> Iterator[Use]:
    """Functions by which a network that no library made passes its errors back."""
    for item in file.definitions:
        owner, _, method = item.name.rpartition(".")
        if item.kind == "function" and _passes_back(method, owner):
            yield Use(file.path, item.line, DEEP, item.name, item.name)


def _passes_back(method: str, owner: str) -> bool:
    """Whether a name is of that: `backprop`, or `backward` of what is named a layer."""
    words = words_of(method)
    if words & {"backprop", "backpropagation", "backpropagate"} or words >= {"back", "propagation"}:
        return True
    return method.lower() == "backward" and bool(words_of(owner) & _LAYERS)


_LAYERS = frozenset({"layer", "network", "dense", "affine", "relu", "sigmoid", "softmax", "lstm"})


@reading
def _fitting(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_of(methods=_FITS)


def with_own_learners(
    code: Code, training: tuple[Use, ...], found: tuple[Use, ...]
) -> tuple[Use, ...]:
    """Training by libraries, and the calls that fit one of the repository's own learners."""
    languages = {f.language for u in found if (f := code.get(u.path))}
    seen = {(u.path, u.line) for u in training}
    families = {u.name.rpartition(".")[0]: u.family for u in found}
    own = [
        Use(file.path, call.line, families.get(_owner(call), CLASSICAL), call.name, call.scope)
        for file in answering(code, _fitting)
        if file.language in languages
        for call in _fitting(file)
        if (file.path, call.line) not in seen and _fits_own(file, call, families)
    ]
    return tuple(sorted([*training, *own], key=lambda u: (u.path, u.line)))


def _owner(call: Call) -> str:
    return call.name.rpartition(".")[0].rsplit(":", 1)[-1]


def _fits_own(file: SourceFile, call: Call, owners: dict[str, str]) -> bool:
    if file.language == "python":
        return call.is_own and _owner(call) in owners
    return bool(call.receiver) and not call.receiver[:1].isupper()
