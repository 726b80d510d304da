"""Whether a repository learns or predicts itself."""

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "has-ml"


def test_words_imports_and_dependencies_are_no_machine_learning() -> None:
    files = {
        "README.md": "# Deep learning with PyTorch and scikit-learn",
        "requirements.txt": "torch==2.4.0\nscikit-learn==1.5.0\n",
        "app.py": "import torch\n# model.fit(x, y)\nNOTE = 'model.fit(x, y)'\nprint(NOTE)\n",
    }
    assert verdict(PRACTICE, files) == "no"


def test_training_in_tests_alone_is_none() -> None:
    assert verdict(PRACTICE, {"tests/test_train.py": TRAINS, "app.py": "print(1)\n"}) == "no"


def test_a_scaler_is_no_model() -> None:
    scale = "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit([[1]])\n"
    assert verdict(PRACTICE, {"scale.py": scale}) == "no"


def test_a_fit_that_has_nothing_to_do_with_learning_is_none() -> None:
    assert verdict(PRACTICE, {"ui.py": "def show(box, x):\n    box.fit(x)\n"}) == "no"


def test_asking_a_hosted_model_is_none() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "no"


def test_switching_a_network_to_training_mode_trains_nothing() -> None:
    mode = "import torch\nclass Net(torch.nn.Module):\n    pass\nNet().train()\n"
    assert verdict(PRACTICE, {"net.py": mode}) == "no"


def test_a_bought_embedding_model_is_partly() -> None:
    embed = "from sentence_transformers import SentenceTransformer\nm = SentenceTransformer('x')\n"
    assert verdict(PRACTICE, {"embed.py": embed, "app.py": ASKS}) == "partly"


def test_a_regression_for_analysis_is_partly() -> None:
    fit = "import statsmodels.api as sm\nsm.OLS([1], [1]).fit()\n"
    assert verdict(PRACTICE, {"study.py": fit}) == "partly"


def test_training_only_in_an_example_beside_a_product_is_partly() -> None:
    product = "\n".join(f"def step_{n}(): return {n}" for n in range(40))
    assert verdict(PRACTICE, {"examples/fit.py": TRAINS, "pkg/core.py": product}) == "partly"


def test_a_fitted_estimator_is_machine_learning() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS}) == "yes"
    assert places(PRACTICE, {"train.py": TRAINS}) == [("train.py", 5)]


def test_a_repository_of_notebooks_is_its_notebooks() -> None:
    assert verdict(PRACTICE, {"model.ipynb": notebook((1, TRAINS))}) == "yes"


def test_a_training_loop_is_machine_learning() -> None:
    loop = "import torch\ndef step(loss, optimiser):\n    loss.backward()\n    optimiser.step()\n"
    assert verdict(PRACTICE, {"loop.py": loop}) == "yes"


def test_r_functions_count_where_their_package_is_loaded() -> None:
    assert verdict(PRACTICE, {"m.R": "library(ranger)\nfit <- ranger(y ~ ., data = d)\n"}) == "yes"
    assert verdict(PRACTICE, {"m.R": "train <- function(x) x\ntrain(3)\n"}) == "no"


def test_a_learner_of_its_own_in_go_counts() -> None:
    model = (
        "package cf\n\nfunc (m *BPR) Fit(d Data) {\n}\n\nfunc (m *BPR) Predict(u int) int {\n"
        "\treturn 1\n}\n"
    )
    assert verdict(PRACTICE, {"model/bpr.go": model}) == "yes"
