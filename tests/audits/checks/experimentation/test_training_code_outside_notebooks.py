"""Whether training stands in scripts or only in notebooks."""

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "training-code-outside-notebooks"


def test_without_training_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "n/a"


def test_notebooks_alone_are_a_no() -> None:
    files = {"model.ipynb": notebook((1, TRAINS)), "load.py": "import pandas\n"}
    assert verdict(PRACTICE, files) == "no"


def test_a_side_example_is_partly() -> None:
    product = "\n".join(f"def step_{n}(): return {n}" for n in range(40))
    assert verdict(PRACTICE, {"examples/fit.py": TRAINS, "pkg/core.py": product}) == "partly"


def test_a_module_that_trains_is_a_yes_at_its_line() -> None:
    assert places(PRACTICE, {"src/train.py": TRAINS}) == [("src/train.py", 5)]


def test_a_model_made_in_another_file_is_followed() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/models.py": (
            "from xgboost import XGBClassifier\ndef make():\n    return XGBClassifier()\n"
        ),
        "pkg/train.py": "from pkg.models import make\n\ndef run(x, y):\n    make().fit(x, y)\n",
    }
    assert places(PRACTICE, files) == [("pkg/train.py", 4)]


def test_what_a_library_brings_along_for_its_users_is_no_training_of_its_own() -> None:
    pages = {f"man/{name}.Rd": f"\\name{{{name}}}\n" for name in "abcdef"}
    files = {
        "NAMESPACE": "export(keep)\n",
        "README.md": "# keep\n\nThe goal of keep is to version and share a trained model.\n",
        "R/keep.R": "keep <- function(m) m\n",
        "inst/example.R": "library(ranger)\nm <- ranger(y ~ ., data = x)\n",
    }
    assert verdict(PRACTICE, {**files, **pages}) == "no"
    assert verdict(PRACTICE, files) == "yes"
