"""The method chapter's words on the data room."""

from audits.facts.drifting import ALPHA, MATERIAL
from audits.facts.methods import METHODS


def test_every_method_names_its_source_and_the_thresholds_that_are_applied() -> None:
    assert all(m.name and m.how and m.source for m in METHODS)
    told = {m.name: m.how for m in METHODS}
    assert (
        "p (two-sided) lies under 0.002 (0.001 where spans vary by more than their rows explain) "
        "and the fall is at least 1 percentage point" in (told["Decay"])
    )
    moved = f"p lies under {ALPHA:g} and at least {100 * MATERIAL:g}% of the rows moved"
    assert moved in told["Drift"]
    assert len(told) == len(METHODS)
