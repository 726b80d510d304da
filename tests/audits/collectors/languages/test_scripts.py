"""What files in other languages import and call."""

import time

import pytest

from audits.collectors.languages.scripts import read_script


def _calls(text: str, suffix: str) -> list[tuple[str, int]]:
    return [(c.name, c.line) for c in read_script(f"a{suffix}", text, suffix).calls]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".ts", "// ai.ask()\n/* ai.ask()\n ai.ask() */\nconst a = 'ai.ask()'\n"),
        (".r", "# train(x)\nb <- 'train(x)'\n"),
        (".go", "// m.Fit(x)\nvar a = `m.Fit(x)`\n"),
    ],
)
def test_comments_and_strings_are_no_calls(suffix: str, text: str) -> None:
    assert _calls(text, suffix) == []


def test_a_client_of_a_package_is_followed_in_typescript() -> None:
    text = 'import OpenAI from "openai";\nconst ai = new OpenAI();\nawait ai.chat.create({});\n'
    assert ("openai.chat.create", 3) in _calls(text, ".ts")


def test_named_imports_over_several_lines_are_followed() -> None:
    text = 'import {\n  streamText as go,\n  tool,\n} from "ai";\ngo({});\n'
    assert _calls(text, ".ts") == [("ai.streamText", 5)]


def test_types_alone_bring_no_package() -> None:
    assert read_script("a.ts", 'import type { A } from "openai";\n', ".ts").imports == ()


def test_go_imports_in_a_block_are_followed() -> None:
    text = (
        'package a\nimport (\n\t"fmt"\n\tai "github.com/x/go-openai"\n)\n'
        'func f() { ai.NewClient("k") }\n'
    )
    assert ("github.com/x/go-openai.NewClient", 6) in _calls(text, ".go")


def test_r_knows_packages_and_qualified_calls() -> None:
    file = read_script("a.R", "library(glmnet)\nm <- glmnet::cv.glmnet(x)\n", ".r")
    assert [i.module for i in file.imports] == ["glmnet", "glmnet"]
    assert ("glmnet::cv.glmnet", 2) in [(c.name, c.line) for c in file.calls]


@pytest.mark.parametrize(
    "text",
    ["/*" * 200_000, "a." * 200_000, "`" * 200_001, "a" * 400_000, "f(" * 200_000, '"\\' * 200_000],
)
@pytest.mark.parametrize("suffix", [".ts", ".r", ".go", ".rs", ".jl"])
def test_hostile_text_takes_no_long_time(suffix: str, text: str) -> None:
    begun = time.process_time()
    read_script(f"a{suffix}", text, suffix)
    assert time.process_time() - begun < 5


def test_ruby_words_comments_and_strings_are_no_calls() -> None:
    text = "# OpenAI::Client.new\nputs 'OpenAI::Client.new'\nrender partial if ready\nA = B\n"
    assert _calls(text, ".rb") == []


def test_a_client_is_followed_in_ruby_and_php() -> None:
    ruby = "client = OpenAI::Client.new(key)\nreply = client.chat(parameters: {})\nRubyLLM.chat\n"
    assert _calls(ruby, ".rb") == [
        ("OpenAI.Client.new", 1),
        ("OpenAI.Client.new.chat", 2),
        ("RubyLLM.chat", 3),
    ]
    php = "use OpenAI\\Laravel\\Facades\\OpenAI;\n$a = OpenAI::chat()->create([]);\n"
    assert _calls(php, ".php") == [("OpenAI.Laravel.Facades.OpenAI.chat.create", 2)]
    made = "$client = OpenAI::client($key);\n$client->chat()->create([]);\n"
    assert ("OpenAI.client.chat.create", 2) in _calls(made, ".php")
