"""Whether a licence text stands where one looks for it."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "licence-file"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "# App\nThe license server is started first.\n"},
        {"src/license.py": "LICENSE = 'MIT'\n"},
        {"LICENSE": ""},
        {"vendor/thing/LICENSE": "MIT\n"},
        {"license-checker.json": "{}\n"},
        {"README.md": "# App\n\n## License server\n\nStart it first.\n"},
    ],
)
def test_words_code_empty_files_and_others_licences_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"backend/LICENSE": "MIT\n"},
        {"package.json": '{"name": "app", "license": "MIT"}\n'},
        {"README.md": "# App\n\n## License\n\nThis is under the MIT license.\n"},
        {"README.md": "# App\n\n## 📄 License\n\nThis is under the MIT license.\n"},
    ],
)
def test_a_sub_folder_a_manifest_or_the_readme_is_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "name", ["LICENSE", "LICENCE.txt", "COPYING", "License.md", "MIT-LICENSE.txt", "LICENSE-APACHE"]
)
def test_a_text_at_the_root_is_a_yes(name: str) -> None:
    assert places(PRACTICE, {name: "Permission is hereby granted\n"}) == [(name, 1)]
