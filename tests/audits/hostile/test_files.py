"""Files that make a parser recurse, unfold, backtrack or run out of memory: skipped with a reason.

All of them lie in one folder, so that the clock and the ceiling hold for them together; a good file
among them must still be judged.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.audits.hostile import canary
from tests.audits.hostile.attacking import Ending, audited
from tests.make import write_files

DEEP = 100_000
ALIAS_BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)
)
MERGE_BOMB = "a0: &a0 {k0: 1}\n" + "".join(
    f"a{n}: &a{n}\n" + "".join(f"  k{n}x{m}: *a{n - 1}\n" for m in range(9)) for n in range(1, 40)
)
NESTED = "YAML nested too deeply to examine"
TOO_DEEP = "nested too deeply to be parsed"
TOO_LARGE = "a source file of more than 1 MiB was made by a machine"
JOBS = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"

YAML: dict[str, tuple[str | bytes, str]] = {
    ".github/workflows/deep.yml": (JOBS + "      - " + "[" * DEEP, NESTED),
    ".github/workflows/flow.yml": (JOBS + "      - " + "{a: " * DEEP, NESTED),
    ".github/workflows/bomb.yml": (
        JOBS + ALIAS_BOMB, "YAML whose aliases unfold to too many values"
    ),
    ".github/workflows/merge.yml": (
        JOBS + MERGE_BOMB, "YAML whose aliases unfold to too many values"
    ),
    ".github/workflows/loop.yml": (
        JOBS + "a: &a [*a]\n", "YAML with an alias that refers to itself or to nothing"
    ),
    ".github/workflows/nul.yml": (b"on: push\njobs:\n\0\n", "not valid YAML"),
    ".github/workflows/bytes.yml": (b"on: push\njobs: \xff\xfe\xfa\n", "not valid YAML"),
    "environment.yml": ("name: x\ndependencies: " + "[" * DEEP, NESTED),
    "conda/environment.yaml": (
        "dependencies:\n - python\n" + ALIAS_BOMB, "YAML whose aliases unfold to too many values"
    ),
    "tags/environment.yml": (
        "dependencies: !!python/object/apply:os.system ['touch MARK']\n", ""
    ),
    "dvc.yaml": ("stages:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 400)), "YAML nested"),
    "x.dvc": ("outs: " + "[" * DEEP, NESTED),
    "dvc.lock": ("stages: " + "{a: " * DEEP, NESTED),
}  # fmt: skip

JSON: dict[str, tuple[str | bytes, str]] = {
    "deep/package.json": ('{"scripts": ' + "[" * DEEP, "not valid JSON"),
    "closed/package.json": ('{"dependencies": ' + "[" * DEEP + "]" * DEEP + "}", "not valid JSON"),
    "number/package.json": ('{"dependencies": {"a": ' + "9" * 400_000 + "}}", "not valid JSON"),
    "half/package.json": ('{"name": "\\ud800", "dependencies": {"\\udfff": "1"}}', ""),
    "odd/package.json": ('{"dependencies": [1], "scripts": 3, "name": {"a": 1}}', ""),
    "package-lock.json": ("[" * DEEP, "a lock file that cannot be parsed"),
    "deep.ipynb": ('{"cells": ' + "[" * DEEP, "not the JSON of a notebook"),
    "number.ipynb": ('{"cells": [' + "9" * 400_000 + "]}", "not the JSON of a notebook"),
    "null.ipynb": ("null", "not the JSON of a notebook"),
    "odd.ipynb": ('{"cells": [1, null, {"cell_type": "code", "source": {"a": 1}}]}', ""),
    "half.ipynb": (
        '{"cells": [{"cell_type": "code", "source": ["x = \\"\\ud800\\"\\n"]}]}', ""
    ),
    "schedule.json": ('{"schedule": ' + "[" * DEEP, ""),
}  # fmt: skip

TOML: dict[str, tuple[str | bytes, str]] = {
    "pyproject.toml": ("x = " + "[" * DEEP, TOO_DEEP),
    "dotted/pyproject.toml": (".".join(["a"] * 120_000) + " = 1\n", TOO_DEEP),
    "inline/pyproject.toml": (
        "x = {" + ".".join(["a"] * 120_000) + " = 1}\n", TOO_DEEP
    ),
    "table/pyproject.toml": (
        "[" + ".".join(["a"] * 120_000) + "]\n", TOO_DEEP
    ),
    "number/pyproject.toml": ("x = " + "9" * 400_000, "not valid TOML"),
    "Cargo.toml": ("x = " + "{a = " * DEEP, TOO_DEEP),
    "odd/pyproject.toml": ("project = 3\ntool = [1]\n", ""),
    "Pipfile": ("packages = 3\n", ""),
}  # fmt: skip

PYTHON: dict[str, tuple[str | bytes, str]] = {
    "minus.py": ("x = " + "-" * DEEP + "1\n", TOO_DEEP),
    "plus.py": ("x = 1" + "+1" * DEEP + "\n", TOO_DEEP),
    "power.py": ("x = 1" + "**1" * DEEP + "\n", TOO_DEEP),
    "chain.py": ("x = a" + ".b" * DEEP + "\n", TOO_DEEP),
    "calls.py": ("x = a" + "()" * DEEP + "\n", TOO_DEEP),
    "elif.py": (
        "if 1:\n pass\n" + "elif 1:\n pass\n" * 20_000, TOO_DEEP
    ),
    "lambda.py": ("x = " + "lambda: " * DEEP + "1\n", TOO_DEEP),
    "ternary.py": ("x = " + "1 if 1 else " * 50_000 + "1\n", TOO_DEEP),
    "not.py": ("x = " + "not " * DEEP + "1\n", TOO_DEEP),
    "parens.py": ("x = " + "(" * DEEP + ")" * DEEP + "\n", ""),
    "middle.py": ("x = " + "-" * 990 + "a\nif " + "not " * 990 + "accuracy < 3: pass\n", TOO_DEEP),
    "decimal.py": ("x = " + "9" * 400_000 + "\n", ""),
    "hexadecimal.py": ("accuracy = {}\naccuracy[0x" + "f" * 400_000 + "] = 1\n", ""),
    "hexcall.py": ("f(0x" + "f" * 400_000 + ", a=0x" + "f" * 9_000 + ")\n", ""),
    "nul.py": (b"import torch\0\n", ""),
    "bom.py": (b"\xef\xbb\xbfimport torch\n", ""),
    "utf16.py": ("import torch\n".encode("utf-16"), ""),
    "coding.py": (b"# coding: utf-7\n+AGkAbQBwAG8AcgB0- torch\n", ""),
    "rot13.py": (b"# coding: rot13\nvzcbeg bf\n", ""),
    "unknown.py": (b"# coding: \xff\n", ""),
    "accuracy_coding.py": (b"# coding: hex\naccuracy = 1\nif accuracy < 3: raise X\n", ""),
    "half.py": ("x = '\\ud800'\nf('\\udfff')\n", ""),
    "names.py": ("import " + ",".join(f"a{n}" for n in range(60_000)) + "\n", ""),
    "commas.py": ("x = [" + "1," * 450_000 + "]\n", "Python with too many parts to be parsed"),
    "large.py": ("x = 1\n" * 300_000, TOO_LARGE),
    "setup.py": ("[" + "1," * 3_000_000 + "]\n", "a manifest of more than 1 MiB"),
    "deep/setup.py": ("setup(x=" + "-" * DEEP + "1)\n", TOO_DEEP),
    "noxfile.py": ("x = " + "-" * DEEP + "1\n", TOO_DEEP),
    "form.py": ("x = '" + "{" * DEEP + "'\n", ""),
    "fstring.py": ("x = f'" + "{" * 900 + "'\n", ""),
    "annotation.py": ("x: '" + "-" * 150 + "1' = 1\n" * 2000, ""),
    "starimport.py": ("from starimport import *\nfrom . import *\n" * 5000, ""),
}  # fmt: skip

GROUPS = {"yaml": YAML, "json": JSON, "toml": TOML, "python": PYTHON}
GOOD = {
    "good/train.py": (
        "import mlflow\nimport torch\n\nmodel = torch.nn.Linear(1, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters())\nfor x, y in data:\n"
        "    loss = torch.nn.functional.mse_loss(model(x), y)\n    loss.backward()\n"
        "    optimizer.step()\n    mlflow.log_metric('loss', loss)\n"
    )
}


def folder_of(root: Path, files: Mapping[str, tuple[str | bytes, str]], mark: Path) -> Path:
    contents = {
        name: content.replace("MARK", str(mark)) if isinstance(content, str) else content
        for name, (content, _) in files.items()
    }
    return write_files(write_files(root, contents), GOOD)


@pytest.mark.parametrize("group", GROUPS)
def test_hostile_files_are_skipped_and_the_rest_is_judged(tmp_path: Path, group: str) -> None:
    files = GROUPS[group]
    got = audited(folder_of(tmp_path / "x", files, tmp_path / "ran"))
    assert got.files == len(files) + 1
    reasons = got.reasons
    wrong = {
        name: reasons.get(name)
        for name, (_, expected) in files.items()
        if not fits(expected, reasons.get(name, set()))
    }
    assert wrong == {}
    assert not (tmp_path / "ran").exists()
    assert tracking(got) == "good/train.py"


def fits(expected: str, reasons: set[str]) -> bool:
    """Whether the expected reason is among them, or none is there where none is expected."""
    return any(r.startswith(expected) for r in reasons) if expected else not reasons


def tracking(got: Ending) -> str:
    practice = next(p for p in got.document["practices"] if p["id"] == "experiment-tracking")
    return str(practice["evidence"][0]["path"]) if practice["evidence"] else ""


def notebook(cells: list[dict[str, object]]) -> str:
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


def test_notebooks_of_many_megabytes_are_read_in_time(tmp_path: Path) -> None:
    image = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 2_500_000}}
    code = {"cell_type": "code", "execution_count": 1, "outputs": [image], "source": ["x = 1\n"]}
    small = {**code, "outputs": []}
    files = {
        "image.ipynb": notebook([code]),
        "cells.ipynb": notebook([{**small, "source": [f"x{n} = 1\n"]} for n in range(100_000)]),
        "line.ipynb": notebook([{**small, "source": ["x = '" + "a" * 25_000_000 + "'\n"]}]),
        "wide.ipynb": notebook([{**small, "source": "f(1)\n" * 3_000_000}]),
        "odd.ipynb": notebook([{**small, "source": ["é\n"] * 300_000}]),
        "deep.ipynb": notebook([{**small, "source": ["x = " + "-" * DEEP + "1\n"]}]),
        "missing.ipynb": notebook([{**small, "execution_count": n + 2} for n in range(50_000)]),
    }
    got = audited(write_files(tmp_path / "x", {**files, **GOOD}))
    assert got.files == len(files) + 1
    assert got.skipped["deep.ipynb"] == TOO_DEEP
    assert got.skipped["wide.ipynb"].startswith("a notebook with more than ")


def test_nothing_that_was_given_is_run_imported_or_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    python, shell = canary.python(mark), canary.shell(mark)
    names = ("setup.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "noxfile.py",
             "tasks.py", "manage.py", "__init__.py", "__main__.py", "torch.py", "json.py",
             "audits/__init__.py", "diligence/__init__.py", "yaml.py", "hyperscan.py")  # fmt: skip
    pickles = ("model.pkl", "model.joblib", "model.pt", "model.pth", "model.h5", "model.bin",
               "x.npy", "data.pickle", "model.keras", "model.onnx")  # fmt: skip
    files: dict[str, str | bytes] = {
        **dict.fromkeys(names, python),
        **{name: canary.pickled(mark, n % 5) for n, name in enumerate(pickles)},
        "evil.pth": f"import os; os.system('touch {mark}')\n",
        "Makefile": canary.makefile(mark),
        "run.sh": shell,
        "Snakefile": python,
        "pyproject.toml": f"[build-system]\nbuild-backend = 'x'\nrequires = ['touch {mark}']\n",
        ".envrc": shell,
        "nb.ipynb": notebook(
            [{"cell_type": "code", "execution_count": 1, "outputs": [], "source": python}]
        ),
        "Dockerfile": f"FROM scratch\nRUN touch {mark}\n",
        "MLmodel": f"!!python/object/apply:os.system ['touch {mark}']\n",
        "params.yaml": f"!!python/object/apply:os.system ['touch {mark}']\n",
    }
    folder = write_files(tmp_path / "x", files)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    got = audited(folder)
    assert got.files == len(files)
    assert not mark.exists()
    exec((folder / "setup.py").read_text())  # noqa: S102 - the canary must be able to sing
    assert mark.exists()


def test_the_folder_one_stands_in_is_not_imported_from(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    names = ("yaml.py", "hyperscan.py", "rich.py", "sitecustomize.py", "audits.py", "zstandard.py")
    folder = write_files(tmp_path / "x", dict.fromkeys(names, canary.python(mark)))
    got = audited(".", cwd=folder)
    assert got.files == len(names)
    assert not mark.exists()
