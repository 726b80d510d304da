"""Whether a bot raises what the program depends on."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "dependency-updates-bot"
DEPENDABOT = "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n"


@pytest.mark.parametrize(
    "files",
    [
        {".github/dependabot.yml": "version: 2\nupdates: []\n"},
        {".github/dependabot.yml": "# " + DEPENDABOT.replace("\n", "\n# ")},
        {"docs/dependabot.yml": DEPENDABOT},
        {"renovate.json": '{\n  "enabled": false\n}\n'},
        {".pre-commit-config.yaml": "repos: []\n"},
        {"package.json": '{"dependencies": {"renovate": "1"}}\n'},
    ],
)
def test_empty_switched_off_and_misplaced_configuration_is_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (".github/dependabot.yml", DEPENDABOT, 3),
        ("renovate.json", '{"extends": ["config:base"]}\n', 1),
        (".pre-commit-config.yaml", "ci:\n  autoupdate_schedule: weekly\nrepos: []\n", 2),
        ("package.json", '{\n  "renovate": {"extends": ["config:base"]}\n}\n', 2),
        (".pyup.yml", "schedule: every week\n", 1),
    ],
)
def test_an_active_entry_is_a_yes_at_its_line(path: str, text: str, line: int) -> None:
    assert places(PRACTICE, {path: text}) == [(path, line)]


def test_a_workflow_that_runs_the_bot_is_a_yes() -> None:
    text = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        "      - uses: renovatebot/github-action@v40\n"
    )
    assert places(PRACTICE, {".github/workflows/r.yml": text}) == [(".github/workflows/r.yml", 6)]
