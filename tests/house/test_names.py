"""Modules are named for what they do, and each opens by saying it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "shared"}
PACKAGES = ("diligence", "audits", "rubrics")
DEMO = ROOT / "diligence/config/demo"


def modules(*folders: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in file.parts and DEMO not in file.parents
    ]


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    named = {
        part
        for file in modules(*PACKAGES, "tests")
        for part in (*file.relative_to(ROOT).parts[:-1], file.stem)
    }
    assert named & BANNED == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_opens_with_what_it_is_for(package: str) -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in modules(package)
        if file.stat().st_size and ast.get_docstring(ast.parse(file.read_text("utf-8"))) is None
    ]
    assert silent == []


def test_the_top_level_holds_what_the_house_allows_and_nothing_else() -> None:
    allowed = {
        *("manage.py", "pyproject.toml", "docker-compose.yml", "README.md", "CHANGELOG.md"),
        *("CONTRIBUTING.md", "LICENSE", "Makefile", "Dockerfile", "requirements.lock"),
        *(".gitignore", ".ci", "docs", "templates", "static", "tests", *PACKAGES),
    }
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text().splitlines()}
    found = {entry.name for entry in ROOT.iterdir()} - ignored - {".git"}
    assert {name for name in found if not name.endswith(".egg-info")} - allowed == set()
