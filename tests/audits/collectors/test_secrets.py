"""The scan for credentials on text that means harm."""

import time
from functools import cache

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.collectors.secrets import (
    _ASSIGN,
    _PATTERNS,
    COLLECTOR,
    _candidates,
    _key,
    _without_lookahead,
    read,
)
from audits.facts.tools.secret_formats import KEY_WORDS
from audits.facts.tree import File

ASSIGNED = r"(?i)(?:" + "|".join(KEY_WORDS) + r")[a-z0-9_\-]{0,30}[\"']?[\])]?[ \t]{0,20}[=:]"
EVERY = [_without_lookahead(p) for p in (*_PATTERNS, ASSIGNED)]


@pytest.mark.parametrize(
    "content",
    [
        b"password=" * 100_000,
        b"a://" + b"b:" * 400_000 + b"@c",
        b"AKIA" * 200_000,
        b"token: '" + b"a1B!" * 200_000,
        b"-----BEGIN RSA PRIVATE KEY-----\n" * 30_000,
        b"host=" + b"a." * 400_000,
        b"key='" * 200_000,
        b"_authToken=" * 90_000,
        b"token" * 400_000,
        b"://" * 690_000,
        b"aws" * 690_000,
        b"aa://a:bbb@c " * 150_000,
    ],
)
def test_hostile_text_takes_time_in_proportion(content: bytes) -> None:
    start = time.process_time()
    read("config.ini", content)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "path",
    ["uv.lock", "package-lock.json", "app.min.js", "logo.png", "vendor/x.py", "data.csv"],
)
def test_locks_minified_and_binary_files_are_not_read(path: str) -> None:
    assert not COLLECTOR.wants(File(path, 100, "x"))


def test_binary_content_is_left_alone() -> None:
    assert read("x.cfg", b"\0\1" + b"password = 'aB3$eF6&hI9(lM2'") is None


def test_what_a_form_must_satisfy_and_digests_of_a_baseline_are_no_credentials() -> None:
    rule = b"return ['password' => 'required|alpha_dash|string|max:255'];\n"
    assert read("app/Accept.php", rule) is None
    baseline = b'{"hashed_secret": "0c4a3d1f9be27785ac61d2ee40b7f3518d96c0e2"}\n'
    assert read("settings.json", baseline) is None


@pytest.mark.parametrize("number", range(len(EVERY)))
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_form_is_found_wherever_one_pass_with_all_forms_finds_it(
    number: int, data: st.DataObject
) -> None:
    letters = st.characters(codec="ascii")
    text = data.draw(st.text(letters, max_size=60))
    for each in (number, data.draw(st.integers(0, len(EVERY) - 1)), number):
        text += data.draw(st.from_regex(EVERY[each], fullmatch=True, alphabet=letters))
        text += data.draw(st.text(st.sampled_from("aA0_- .:=@/'\"\n"), max_size=50))
    content = text.encode()
    found, expected = _candidates(content), _in_one_pass(content)
    assert _named(found, content) == _named(expected, content)
    assert number == _ASSIGN or number in {each for each, _ in found}


def _named(candidates: list[tuple[int, int]], content: bytes) -> list[tuple[int, int]]:
    """Those that are not of a name which says tokens or tokenizer."""
    keys = [_key(content, end - 1) if n == _ASSIGN else "" for n, end in candidates]
    return [
        each
        for each, key in zip(candidates, keys, strict=True)
        if "tokens" not in key and "tokenize" not in key
    ]


def _in_one_pass(content: bytes) -> list[tuple[int, int]]:
    """The candidates as one automaton of all forms gives them."""
    ends: dict[tuple[int, int], int] = {}

    def note(number: int, start: int, end: int, flags: int, context: object) -> None:
        del start, flags, context
        ends.setdefault((number, end if number == _ASSIGN else end // 48), end)

    _automaton_of_all().scan(content, match_event_handler=note)
    return sorted((number, end) for (number, _), end in ends.items())


@cache
def _automaton_of_all() -> hyperscan.Database:
    database = hyperscan.Database()
    database.compile(
        expressions=[p.encode() for p in EVERY], ids=list(range(len(EVERY))), elements=len(EVERY)
    )
    return database
