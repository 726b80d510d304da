"""Whether the AI is nothing but calls to a hosted model."""

from tests.audits.examining import ASKS, TRAINS, judged, verdict

PRACTICE = "thin-llm-wrapper"
STORE = "import chromadb\nhits = chromadb.Client().get_collection('d').query(query_texts=['a'])\n"
EVALUATES = "from ragas import evaluate\n\ndef grade(rows):\n    return evaluate(rows)\n"


def test_a_mention_in_prose_is_no_wrapper() -> None:
    assert verdict(PRACTICE, {"README.md": "We call openai.chat.completions.create"}) == "no"


def test_training_beside_the_calls_is_more_than_a_wrapper() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, "train.py": TRAINS}) == "no"


def test_retrieval_with_evaluation_is_more_than_a_wrapper() -> None:
    files = {"app.py": ASKS, "store.py": STORE, "evaluate.py": EVALUATES}
    assert verdict(PRACTICE, files) == "no"


def test_retrieval_without_evaluation_is_partly() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, "store.py": STORE}) == "partly"


def test_calls_alone_are_a_wrapper_and_a_finding() -> None:
    outcome = judged(PRACTICE, {"app.py": ASKS})
    assert outcome.verdict.value == "yes"
    assert [(f.path, f.line) for f in outcome.findings] == [("app.py", 6)]
