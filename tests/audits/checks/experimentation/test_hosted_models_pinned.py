"""Whether hosted models are asked for by a dated version."""

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "hosted-models-pinned"


def asks(*names: str, package: str = "openai") -> str:
    """A module that asks for these models, the first on line 3."""
    calls = "".join(f"client.chat.completions.create(model='{n}', messages=m)\n" for n in names)
    return f"import {package}\nclient = {package}.Client()\n{calls}"


def test_nothing_asked_is_not_applicable() -> None:
    assert verdict(PRACTICE, {"a.py": "model = 'gpt-4o'\n"}) == "n/a"
    assert verdict(PRACTICE, {"tests/test_a.py": asks("gpt-4o")}) == "n/a"


def test_a_name_from_elsewhere_is_unknown() -> None:
    code = "import openai\nclient = openai.Client()\nclient.chat.completions.create(model=NAME)\n"
    assert verdict(PRACTICE, {"a.py": code}) == "unknown"


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-4-turbo", "chatgpt-4o-latest"])
def test_a_name_that_moves_is_a_no_at_its_line(name: str) -> None:
    judgement = judged(PRACTICE, {"a.py": asks(name)})
    assert (judgement.verdict.value, judgement.value) == ("no", "OpenAI")
    assert (judgement.evidence[0].path, judgement.evidence[0].line) == ("a.py", 3)


def test_some_dated_names_are_partly() -> None:
    assert verdict(PRACTICE, {"a.py": asks("gpt-4o", "gpt-4o-2024-08-06")}) == "partly"


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("openai", "gpt-4o-2024-08-06"), ("openai", "gpt-4-0613"),
        ("openai", "text-embedding-3-small"),
        ("anthropic", "claude-3-5-sonnet-20241022"),
        ("anthropic", "claude-3-5-sonnet@20240620"),
        ("anthropic", "anthropic.claude-3-haiku-20240307-v1:0"),
    ],
)  # fmt: skip
def test_dated_names_are_a_yes(package: str, name: str) -> None:
    assert verdict(PRACTICE, {"a.py": asks(name, package=package)}) == "yes"


def test_providers_are_named() -> None:
    files = {"a.py": asks("gpt-4o"), "b.py": asks("claude-3-haiku-20240307", package="anthropic")}
    assert judged(PRACTICE, files).value == "Anthropic, OpenAI"
