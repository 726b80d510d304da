"""What kind of machine learning a repository is."""

import pytest

from tests.audits.examining import ASKS, TRAINS, judged, verdict

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
GO_FACES = """\
package faces
import "github.com/Kagami/go-face"
func see(path string) { rec, _ := face.NewRecognizer(path); rec.RecognizeFile(path) }
"""
LIBRARY = '[project]\nname = "gauge"\ndescription = "A library for machine learning metrics"\n'


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"README.md": "MLflow, DVC, machine learning"}, "none"),
        ({"app.py": "print(1)\n"}, "none"),
        ({"app/models/a.rb": "class A\n  def open_ai\n    Order.new(1)\n  end\nend\n"}, "none"),
        ({"app/A.php": "<?php\nuse App\\Client;\n$c = new Client();\n$c->chat();\n"}, "none"),
        ({"sort.go": 'package a\nimport "sort"\nfunc f() { sort.Detect(1) }\n'}, "none"),
        ({"app/jobs/a.rb": "OpenAI::Client.new.chat(parameters: {})\n"}, "llm-api-wrapper"),
        ({"app/A.php": "<?php\n$r = OpenAI::client($k)->chat();\n"}, "llm-api-wrapper"),
        ({"a.rb": "model = Rumale::Tree.new(1)\nmodel.fit(x, y)\n"}, "classical"),
        ({"f.go": GO_FACES}, "deep-learning"),
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


@pytest.mark.parametrize(
    ("title", "opening"),
    [
        ("MLOps Python Package", "A code base with best practices for machine learning."),
        ("MLOps", "This example uses Keras for the ML model, and an SDK to interact with it."),
        ("Voices", "Our models satisfy these criteria: large library of voices."),
    ],
)
def test_a_package_that_trains_its_own_model_is_no_library(title: str, opening: str) -> None:
    manifest = '[project]\nname = "bikes"\ndescription = "Rides"\n'
    files = {
        "README.md": f"# {title}\n\n{opening}\n",
        "pyproject.toml": manifest,
        "src/bikes/__init__.py": "",
        "src/bikes/train.py": TRAINS,
    }
    assert judged("ml-kind", files).value == "classical"


def test_a_library_says_what_it_is() -> None:
    files = {
        "README.md": "# Gauge\n\nGauge is a Python library for machine learning metrics.\n",
        "pyproject.toml": '[project]\nname = "gauge"\n',
        "gauge/__init__.py": "",
        "gauge/model.py": TRAINS,
    }
    assert judged("ml-kind", files).value == "ml-library"


def test_weights_that_a_session_restores_are_a_network_that_runs() -> None:
    code = (
        "import tensorflow as tf\n\nwith tf.Session() as session:\n"
        "    saver = tf.train.Saver()\n    saver.restore(session, 'models/345M')\n"
    )
    assert judged("ml-kind", {"src/sample.py": code}).value == "deep-learning"


def test_an_optimiser_that_minimises_a_loss_trains() -> None:
    code = "import tensorflow as tf\nstep = tf.train.AdamOptimizer(1e-4).minimize(loss)\n"
    assert judged("ml-kind", {"train.py": code}).value == "deep-learning"


def test_a_root_that_is_searched_for_is_no_training() -> None:
    code = "from scipy import optimize\nresult = optimize.minimize(cost, [0.0])\n"
    assert judged("ml-kind", {"solve.py": code}).value == "none"


def test_a_library_that_gives_out_its_own_weights_is_about_its_model() -> None:
    files: dict[str, str] = {
        "README.md": "# Pitch\n\nPitch is a Python library, using a small neural network.\n",
        "pyproject.toml": '[project]\nname = "pitch"\n',
        "pitch/__init__.py": "",
        "pitch/run.py": "import onnxruntime as ort\ns = ort.InferenceSession('m.onnx')\ns.run(1)\n",
    }
    assert judged("ml-kind", files).value == "ml-library"
    assert judged("ml-kind", files | {"pitch/m.onnx": "x"}).value == "deep-learning"


def test_images_for_the_models_of_others_are_equipment() -> None:
    files = {
        "README.md": "# Notebooks\n\nContainer images to be used with Kubeflow by scientists.\n",
        "images/base/Dockerfile": "FROM python:3.12\n",
        "images/lab/Dockerfile": "FROM base\n",
        "launch.py": "print(1)\n",
    }
    assert judged("ml-kind", files).value == "ml-library"


