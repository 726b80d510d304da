"""Reference and current samples in a room, and train and test samples."""

import random
from pathlib import Path

import pytest

from audits.facts.leakage import Leakage
from audits.facts.samples import SampleDrift
from audits.services.room import measure_room
from tests.audits.rooms import measured, table_text, write_parquet
from tests.make import write_files

HEAD = ("customer_id", "seen_at", "age", "plan", "visits", "note")


def _rows(seed: int, n: int, *, shift: float = 0.0, plans: str = "abc") -> list[list[str]]:
    draw = random.Random(seed)  # noqa: S311 - a seeded test
    return [
        [
            f"{seed}-{at}", f"2026-0{1 + seed % 9}-{1 + at % 28:02}T10:00:00",
            "" if draw.random() < 0.05 else f"{draw.gauss(40 + shift, 12):.1f}",
            draw.choice(plans), str(draw.randint(0, 8)), f"note {draw.random()}",
        ]
        for at in range(n)
    ]  # fmt: skip


def _drift(folder: Path) -> SampleDrift:
    facts = measured(folder, "current.csv")
    assert isinstance(facts, SampleDrift)
    return facts


def test_samples_of_one_distribution_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(8):
        room = tmp_path / str(seed)
        write_files(
            room,
            {
                "reference.csv": table_text(HEAD, _rows(2 * seed + 1, 900)),
                "current.csv": table_text(HEAD, _rows(2 * seed + 2, 700)),
            },
        )
        assert _drift(room).drifted_features == ()


def test_ids_times_and_free_text_are_not_compared(tmp_path: Path) -> None:
    files = {"reference.csv": table_text(HEAD, _rows(1, 300)),
             "current.csv": table_text((*HEAD[:5], "more"), _rows(2, 300))}  # fmt: skip
    write_files(tmp_path, files)
    found = _drift(tmp_path)
    assert found.not_compared == {
        "customer_id": "its values are nearly all different, so it is an id or free text",
        "more": "the other sample has no such column",
        "note": "the other sample has no such column",
        "seen_at": "it holds times, which move by themselves",
    }
    assert sorted(found.features) == ["age", "plan", "visits"]


def test_a_shift_and_a_new_category_are_seen_whatever_the_form(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.csv": table_text(HEAD, _rows(1, 900)),
            "current.csv": table_text(HEAD, _rows(2, 700, shift=6, plans="abcd"), ";"),
        },
    )
    write_parquet(tmp_path / "reference.parquet", f"FROM '{tmp_path}/a.csv'")
    (tmp_path / "a.csv").unlink()
    found = _drift(tmp_path)
    assert found.reference == "reference.parquet"
    assert found.drifted_features == ("age", "plan")
    assert found.features["plan"].new_categories == ("d",)
    assert found.features["plan"].test == "chi-squared"
    assert found.features["age"].test == "Kolmogorov-Smirnov"
    assert found.features["age"].psi > 0.1
    assert found.features["visits"].p > 0.01


def test_a_current_sample_alone_is_only_described(tmp_path: Path) -> None:
    write_files(tmp_path, {"current.csv": table_text(HEAD, _rows(1, 50))})
    assert measured(tmp_path, "current.csv").document()["rows"] == 50


def test_samples_of_two_tables_are_refused(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "reference.csv": table_text(("x", "y"), [["1", "a"]] * 9),
            "current.csv": table_text(HEAD, _rows(1, 50)),
        },
    )
    problems = [a.problem for a in measure_room(tmp_path).artifacts]
    assert problems[0] == (
        "current.csv and the reference reference.csv have hardly a column in common; "
        "hand in samples of one table."
    )


def _leak(folder: Path, train: list[list[str]], test: list[list[str]]) -> Leakage:
    head = ("id", "age", "income", "visits", "city")
    write_files(folder, {"train.csv": table_text(head, train), "test.csv": table_text(head, test)})
    facts = measured(folder, "test.csv")
    assert isinstance(facts, Leakage)
    return facts


def _people(seed: int, n: int) -> list[list[str]]:
    draw = random.Random(seed)  # noqa: S311 - a seeded test
    return [
        [f"{seed}{at}", str(draw.randint(18, 90)), f"{draw.gauss(50_000, 9_000):.2f}",
         f"{draw.random() * 100:.3f}", draw.choice(["Oslo", "Bergen", "Tromsø"])]
        for at in range(n)
    ]  # fmt: skip


def test_samples_without_a_row_in_common_leak_nothing(tmp_path: Path) -> None:
    for seed in range(4):
        found = _leak(tmp_path / str(seed), _people(2 * seed, 600), _people(2 * seed + 1, 200))
        assert (found.exact, found.near, found.share.value) == (0, 0, 0.0)


def test_exact_rounded_and_changed_rows_are_found(tmp_path: Path) -> None:
    train, test = _people(1, 600), _people(2, 200)
    for at in range(10):
        test[at][1:] = train[at][1:]
    for at in range(10, 15):
        income = f"{float(train[at][2]) + 0.01:.2f}"
        test[at][1:] = [train[at][1], income, train[at][3], train[at][4].upper()]
    for at in range(15, 18):
        test[at][1:] = [*train[at][1:4], "Paris"]
    found = _leak(tmp_path, train, test)
    assert (found.exact, found.near, found.share.value) == (10, 8, 0.09)
    assert found.compared == ("age", "income", "visits", "city")
    assert (found.examples[0].row, found.examples[0].train_row) == (1, 1)
    assert found.examples[0].how == "exact"


def test_coarse_rows_that_agree_by_chance_are_not_called_near(tmp_path: Path) -> None:
    train = [[str(n), str(n % 5), str(n % 3), str(n % 2), "Oslo"] for n in range(300)]
    test = [[str(n), str(n % 4), str(n % 7), "9", "Oslo"] for n in range(100)]
    found = _leak(tmp_path, train, test)
    assert found.near == 0
    assert [note.split(":")[0] for note in found.notes] == [
        "Near rows are not counted by rounding",
        "Near rows are not counted by leaving out one column",
        "270 of the training rows repeat another training row.",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("train.csv", "train-sample"),
        ("holdout.csv", "test-sample"),
        ("live_data.csv", "current-sample"),
    ],
)
def test_a_sample_is_known_by_its_name(tmp_path: Path, name: str, kind: str) -> None:
    write_files(tmp_path, {name: table_text(HEAD, _rows(1, 50))})
    (artifact,) = measure_room(tmp_path).artifacts
    assert (artifact.kind, artifact.confidence) == (kind, 0.75)
