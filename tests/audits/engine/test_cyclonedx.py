"""The bill of materials: valid by the standard's schema, the same every time, and complete."""

import json
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from msgspec.structs import replace
from packaging.licenses import _spdx

from audits.engine.cyclonedx import cyclonedx
from audits.engine.inventory import (
    Dataset,
    HostedModel,
    Inventory,
    NamedModel,
    Package,
    Weights,
)
from audits.engine.report import AuditReport, SourceInfo
from audits.facts.tree import File
from tests.audits.literal import REPORT

STOCK = Inventory(
    packages=(
        Package("conda", "mkl", "2024", "environment.yml", 3),
        Package("npm", "@a/b", "1.0.0", "package-lock.json", 7, "MIT", optional=True),
        Package("pypi", "loose", "", "pyproject.toml", 4),
        Package("pypi", "numpy", "1.26", "uv.lock", 3),
    ),
    models=(
        NamedModel("huggingface", "org/base", "m/adapter_config.json", 2, "", "base"),
        NamedModel("huggingface", "org/base", "src/app.py", 9),
        NamedModel("huggingface", "org/pinned", "src/app.py", 12, "f00d"),
        NamedModel("spacy", "en_core_web_sm", "src/app.py", 3),
    ),
    hosted=(
        HostedModel("Anthropic", "", "src/b.py", 1),
        HostedModel("OpenAI", "gpt-4o", "src/app.py", 5),
    ),
    weights=(
        Weights("m/adapter.safetensors", "safetensors", 9, "a" * 64, "", "Mine", "LORA", 6,
                "llama3", "org/base"),
        Weights("big.gguf", "GGUF", 9_000_000_000),
    ),
    datasets=(
        Dataset("DVC", "data/train", "data.dvc", 3, f"md5:{'b' * 32}"),
        Dataset("huggingface", "org/set", "src/train.py", 8, "", "v1"),
    ),
    name="northwind",
    licence="apache-2.0 OR mit",
)  # fmt: skip
FULL = replace(REPORT, inventory=STOCK)


@cache
def validator() -> JsonStrictValidator:
    return JsonStrictValidator(SchemaVersion.V1_6)


def bill_of(report: AuditReport) -> dict[str, Any]:
    document = cyclonedx(report, "0.1.0")
    problem = validator().validate_str(json.dumps(document))
    assert problem is None, problem
    return document


def component(document: dict[str, Any], ref: str) -> dict[str, Any]:
    (found,) = [c for c in document["components"] if c["bom-ref"] == ref]
    return dict(found)


def test_an_empty_tree_gives_a_valid_bill() -> None:
    document = bill_of(REPORT)
    assert document["components"] == []
    assert document["metadata"]["component"]["version"] == "a" * 40


def test_everything_is_in_it_and_valid() -> None:
    document = bill_of(FULL)
    refs = [c["bom-ref"] for c in document["components"]]
    assert refs == sorted(refs)
    assert len(refs) == 12
    assert {d["ref"] for d in document["dependencies"]} == {
        "root", *refs, "service|Anthropic", "service|OpenAI",
    }  # fmt: skip


def test_packages_have_package_urls_and_licences() -> None:
    document = bill_of(FULL)
    assert component(document, "pkg:npm/%40a/b@1.0.0") | {"evidence": None} == {
        "type": "library", "bom-ref": "pkg:npm/%40a/b@1.0.0", "purl": "pkg:npm/%40a/b@1.0.0",
        "name": "@a/b", "version": "1.0.0", "scope": "optional",
        "licenses": [{"license": {"id": "MIT"}}], "evidence": None,
    }  # fmt: skip
    assert component(document, "pkg:pypi/loose")["name"] == "loose"
    assert "purl" not in component(document, "package|conda|mkl|2024")


def test_a_base_model_is_one_component_with_all_its_places() -> None:
    document = bill_of(FULL)
    base = component(document, "model|huggingface|org/base")
    assert base["purl"] == "pkg:huggingface/org/base"
    assert base["evidence"] == {
        "occurrences": [
            {"location": "m/adapter_config.json", "line": 2},
            {"location": "src/app.py", "line": 9},
        ]
    }
    pinned = component(document, "model|huggingface|org/pinned|f00d")
    assert pinned["purl"] == "pkg:huggingface/org/pinned@f00d"


def test_weights_have_their_digest_licence_and_ancestor() -> None:
    document = bill_of(FULL)
    weights = component(document, "weights|m/adapter.safetensors")
    assert weights["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert weights["licenses"] == [{"license": {"name": "llama3"}}]
    assert weights["pedigree"]["ancestors"][0]["purl"] == "pkg:huggingface/org/base"
    edges = {d["ref"]: d.get("dependsOn") for d in document["dependencies"]}
    assert edges["weights|m/adapter.safetensors"] == ["model|huggingface|org/base"]
    assert "hashes" not in component(document, "weights|big.gguf")


def test_hosted_models_name_their_provider() -> None:
    document = bill_of(FULL)
    assert component(document, "hosted|OpenAI|gpt-4o")["supplier"] == {"name": "OpenAI"}
    assert [s["provider"]["name"] for s in document["services"]] == ["Anthropic", "OpenAI"]


def test_data_has_source_digest_and_revision() -> None:
    document = bill_of(FULL)
    (pinned,) = [c for c in document["components"] if c["name"] == "data/train"]
    assert (pinned["type"], pinned["hashes"]) == ("data", [{"alg": "MD5", "content": "b" * 32}])
    assert component(document, "data|huggingface|org/set|v1")["version"] == "v1"


def test_the_serial_number_follows_from_the_commit_alone() -> None:
    one = bill_of(FULL)["serialNumber"]
    assert bill_of(REPORT)["serialNumber"] == one
    other = replace(REPORT, source=replace(REPORT.source, commit="b" * 40))
    assert bill_of(other)["serialNumber"] != one


def test_without_a_commit_it_follows_from_the_files() -> None:
    folder = replace(REPORT, source=SourceInfo("x", None, None, 1, 1))
    one = replace(folder, files=(File("a", 1, "f" * 64),))
    other = replace(folder, files=(File("a", 1, "e" * 64),))
    assert bill_of(one)["serialNumber"] != bill_of(other)["serialNumber"]
    assert "timestamp" not in bill_of(one)["metadata"]


@pytest.mark.parametrize("moment", ["", "never", "2026-13-01T00:00:00"])
def test_an_impossible_time_is_left_out(moment: str) -> None:
    source = replace(REPORT.source, committed_at=moment)
    assert "timestamp" not in bill_of(replace(REPORT, source=source))["metadata"]


def test_every_licence_id_that_is_taken_for_one_is_known_to_the_schema() -> None:
    ids = sorted({each["id"] for each in _spdx.LICENSES.values()})
    packages = tuple(Package("pypi", f"p{n}", "1", "x", 1, each) for n, each in enumerate(ids))
    bill_of(replace(REPORT, inventory=Inventory(packages=packages)))


def test_hostile_names_stay_valid() -> None:
    odd = 'a"<b>\n\ud800 ü@1?x#y'
    stock = Inventory(
        packages=(Package("npm", odd, odd, odd, 0, odd), Package("golang", "/", "v", "x", 1)),
        models=(NamedModel("huggingface", f"o/{odd}", "x", 1, odd),),
        weights=(Weights(odd, "PyTorch", 1, "zz", "", odd, odd, 1, odd, "/"),),
        datasets=(Dataset(odd, odd, odd, 1, f"md5:{odd}", odd),),
        name=odd,
        licence=odd,
    )
    bill_of(replace(REPORT, inventory=stock))
