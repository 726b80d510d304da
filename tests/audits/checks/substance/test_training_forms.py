"""The many forms in which models are trained and run, and of which kind each makes a program."""

import pytest

from tests.audits.examining import judged, verdict

NETWORK = "import torch.nn as nn\n\n\nclass Net(nn.Module):\n    def forward(self, x): return x\n"
MODE = "from net import Net\nmodel = Net()\nmodel.train(True)\n"
LIGHTNING = """\
import pytorch_lightning as pl
from factory import made

class Segments(pl.LightningModule):
    def training_step(self, batch, index):
        return self(batch)
"""
FORGED = "from toolbox import made\nimport torch\ntrainer = made('trainer')\ntrainer.fit(unit)\n"
KERAS_BESIDE_TREES = """\
from sklearn.ensemble import IsolationForest
from tensorflow import keras

def learn(model, x, y):
    model.fit(x, y, epochs=3, batch_size=8)
"""
WEIGHTS = """\
from tensorflow.keras.models import Model

def pitch(x, layers, path):
    model = Model(*layers)
    model.load_weights(path)
    return smooth(model.predict(x))

def smooth(x):
    from hmmlearn import hmm
    return hmm.CategoricalHMM(4).predict(x)
"""
OWN_NETWORK = """\
import torch

class Tagger:
    def fit(self, x, y):
        self.net = torch.nn.Linear(1, 1)

    def predict(self, x):
        return torch.sigmoid(x)
"""
BUNDLE = """\
def stack():
    from trl import DPOTrainer
    from transformers import AutoModelForCausalLM
    return {"DPOTrainer": DPOTrainer, "model": AutoModelForCausalLM}
"""
STARTS = (
    "from bundle import stack\nparts = stack()\ntrainer = parts['DPOTrainer'](1)\ntrainer.train()\n"
)
IMAGE_ADAPTER = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageClassification, Trainer
model = get_peft_model(AutoModelForImageClassification.from_pretrained("a/b"), LoraConfig())
Trainer(model=model).train()
"""
JOB = "def tune(client, file):\n    client.fine_tuning.jobs.create(training_file=file, model='m')\n"

WALKS = """
from node2vec import Node2Vec

class Model:
    def __init__(self, walks=None):
        self.walks = walks

    def prepare(self, graph):
        self.walks = Node2Vec(graph, dimensions=64)

    def learn(self, window=10, seed=1):
        self.model = self.walks.fit(window=window, seed=seed)
