"""Whether a rule names who owns what."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "codeowners"


@pytest.mark.parametrize(
    "files",
    [
        {".github/CODEOWNERS": "# * @team\n\n"},
        {"src/CODEOWNERS": "* @team\n"},
        {"CODEOWNERS": "docs/\n"},
        {"README.md": "See CODEOWNERS: * @team\n"},
    ],
)
def test_comments_other_places_and_rules_without_owner_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize("path", ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"])
def test_a_rule_is_a_yes_at_its_line(path: str) -> None:
    assert places(PRACTICE, {path: "# who\n\n*.py me@example.com # mail\n"}) == [(path, 3)]
