"""Manifests and lock files as they are written."""

import json
import time
from itertools import pairwise

import pytest

from audits.collectors.collecting import Unreadable
from audits.collectors.dependencies import read


def _pins(path: str, text: str) -> list[tuple[str, int, bool]]:
    manifest = read(path, text.encode())
    assert manifest is not None
    return [(r.name, r.line, r.pinned) for r in manifest.requirements]


def test_requirements_know_pins_from_ranges() -> None:
    text = (
        "# tools\nNumpy==2.0.0  # fast\npandas>=2\n-r base.txt\nscipy==1.*\n"
        "git+https://x/y@abcdef0\n"
    )
    assert _pins("requirements.txt", text) == [
        ("numpy", 2, True),
        ("pandas", 3, False),
        ("scipy", 5, False),
        ("y@abcdef0", 6, True),
    ]


def test_poetry_and_npm_carets_are_ranges() -> None:
    toml = (
        '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npandas = "^2.0"\nnumpy = "2.0.0"\n'
    )
    assert _pins("pyproject.toml", toml) == [("pandas", 4, False), ("numpy", 5, True)]
    assert _pins("package.json", '{"dependencies": {\n"ai": "^4.0.0",\n"zod": "3.1.0"}}') == [
        ("ai", 2, False),
        ("zod", 3, True),
    ]


def test_conda_pins_by_one_sign() -> None:
    text = (
        "dependencies:\n  - python=3.11\n  - numpy=2.0.0\n  - scipy=1.14.*\n"
        "  - pip:\n    - ray==2.1\n"
    )
    assert _pins("environment.yml", text) == [
        ("numpy", 3, True),
        ("scipy", 4, False),
        ("ray", 6, True),
    ]


def test_setup_py_is_parsed_and_never_run() -> None:
    text = "import os\nos.abort()\nfrom setuptools import setup\nsetup(install_requires=['a==1'])\n"
    assert _pins("setup.py", text) == [("a", 4, True)]


@pytest.mark.parametrize("name", ["pyproject.toml", "package.json", "setup.py", "Cargo.toml"])
def test_a_broken_manifest_says_so(name: str) -> None:
    with pytest.raises(Unreadable):
        read(name, b"{[(")


def test_yaml_that_refers_to_itself_many_times_is_refused() -> None:
    letters = "abcdefghijklmnopqrst"
    lines = [f"{b}: &{b} [*{a}, *{a}]" for a, b in pairwise(letters)]
    bomb = "\n".join(["a: &a [x]", *lines])
    with pytest.raises(Unreadable, match="unfold to too many values"):
        read("environment.yml", bomb.encode())


def test_many_names_that_stand_nowhere_take_no_long_time() -> None:
    packages = {f"\u00e9{n}": "1.0.0" for n in range(20_000)}
    begun = time.process_time()
    read("package.json", json.dumps({"dependencies": packages}).encode())
    assert time.process_time() - begun < 5
