"""Calls of Python that train: by libraries, by trainers, and in loops of the repository's own."""

from collections.abc import Iterator

from audits.facts.code import Call, Code, SourceFile
from audits.facts.families import ANALYSIS, CLASSICAL, DEEP, LLM, Use, family_of, prepares_only
from audits.facts.language_models import generates, names_language_model
from audits.facts.names import below
from audits.facts.readings import asking, reading
from audits.facts.tools import substance

_LEARNING_CALLS = frozenset((
    *(n for names in substance.LEARNING_CALLS.values() for n in names),
    *substance.MANAGED_TRAINING_CALLS,
))  # fmt: skip
_TRAINED_BY = frozenset((
    *substance.LEARNING_METHODS, *substance.NETWORK_METHODS, *substance.OPTIMISING_METHODS,
    "backward", "fit", "train", "create",
))  # fmt: skip
_may_train = asking(
    f"{__name__}.may_train", names=_LEARNING_CALLS, methods=_TRAINED_BY, of_all=True
)


def python_training(file: SourceFile, around: "Around") -> Iterator[Use]:
    """Every call of a file that trains."""
    calls = _may_train(file)
    families = around.families(file) if calls else frozenset()
    for call in calls:
        family = _trained_family(call, families)
        if family == DEEP and around.handles_language_model(file, followed=_followed(call)):
            family = LLM
        if family:
            yield Use(file.path, call.line, family, call.name, call.scope)


def _followed(call: Call) -> bool:
    """Whether what trains was followed to a library, so that nothing near need say what it is."""
    return bool(family_of(call.name))


def _trained_family(call: Call, around: frozenset[str]) -> str:
    """The family of what a call trains, or "" where it trains nothing."""
    if family := _trained_by_name(call):
        return family
    if call.method == "backward":
        torch = call.name.startswith(("torch.", "accelerate.")) or DEEP in around
        return DEEP if torch and "functional" not in call.receiver else ""
    if call.method in substance.OPTIMISING_METHODS and not family_of(call.name):
        return DEEP if DEEP in around and _is_optimiser(call) else ""
    if call.method not in substance.LEARNING_METHODS or prepares_only(call):
        return ""
    if call.name.startswith("."):
        return _unknown_trained(call, around)
    if family := family_of(call.name):
        return "" if _sets_a_mode(call) else family
    return _foreign_trained(call, around)


def _trained_by_name(call: Call) -> str:
    for family, names in substance.LEARNING_CALLS.items():
        if call.name in names:
            return family
    if call.method == "create" and call.receiver.endswith(_TUNING_JOBS):
        return LLM
    managed = below(call.name, substance.MANAGED_TRAINING) and call.method in ("fit", "train")
    return CLASSICAL if managed or call.name in substance.MANAGED_TRAINING_CALLS else ""


_TUNING_JOBS = (".fine_tuning.jobs", ".fine_tuning")


def _is_optimiser(call: Call) -> bool:
    last = call.receiver.lower().rsplit(".", 1)[-1]
    return "opt" in last or last.endswith("state")


def _sets_a_mode(call: Call) -> bool:
    """`model.train()` of a network switches a mode; `Trainer(...).train()` trains."""
    given = bool(call.arguments or call.keyword_names)
    owner = call.name.rpartition(".")[0].lower()
    trains = any(w in owner for w in substance.TRAINS_BY_ITSELF)
    mode = call.method == "train" and not trains
    only_flag = call.arguments in ((), (True,), (False,)) and not call.keyword_names
    return mode and (not given or only_flag)


def _unknown_trained(call: Call, around: frozenset[str]) -> str:
    """A `fit` of an object that could not be followed, in a file that handles learners."""
    given = len(call.arguments) + len(call.keyword_names)
    families = around - {ANALYSIS}
    if DEEP in families and _is_of_a_network(call):
        return DEEP
    if call.method in ("fit", "partial_fit", "fit_predict") and given and families:
        return CLASSICAL if CLASSICAL in families else DEEP
    return ""


