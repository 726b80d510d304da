"""Archives in a data room: opened within limits, measured as the folder they hold would be."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from audits.engine.report import Artifact
from audits.services.room import MeasuredRoom, measure_room
from audits.services.room_archives import is_archive, open_up
from audits.services.room_entries import read_entries
from audits.services.room_things import Thing
from audits.sources.archive_members import LOCKED
from audits.sources.snapshot import LIMITS, MEBI, Limits, SourceError
from audits.sources.unpacking import unpack
from tests.audits.archives import HF_FOLDER, MLRUNS
from tests.audits.rooms import LOG
from tests.make import make_tar, make_zip, write_files


def by_path(room: MeasuredRoom) -> dict[str, Artifact]:
    return {artifact.path: artifact for artifact in room.artifacts}


def facts_of(room: MeasuredRoom, start: str = "") -> dict[str, object]:
    return {
        a.path.removeprefix(start): (a.kind, a.facts.document() if a.facts else None)
        for a in room.artifacts
    }


# What is no archive to be opened ----------------------------------------------------------------


def test_a_compressed_table_and_an_office_document_are_not_opened(tmp_path: Path) -> None:
    import gzip

    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(LOG.encode()))
    book = make_zip(tmp_path / "book.xlsx", {"[Content_Types].xml": "<x/>", "xl/book.xml": "<x/>"})
    table = tmp_path / "log.csv"
    table.write_text(LOG)
    assert not any(is_archive(path) for path in (packed, book, table, tmp_path / "none"))


def test_an_archive_in_which_nothing_is_recognised_stays_one_document(tmp_path: Path) -> None:
    make_zip(tmp_path / "photos.zip", {"a.txt": "A word.", "b/c.txt": "Another."})
    room = measure_room(tmp_path)
    (artifact,) = room.artifacts
    assert (artifact.path, artifact.kind, room.skipped) == ("photos.zip", "document", ())


def test_weights_that_are_a_zip_file_stay_one_model(tmp_path: Path) -> None:
    make_zip(tmp_path / "model.pt", {"archive/data.pkl": b"\x80\x02}.", "archive/version": "3"})
    (artifact,) = measure_room(tmp_path).artifacts
    assert (artifact.path, artifact.kind) == ("model.pt", "model")


def test_what_a_person_said_of_an_archive_is_believed(tmp_path: Path) -> None:
    make_zip(tmp_path / "model.zip", HF_FOLDER)
    said = "artifacts: [{path: model.zip, kind: document}]"
    write_files(tmp_path, {"room.yaml": said})
    assert [a.path for a in measure_room(tmp_path).artifacts] == ["model.zip"]


# Measured as the folder --------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz", "tar.zst"])
@pytest.mark.parametrize("files", [HF_FOLDER, MLRUNS], ids=["hugging-face", "mlruns"])
def test_an_archive_is_measured_as_its_folder_is(
    tmp_path: Path, ending: str, files: dict[str, str | bytes]
) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    packed.mkdir()
    write_files(plain, files)
    make = make_zip if ending == "zip" else make_tar
    make(packed / f"thing.{ending}", files)
    inside = measure_room(packed)
    assert facts_of(inside, f"thing.{ending}/") == facts_of(measure_room(plain))
    assert any(a.facts for a in inside.artifacts)
    assert inside.skipped == ()


def test_a_registry_without_a_folder_around_it_is_the_archive_itself(tmp_path: Path) -> None:
    inner = {name.removeprefix("mlruns/"): text for name, text in MLRUNS.items()}
    make_zip(tmp_path / "registry.zip", inner)
    (artifact,) = measure_room(tmp_path).artifacts
    assert (artifact.path, artifact.kind) == ("registry.zip", "model-registry")
    assert artifact.facts is not None
    assert artifact.facts.document()["versions"] == 2
    assert artifact.bytes == (tmp_path / "registry.zip").stat().st_size
    assert len(artifact.sha256) == 64


def test_a_registry_in_an_archive_traces_a_log_beside_it(tmp_path: Path) -> None:
    make_zip(tmp_path / "registry.zip", MLRUNS)
    rows = "".join(f"p{n},{n % 2},{n % 2},{n % 2 + 1}\n" for n in range(40))
    write_files(tmp_path, {"log.csv": f"id,prediction,label,model_version\n{rows}"})
    facts = by_path(measure_room(tmp_path))["log.csv"].facts
    assert facts is not None
    assert facts.document()["traceable_to_model"] == 1.0


def test_room_yaml_names_files_in_an_archive_or_the_archive_as_one_thing(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"rows.csv": LOG, "note.txt": "Words."})
    make_zip(tmp_path / "b.zip", MLRUNS)
    said = "artifacts: [{path: a.zip/rows.csv, kind: document}, {path: a.zip/note.txt, "
    said += "kind: model-card}, {path: b.zip, kind: model-registry}]"
    write_files(tmp_path, {"room.yaml": said})
    room = measure_room(tmp_path)
    found = by_path(room)
    assert found["a.zip/note.txt"].kind == "model-card"
    assert found["b.zip"].facts is not None
    assert room.skipped == ()
    assert read_entries(tmp_path).by_path.keys() <= found.keys()


# Bad archives -------------------------------------------------------------------------------------


def _refused(path: Path, into: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(SourceError) as refused:
        unpack(path, into, limits)
    return str(refused.value)


@pytest.mark.parametrize("ending", ["zip", "tar.gz", "tar.zst"])
def test_a_bomb_is_refused_before_the_disk_is_full(tmp_path: Path, ending: str) -> None:
    make = make_zip if ending == "zip" else make_tar
    bomb = make(tmp_path / f"bomb.{ending}", {"zeros": b"\0" * (80 * MEBI), "a.txt": "x"})
    into = tmp_path / "into"
    assert "unpacks to more than" in _refused(bomb, into)
    written = sum(p.stat().st_size for p in into.rglob("*") if p.is_file())
    assert written <= 64 * MEBI + MEBI


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    made = make_zip(tmp_path / "many.zip", {f"f{n}": "" for n in range(50)})
    assert "more than 20 members" in _refused(made, tmp_path / "into", replace(LIMITS, files=10))


def test_a_bad_archive_costs_the_room_one_sentence_and_nothing_else(tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "x.zip", HF_FOLDER).read_bytes()
    (tmp_path / "x.zip").unlink()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "log.csv").write_text(LOG)
    make_zip(tmp_path / "none.zip", {})
    room = measure_room(tmp_path)
    assert by_path(room)["log.csv"].facts is not None
    assert by_path(room)["cut.zip"].kind == "document"
    reasons = {s.path: s.reason for s in room.skipped}
    assert reasons.keys() == {"cut.zip", "none.zip"}
    assert reasons["cut.zip"].startswith("This archive is damaged")
    assert reasons["none.zip"].startswith("This archive has no files in it")


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "locked.zip", {"config.json": "{}"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert _refused(path, tmp_path / "into") == LOCKED


def test_names_that_lead_out_and_links_write_nothing_elsewhere(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("out")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
        for name in ("../climbed.txt", "/absolute.txt", "out/through.txt", "config.json"):
            entry = tarfile.TarInfo(name)
            entry.size = 2
            archive.addfile(entry, io.BytesIO(b"{}"))
    path = tmp_path / "evil.tar"
    path.write_bytes(made.getvalue())
    into = tmp_path / "into"
    skipped = unpack(path, into, LIMITS)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["evil.tar", "into"]
    assert sorted(str(p.relative_to(into)) for p in into.rglob("*") if p.is_file()) == [
        "config.json", "out/through.txt",
    ]  # fmt: skip
    assert {s.path for s in skipped} == {"../climbed.txt", "/absolute.txt", "out"}


def test_a_file_where_a_folder_stands_is_left_out(tmp_path: Path) -> None:
    made = make_zip(tmp_path / "odd.zip", {"a": "x", "a/b": "y", "c" * 300: "z"})
    skipped = unpack(made, tmp_path / "into", LIMITS)
    assert [s.path[:3] for s in skipped] == ["a/b", "ccc"]
    assert all("its name cannot be a file's here" in s.reason for s in skipped)


def test_an_archive_within_an_archive_is_told_and_not_opened(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", HF_FOLDER).read_bytes()
    outer = make_zip(tmp_path / "outer.zip", {**MLRUNS, "inner.zip": inner})
    opened = open_up(outer, tmp_path / "into", LIMITS)
    kinds = {thing.given.name: thing.given.kind for thing in opened.things}
    assert kinds == {"mlruns": "model-registry", "inner.zip": "document"}
    ((path, reason),) = [(s.path, s.reason) for s in opened.skipped]
    assert path == "inner.zip"
    assert "not opened; hand it in by itself" in reason
    assert all(isinstance(t, Thing) for t in opened.known)


def test_two_members_of_one_name_are_told(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("config.json", '{"model_type": "bert"}')
    (skipped,) = unpack(path, tmp_path / "into", LIMITS)
    assert "came before it" in skipped.reason
    assert (tmp_path / "into" / "config.json").read_text() == "{}"
