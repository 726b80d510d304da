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
        ("load.py", 'run = 1\nrun.use_artifact("team/set:v3")\n', 2),
        ("load.py", 'spark = 1\nspark.read.option("versionAsOf", 3).load("x")\n', 2),
        ("get.sh", "curl -O https://x.org/train.csv\nsha256sum -c sums\n", 2),
    ],
)
def test_a_version_that_is_read_is_a_yes(path: str, text: str, line: int) -> None:
    files = {"train.py": READS, path: text}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files)[0] == (path, line)
