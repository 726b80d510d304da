"""The claims file and the data room."""

from pathlib import Path

import pytest

from audits.services.evidence_files import read_claims
from audits.sources.snapshot import SourceError

KINDS = (
    "fairness, metric, own-model, practice, retraining-cadence, stable-inputs, "
    "stable-performance, statement, traceability"
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("claims: [", "The claims file {} is not valid YAML (line 1); mend it and try again."),
        ("- id: a", "The claims file {} has no list `claims`; see the form in the documentation."),
        (
            "claims: 3",
            "The claims file {} has no list `claims`; see the form in the documentation.",
        ),
        ("claims: [{kind: metric}]", f"Claim 1 in {{}} needs an `id` and a `kind` of: {KINDS}."),
        ("claims: [{id: a, kind: x}]", f"Claim 1 in {{}} needs an `id` and a `kind` of: {KINDS}."),
        ("claims: [3]", f"Claim 1 in {{}} needs an `id` and a `kind` of: {KINDS}."),
        (
            "claims: [{id: a, kind: statement}, {id: a, kind: statement}]",
            "The claims file {} has two claims with the id 'a'; give each its own.",
        ),
        (
            "a: &a [1]\nclaims: [*a]",
            "The claims file {} is not valid YAML without aliases; mend it and try again.",
        ),
        (
            "a: " + "[" * 100_000 + "]" * 100_000,
            "The claims file {} is not valid YAML (line 1); mend it and try again.",
        ),
    ],
)
def test_a_file_that_is_no_list_of_claims(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(text)
    with pytest.raises(SourceError) as refused:
        read_claims(path)
    assert str(refused.value) == sentence.format(path)


def test_a_claims_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read; name a YAML file with a list"):
        read_claims(tmp_path / "no")


def test_claims_keep_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(
        "claims:\n- {id: acc, text: 93%, kind: metric, metric: accuracy, value: 0.93, x: [1]}\n"
    )
    (claim,) = read_claims(path)
    assert (claim.id, claim.kind, claim.text) == ("acc", "metric", "93%")
    assert claim.fields == {"metric": "accuracy", "value": 0.93}
    assert claim.number_of("value") == 0.93
    assert claim.number_of("metric") is None