def test_images_of_an_application_are_no_equipment() -> None:
    files = {
        "README.md": "# Shop\n\nContainer images of the shop and of its queue.\n",
        "web/Dockerfile": "FROM python:3.12\n",
        "queue/Dockerfile": "FROM python:3.12\n",
        "launch.py": "print(1)\n",
    }
    assert judged("ml-kind", files).value == "none"


def test_learners_of_its_own_that_only_tests_fit_are_its_models() -> None:
    tree = (
        "class Tree:\n    def fit(self, x, y):\n        self.root = grow(x, y)\n\n"
        "    def predict(self, x):\n        return self.root(x)\n"
    )
    assert judged("ml-kind", {"src/tree.py": tree}).value == "classical"


R_PACKAGE = {
    "DESCRIPTION": "Package: keep\nTitle: Version Models\n",
    "NAMESPACE": "export(keep)\n",
    "README.md": "# keep\n\nThe goal of keep is to version and share a trained model.\n",
    "R/keep.R": "keep <- function(m) m\n",
    "inst/example.R": "library(ranger)\nm <- ranger(y ~ ., data = x)\n",
}


def test_an_analysis_in_the_form_of_an_r_package_is_no_library() -> None:
    assert judged("ml-kind", R_PACKAGE).value == "classical"


def test_an_r_package_about_models_whose_functions_have_manuals_is_a_library() -> None:
    pages = {f"man/{name}.Rd": f"\\name{{{name}}}\n" for name in "abcdef"}
    assert judged("ml-kind", {**R_PACKAGE, **pages}).value == "ml-library"


def test_a_tool_that_asks_a_hosted_model_is_no_tool_for_the_models_of_others() -> None:
    readme = "# Shell\n\nA CLI utility that brings LLM understanding to your shell.\n"
    files = {"README.md": readme, "pyproject.toml": '[project]\nname = "shell"\n'}
    assert judged("ml-kind", {**files, "shell/__init__.py": "x = 1\n"}).value == "ml-library"
    assert judged("ml-kind", {**files, "shell/__init__.py": ASKS}).value == "llm-api-wrapper"


def test_a_search_by_meaning_may_be_named_on_the_line_below_its_call() -> None:
    ask = 'import OpenAI from "openai";\nconst ai = new OpenAI();\nai.chat.create({});\n'
    other = 'db.rpc(\n  "count_pages",\n  {});\n'
    assert judged("ml-kind", {"api.ts": ask + other}).value == "llm-api-wrapper"
    assert (
        judged("ml-kind", {"api.ts": ask + 'db.rpc(\n  "match_pages",\n  {});\n'}).value
        == "llm-rag"
    )


def _gallery(opening: str, size: int) -> dict[str, str]:
    pages = {f"gallery/page_{n}.go": "package gallery\n" + "var a = 1\n" * 9 for n in range(size)}
    return {"README.md": f"# Gallery\n\n{opening}\n", "faces/see.go": GO_FACES, **pages}


def test_a_bought_model_in_a_corner_of_a_large_program_is_a_side_function() -> None:
    gallery = _gallery("A gallery for the photos of the whole family.", 120)
    assert judged("ml-kind", gallery).value == "none"
    assert verdict("has-ml", gallery) == "partly"
    assert verdict("model-evaluation-code", gallery) == "n/a"


@pytest.mark.parametrize(
    "files",
    [
        _gallery("A gallery for the photos of the whole family.", 20),
        _gallery("A gallery that sorts photos by recognition of faces.", 120),
    ],
)
def test_a_small_program_or_one_that_speaks_of_models_is_judged_by_them(
    files: dict[str, str],
) -> None:
    assert judged("ml-kind", files).value == "deep-learning"


def test_a_large_program_that_trains_does_so_as_one_of_its_functions() -> None:
    gallery = _gallery("A gallery for the photos of the whole family.", 120)
    assert judged("ml-kind", {**gallery, "sort/train.py": TRAINS}).value == "classical"


