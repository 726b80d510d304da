"""requirements.lock is complete, hashed, and says nothing about where it was made."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PIN = re.compile(r"^(?P<requirement>[A-Za-z0-9][^\s\\]*==[^\s\\]+(?: ; [^\\\n]+?)?) \\$", re.M)
PYTHONS = ("3.11", "3.12", "3.13")


@cache
def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for match in PIN.finditer(LOCK):
        requirement = Requirement(match["requirement"])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    everything = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [Requirement(line) for line in everything]


def applies(requirement: Requirement, python: str) -> bool:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


def test_no_line_names_an_index_or_a_path() -> None:
    assert not re.search(r"https?://|file:|^-{1,2}\w|(?<![\w.])/\w+/", _without_hashes(), re.M)


def _without_hashes() -> str:
    lines = (line for line in LOCK.splitlines() if "--hash=" not in line)
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def test_every_pin_has_hashes() -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    bare = [
        block.splitlines()[0]
        for block in blocks
        if not block.startswith("#") and "--hash=sha256:" not in block
    ]
    assert bare == []
    assert len(blocks) > len(declared())


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_every_declared_dependency_is_pinned_as_it_asks(
    requirement: Requirement, python: str
) -> None:
    if not applies(requirement, python):
        return
    candidates = [
        pin for pin in pins().get(canonicalize_name(requirement.name), []) if applies(pin, python)
    ]
    assert candidates, f"{requirement.name} is not in requirements.lock for Python {python}"
    for pin in candidates:
        (specifier,) = pin.specifier
        assert requirement.specifier.contains(Version(specifier.version), prereleases=True)
