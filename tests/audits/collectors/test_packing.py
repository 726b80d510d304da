"""Source files in their packed form: the same facts, unpacked only when somebody asks."""

import email
import pickle
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from audits import checks, facts
from audits.collectors import code, packing
from audits.collectors.following import followed
from audits.collectors.languages.naming import module_of
from audits.collectors.languages.python import read_python
from audits.collectors.packing import PackedFile, Unpackable
from audits.facts.code import Call, SourceFile, called_among
from audits.facts.names import below, last_part

PACKAGES = [Path(str(p.__file__)).parent for p in (checks, facts, email)]
FIELDS = [f.name for f in fields(SourceFile)]
METHODS = frozenset({"append", "get", "encode", "read", "nowhere_at_all"})
KEYWORDS = frozenset({"loop", "key", "nowhere_at_all"})
MODULES = ("os", "email.utils", "nowhere.at.all")


@cache
def plain() -> tuple[SourceFile, ...]:
    """Real code, as it is read: of this project and of the standard library."""
    files = []
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            name = path.relative_to(package.parent).as_posix()
            files.append(read_python(name, path.read_text("utf-8"), module_of(name)))
    return tuple(files)


def packed() -> list[PackedFile]:
    return [PackedFile(PackedFile.of(file).data) for file in plain()]


def assert_same(one: SourceFile, other: SourceFile) -> None:
    for name in FIELDS:
        assert getattr(one, name) == getattr(other, name), f"{one.path}: {name}"


def test_real_code_comes_back_equal_in_every_field() -> None:
    assert len(plain()) > 100
    for file, again in zip(plain(), packed(), strict=True):
        assert_same(again, file)


def test_names_are_followed_across_packed_files_as_across_plain_ones() -> None:
    for one, other in zip(followed(packed()), followed(plain()), strict=True):
        assert_same(one, other)


def test_what_goes_to_another_process_arrives() -> None:
    for file, again in zip(plain(), pickle.loads(pickle.dumps(packed())), strict=True):  # noqa: S301 - pickled in this very line
        assert_same(again, file)


def wanted(call: Call) -> bool:
    named = call.method in METHODS or below(call.name, MODULES)
    return named or bool(KEYWORDS & set(call.keyword_names))


def test_asking_for_certain_calls_gives_what_going_through_all_of_them_gives() -> None:
    files = (*packed(), *followed(packed()))
    found = [f.calls_of(methods=METHODS, modules=MODULES, keywords=KEYWORDS) for f in files]
    assert sum(map(len, found)) > 100
    for file, some in zip(files, found, strict=True):
        assert some == tuple(c for c in file.calls if wanted(c))


def test_own_calls_are_those_of_what_the_repository_defines() -> None:
    for file in followed(packed()):
        own = file.own_calls(lambda name: name.startswith("r"))
        assert own == tuple(c for c in file.calls if c.is_own and c.method.startswith("r"))


@pytest.mark.parametrize(
    "some", [METHODS, frozenset({"run"}), frozenset({"ödd\ud800"}), frozenset(), frozenset("abc")]
)
def test_which_of_some_names_are_called_is_told_without_keeping_any(some: frozenset[str]) -> None:
    """In names that were followed elsewhere as well, of which only what they became counts."""
    linked = [f for f in followed(packed()) if isinstance(f, PackedFile)]
    for file in linked:
        for asked in (some, some | {f"more_{n}" for n in range(packing._FEW)}):
            told = file.methods_among(asked)
            assert not {"called", "names", "_by_method"} & vars(file).keys()
            assert told == asked & {last_part(name) for name in file._its_called()}


def test_names_that_any_of_several_files_calls_are_found() -> None:
    files = [SourceFile(f"{n}.py", "python", calls=(Call(n, 1),)) for n in ("x.fit", ".save")]
    assert called_among(files, {"fit", "save", "load"}) == {"fit", "save"}
    assert called_among(files, set()) == set()
    assert called_among([], {"fit"}) == set()


def test_a_question_that_no_name_answers_unpacks_nothing() -> None:
    files = followed(packed())
    for file in files:
        assert file.calls_of(names={"nowhere.at.all"}, methods={"nowhere_at_all"}) == ()
        assert file.methods == {last_part(n) for n in file.names}
    assert not [f for f in files if "calls" in vars(f)]


def test_what_was_unpacked_first_is_packed_away_when_it_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MOST_UNPACKED", 200_000)
    files = packed()
    for _ in range(2):
        for file, known in zip(files, plain(), strict=True):
            assert file.calls == known.calls
            assert file.strings == known.strings
    left = [f for f in files if "calls" in vars(f)]
    assert 0 < len(left) < len(files) / 2


@pytest.mark.parametrize("text", ["x = '\\ud800'\nf(x)\n", f"f({2**200})\n"])
def test_a_value_without_a_place_in_the_bytes_leaves_its_file_as_it_is(text: str) -> None:
    file = read_python("odd.py", text, "odd")
    with pytest.raises(Unpackable):
        PackedFile.of(file)
    found = code.read("odd.py", text.encode())
    assert found is not None
    assert_same(found, file)


@pytest.mark.parametrize("content", [b"", b"\x93\x01\x02\x03", b"\xff" * 20])
def test_bytes_that_are_no_file_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        PackedFile(content)