def test_a_library_that_fetches_the_weights_of_its_own_model_is_about_that_model() -> None:
    fetch = (
        "import torch\nURL = 'https://example.org/releases/download/v1/{}'\n"
        "weights = torch.hub.load_state_dict_from_url(URL)\n"
    )
    files = {
        "README.md": "# Toxic\n\nToxic comments.\n",
        "pyproject.toml": '[project]\nname = "toxic"\ndescription = "A library for {}"\n',
        "toxic/__init__.py": "",
    }
    own = {**files, "toxic/load.py": fetch.format("toxic.ckpt")}
    comments = own["pyproject.toml"].format("comments")
    assert judged("ml-kind", {**own, "pyproject.toml": comments}).value == "deep-learning"
    others = own["pyproject.toml"].format("computer vision")
    assert judged("ml-kind", {**own, "pyproject.toml": others}).value == "ml-library"
    data = {**files, "pyproject.toml": comments, "toxic/load.py": fetch.format("words.txt")}
    data["toxic/load.py"] = data["toxic/load.py"].replace(
        "hub.load_state_dict_from_url", "jit.load"
    )
    assert judged("ml-kind", data).value == "ml-library"


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ("Rides is a tool to predict demand using machine learning models.", "classical"),
        ("This project is a platform to serve machine learning models.", "classical"),
        ("Rides is a machine learning tool for demand.", "classical"),
        ("Rides is a visual, interactive ML model-understanding tool.", "ml-library"),
        ("Rides is a platform for the monitoring of machine learning models.", "ml-library"),
    ],
)
def test_a_tool_is_for_models_or_made_of_them(opening: str, kind: str) -> None:
    files = {
        "README.md": f"# Rides\n\n{opening}\n",
        "pyproject.toml": '[project]\nname = "rides"\n',
        "rides/__init__.py": "",
        "rides/train.py": TRAINS,
    }
    assert judged("ml-kind", files).value == kind


@pytest.mark.parametrize(("name", "kind"), [("FiLM", "deep-learning"), ("CharLM", "llm-finetune")])
def test_a_network_that_modulates_is_no_language_model(name: str, kind: str) -> None:
    net = f"import torch\n\nclass {name}(torch.nn.Module):\n    pass\n\nloss.backward()\n"
    assert judged("ml-kind", {"train.py": net}).value == kind


PACKAGE = {
    "pyproject.toml": '[project]\nname = "folds"\ndescription = "Functional machine learning"\n',
    "src/folds/__init__.py": "",
    "src/folds/ridge.py": "from sklearn.linear_model import Ridge\n\n"
    "def learn(df):\n    return Ridge().fit(df[['a']], df['b'])\n",
    ".github/workflows/release.yml": "on: release\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    "      - uses: pypa/gh-action-pypi-publish@v1\n",
}
IMAGE = "on: release\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker push a/b\n"


@pytest.mark.parametrize(
    "other",
    [
        {".github/workflows/release.yml": IMAGE},
        {".github/workflows/release.yml": "on: release\njobs: {}\n"},
        {"pyproject.toml": '[project]\nname = "folds"\ndescription = "Demand of rides"\n'},
        {"pyproject.toml": "[tool.ruff]\n"},
        {"src/folds/net.onnx": "weights"},
        {"src/folds/run.py": "from sklearn.svm import SVC\n\nSVC().fit([[1], [2]], [1, 0])\n"},
        {"src/folds/data.py": "import pandas as pd\n\ndef rides():\n    pd.read_csv('r.csv')\n"},
        {"src/folds/own.py": "import joblib\n\ndef own():\n    return joblib.load('m')\n"},
        {"main.py": "import argparse\n\nargparse.ArgumentParser().parse_args()\n"},
    ],
)
def test_a_package_that_is_kept_or_has_data_or_a_model_of_its_own_is_no_library(
    other: dict[str, str],
) -> None:
    assert judged("ml-kind", PACKAGE | other).value == "classical"


@pytest.mark.parametrize("command", ["twine upload dist/*", "uv publish", "poetry publish"])
def test_a_published_package_that_learns_from_what_its_callers_bring_is_a_library(
    command: str,
) -> None:
    assert judged("ml-kind", PACKAGE).value == "ml-library"
    shown = {"examples/rides.py": TRAINS, "tests/test_ridge.py": TRAINS}
    workflow = IMAGE.replace("docker push a/b", command)
    files = PACKAGE | shown | {".github/workflows/release.yml": workflow}
    outcome = judged("ml-kind", files)
    assert outcome.value == "ml-library"
    assert outcome.evidence[0].path == ".github/workflows/release.yml"
