"""Files of models: honest ones raise no alarm, no known way around is missed, doubts stay."""

import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from audits.artifacts.model_files import reading, second_opinion
from audits.artifacts.model_files.reading import read_model
from audits.facts.model_file import ModelFile, with_neighbours
from audits.facts.opcodes import HANDLERS, Budget, walk
from audits.services.room import measure_room
from audits.services.room_things import infer
from tests.audits.artifacts.model_corpus import (
    DOUBTFUL,
    EVIL,
    EVIL_FILES,
    HONEST,
    WEIGHTS,
    calling,
    checkpoint,
    forest,
    gguf_file,
    joblib_file,
    onnx_file,
    safetensors_file,
    state_dict,
    zipped,
)

Make = Callable[[], bytes]


def read(folder: Path, name: str, content: bytes) -> ModelFile:
    path = folder / name
    path.write_bytes(content)
    return read_model(path)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_raises_no_alarm(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, HONEST[name]())
    assert (found.unsafe, found.unsafe_imports, found.reasons) == (False, (), ())
    assert found.format != "unknown"


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_cannot_be_shown_is_inconclusive(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, DOUBTFUL[name]())
    assert (found.unsafe, found.unsafe_imports) == (None, ())
    assert found.reasons
    assert found.document()["unsafe"] is None
    assert ModelFile.restored(found.document()) == found


def test_no_known_way_around_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "second_opinion", lambda *_: second_opinion.Opinion())
    missed = [
        name
        for name, make in EVIL_FILES.items()
        if read(tmp_path, name.replace("/", "_"), make()).unsafe is not True
    ]
    assert missed == []
    assert len(EVIL_FILES) > 200


@pytest.mark.parametrize(
    "name", ["memo trick.pkl", "wrong checksum.pt", "numbers that are opcodes.joblib", "gzip.pkl"]
)
def test_both_engines_are_asked(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, EVIL_FILES[name]())
    assert found.unsafe is True
    assert set(found.engines) == {"proofroom", "picklescan"}


def test_names_that_run_code_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, "m.pkl", EVIL)
    assert found.unsafe_imports == ("posix.system",)
    assert found.engines == {"proofroom": "dangerous", "picklescan": "dangerous"}


# Fails closed


def test_a_difference_between_the_engines_is_inconclusive(tmp_path: Path) -> None:
    content = calling("uuid", "UUID", "x")
    found = read(tmp_path, "m.pkl", content)
    assert found.unsafe is None
    assert any("The second engine calls uuid.UUID dangerous" in r for r in found.reasons)


@pytest.mark.parametrize("silent", ["timed out", "failed", "could not read it all"])
def test_a_silent_second_engine_is_inconclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    opinion = second_opinion.Opinion(silent=silent)
    monkeypatch.setattr(reading, "second_opinion", lambda *_: opinion)
    found = read(tmp_path, "m.pkl", forest())
    assert found.unsafe is None
    assert found.reasons == (f"The second engine {silent}.",)


def test_the_second_engine_ends_when_its_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(forest())
    assert second_opinion.second_opinion(path, [], seconds=0.001).silent == "timed out"


def test_a_file_is_not_examined_for_longer_than_it_may(tmp_path: Path) -> None:
    began = monotonic()
    found = read(tmp_path, "m.pkl", b"\x80\x02" + b"N0" * 6_000_000 + b"N.")
    assert monotonic() - began < 8
    assert found.unsafe is None
    assert "was not examined to its end" in found.reasons[0]


def test_what_was_found_before_the_time_was_over_counts(tmp_path: Path) -> None:
    content = b"\x80\x02cos\nsystem\n0" + b"N0" * 6_000_000 + b"N."
    assert read(tmp_path, "m.pkl", content).unsafe is True


def test_a_bomb_is_unpacked_only_so_far(tmp_path: Path) -> None:
    import zlib

    found = read(tmp_path, "m.joblib", zlib.compress(b"\x80\x02" + b"\0" * 300_000_000, 9))
    assert found.unsafe is None


# What a file tells


def test_a_checkpoint_tells_its_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "m.pt", checkpoint(state_dict()))
    assert (found.format, found.framework, found.parameters) == ("PyTorch", "PyTorch", 15)
    assert found.risks


@pytest.mark.parametrize(
    ("name", "form", "framework"),
    [
        ("forest.pkl", "pickle", "scikit-learn"), ("booster.pkl", "pickle", "XGBoost"),
        ("forest.joblib", "joblib", "NumPy"), ("forest.gz", "joblib (gzip)", "NumPy"),
        ("legacy.pt", "PyTorch (legacy)", "PyTorch"), ("model.onnx", "ONNX", "pytorch"),
        ("model.keras", "Keras", "Keras"), ("model.h5", "Keras (HDF5)", "Keras"),
        ("MLmodel", "MLmodel", "scikit-learn"), ("model.txt", "LightGBM text", "LightGBM"),
        ("model.gguf", "GGUF", "llama.cpp"), ("arrays.npz", "NumPy arrays", "NumPy"),
    ],
)  # fmt: skip
def test_form_and_framework(tmp_path: Path, name: str, form: str, framework: str) -> None:
    found = read(tmp_path, "unnamed", HONEST[name]())
    assert (found.format, found.framework) == (form, framework)


