"""A lens says its score, its interval and its target; unknown and not applicable are told apart."""

from diligence.lib.drawing.palette import Palette
from tests.rubrics.charts.examples import LENSES


def test_the_text_twin_tells_unknown_from_not_applicable() -> None:
    assert LENSES.table().rows == (
        ("Data lineage and versioning", "2.4", "1.8\N{EN DASH}3.1", "2.4"),
        ("Governance and security", "unknown", "0.0\N{EN DASH}4.0", "2.3"),
        ("AI substance: claims, moat, economics", "1.5", "1.5\N{EN DASH}1.5", "2.2"),
        ("A lens that does not apply", "not applicable", "", ""),
    )


def test_only_the_unknown_lens_is_hatched() -> None:
    assert LENSES.svg(Palette.print()).count('fill="url(#lenses-hatch)"') == 1


def test_the_description_says_every_lens() -> None:
    drawn = LENSES.svg(Palette.print())
    assert "Data lineage and versioning 2.4, target 2.4; Governance and security unknown" in drawn
