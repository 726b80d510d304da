"""What a path tells of a file, without looking into it."""

import pickle

import pytest
from msgspec import structs

from audits.facts.tree import File, Role


@pytest.mark.parametrize(
    ("path", "name", "suffix", "role"),
    [
        ("src/train.py", "train.py", ".py", Role.NONE),
        ("README", "README", "", Role.NONE),
        (".env", ".env", "", Role.NONE),
        ("a/.b.YML", ".b.YML", ".yml", Role.NONE),
        ("a.b/c", "c", "", Role.NONE),
        ("tests/Data.Tar.GZ", "Data.Tar.GZ", ".gz", Role.TEST),
        ("web/node_modules/x/index.js", "index.js", ".js", Role.VENDORED),
        ("docs/Guide.ipynb", "Guide.ipynb", ".ipynb", Role.DOCS | Role.NOTEBOOK),
        ("{{ name }}/app.py", "app.py", ".py", Role.TEMPLATE),
        ("a/b.", "b.", ".", Role.NONE),
    ],
)
def test_name_suffix_and_role(path: str, name: str, suffix: str, role: Role) -> None:
    file = File(path, 1, "ab")
    assert (file.name, file.suffix, file.role) == (name, suffix, role)
    assert pickle.loads(pickle.dumps(file)) == file  # noqa: S301 - our own, as between processes
    assert structs.replace(File("x/y.txt", 1, "ab"), path=path, name="") == file