"""


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"net.py": NETWORK, "run.py": MODE}, "none"),
        ({"a.py": "def f(opt):\n    opt.minimize(cost)\n"}, "none"),
        ({"a.py": "def f(jobs):\n    jobs.create(1)\n"}, "none"),
        ({"a.R": "library(dplyr)\nx <- predict(y, z)\n"}, "none"),
        ({"a.R": "lmer <- function(x) x\nlmer(1)\n"}, "none"),
        ({"segments.py": LIGHTNING}, "deep-learning"),
        ({"train.py": FORGED}, "deep-learning"),
        ({"train.py": KERAS_BESIDE_TREES}, "deep-learning"),
        ({"pitch.py": WEIGHTS}, "deep-learning"),
        ({"tag.py": OWN_NETWORK}, "deep-learning"),
        ({"net.py": "class NeuralNet:\n def fit(s, x): 1\n def predict(s, x): 1\n"},
         "deep-learning"),
        ({"bundle.py": BUNDLE, "train.py": STARTS}, "llm-finetune"),
        ({"tune.py": IMAGE_ADAPTER}, "deep-learning"),
        ({"tune.py": JOB}, "llm-finetune"),
        ({"R/fit.R": "library(glmmTMB)\nm <- glmmTMB(a ~ b, data = x)\n"}, "classical"),
        ({"fit.R": "pacman::p_load(dplyr, lme4)\nm <- lmer(a ~ b + (1 | c), data = x)\n"},
         "classical"),
        ({"fit.R": "m <- survival::clogit(a ~ b, data = x)\n"}, "classical"),
        ({"embed.py": WALKS}, "classical"),
    ],
)  # fmt: skip
def test_each_form_is_of_its_kind(files: dict[str, str], kind: str) -> None:
    assert judged("ml-kind", files).value == kind


def test_a_regression_that_predicts_in_scripts_is_more_than_an_analysis() -> None:
    fit = "library(lme4)\nm <- lmer(a ~ b + (1 | c), data = x)\n"
    assert verdict("has-ml", {"fit.R": fit}) == "partly"
    assert verdict("has-ml", {"fit.R": fit, "use.R": "p <- predict(m, new)\n"}) == "yes"


SAVES = "import OpenAI from 'openai';\nconst ai = new OpenAI();\nai.chat.create({});\n"


@pytest.mark.parametrize(
    "call",
    [
        "db.getDocumentsById(id)",
        "canvas.getContext('2d')",
        "enforceVectorSearch(messages)",
        "ai2.getEmbedding(text)",
        "findUsers(text)",
        "searchMessages(text)",
    ],
)
def test_looking_something_up_is_no_search_of_an_index(call: str) -> None:
    assert judged("ml-kind", {"api.ts": f"{SAVES}{call}\n"}).value == "llm-api-wrapper"


@pytest.mark.parametrize(
    "call",
    [
        "this.embeddings.findSimilarEmbeddings(text)",
        "findRelevantContent(text)",
        "store.similaritySearch(text, 4)",
        "search_chunks(text)",
        "hybridSearch(text)",
        "performSemanticSearch(text)",
        "searchKnowledgeBase(text)",
        "db.rpc('hybrid_search', {})",
    ],
)
def test_an_index_of_its_own_is_known_by_who_searches_it(call: str) -> None:
    files = {"api.ts": f"{SAVES}{call}\n"}
    assert judged("ml-kind", files).value == "llm-rag"
    assert verdict("thin-llm-wrapper", files) == "partly"


MINIFIED = "function f(a){ai(a);replicate(a);vectordb(a)}\n"


def test_short_names_that_a_machine_wrote_are_no_packages() -> None:
    assert judged("ml-kind", {"web/app.js": MINIFIED}).value == "none"
    brought = f"import replicate from 'replicate'\n{MINIFIED}"
    assert judged("ml-kind", {"web/app.js": brought}).value == "llm-api-wrapper"


def test_a_search_that_another_file_defines_is_one() -> None:
    ask = f"import {{ findRelevantContent }} from '@/lib/embedding'\n{SAVES}"
    assert judged("ml-kind", {"api.ts": ask}).value == "llm-api-wrapper"
    found = f"{ask}findRelevantContent(question)\n"
    assert judged("ml-kind", {"api.ts": found}).value == "llm-rag"


def test_a_package_whose_examples_alone_train_is_for_the_models_of_others() -> None:
    files = {
        "README.md": "# Graphs\n\nGraphs is a benchmark for machine learning on graphs.\n",
        "pyproject.toml": '[project]\nname = "graphs"\n',
        "graphs/__init__.py": "",
        "examples/train.py": "import torch\nloss = torch.tensor(1)\nloss.backward()\n" * 200,
    }
    package = {"graphs/load.py": "x = 1\n" * 320}
    assert judged("ml-kind", files).value == "deep-learning"
    assert judged("ml-kind", {**files, **package}).value == "ml-library"
    own = {"graphs/train.py": "import torch\nloss = torch.tensor(1)\nloss.backward()\n"}
    assert judged("ml-kind", {**files, **package, **own}).value == "deep-learning"


def test_a_package_with_trained_models_is_about_them() -> None:
    files = {
        "README.md": "# Stems\n\nStems is a source separation library{}.\n",
        "pyproject.toml": '[project]\nname = "stems"\n',
        "stems/__init__.py": "",
        "stems/fit.py": "import tensorflow as tf\ntf.train.AdamOptimizer(1).minimize(loss)\n",
    }
    for words, kind in (("", "ml-library"), (" with pretrained models", "deep-learning")):
        told = {**files, "README.md": files["README.md"].format(words)}
        assert judged("ml-kind", told).value == kind


OWN_MODEL = "import torch.nn as nn\n\nclass {}(nn.Module):\n    def forward(self, x): return x\n"
LOOP = "import torch\n\ndef run(model, batch):\n    loss = model(batch)\n    loss.backward()\n"
HANDS = "from model import made\nfrom loop import run\nrun(made, 1)\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Alm", "deep-learning"),
        ("LanguageEncoder", "deep-learning"),
        ("GPTModel", "llm-finetune"),
        ("TransformerLM", "llm-finetune"),
        ("LLaMA", "llm-finetune"),
    ],
)
def test_a_trainer_of_its_own_trains_what_is_handed_to_it(name: str, kind: str) -> None:
    files = {"model.py": OWN_MODEL.format(name), "loop.py": LOOP, "chat.py": HANDS}
    assert judged("ml-kind", files).value == kind


def test_a_program_that_is_named_like_a_test_is_a_program() -> None:
    program = (
        "import argparse\nimport torch\n\ndef train(loss):\n    loss.backward()\n\n"
        "args = argparse.ArgumentParser().parse_args()\n"
    )
    assert judged("ml-kind", {"mnist/mnist_test.py": program}).value == "deep-learning"
    assert judged("ml-kind", {"tests/mnist_test.py": program}).value == "none"
    case = program.replace("def train", "def test_train")
    assert judged("ml-kind", {"mnist/mnist_test.py": case}).value == "none"
    suite = f"import pytest\n{program}"
    assert judged("ml-kind", {"mnist/mnist_test.py": suite}).value == "none"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("class Motor:\n    def forward(self): 1\n    def backward(self): 1\n", "none"),
        ("def go_back(page): return page\n", "none"),
        ("class Network:\n    def backprop(self, x, y): return x\n", "deep-learning"),
        ("def back_propagation(x): return x\n", "deep-learning"),
        ("class DenseLayer:\n    def backward(self, grad): return grad\n", "deep-learning"),
    ],
)
def test_a_network_that_is_written_out_by_hand_passes_errors_back(code: str, kind: str) -> None:
    assert judged("ml-kind", {"src/net.py": f"import numpy\n\n{code}"}).value == kind
