"""Whether features are kept in a store."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "feature-store"
READS = """\
from feast import FeatureStore

store = FeatureStore(repo_path=".")
features = store.get_historical_features(entity_df=None, features=["trips:count"])
"""


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "Features live in Feast."},
        {"requirements.txt": "feast==0.40\n"},
        {"store.py": "from feast import FeatureStore\n"},
        {"tests/test_store.py": READS},
        {"shop.py": "class FeatureStore:\n    pass\n"},
    ],
)
def test_words_imports_tests_and_an_unused_class_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_features_that_are_read_are_a_yes() -> None:
    files = {"train.py": TRAINS, "data.py": READS}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files) == [("data.py", 4)]


def test_a_notebook_beside_the_training_is_partly() -> None:
    files = {"train.py": TRAINS, "try.ipynb": notebook((1, READS))}
    assert verdict(PRACTICE, files) == "partly"


def test_a_store_of_its_own_is_partly() -> None:
    own = "class FeatureStore:\n    pass\n\nstore = FeatureStore()\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "store.py": own}) == "partly"


def test_without_machine_learning_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"
    assert verdict(PRACTICE, {"app.py": ASKS}) == "no"


UPLOADS = """\
import hopsworks

def to_store(table):
    hopsworks.login().get_feature_store().get_or_create_feature_group(name="a").insert(table)

def ingest(table):
    return table
"""


@pytest.mark.parametrize(
    "other",
    [
        {"pipeline.py": "from nodes import ingest\n\ningest([])\n"},
        {"pipeline.py": "# from nodes import to_store\n"},
    ],
)
def test_a_function_that_nothing_comes_to_is_no_use(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "nodes.py": UPLOADS, **other}) == "no"


@pytest.mark.parametrize(
    "other",
    [
        {"pipeline.py": "from nodes import to_store\n\nSTEPS = [to_store]\n"},
        {"pipeline.py": "import nodes\n\nSTEPS = [nodes.to_store]\n"},
        {"pipeline.py": "from nodes import ingest\n\nSTEPS = {'a': 'to_store'}\n"},
        {"nodes.py": UPLOADS + "\nto_store(ingest([]))\n"},
        {"nodes.py": UPLOADS + "\nTask(python_callable=to_store)\n"},
        {"nodes.py": UPLOADS.replace("def to_store", "@task\ndef to_store")},
    ],
)
def test_a_function_that_is_called_imported_or_handed_on_is_a_use(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "nodes.py": UPLOADS, **other}) == "yes"
