"""Whether a package's licence can reach into the product."""

import json

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "dependency-licences"
USES = {"app/detect.py": "from ultralytics import YOLO\n\nmodel = YOLO('own.pt')\n"}


def lock(licence: str, *, dev: bool = False) -> dict[str, str]:
    """A lock file of npm with one package, and code that requires it."""
    package = {"version": "1.0.0", "license": licence, **({"dev": True} if dev else {})}
    root = {"name": "app", "dependencies": {"thing": "1.0.0"}}
    document = {"lockfileVersion": 3, "packages": {"": root, "node_modules/thing": package}}
    return {
        "package-lock.json": json.dumps(document, indent=1),
        "app.js": "import x from 'thing'\n",
    }


def test_without_packages_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.py": "import ultralytics\n"}) == "n/a"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "numpy==1.26.0\n", "a.py": "import numpy\n"},
        {"requirements.txt": "html2text==2020.1.16\n", "a.py": "x = 1\n"},
        {
            "tests/requirements.txt": "ultralytics==8.0\n",
            "requirements.txt": "numpy==1.0\n",
            **USES,
        },
        lock("MIT"),
        lock("(MIT OR AGPL-3.0)"),
        lock("AGPL-3.0", dev=True),
        lock("LGPL-3.0"),
    ],
    ids=["permissive", "gpl-unused", "for-tests", "mit", "a-choice", "for-development", "lgpl"],
)
def test_what_does_not_reach_the_product_is_not_held_against_it(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) in ("no", "n/a")


def test_silence_on_licences_is_said() -> None:
    judgement = judged(PRACTICE, {"requirements.txt": "numpy==1.0\npandas==2.0\n"})
    assert judgement.because.endswith("the licence of 2 is not stated here")


def test_a_project_under_the_same_licence_is_not_asked() -> None:
    project = '[project]\nname = "x"\nlicense = "AGPL-3.0"\ndependencies = ["ultralytics==8.0"]\n'
    assert verdict(PRACTICE, {"pyproject.toml": project, **USES}) == "n/a"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "ultralytics==8.0\n", "a.py": "x = 1\n"},
        {"requirements.txt": "Unidecode==1.3\n", "a.py": "from unidecode import unidecode\n"},
        {"requirements.txt": "alibi-detect==0.12\n", "tests/test_a.py": "import alibi_detect\n"},
    ],
    ids=["declared-only", "gpl-imported", "imported-in-tests"],
)
def test_what_binds_only_in_some_ways_is_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


def test_an_imported_package_under_the_agpl_is_a_yes_at_both_places() -> None:
    judgement = judged(PRACTICE, {"requirements.txt": "numpy==1.0\nultralytics==8.0\n", **USES})
    assert judgement.verdict.value == "yes"
    assert [(e.path, e.line) for e in judgement.evidence] == [
        ("requirements.txt", 2), ("app/detect.py", 1),
    ]  # fmt: skip
    assert judgement.findings[0].title == (
        "Ultralytics is under AGPL-3.0, which asks for the source code of a service built on it"
    )


def test_a_licence_that_a_lock_file_states_is_believed() -> None:
    assert verdict(PRACTICE, lock("AGPL-3.0-only")) == "yes"
    assert verdict(PRACTICE, lock("SSPL-1.0")) == "yes"


AGPL = "          GNU AFFERO GENERAL PUBLIC LICENSE\n             Version 3, 19 Nov\n"
GPL = "GNU GENERAL PUBLIC LICENSE\n\n Version 2, June 1991\n"
LGPL = "GNU LESSER GENERAL PUBLIC LICENSE\n Version 3\n"
NEEDS = {"requirements.txt": "numpy==2.0\n", "app.py": "import numpy\n"}


@pytest.mark.parametrize(
    "files",
    [
        {"vendor/x/LICENSE": "MIT License\n"},
        {"vendor/x/LICENSE": LGPL},
        {"vendor/x/LICENSE": "See the GNU AFFERO GENERAL PUBLIC LICENSE Version 3.\n"},
        {"tests/vendor/x/LICENSE": AGPL},
        {"node_modules/x/LICENSE": AGPL},
        {"src/x/LICENSE": AGPL},
    ],
)
def test_other_texts_bind_nobody(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {**NEEDS, **files}) == "no"


@pytest.mark.parametrize(
    ("text", "word", "licence"),
    [
        (AGPL, "yes", "AGPL-3.0-only"),
        (GPL, "partly", "GPL-2.0-only"),
        ("Business Source License 1.1\n", "yes", "BUSL-1.1"),
        ("Server Side Public License\nVERSION 1, OCTOBER 16, 2018\n", "yes", "SSPL-1.0"),
    ],
)
def test_copied_code_binds_by_its_licence_text(text: str, word: str, licence: str) -> None:
    judgement = judged(PRACTICE, {**NEEDS, "third_party/solver/COPYING": text})
    assert judgement.verdict.value == word
    (finding,) = judgement.findings
    assert (finding.path, finding.line) == ("third_party/solver/COPYING", 1)
    assert finding.title.startswith(f"The code in third_party/solver is under {licence}, which ")
