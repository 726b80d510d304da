"""Whether outsiders are told how to report a vulnerability."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "security-policy"
POLICY = "# Security\n\nPlease report a vulnerability to security@example.com.\n"


@pytest.mark.parametrize(
    "files",
    [
        {"docs/security.md": "# Security\n\nTokens are checked by the gateway.\n"},
        {"docs/service/security.md": POLICY},
        {"src/security.py": "# report a vulnerability\n"},
        {"README.md": "# App\n\nWe scan for vulnerabilities.\n\n\n\n\n\n\nContact us.\n"},
    ],
)
def test_designs_other_places_and_remarks_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_a_paragraph_elsewhere_is_partly(name: str) -> None:
    assert verdict(PRACTICE, {name: POLICY}) == "partly"


@pytest.mark.parametrize("path", ["SECURITY.md", ".github/SECURITY.md", "docs/security.rst"])
def test_a_policy_is_a_yes(path: str) -> None:
    assert places(PRACTICE, {path: POLICY}) == [(path, 3)]


def test_a_well_known_file_is_a_yes() -> None:
    files = {"static/.well-known/security.txt": "Contact: mailto:security@example.com\n"}
    assert verdict(PRACTICE, files) == "yes"