def test_a_header_of_safetensors(tmp_path: Path) -> None:
    meta = {"base_model": "org/base", "license": "mit", "format": "pt"}
    found = read(tmp_path, "m", safetensors_file({"__metadata__": meta, **WEIGHTS}))
    assert (found.parameters, found.base_model, found.licence) == (6, "org/base", "mit")


def test_a_header_of_gguf(tmp_path: Path) -> None:
    told = {
        "general.name": "Ours", "general.license": "apache-2.0",
        "general.base_model.0.repo_url": "https://huggingface.co/mistralai/Mistral-7B-v0.3",
    }  # fmt: skip
    found = read(tmp_path, "m", gguf_file(told, ((2, 3), (5,))))
    assert (found.parameters, found.licence) == (11, "apache-2.0")
    assert found.base_model == "mistralai/Mistral-7B-v0.3"


def test_numbers_of_onnx(tmp_path: Path) -> None:
    found = read(tmp_path, "m", onnx_file())
    assert (found.parameters, found.licence) == (6, "mit")


@pytest.mark.parametrize(
    ("text", "base", "line"),
    [
        ('{\n "base_model_name_or_path": "org/base",\n "peft_type": "LORA"}', "org/base", 2),
        ('{"peft_type": "LORA", "base_model_name_or_path": "/home/me/base"}', "", 1),
        ('{"model_type": "llama", "_name_or_path": "meta-llama/Llama-2-7b-hf"}',
         "meta-llama/Llama-2-7b-hf", 1),
        ('{"model_type": "bert", "_name_or_path": "bert-base-uncased"}', "bert-base-uncased", 1),
        ('{"model_type": "bert", "_name_or_path": "checkpoints/best"}', "", 1),
        ('{"model_type": "bert", "_name_or_path": "./out"}', "", 1),
        ('{"model_type": "bert", "_name_or_path": ""}', "", 1),
        ('{"weight_map": {"a": "m-1.safetensors"}, "metadata": {"total_parameters": 7}}', "", 1),
    ],
)  # fmt: skip
def test_configurations(tmp_path: Path, text: str, base: str, line: int) -> None:
    found = read(tmp_path, "config.json", text.encode())
    assert (found.base_model, found.line, found.unsafe) == (base, line, False)


def test_code_to_be_fetched_is_a_risk_and_no_danger(tmp_path: Path) -> None:
    text = b'{"model_type": "x", "auto_map": {"AutoModel": "modeling_x.Model"}}'
    found = read(tmp_path, "config.json", text)
    assert found.unsafe is False
    assert "modeling_x.Model" in found.risks[0]


def test_weights_take_base_and_licence_from_beside_them() -> None:
    weights = ModelFile("safetensors", is_weights=True, unsafe=False)
    adapter = ModelFile("PEFT adapter", base_model="org/base", licence="mit")
    files = with_neighbours(
        {"a/w.safetensors": weights, "a/adapter_config.json": adapter, "w.safetensors": weights}
    )
    assert files["a/w.safetensors"].base_model == "org/base"
    assert files["w.safetensors"].base_model == ""


# In a room


@pytest.mark.parametrize("name", [n for n in HONEST if not n.startswith("protocol")])
def test_a_model_is_known_by_what_it_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HONEST[name]())
    assert infer(path).kind == "model"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"cats and dogs\nare animals.\n"), ("rows.csv", b"id,score\n1,0.5\n2,0.7\n"),
        ("report.pdf", b"%PDF-1.7\n1 0 obj"), ("package.json", b'{"name": "x", "version": "1"}'),
        ("values.yaml", b"model: churn\nversion: 7\n"), ("archive.zip", zipped({"a.txt": b"x"})),
    ],
)  # fmt: skip
def test_what_is_no_model_is_not_taken_for_one(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert infer(path).kind != "model"


def test_a_room_with_weights_and_their_configuration(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(safetensors_file(WEIGHTS))
    (tmp_path / "adapter_config.json").write_text(
        '{"peft_type": "LORA", "base_model_name_or_path": "org/base"}'
    )
    found = {a.path: a.facts for a in measure_room(tmp_path).artifacts}
    weights = found["w.safetensors"]
    assert isinstance(weights, ModelFile)
    assert (weights.base_model, weights.unsafe) == ("org/base", False)


# The walk


def test_every_opcode_of_python_is_known() -> None:
    import pickletools

    assert {ord(o.code) for o in pickletools.opcodes} == set(HANDLERS)


def test_the_walk_ends_where_the_pickle_does() -> None:
    content = pickle.dumps([1, "a"], 4)
    stream = walk(content + b"more", 0, Budget(monotonic() + 5))
    assert (stream.end, stream.problem) == (len(content), "")


def test_numbers_between_opcodes_are_passed_over() -> None:
    content = joblib_file()
    stream = walk(content, 0, Budget(monotonic() + 5))
    ((start, end),) = stream.raw
    assert content[start:end].endswith(struct.pack("<2d", 0.5, 1.5))
    assert stream.problem == ""
