"""Which files have to be asked once others have answered."""

from audits.facts.code import Call, Code, SourceFile
from audits.facts.readings import answering, asking
from audits.facts.tree import Role

_fits = asking(f"{__name__}.fits", methods=frozenset({"fit"}))
_saves = asking(f"{__name__}.saves", methods=frozenset({"save"}))


def _code(**calls: str) -> Code:
    """Files by their names, each with one call."""
    return Code(
        tuple(SourceFile(f"{n}.py", "python", calls=(Call(c, 1),)) for n, c in calls.items())
    )


def _paths(code: Code, *also: str) -> list[str]:
    return [file.path for file in answering(code, _fits, also=frozenset(also))]


def test_whoever_was_not_asked_yet_has_to_be() -> None:
    code = _code(a=".fit", b=".load")
    assert _paths(code) == ["a.py", "b.py"]
    for file in code.files:
        _saves(file)
    assert _paths(Code(code.files)) == ["a.py", "b.py"]


def test_those_that_answered_nothing_are_passed_over() -> None:
    code = _code(a=".load", b=".fit", c=".load", d=".fit")
    assert [_fits(file) != () for file in code.files[:3]] == [False, True, False]
    assert _paths(code) == ["b.py", "d.py"]
    assert _paths(code, "c.py") == ["b.py", "c.py", "d.py"]


def test_one_answer_of_several_is_enough() -> None:
    code = _code(a=".load", b=".fit", c=".save", d=".load")
    for file in code.files[:3]:
        assert len(_fits(file)) + len(_saves(file)) < 2
    assert [f.path for f in answering(code, _fits, _saves)] == ["b.py", "c.py", "d.py"]


def test_what_is_no_product_comes_where_it_is_asked_for() -> None:
    code = Code(tuple(SourceFile(f"{folder}/a.py", "python") for folder in ("docs", "src")))
    assert _paths(code) == ["src/a.py"]
    assert [f.path for f in answering(code, _fits, outside=Role.NONE)] == ["docs/a.py", "src/a.py"]
