"""Whether files are loaded in formats that can run code."""

import pytest

from tests.audits.examining import TRAINS, judged, notebook, verdict

PRACTICE = "unsafe-model-serialization"


def _with(code: str, path: str = "load.py") -> dict[str, str]:
    return {"train.py": TRAINS, path: code}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle\n",
        "import json\njson.load(open('a'))\n",
        "import torch\ntorch.load('m.pt', weights_only=True)\n",
        "import torch\nkw = {'weights_only': True} if new else {}\ntorch.load('m.pt', **kw)\n",
        "import torch\ntorch.jit.load('m.pt')\n",
        "import numpy as np\nnp.load('a.npy')\n",
        "# pickle.load(f)\nHINT = 'pickle.load(f)'\n",
        "from skops.io import load\nload('m.skops', trusted=[])\n",
        "OPTIONS = {'trust_remote_code': True}\n",
        "import transformers\nHELP = 'pass trust_remote_code=True'\ntransformers.pipeline('x')\n",
    ],
)
def test_safe_loads_and_mentions_are_a_no(code: str) -> None:
    assert verdict(PRACTICE, _with(code)) == "no"


def test_loads_in_tests_are_a_no() -> None:
    code = "import pickle\npickle.load(open('a', 'rb'))\n"
    assert verdict(PRACTICE, _with(code, "tests/test_load.py")) == "no"


@pytest.mark.parametrize(
    "code",
    [
        "import joblib\njoblib.dump(1, 'm')\n",
        "import torch\ntorch.save({}, 'm.pt')\n",
        "import mlflow\nmlflow.sklearn.load_model('models:/a/1')\n",
        (
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained('a', trust_remote_code=flag)\n"
        ),
        "import transformers as t\nO = {'x': {'trust_remote_code': True}}\nt.pipeline(**O['x'])\n",
    ],
)
def test_writing_and_indirect_loading_are_partly(code: str) -> None:
    assert verdict(PRACTICE, _with(code)) == "partly"


def test_a_load_in_a_side_notebook_is_partly() -> None:
    cell = notebook((1, "import pickle\npickle.load(f)\n"))
    assert verdict(PRACTICE, _with(cell, "look.ipynb")) == "partly"


@pytest.mark.parametrize(
    "code",
    [
        "import pickle as p\nm = p.load(f)\n",
        "from joblib import load\nm = load('m')\n",
        "import torch\nm = torch.load('m.pt')\n",
        "import torch\nm = torch.load('m.pt', weights_only=False)\n",
        "import numpy as np\nm = np.load('a.npy', allow_pickle=True)\n",
        "import pandas as pd\nm = pd.read_pickle('a')\n",
        (
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained('a', trust_remote_code=True)\n"
        ),
    ],
)
def test_loads_that_can_run_code_are_a_yes_with_a_finding(code: str) -> None:
    outcome = judged(PRACTICE, _with(code))
    assert outcome.verdict.value == "yes"
    assert [(f.path, f.line) for f in outcome.findings] == [("load.py", 2)]


def test_native_objects_of_r_are_a_yes() -> None:
    assert (
        verdict(PRACTICE, {"m.R": "library(glmnet)\nm <- glmnet(x, y)\nd <- readRDS('a')\n"})
        == "yes"
    )


def test_a_package_of_torch_is_unpickled() -> None:
    code = "from torch import package\nm = package.PackageImporter(path).load_pickle('a', 'm')\n"
    assert verdict(PRACTICE, {"model.py": code}) == "yes"
