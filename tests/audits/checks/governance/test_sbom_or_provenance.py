"""Whether a release can tell what it is made of."""

import pytest

from tests.audits.examining import verdict

PRACTICE = "sbom-or-provenance"


def steps(*lines: str) -> dict[str, str]:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    return {".github/workflows/ci.yml": text + "".join(f"      {line}\n" for line in lines)}


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We ship an SBOM in CycloneDX.\n"},
        {"sbom.json": '{"todo": true}\n'},
        {"tests/sbom.json": '{"bomFormat": "CycloneDX"}\n'},
        steps("- run: echo syft"),
        steps("- run: pip install cyclonedx-bom"),
        steps("- run: docker build --provenance=false ."),
        steps("- uses: pypa/gh-action-pypi-publish@v1", "  with:", "    password: x"),
    ],
)
def test_words_empty_files_fixtures_and_installs_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        steps("- uses: pypa/gh-action-pypi-publish@v1"),
        {"scripts/parts.py": "document = {'bomFormat': 'x'}\n"},
        {"Makefile": "parts:\n\tsyft . -o json\n"},
    ],
)
def test_bare_trust_and_programs_that_ci_does_not_run_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "files",
    [
        {"sbom.json": '{\n"bomFormat": "CycloneDX"}\n'},
        steps("- run: syft . -o cyclonedx-json"),
        steps("- run: cosign sign $IMAGE"),
        steps("- run: npm publish --provenance"),
        steps("- uses: actions/attest-build-provenance@v2"),
        steps("- uses: docker/build-push-action@v5", "  with:", "    sbom: true"),
        {**steps("- run: python parts.py"), "parts.py": "x = {'bomFormat': 'CycloneDX'}\n"},
    ],
)
def test_lists_signatures_and_attestations_are_a_yes(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "yes"
