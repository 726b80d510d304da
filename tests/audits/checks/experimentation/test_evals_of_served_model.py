"""Whether evaluations ask what the product asks."""

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "evals-of-served-model"
PRODUCT = """\
import openai

client = openai.Client()


def answer(question):
    return client.chat.completions.create(model='gpt-4o', messages=[question])
"""


def promptfoo(*providers: str) -> str:
    """A configuration that asks these, the first on line 2."""
    return "providers:\n" + "".join(f"  - {p}\n" for p in providers) + "tests: []\n"


SUITE = """\
from deepeval import evaluate
from deepeval.metrics import AnswerRelevancyMetric
from app import answer

evaluate([answer('q')], [AnswerRelevancyMetric(model='gpt-4.1-mini')])
"""
JUDGE_ONLY = """\
import openai
from ragas import evaluate

evaluate(rows, llm='gpt-4.1-mini')
"""
ANOTHER = """\
import openai
from deepeval import evaluate

client = openai.Client()
rows = [client.chat.completions.create(model='gpt-3.5-turbo', messages=m)]
evaluate(rows)
"""


@pytest.mark.parametrize(
    "files",
    [
        {"promptfooconfig.yaml": promptfoo("openai:gpt-4o")},
        {"app.py": PRODUCT},
        {"app.py": PRODUCT, "vendor/x/promptfooconfig.yaml": promptfoo("openai:gpt-3.5-turbo")},
    ],
)
def test_without_a_product_or_a_suite_it_does_not_apply(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "n/a"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("evals/run.py", JUDGE_ONLY),
        ("promptfooconfig.yaml", promptfoo("echo", '"{{ env.MODEL }}"') + "x: 1\n"),
    ],
)
def test_a_judge_or_a_placeholder_accuses_nobody(path: str, text: str) -> None:
    assert verdict(PRACTICE, {"app.py": PRODUCT, path: text}) in ("unknown", "n/a")


def test_a_product_that_names_no_model_is_unknown() -> None:
    code = PRODUCT.replace("'gpt-4o'", "NAME")
    files = {"app.py": code, "promptfooconfig.yaml": promptfoo("openai:gpt-3.5-turbo")}
    assert verdict(PRACTICE, files) == "unknown"


@pytest.mark.parametrize(
    "provider",
    ["openai:gpt-4o", "openai:chat:gpt-4o", "azure:chat:gpt-4o-2024-08-06", "id: openai:gpt-4o",
     "'openai:gpt-4o': {config: {temperature: 0}}", "https://staging.example.com/answer",
     "file://answer.py"],
)  # fmt: skip
def test_the_same_model_or_the_own_service_is_a_yes(provider: str) -> None:
    judgement = judged(PRACTICE, {"app.py": PRODUCT, "promptfooconfig.yaml": promptfoo(provider)})
    assert judgement.verdict.value == "yes"
    assert [(e.path, e.line) for e in judgement.evidence] == [("promptfooconfig.yaml", 2)]


@pytest.mark.parametrize("path", ["evals/run.py", "tests/test_answers.py"])
def test_a_suite_that_calls_the_product_tests_what_is_served(path: str) -> None:
    judgement = judged(PRACTICE, {"app.py": PRODUCT, path: SUITE})
    assert judgement.verdict.value == "yes"
    assert [(e.path, e.line) for e in judgement.evidence] == [(path, 3)]


def test_one_of_two_is_partly() -> None:
    text = promptfoo("openai:gpt-4o", "openai:gpt-3.5-turbo")
    judgement = judged(PRACTICE, {"app.py": PRODUCT, "promptfooconfig.yaml": text})
    assert judgement.because == (
        "some evaluations ask models that the product does not ask: gpt-3.5-turbo"
    )


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("promptfooconfig.yaml", promptfoo("openai:gpt-3.5-turbo"), 2),
        ("evals/run.py", ANOTHER, 5),
    ],
)
def test_another_model_is_a_no_at_its_line(path: str, text: str, line: int) -> None:
    judgement = judged(PRACTICE, {"app.py": PRODUCT, path: text})
    assert judgement.verdict.value == "no"
    assert judgement.because == "evaluations ask gpt-3.5-turbo, which the product does not ask"
    assert [(e.path, e.line) for e in judgement.evidence] == [(path, line)]


def test_a_smaller_sibling_is_another_model() -> None:
    text = promptfoo("openai:gpt-4o-mini")
    assert verdict(PRACTICE, {"app.py": PRODUCT, "promptfooconfig.yaml": text}) == "no"
