"""Models, hosted models, weights and data by name: what counts, and what must not."""

import hashlib
import json
import struct

import pytest

from audits.collectors import model_headers
from audits.collectors.collecting import Unreadable
from audits.engine.inventory import Dataset, Weights
from audits.facts.models_used import ModelsUsed
from tests.audits.gathered import fact_of, skipped_of
from tests.make import Files


def used(files: Files) -> ModelsUsed:
    return fact_of(ModelsUsed, files)


def names(files: Files) -> list[str]:
    return [m.name for m in used(files).models]


def hosted(files: Files) -> list[tuple[str, str, int]]:
    return [(h.provider, h.name, h.line) for h in used(files).hosted]


def a_safetensors(meta: dict[str, str] | None = None) -> bytes:
    tensors: dict[str, object] = {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
    head = json.dumps(tensors | ({"__metadata__": meta} if meta else {})).encode()
    return struct.pack("<Q", len(head)) + head + bytes(24)


def a_gguf(**told: str) -> bytes:
    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    pairs = b"".join(text(f"general.{k}") + struct.pack("<I", 8) + text(v) for k, v in told.items())
    array = text("tokenizer.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    number = text("llama.context_length") + struct.pack("<II", 4, 4096)
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(told) + 2) + array + number + pairs


@pytest.mark.parametrize(
    "code",
    [
        "from transformers import AutoTokenizer\nAutoTokenizer.from_pretrained('org/name')",
        "from transformers import AutoModel\nAutoModel.from_pretrained('./out/model')",
        "from transformers import AutoModel\nAutoModel.from_pretrained('/models/llama')",
        "from transformers import AutoModel\nAutoModel.from_pretrained('checkpoints/best.pt')",
        "from transformers import AutoModel\nAutoModel.from_pretrained(path)",
        "from transformers import AutoModel\nAutoModel.from_pretrained('src/model')",
        "from transformers import AutoConfig\nAutoConfig.from_pretrained('org/name')",
        "from torchvision import models\nmodels.resnet50()",
        "MODEL = 'text/html'",
        "import transformers\nCONTENT = 'text/html'",
        "'''AutoModel.from_pretrained(\"org/name\")'''",
    ],
)
def test_what_brings_no_model_by_name_is_none(code: str) -> None:
    assert names({"src/app.py": code}) == []


def test_tests_and_documentation_bring_no_model() -> None:
    code = "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')"
    assert names({"tests/test_a.py": code, "docs/a.py": code}) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("from transformers import AutoModel as A\nm = A.from_pretrained('org/name')", "org/name"),
        ("import transformers\ntransformers.pipeline('ner', model='org/ner')", "org/ner"),
        (
            "import transformers as t\nN = 'bert-base-cased'\nt.AutoModel.from_pretrained(N)",
            "bert-base-cased",
        ),
        (
            "import sentence_transformers as s\ns.SentenceTransformer('all-MiniLM-L6-v2')",
            "all-MiniLM-L6-v2",
        ),
        (
            "import argparse, transformers\n@dataclass\nclass A:\n    model_name: str = 'org/x'\n",
            "org/x",
        ),
        ("import torch\ntorch.hub.load('pytorch/vision', 'resnet18')", "resnet18"),
        ("import spacy\nnlp = spacy.load('en_core_web_sm')", "en_core_web_sm"),
        ("from keras.applications import VGG16\nm = VGG16()", "VGG16"),
        ("from torchvision import models\nm = models.resnet18(pretrained=True)", "resnet18"),
        ("import ollama\nollama.chat(model='llama3.1:8b')", "llama3.1:8b"),
    ],
)
def test_a_model_that_is_fetched_by_name(code: str, name: str) -> None:
    assert names({"app.py": code}) == [name]


def test_a_revision_is_told() -> None:
    code = "from transformers import AutoModel\nAutoModel.from_pretrained('a/b', revision='f00')"
    (model,) = used({"app.py": code}).models
    assert (model.hub, model.name, model.revision, model.line) == ("huggingface", "a/b", "f00", 2)


@pytest.mark.parametrize(
    "code",
    [
        "print('gpt-4o is nice')",
        "MODEL = 'gpt-4o'",
        "import openai_helpers\nx = 'gpt-4o'",
        "import openai\nx = 'gpt-4o is what we would use'",
        "import openai\nprefixes = ('gpt-', 'claude-', 'o1x', 'text-embedding-')",
        "import openai\nimport_name = 'gpt-tokenizer'",
    ],
)
def test_a_word_alone_is_no_hosted_model(code: str) -> None:
    assert [h for h in hosted({"app.py": code}) if h[1]] == []


def test_hosted_models_by_provider_and_name() -> None:
    python = (
        "from openai import OpenAI\nc = OpenAI()\n"
        "c.chat.completions.create(model='gpt-4o-mini', messages=[])\n"
    )
    router = "import litellm\nlitellm.completion(model='claude-sonnet-4-5', messages=[])\n"
    script = 'import { openai } from "@ai-sdk/openai";\nconst m = openai("gpt-4.1");\n'
    silent = "import anthropic\nanthropic.Anthropic().messages.create(model=name)\n"
    fetch = 'await fetch("https://api.mistral.ai/v1/chat", {model: "mistral-large-latest"});\n'
    found = hosted({"a.py": python, "b.py": router, "c.ts": script, "d.py": silent, "e.js": fetch})
    assert found == [
        ("Anthropic", "", 1),
        ("Anthropic", "claude-sonnet-4-5", 2),
        ("Mistral AI", "mistral-large-latest", 1),
        ("OpenAI", "gpt-4.1", 2),
        ("OpenAI", "gpt-4o-mini", 3),
    ]


