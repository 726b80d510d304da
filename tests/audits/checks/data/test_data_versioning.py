"""Whether the data of a model is pinned by a version."""

import pytest

from tests.audits.examining import TRAINS, places, verdict

PRACTICE = "data-versioning"
READS = TRAINS + '\nimport pandas\nframe = pandas.read_csv("data/train.csv")\n'
DVC = "outs:\n- md5: 22a1a2931c8370d3aeedd7183606fd7f\n  path: train.csv\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We use DVC."},
        {"requirements.txt": "dvc\n"},
        {"data/other.csv": "a\n1\n"},
        {"tests/data/train.csv": "a\n1\n"},
        {"model.pkl.dvc": "outs:\n- md5: 22a1\n  path: model.pkl\n"},
        {".gitattributes": "*.png filter=lfs\n"},
        {"load.py": 'from datasets import load_dataset\nload_dataset("imdb")\n'},
        {"infra/train.csv": "a\n1\n"},
        {"prediction_input.jsonl": "{}\n", "show.py": "open('prediction_input.jsonl')\n"},
        {"reports/plots.csv.dvc": "outs:\n- md5: 22a1\n  path: plots.csv\n"},
        {"load.py": "import huggingface_hub as h\n\nh.hf_hub_download('a', revision='1f')\n"},
        {"load.py": 'QUERY = "which version as of today"\n'},
        {"load.py": "import kagglehub\n\nkagglehub.dataset_download('a/b')\n"},
        {"get.sh": "curl -O https://x.org/tool.tar.gz\nsha256sum -c tool.sha256\n"},
    ],
)
def test_what_pins_no_data_is_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": READS, **files}) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"data/train.csv": "a\n1\n"},
        {
            "pipe.yml": "type: pipeline\ninputs: {a: {path: azureml:taxi@latest}}\n"
            "jobs: {a: {command: x y}, b: {command: x y}}\n"
        },
    ],
)
def test_plain_files_and_latest_versions_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": READS, **files}) == "partly"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("data/train.csv.dvc", DVC, 3),
        (
            "dvc.lock",
            "stages:\n  a:\n    cmd: x\n    deps:\n    - path: data/raw.csv\n      md5: 1\n",
            5,
        ),
        (
            "data/train.csv",
            "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n",
            1,
        ),
        ("load.py", 'from datasets import load_dataset\nload_dataset("a", revision="1f")\n', 2),
        ("data/processed.csv.dvc", DVC.replace("train", "processed"), 3),
        ("load.py", "import kagglehub\nkagglehub.dataset_download('a/b/versions/3')\n", 2),
        (
            "load.py",
            "import roboflow\nroboflow.Roboflow().workspace().project('a').version(3)\n",
            2,
        ),
        (
            "load.py",
            "import datasets\ndatasets.load_dataset('a', 'b', revision='1f')\n",
            2,
        ),
        ("load.py", "\nQUERY = 'SELECT a FROM t FOR SYSTEM_TIME AS OF @then'\n", 2),
        ("load.py", "from azure.ai.ml import Input\nInput(path='azureml:taxi:3')\n", 2),
        ("load.py", 'run = 1\nrun.use_artifact("team/set:v3")\n', 2),
        ("load.py", 'spark = 1\nspark.read.option("versionAsOf", 3).load("x")\n', 2),
        ("get.sh", "curl -O https://x.org/train.csv\nsha256sum -c sums\n", 2),
    ],
)
def test_a_version_that_is_read_is_a_yes(path: str, text: str, line: int) -> None:
    files = {"train.py": READS, path: text}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files)[0] == (path, line)


def test_a_table_beside_a_path_of_a_bucket_or_a_container_is_still_the_one_that_is_named() -> None:
    reads = TRAINS + '\nA = ["s3://bucket/raw/train.csv", "/opt/ml/input/train.csv"]\n'
    assert verdict(PRACTICE, {"train.py": reads, "data/train.csv": "a\n1\n"}) == "partly"


def test_a_file_of_a_hub_counts_where_it_is_of_a_data_set() -> None:
    source = "import huggingface_hub as h\n\nh.hf_hub_download('a', repo_type={}, revision='1f')\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "load.py": source.format("'dataset'")}) == "yes"
    assert verdict(PRACTICE, {"train.py": TRAINS, "load.py": source.format("'model'")}) == "no"
