"""Tests in JavaScript that wait to be read: they answer as if they had been read at once."""

import pickle
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from audits.collectors import code
from audits.collectors.code import COLLECTOR
from audits.collectors.source_files import read_source
from audits.collectors.storing import dumped, form_of_result, restored
from audits.collectors.unread import METHODS, ROOTS, UnreadFile, can_wait, unreadable
from audits.facts.code import SourceFile
from audits.facts.tree import Tree

STATIC = Path(__file__).parents[3] / "static"
FIELDS = [f.name for f in fields(SourceFile)]
ODD = {
    "plain": 'it("adds", () => { expect(sum(1, 2)).toBe(3); });\n',
    "method": 'suite.test("adds", run);\nconst frame = pl.read_csv("a.csv");\n',
    "parted": "i/* a comment in a word */t('adds', run);\n",
    "before the bracket": "it/* as the tests say */('adds', run);\n",
    "generic": "it<number>('adds', run);\nit.('odd');\n",
    "renamed": "import { test as probe } from 'vitest';\nprobe('adds', run);\n",
    "required": "const { test: probe } = require(/* by name */ 'ava');\nprobe('adds', run);\n",
    "default": "import it from 'mocha/it';\nit('adds', run);\n",
    "made": "const probe = new test ({ quick: true });\nprobe('adds', run);\n",
    "library": "import * as w from 'weave';\nw.op(run);\n",
    "dotted": "mlflow.evaluate(model);\n",
    "part of a library": "import { evaluate as rate } from 'ragas';\nrate(model);\n",
    "required library": "const runs = require(`mlflow`);\nruns.evaluate(model);\n",
    "parted library": "import x from 'x';\nra/* twice */gas.evaluate(model);\n",
    "string": 'const text = "it(1)";\n',
    "nothing": "assert.sameValue(1 + 1, 2);\n",
    "marks": "\ufeffit('é', () => {});\nwrite('\\ud800');\n",
}


@cache
def contents() -> dict[str, bytes]:
    """Odd pieces, and the scripts of this project as if they were tests."""
    own = {f"tests/{p.name}": p.read_bytes() for p in sorted(STATIC.rglob("*.js"))}
    return {**{f"tests/{n}.js": t.encode() for n, t in ODD.items()}, **own}


def both() -> list[tuple[UnreadFile, SourceFile]]:
    found = []
    for path, content in contents().items():
        waiting = code.read(path, content)
        assert isinstance(waiting, UnreadFile), path
        found.append((waiting, read_source(path, content)))
    return found


def was_read(file: UnreadFile) -> bool:
    return "_read" in vars(file)


@pytest.mark.parametrize(
    "path", ["src/app.js", "tests/test_app.py", "tests/check.R", "tests/app.rs", "vendor/tests.css"]
)
def test_what_is_no_test_or_no_javascript_is_read_at_once(path: str) -> None:
    assert not can_wait(path, b"it('adds', run);\n")


def test_a_word_that_a_nul_parts_is_read_at_once() -> None:
    assert not can_wait("tests/app.js", b"i\0t('adds', run);\n")


def test_a_file_that_would_be_refused_does_not_wait() -> None:
    assert not can_wait("tests/app.js", b"//" + b"x" * 1024 * 1024)


def test_it_is_not_read_for_words_that_do_not_stand_in_it() -> None:
    file = code.read("tests/nothing.js", contents()["tests/nothing.js"])
    assert isinstance(file, UnreadFile)
    assert file.calls_of(methods=METHODS, modules=tuple(ROOTS)) == ()
    assert not file.calls_any(METHODS)
    assert not list(file.names_of(METHODS))
    assert file.lines == 2
    assert not was_read(file)


def test_a_file_that_imports_is_read_for_a_method_and_for_no_library_that_it_does_not_name() -> (
    None
):
    file = code.read("tests/renamed.js", contents()["tests/renamed.js"])
    assert isinstance(file, UnreadFile)
    assert file.calls_of(modules=tuple(ROOTS)) == ()
    assert not was_read(file)
    assert len(file.calls_of(methods=METHODS)) == 1
    assert was_read(file)


def test_every_fact_is_that_of_a_file_read_at_once() -> None:
    assert len(both()) > len(ODD)
    for file, plain in both():
        for name in FIELDS:
            assert getattr(file, name) == getattr(plain, name), f"{file.path}: {name}"
        assert file.names == plain.names
        assert file.keywords == plain.keywords


@pytest.mark.parametrize("word", [*sorted(METHODS), "nowhere_at_all", "op", "addEventListener"])
def test_it_has_the_calls_of_a_word_that_it_has_when_read_at_once(word: str) -> None:
    for file, plain in both():
        asked = frozenset({word})
        assert file.calls_of(methods=asked) == plain.calls_of(methods=asked), file.path
    for file, plain in both():
        assert file.calls_any(asked) == plain.calls_any(asked), file.path
    for file, plain in both():
        assert set(file.names_of(asked)) == set(plain.names_of(asked)), file.path


@pytest.mark.parametrize("root", [*sorted(ROOTS), "document", "vitest"])
def test_it_has_the_calls_below_a_library_that_it_has_when_read_at_once(root: str) -> None:
    for file, plain in both():
        assert file.calls_of(modules=(root,)) == plain.calls_of(modules=(root,)), file.path
    for file, plain in both():
        names = frozenset({f"{root}.evaluate", f"{root}.op"})
        assert file.calls_of(names=names) == plain.calls_of(names=names), file.path


def test_the_odd_pieces_have_what_they_are_there_for() -> None:
    found = {f.path: f.calls_of(methods=frozenset({"it", "test"})) for f, _ in both()}
    called = {n for n in ODD if found[f"tests/{n}.js"]}
    assert called == {"plain", "method", "parted", "before the bracket", "generic", "renamed",
                      "made", "marks"}  # fmt: skip


def test_it_comes_back_from_the_cache_and_from_another_process() -> None:
    form = form_of_result(COLLECTOR.read)
    for file, plain in both():
        stored = restored(form, dumped(form, file))
        sent = pickle.loads(pickle.dumps(file))  # noqa: S301 - pickled in this very line
        assert stored.calls == sent.calls == plain.calls
        assert stored.lines == sent.lines == plain.lines


def test_its_imports_are_followed_once_it_is_read() -> None:
    test = b"import { sum } from '../src/sum';\nit('adds', sum);\n"
    parts = [("src/sum.js", b"export const sum = 1;\n"), ("tests/sum.test.js", test)]
    files = [(path, made) for path, text in parts if (made := code.read(path, text)) is not None]
    assert code.assemble(Tree(()), files).targets("tests/sum.test.js") == ("src/sum.js",)


def test_nothing_is_said_of_files_that_could_be_read() -> None:
    files = [file for file, _ in both()]
    assert all(file.calls is not None for file in files)
    assert unreadable(files) == ()