def _is_of_a_network(call: Call) -> bool:
    """Whether only a network is trained so: by a trainer, in epochs, or by a method of its own."""
    last = call.receiver.lower().rsplit(".", 1)[-1]
    if call.method in ("train", "fit") and ("trainer" in last or last in ("runner", "learner")):
        return True
    if call.method in substance.NETWORK_METHODS:
        return bool(call.arguments or call.keyword_names) or call.method != "fit_one_cycle"
    epochs = substance.NETWORK_KEYWORDS.intersection(call.keyword_names)
    return call.method in ("fit", "train", "learn") and bool(epochs)


def _foreign_trained(call: Call, around: frozenset[str]) -> str:
    """A `fit(x, y)` of a library that is in no table, in a file that handles learners.

    A factory makes what it is told to, so that the trainer it gives back is known by its name.
    """
    given = len(call.arguments) + len(call.keyword_names)
    if call.is_own or below(call.name, _FITS_CURVES):
        return ""
    if DEEP in around and "trainer" in call.receiver.lower() and call.method in ("fit", "train"):
        return DEEP
    return "" if given < 2 or call.method != "fit" else _unknown_trained(call, around)


_FITS_CURVES = ("scipy", "numpy", "astropy", "matplotlib", "lmfit", "self", "cls")


@reading
def steps_of_trainers(file: SourceFile) -> Iterator[Use]:
    """Steps of training that are handed to a framework, which calls them: Lightning, Keras.

    They count where no call that trains is found: it may be in a configuration or a command.
    """
    steps = [d for d in file.definitions if d.name.endswith((".training_step", ".train_step"))]
    classes = {d.name: d.bases for d in file.definitions if d.kind == "class"} if steps else {}
    for item in steps:
        owner, _, method = item.name.rpartition(".")
        if any(
            family_of(base) == DEEP or base.endswith("LightningModule")
            for base in classes.get(owner, ())
        ):
            yield Use(file.path, item.line, DEEP, f"{owner}.{method}", owner)


class Around:
    """What stands in a file and in those that it imports; each file is looked at once."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._families: dict[str, frozenset[str]] = {}
        self._generates: dict[str, bool] = {}

    def _near(self, file: SourceFile) -> Iterator[SourceFile]:
        yield file
        for path in self._code.targets(file.path):
            if (found := self._code.get(path)) is not None:
                yield found

    def families(self, file: SourceFile) -> frozenset[str]:
        """Families of the learning libraries that a file imports, itself or one file away."""
        for near in self._near(file):
            if near.path not in self._families:
                self._families[near.path] = frozenset(_families_imported(near))
        return frozenset().union(*(self._families[n.path] for n in self._near(file)))

    def handles_language_model(self, file: SourceFile, *, followed: bool) -> bool:
        """Whether a file names a generative model, or uses a network of its own that generates.

        Where what it trains could not be `followed`, the files that it imports may name it too, or
        those that hand it a model: who imports a trainer of one's own has the model from beside it.
        """
        if any(map(self._defines_one, self._near(file))) or names_language_model(file):
            return True
        if followed:
            return False
        if any(map(names_language_model, self._near(file))):
            return True
        users = (self._code.get(path) for path in self._code.imported_by(file.path))
        return any(
            names_language_model(near) or self._defines_one(near)
            for user in users
            if user is not None
            for near in self._near(user)
        )

    def _defines_one(self, file: SourceFile) -> bool:
        if file.path not in self._generates:
            self._generates[file.path] = generates(file)
        return self._generates[file.path]


@reading
def _families_imported(file: SourceFile) -> Iterator[str]:
    for module in {i.module for i in file.imports if not i.target}:
        if not below(module, substance.NOT_LEARNERS) and (family := family_of(module)):
            yield family
