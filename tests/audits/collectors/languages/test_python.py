"""What a Python file calls, followed through its names."""

import time

import pytest

from audits.collectors.collecting import Unreadable
from audits.collectors.languages.python import read_python
from audits.facts.code import SourceFile


def _read(text: str) -> SourceFile:
    return read_python("pkg/mod.py", text, "pkg.mod")


def _names(text: str) -> list[str]:
    return [c.name for c in _read(text).calls]


def test_strings_comments_and_docstrings_are_no_calls() -> None:
    assert _names('"""torch.load(x)"""\n# torch.load(x)\nA = "torch.load(x)"\n') == []


def test_a_method_of_an_unknown_object_keeps_only_its_own_name() -> None:
    call = _read("def f(model):\n    model.fit(1)\n").calls[0]
    assert (call.name, call.receiver, call.scope) == (".fit", "model", "f")


IN_A_CLASS = """\
from a import B
class K:
    def __init__(self):
        self.b = B()
    def go(self):
        self.b.c()
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import mlflow as m\nm.log_metric('a', 1)\n", "mlflow.log_metric"),
        ("from sklearn import svm\nsvm.SVC()\n", "sklearn.svm.SVC"),
        ("from a import B\nb = B()\nb.c()\n", "a.B.c"),
        (IN_A_CLASS, "a.B.c"),
        ("from a import B\ndef f(b: B):\n    b.c()\n", "a.B.c"),
        ("from a import B\ndef f(b: 'B | None' = None):\n    b.c()\n", "a.B.c"),
        ("from a import B\nwith B() as b:\n    b.c()\n", "a.B.c"),
        ("from a import B\nfor b in [B(), 1]:\n    b.c()\n", "a.B.c"),
        ("from a import B\nfor n, b in {'x': B()}.items():\n    b.c()\n", "a.B.c"),
        ("from a import B\nb = B() if 1 else None\nb.c()\n", "a.B.c"),
        ("def f():\n    b.c()\nfrom a import B\nb = B()\n", "a.B.c"),
        ("try:\n    import a\nexcept ImportError:\n    a = None\na.c()\n", "a.c"),
        ("try:\n    from a import b\nexcept Exception:\n    from z import b\nb.c()\n", "a.b.c"),
        (
            "try:\n    import cPickle as p\nexcept ImportError:\n    import pickle as p\np.c()\n",
            "pickle.c",
        ),
        ("try:\n    x = 1\nexcept Exception:\n    from z import b\nb.c()\n", "z.b.c"),
        ("from .near import b\nb.c()\n", "pkg.near.b.c"),
    ],
)
def test_names_are_followed(text: str, name: str) -> None:
    assert name in _names(text)


def test_a_name_that_is_bound_anew_is_not_what_it_was() -> None:
    assert _names("import a\na = 3\na.c()\n") == [".c"]


def test_optional_imports_are_marked() -> None:
    text = "try:\n    import a\nexcept ImportError:\n    pass\nimport b\n"
    assert [(i.module, i.guarded) for i in _read(text).imports] == [("a", True), ("b", False)]


def test_keywords_are_known_through_a_spread_dictionary() -> None:
    call = _read("import t\nkw = {'safe': True} if x else {}\nt.load(1, **kw)\n").calls[-1]
    assert call.keyword_names == ("safe",)


def test_a_constant_given_by_name_is_its_value() -> None:
    assert _read("SAFE = False\nf(safe=SAFE)\n").calls[0].keyword("safe") is False


def test_a_guard_knows_the_words_its_variables_are_made_of() -> None:
    text = (
        "def f(d):\n    lost = set(WANTED) - set(d.columns)\n    if lost:\n"
        "        raise ValueError\n"
    )
    guard = _read(text).guards[0]
    assert (guard.line, guard.effect, ".columns" in guard.words) == (3, "raise", True)


def test_what_is_no_python_3_says_so() -> None:
    with pytest.raises(SyntaxError):
        _read("print 'hello'\n")


@pytest.mark.parametrize("text", ["(" * 5_000, "a" + ".b" * 50_000, "x = " + "-" * 50_000 + "1"])
def test_deep_nesting_is_refused_and_never_crashes(text: str) -> None:
    with pytest.raises((Unreadable, SyntaxError)):
        _read(text)


def test_long_chains_of_reassignment_take_no_long_time() -> None:
    text = "import a\nx = a.b()\n" + "x = x.step(x)\n" * 3_000
    begun = time.process_time()
    _read(text)
    assert time.process_time() - begun < 5
