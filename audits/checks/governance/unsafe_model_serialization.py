"""Models or data are loaded in a format that can run code of whoever wrote the file.

Why an investor asks: a pickle is a program. Whoever can replace the model file, in a bucket, a
registry or a mail, owns the machine that loads it, and the customer data on it.

How we look: calls that unpickle (pickle, joblib, dill, cloudpickle, pandas), `torch.load` without
`weights_only=True`, `np.load(allow_pickle=True)`, `trust_remote_code=True`, and native objects of
R, Julia and Java, outside tests; and pickles among the files whose opcodes import what runs a
command, reads files or reaches the network (they are walked, never opened).

Yes (the risk is there): product code loads so, or such a pickle lies there. Partly: it only writes
such files, loads through a framework that unpickles, leaves it to an option, or only a side example
does it. No: none of it.

What we cannot see: whether the file's origin is verified before it is loaded.

Remedy (effort: medium): keep weights as safetensors, ONNX or skops, pass `weights_only=True`, and
check a signature or digest before any pickle is opened.

False alarms: a pickle that only this process wrote a moment ago is a smaller risk than it looks.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from audits.engine.registry import check
from audits.engine.types import (
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    Needs,
    Severity,
    no,
    partly,
    yes,
)
from audits.facts.code import Call, Code, SourceFile
from audits.facts.learning import Learning
from audits.facts.pickled import Pickled, Pickles
from audits.facts.reach import Reach
from audits.facts.readings import answering, reading_of_all
from audits.facts.tools import governance
from audits.facts.tools.models import HUB_LIBRARIES

CHECK = "governance/unsafe-model-serialization"
FIX = (
    "Store weights as safetensors, ONNX or skops, pass weights_only=True to torch.load, "
    "and verify a digest or signature before a pickle is opened."
)
FIX_LYING = (
    "Open it nowhere, find out who put it there and what has loaded it, and take it out of the "
    "repository and its history."
)
_LOADS = {name: tool for tool, names in governance.UNSAFE_LOADS.items() for name in names}


class _Risk(IntEnum):
    WRITES = 1
    INDIRECT = 2
    LOADS = 3


Found = tuple[_Risk, Evidence]


@check(CHECK, nature=Nature.HAZARD, needs=Needs.ML)
def unsafe_model_serialization(
    code: Code, learning: Learning, reach: Reach, pickles: Pickles
) -> Judgement:
    """Judges the riskiest way in which product code reads or writes objects."""
    found = [item for file in answering(code, _in_file) for item in _in_file(file)]
    side = learning.side_paths if not learning.main_is_side else frozenset()
    loads = [e for risk, e in found if risk is _Risk.LOADS]
    main = reach.first(e for e in loads if e.path not in side)
    lying = tuple(_lying(p) for p in pickles.items)
    if main:
        findings = (*lying, *_findings(main, reach))
        because = "product code loads files that can run code"
        return yes(because, main, grade=reach.grade(main), findings=findings)
    if lying:
        because = "a pickle in the repository would run code when it is opened"
        places = [p.place for p in pickles.items]
        return yes(because, places, grade=Grade.E2, findings=lying)
    indirect = [e for risk, e in found if risk is _Risk.INDIRECT]
    writes = [e for risk, e in found if risk is _Risk.WRITES]
    if indirect:
        because = "such files are loaded only by an option or through a framework's loader"
        return partly(because, [*indirect, *loads, *writes])
    if writes or loads:
        because = "only written" if writes else "only loaded in a side example"
        return partly(f"files that can run code when loaded are {because}", [*writes, *loads])
    return no("no code outside tests reads or writes objects that can run code")


def _lying(pickled: Pickled) -> Finding:
    """What opens such a file runs what its author wanted."""
    names = ", ".join(pickled.names)
    title = f"A pickle would import {names} when it is opened"
    return Finding(CHECK, Severity.HIGH, title, pickled.path, 1, FIX_LYING, names)


@reading_of_all
def _in_file(file: SourceFile) -> Iterator[Found]:
    java = any("ObjectInputStream" in i.module or i.module == "java.io" for i in file.imports)
    for call in _risky(file) if file.language == "python" else file.calls:
        if file.language == "python":
            found = _python(call)
        elif file.language in ("r", "julia"):
            found = _native(file, call)
        else:
            native = java and call.method in governance.JAVA_LOADS
            found = (_Risk.LOADS, f"{call.method} of Java objects") if native else None
        if found:
            yield found[0], Evidence(file.path, call.line, found[1])
    if file.language == "python" and file.roots.intersection(HUB_LIBRARIES):
        for text, line in file.strings:
            if text == "trust_remote_code":
                yield _Risk.INDIRECT, Evidence(file.path, line, "trust_remote_code among options")


_OPTIONS = frozenset({"trust_remote_code"})
_RISKY = frozenset({
    "torch.load", "numpy.load", "numpy.lib.npyio.load",
    *_LOADS, *governance.FRAMEWORK_LOADERS, *governance.UNSAFE_WRITES,
})  # fmt: skip
_WRITERS = frozenset(governance.UNSAFE_WRITE_METHODS)


def _risky(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_of(names=_RISKY, methods=_WRITERS, keywords=_OPTIONS)


def _python(call: Call) -> tuple[_Risk, str] | None:
    if call.name in _LOADS:
        return _Risk.LOADS, f"{call.name} unpickles"
    if call.name == "torch.load":
        return _torch(call)
    if call.name in ("numpy.load", "numpy.lib.npyio.load") and call.keyword("allow_pickle") is True:
        return _Risk.LOADS, "numpy.load with allow_pickle=True"
    if call.keyword("trust_remote_code") is True:
        return _Risk.LOADS, "trust_remote_code=True runs the code of the model's author"
    if "trust_remote_code" in call.keyword_names and call.keyword("trust_remote_code") is None:
        return _Risk.INDIRECT, "trust_remote_code is left to an option"
    if call.name in governance.FRAMEWORK_LOADERS:
        return _Risk.INDIRECT, f"{call.name} unpickles inside"
    written = call.name in governance.UNSAFE_WRITES
    if written or call.method in governance.UNSAFE_WRITE_METHODS:
        return _Risk.WRITES, f"{call.name.lstrip('.')} writes a pickle"
    return None


def _torch(call: Call) -> tuple[_Risk, str] | None:
    """`torch.load`: safe with weights_only, whether written out or spread from known options."""
    if "weights_only" in call.keyword_names:
        unsafe = call.keyword("weights_only") is False
        return (_Risk.LOADS, "torch.load with weights_only=False") if unsafe else None
    if "**" in call.keyword_names:
        return _Risk.INDIRECT, "torch.load with options that are not known here"
    return _Risk.LOADS, "torch.load without weights_only=True"


def _native(file: SourceFile, call: Call) -> tuple[_Risk, str] | None:
    if file.language == "julia":
        native = call.name in governance.JULIA_LOADS
        return (_Risk.LOADS, f"{call.name} deserialises objects") if native else None
    for names, risk, verb in (
        (governance.R_LOADS, _Risk.LOADS, "restores"),
        (governance.R_WRITES, _Risk.WRITES, "writes"),
    ):
        if any(call.name in (n, n.split("::")[1]) for n in names):
            return risk, f"{call.name} {verb} R objects"
    return None


def _findings(places: Iterable[Evidence], reach: Reach) -> Iterator[Finding]:
    for place in places:
        severity = Severity.HIGH if reach.runs(place.path) else Severity.MEDIUM
        title = "A file is loaded in a format that can run code"
        yield Finding(CHECK, severity, title, place.path, place.line, FIX, place.note)
