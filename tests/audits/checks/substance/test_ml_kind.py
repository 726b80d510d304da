"""What kind of machine learning a repository is."""

import pytest

from tests.audits.examining import ASKS, TRAINS, judged

STORE = (
    "import chromadb\nhits = chromadb.Client().get_collection('docs').query(query_texts=['a'])\n"
)
TUNES = """\
from transformers import AutoModelForCausalLM, Trainer
model = AutoModelForCausalLM.from_pretrained("org/base")
Trainer(model=model).train()
"""
FETCHES = """\
export async function POST(request) {
  const reply = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST" });
  return reply;
}
"""
LIBRARY = '[project]\nname = "gauge"\ndescription = "A library for machine learning metrics"\n'


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"README.md": "MLflow, DVC, machine learning"}, "none"),
        ({"app.py": "print(1)\n"}, "none"),
        ({"train.py": TRAINS}, "classical"),
        ({"train.py": TRAINS, "app.py": ASKS}, "classical"),
        ({"app.py": ASKS}, "llm-api-wrapper"),
        ({"app/api/chat/route.ts": FETCHES}, "llm-api-wrapper"),
        ({"app.py": ASKS, "store.py": STORE}, "llm-rag"),
        ({"tune.py": TUNES}, "llm-finetune"),
        ({"pyproject.toml": LIBRARY, "gauge/__init__.py": "def gauge(): return 1\n"}, "ml-library"),
    ],
)
def test_the_uses_of_the_code_decide(files: dict[str, str], kind: str) -> None:
    assert judged("ml-kind", files).value == kind


def test_a_product_that_is_built_with_a_library_is_no_library() -> None:
    manifest = '[project]\nname = "shop"\ndescription = "Forecasts built with a Python library"\n'
    assert judged("ml-kind", {"pyproject.toml": manifest, "t.py": TRAINS}).value == "classical"
