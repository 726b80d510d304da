"""An audit with what earlier ones found out gives what one without gives, whatever changed."""

import os
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from audits.collectors import following
from audits.collectors.entries import NAME
from audits.collectors.keeping import Shelf
from audits.collectors.processes import spread
from audits.collectors.storing import form_of_result
from audits.engine.documents import stored
from audits.engine.registry import catalogue
from audits.facts import readings
from audits.facts.code import SourceFile
from audits.facts.readings import READINGS, named_reading
from audits.facts.told import Told
from audits.services.examine import Resources, SourceError, examine
from tests.make import MOMENT, Change, Files, git, make_repo, write_files

DAY = 86_400
SHOP: Files = {
    "shop/__init__.py": "from shop.models import build\n",
    "shop/models.py": "from sklearn.linear_model import Ridge\n\n\n"
    "def build():\n    return Ridge()\n",
    "shop/store.py": "import mlflow\n\n\ndef keep(model):\n"
    "    mlflow.sklearn.log_model(model, 'm', registered_model_name='shop')\n",
    "train.py": "import pandas as pd\nfrom shop import build\nfrom shop.store import keep\n\n"
    "LEARNING_RATE = 0.1\n\n\ndef main():\n    data = pd.read_csv('a.csv')\n"
    "    model = build()\n    model.fit(data[['x']], data['y'])\n    keep(model)\n\n\n"
    "if __name__ == '__main__':\n    main()\n",
    "serve.py": "from fastapi import FastAPI\nfrom shop import build\n\napp = FastAPI()\n\n\n"
    "@app.post('/predict')\ndef predict(x: float):\n    model = build()\n"
    "    return model.predict([[x]])\n",
    "tests/test_shop.py": "from shop import build\n\n\ndef test_build():\n    assert build()\n",
    "tests/unit.test.js": "describe('x', () => { it('adds', () => { add(1, 2); }); });\n",
    "README.md": "# Shop\n\nPrices.\n",
}
"""Names lead through two files here: `train.py` fits what `shop/models.py` makes."""

CHANGES: dict[str, Change] = {
    "what a function returns": {"shop/models.py": "def build():\n    return object()\n"},
    "the library behind it": {
        "shop/models.py": "from torch.nn import Linear as Ridge\n\n\ndef build():\n"
        "    return Ridge()\n"
    },
    "a re-export": {"shop/__init__.py": "from shop.store import keep as build\n"},
    "a file in the way": {"shop/models.py": None, "shop/models/__init__.py": "build = print\n"},
    "a package that hides a library": {"pandas.py": "def read_csv(path):\n    return path\n"},
    "lines above": {"shop/store.py": "# kept\n\n" + str(SHOP["shop/store.py"])},
    "a body": {"serve.py": str(SHOP["serve.py"]).replace("predict([[x]])", "coef_")},
    "nothing that is code": {"README.md": "# Shop\n\nForecasts.\n"},
}


def verdicts(repo: Path, cache: Path | None, processes: int = 1) -> dict[str, Any]:
    document = stored(examine(str(repo), resources=Resources(processes, cache)))
    del document["timings"]
    return document


def places(document: dict[str, Any]) -> dict[str, Any]:
    return {p["id"]: (p["verdict"], p["evidence"]) for p in document["practices"]}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """The shop, audited once."""
    made = make_repo(tmp_path, SHOP, commits=[{"requirements.txt": "scikit-learn==1.5.0\n"}])
    verdicts(made, tmp_path / "cache")
    return made


def change(repo: Path, files: Change) -> None:
    write_files(repo, files)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "A change", moment=MOMENT + 9 * DAY)


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_changed_file_means_for_unchanged_ones_is_seen(
    repo: Path, tmp_path: Path, what: str
) -> None:
    before = verdicts(repo, None)
    change(repo, CHANGES[what])
    fresh = verdicts(repo, None)
    assert (places(fresh) == places(before)) == (what == "nothing that is code")
    assert verdicts(repo, tmp_path / "cache") == fresh
    assert verdicts(repo, tmp_path / "cache") == fresh


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Names are followed by several processes however few files there are; how many each time."""
    used: list[int] = []

    def watched(pieces: Any, work: Any, processes: int) -> Any:
        used.append(processes)
        return spread(pieces, work, processes)

    monkeypatch.setattr(following, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(following, "spread", watched)
    return used


@pytest.mark.parametrize("what", CHANGES)
def test_several_processes_follow_names_and_ask_as_one_does(
    repo: Path, tmp_path: Path, several: list[int], what: str
) -> None:
    change(repo, CHANGES[what])
    fresh = verdicts(repo, None)
    assert not several
    assert verdicts(repo, None, processes=2) == fresh
    assert several == [2]
    assert verdicts(repo, tmp_path / "cache", processes=2) == fresh
    assert verdicts(repo, tmp_path / "other", processes=2) == fresh
    assert verdicts(repo, tmp_path / "other", processes=2) == fresh
    assert len(several) in (2, 3), "what is known is followed by nobody"


def test_what_processes_were_told_is_kept(
    repo: Path, tmp_path: Path, several: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts(repo, tmp_path / "other", processes=2)
    assert several == [2]
    asked: list[int] = []
    monkeypatch.setattr(Told, "note", lambda *_: asked.append(1))
    verdicts(repo, tmp_path / "other")
    assert not asked


def test_a_process_that_dies_while_it_follows_names_fails_the_examination(
    repo: Path, several: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ask_ahead", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(SourceError, match=r"was killed \(signal 9\)"):
        verdicts(repo, None, processes=2)
    assert several == [2]


def test_what_fails_ahead_fails_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: SourceFile) -> bool:
        raise ArithmeticError

    monkeypatch.setattr(readings, "READINGS", {})
    monkeypatch.setattr(readings, "_OF_ALL", [])
    read = readings.named_reading("a reading that fails", fails, of_all=True)
    file = SourceFile("a.py", "python")
    readings.ask_ahead([file])
    with pytest.raises(ArithmeticError):
        read(file)


def test_an_unchanged_file_is_asked_nothing_twice(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(repo, CHANGES["lines above"])
    asked: list[int] = []
    note = Told.note

    def noted(told: Told, bit: int, found: object) -> None:
        asked.append(bit)
        note(told, bit, found)

    monkeypatch.setattr(Told, "note", noted)
    verdicts(repo, tmp_path / "cache")
    assert asked
    assert len(asked) == len(set(asked)), "readings were asked of more than the changed file"


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\xff" * 40])
def test_entries_that_say_something_else_are_as_good_as_none(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    fresh = verdicts(repo, None)
    monkeypatch.setattr(Shelf, "recall", lambda _, names: iter([(n, damage) for n in names]))
    assert verdicts(repo, tmp_path / "cache") == fresh


def test_a_cache_without_what_was_told_is_no_fault(repo: Path, tmp_path: Path) -> None:
    fresh = verdicts(repo, None)
    with sqlite3.connect(tmp_path / "cache" / NAME) as database:
        database.execute("delete from facts where length(data) < 400")
    assert verdicts(repo, tmp_path / "cache") == fresh


def test_every_reading_can_be_kept() -> None:
    catalogue()
    assert len(READINGS) > 40
    for _, find in READINGS.values():
        form_of_result(find)


def test_two_readings_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two readings"):
        named_reading(next(iter(READINGS)), lambda file: file.path)
