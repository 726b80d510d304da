"""Whether notebooks hang on names that their cells do not make."""

import pytest

from tests.audits.examining import judged, notebook, places, verdict

PRACTICE = "notebook-hidden-state"


def test_without_notebooks_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.py": "x = y\n"}) == "n/a"


@pytest.mark.parametrize(
    "cells",
    [
        ["import os\nx = 1", "print(x, os.name)"],
        ["def f():\n    return later", "later = 2\nf()"],
        ["xs = [y for y in range(3)]", "print([z * 2 for z in xs])"],
        ["files = !ls", "print(files)"],
        ["%matplotlib inline\nimport a.b as c", "c.d"],
        ["try:\n    import x\nexcept ImportError as e:\n    print(e)"],
        ["with open('a') as f:\n    t = f.read()", "t"],
        ["for i in range(3):\n    pass", "i"],
        ["(n := 10)", "n"],
        ["class A:\n    y = 1\n    z = y"],
        ["display(1)\n_\nspark.sql('x')"],
        ["def f():\n    global g\n    g = 1", "f()", "g"],
        ["lambda a: a + b", "b = 1"],
        ["!pip install x\n?print", "1"],
        ["x = 1", "match x:\n    case y:\n        print(y)"],
        ["@property\ndef f(a, b=1): ..."],
        ["counter = counter + 1 if 'counter' in dir() else 0"],
    ],
)
def test_names_that_are_there_are_a_no(cells: list[str]) -> None:
    ran = [(n, source) for n, source in enumerate(cells, 1)]
    assert verdict(PRACTICE, {"a.ipynb": notebook(*ran)}) == "no"


@pytest.mark.parametrize(
    "cell", ["from numpy import *", "%run setup.ipynb", "exec(code)", "%store -r x", "x ="]
)
def test_what_cannot_be_followed_is_unknown(cell: str) -> None:
    assert verdict(PRACTICE, {"a.ipynb": notebook((1, cell), (2, "print(y)"))}) == "unknown"


def test_cells_that_were_never_run_say_nothing() -> None:
    assert verdict(PRACTICE, {"a.ipynb": notebook((None, "print(y)"))}) == "unknown"
    assert verdict(PRACTICE, {"a.ipynb": notebook((None, "print(y)"), (1, "1"))}) == "no"


def test_other_languages_are_unknown() -> None:
    text = notebook((1, "print(y)"), language="r")
    assert verdict(PRACTICE, {"a.ipynb": text}) == "unknown"


def test_a_cell_that_failed_for_want_of_the_name_is_no_hidden_state() -> None:
    text = notebook((1, "print(y)"), (2, "1")).replace(
        '"outputs": []', '"outputs": [{"output_type": "error", "ename": "NameError"}]', 1
    )
    assert verdict(PRACTICE, {"a.ipynb": text}) == "no"


def test_a_name_made_further_down_is_a_yes_at_its_line() -> None:
    text = notebook((2, "a = 1\nprint(frame)"), (1, "frame = 3"))
    judgement = judged(PRACTICE, {"a.ipynb": text})
    path, line = places(PRACTICE, {"a.ipynb": text})[0]
    assert judgement.verdict.value == "yes"
    assert (path, text.splitlines()[line - 1].strip()) == ("a.ipynb", '"print(frame)"')
    assert judgement.evidence[0].note == "“frame” is made only further down"


def test_a_name_that_no_cell_makes_is_a_yes() -> None:
    judgement = judged(PRACTICE, {"a.ipynb": notebook((5, "model.fit(x)"), (6, "x = 1"))})
    assert judgement.evidence[0].note == "“model” is made by no cell"
    assert judgement.findings[0].title.endswith("“model”, “x”")
