"""How claims are read: their lens, the order of contradictions, what would decide them."""

import pytest

from audits.claims.reading import KIND_TITLES, lens_of, wanted_for, weight_of
from audits.engine.claiming import Claim
from audits.engine.types import Lens
from diligence.questionnaires.schema import CLAIM_FIELDS


def test_nothing_is_asked_for_where_nothing_could_decide() -> None:
    assert wanted_for(Claim("c", "statement", "The best team")) is None


@pytest.mark.parametrize("kind", sorted(CLAIM_FIELDS.keys() - {"statement"}))
def test_every_kind_that_can_be_tested_has_one_thing_that_decides_it(kind: str) -> None:
    wanted = wanted_for(Claim("c", kind, fields={"practice": "drift-detection"}))
    assert wanted is not None
    assert 0 < len(wanted.what) <= 200
    assert wanted.how.endswith(".")


def test_what_is_asked_for_names_what_the_claim_names() -> None:
    metric = wanted_for(Claim("c", "metric", fields={"window_days": 90}))
    fairness = wanted_for(Claim("c", "fairness", fields={"group": "region"}))
    assert metric is not None
    assert metric.what.endswith("of the last 90 days")
    assert fairness is not None
    assert "the column region" in fairness.what


def test_every_kind_has_a_title() -> None:
    assert {*KIND_TITLES} == {*CLAIM_FIELDS}


def test_a_practice_speaks_to_the_lens_of_its_check() -> None:
    assert (
        lens_of(Claim("c", "practice", fields={"practice": "drift-detection"})) is Lens.OPERATIONS
    )
    assert lens_of(Claim("c", "practice", fields={"practice": "telepathy"})) is Lens.SUBSTANCE
    assert lens_of(Claim("c", "traceability")) is Lens.GOVERNANCE


def test_whether_the_model_is_theirs_weighs_more_than_how_far_a_figure_misses() -> None:
    assert weight_of("own-model", None, None) > weight_of("metric", 0.9, 0.1)
    assert weight_of("metric", 0.9, 0.5) > weight_of("metric", 0.9, 0.8)
    assert weight_of("metric", 0.9, 0.89) > weight_of("stable-inputs", 0.0, 9.0)
