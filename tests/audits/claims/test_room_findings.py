"""What a room shows without a claim: cards that agree raise nothing."""

from dataclasses import replace

import pytest

from audits.claims.room_findings import room_findings
from audits.engine.types import Severity
from audits.facts.model_card import ModelCard, Sections, StatedMetric
from audits.facts.model_file import ModelFile
from tests.audits.claims.holding import a_log, artifact

CARD = ModelCard(Sections((), ()), "mit", "org/base", ("org/base",), base_line=3, licence_line=2)
FILE = ModelFile("PEFT adapter", base_model="org/base", licence="MIT", unsafe=False)


def titles(
    card: ModelCard, file: ModelFile = FILE, path: str = "m/adapter_config.json"
) -> list[str]:
    found = room_findings(
        [artifact("m/README.md", "model-card", card), artifact(path, "model", file), a_log()]
    )
    return [f"{f.path}:{f.line} {f.title}" for f in found]


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        replace(CARD, base_model="base", base_models=("base",)),
        replace(CARD, metrics=(StatedMetric("accuracy", 0.91, 9, "Accuracy 0.91"),)),
        replace(CARD, metrics=(StatedMetric("accuracy", 0.99, 9, "x", "held out"),)),
    ],
)
def test_a_card_that_agrees_raises_nothing(card: ModelCard) -> None:
    assert titles(card) == []


def test_a_file_elsewhere_says_nothing_of_a_card() -> None:
    assert titles(CARD, replace(FILE, base_model="x/y"), "other/adapter_config.json") == []


def test_another_base_or_none_is_told() -> None:
    other = replace(FILE, base_model="meta-llama/Llama-3-8B")
    (title,) = titles(CARD, other)
    assert title == (
        "m/README.md:3 The card names org/base, and m/adapter_config.json stands on "
        "meta-llama/Llama-3-8B"
    )
    bare = replace(CARD, base_model="", base_models=())
    assert "names no base model" in titles(bare, other)[0]


def test_another_licence_is_told() -> None:
    (title,) = titles(CARD, replace(FILE, licence="cc-by-nc-4.0"))
    assert title == ("m/README.md:2 The card says mit, and m/adapter_config.json says cc-by-nc-4.0")


def test_a_figure_that_the_log_refutes_is_told() -> None:
    (title,) = titles(replace(CARD, metrics=(StatedMetric("accuracy", 0.97, 9, "Accuracy: 97%"),)))
    assert title.startswith("m/README.md:9 The card states “Accuracy: 97%”: Accuracy on the 1,000")


def test_a_file_that_runs_code_is_critical() -> None:
    file = ModelFile("pickle", unsafe=True, unsafe_imports=("posix.system",))
    (found,) = room_findings([artifact("m.pkl", "model", file)])
    assert (found.severity, found.title) == (
        Severity.CRITICAL, "Loading this model file would run code: posix.system",
    )  # fmt: skip