def test_own_files_are_no_public_data() -> None:
    code = (
        "import datasets, torchvision\nfrom sklearn.datasets import make_blobs\n"
        "datasets.load_dataset('csv', data_files='x.csv')\nmake_blobs()\n"
        "datasets.load_dataset('./data')\ntorchvision.datasets.ImageFolder('x')\n"
    )
    assert used({"a.py": code}).datasets == ()


def test_public_data_by_name() -> None:
    code = (
        "import datasets, tensorflow as tf\nfrom sklearn.datasets import load_iris\n"
        "from torchvision.datasets import MNIST\n"
        "datasets.load_dataset('org/set', revision='v1')\nload_iris()\nMNIST('.')\n"
        "tf.keras.datasets.cifar10.load_data()\n"
    )
    assert [(d.source, d.name, d.revision) for d in used({"a.py": code}).datasets] == [
        ("huggingface", "org/set", "v1"),
        ("keras", "cifar10", ""),
        ("scikit-learn", "iris", ""),
        ("torchvision", "MNIST", ""),
    ]


def test_pointers_pin_data_and_weights_by_their_digest() -> None:
    lfs = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 5000000000\n"
    dvc = f"outs:\n- md5: {'b' * 32}.dir\n  path: train\n- md5: {'c' * 32}\n  path: model.pt\n"
    found = used({"m/model.safetensors": lfs, "d/t.parquet": lfs, "data/x.dvc": dvc})
    assert found.datasets == (
        Dataset("DVC", "data/train", "data/x.dvc", 3, f"md5:{'b' * 32}"),
        Dataset("Git LFS", "d/t.parquet", "d/t.parquet", 1, f"sha256:{'a' * 64}"),
    )
    assert found.weights == (
        Weights("data/model.pt", "PyTorch", 0, "", "DVC"),
        Weights("m/model.safetensors", "safetensors", 5_000_000_000, "a" * 64, "Git LFS"),
    )


def test_weights_with_their_header_and_what_stands_beside_them() -> None:
    content = a_safetensors({"modelspec.title": "Nice"})
    adapter = {"base_model_name_or_path": "org/base", "peft_type": "LORA", "revision": "r1"}
    files: Files = {
        "m/adapter_model.safetensors": content,
        "m/adapter_config.json": json.dumps(adapter, indent=1),
        "m/README.md": "---\nlicense: llama3\nbase_model: org/base\n---\n# Card\n",
    }
    found = used(files)
    assert found.weights == (
        Weights(
            "m/adapter_model.safetensors", "safetensors", len(content),
            hashlib.sha256(content).hexdigest(), "", "Nice", "LORA", 6, "llama3", "org/base",
        ),
    )  # fmt: skip
    assert {(m.name, m.kind, m.path, m.line) for m in found.models} == {
        ("org/base", "base", "m/README.md", 3),
        ("org/base", "base", "m/adapter_config.json", 2),
    }


def test_gguf_tells_its_base_and_licence() -> None:
    content = a_gguf(
        name="Mine", license="apache-2.0", **{"base_model.0.repo_url": "https://h/o/b"}
    )
    (weights,) = used({"mine.gguf": content}).weights
    assert (weights.name, weights.licence, weights.base) == ("Mine", "apache-2.0", "o/b")


def test_a_modelfile_tells_what_it_is_made_from() -> None:
    assert names({"Modelfile": "# mine\nFROM llama3.2\n"}) == ["llama3.2"]


@pytest.mark.parametrize("path", ["notes.pkl", "data/cache.bin", "tests/model.pt", "docs/m.onnx"])
def test_files_that_are_no_weights_of_the_product(path: str) -> None:
    assert used({path: b"\x80\x04."}).weights == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff" * 8, struct.pack("<Q", 2**62) + b"{}", struct.pack("<Q", 2) + b"[]",
     struct.pack("<Q", 9) + b"not json!"],
)  # fmt: skip
def test_a_broken_safetensors_header_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, Unreadable), match=r".+"):
        model_headers.safetensors(content)
    assert used({"model.safetensors": content or b"x"}).weights[0].parameters == 0


@pytest.mark.parametrize(
    "content",
    [
        b"GGUF",
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63),
        a_gguf(name="x")[:-1],
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"a"
        + struct.pack("<IIQ", 9, 8, 2**40),
    ],
)  # fmt: skip
def test_a_broken_gguf_header_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        model_headers.gguf(content)


def test_a_configuration_of_something_else_is_passed_over() -> None:
    files: Files = {"config.json": '{"port": 1}', "app/config.json": '{"model_type": ['}
    assert used(files).models == ()
    assert skipped_of(files) == {"app/config.json": "a model's configuration that cannot be parsed"}
