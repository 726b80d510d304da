"""The headline says its score, its interval and its notation, and nothing where it has none."""

import pytest

from diligence.lib.drawing.palette import Palette
from rubrics.charts.score_bar import ScoreBar
from tests.rubrics.charts.examples import SCORE


def test_nothing_examined_is_hatched_and_said() -> None:
    chart = ScoreBar("x", "Headline", None, 0.0, 100.0, "NR/L/-")
    drawn = chart.svg(Palette.print())
    assert (
        "No score: nothing has been examined, interval 0.0\N{EN DASH}100.0. Notation NR/L/-."
        in drawn
    )
    assert drawn.count('fill="url(#x-hatch)"') == 1
    assert "Nothing examined yet" in drawn
    assert chart.table().rows == (("Headline", "unknown", "0.0\N{EN DASH}100.0", "NR/L/-"),)


def test_a_score_without_open_evidence_has_no_interval_labels() -> None:
    drawn = ScoreBar("x", "Headline", 75.0, 75.0, 75.0, "A/H/-").svg(Palette.print())
    assert drawn.count(">75.0<") == 1


def test_where_nothing_applies_only_the_scale_is_drawn() -> None:
    drawn = ScoreBar("x", "Headline", None, None, None, "NR/L/-").svg(Palette.print())
    assert 'fill="url(#x-hatch)"' not in drawn


@pytest.mark.parametrize("score", [0.0, 100.0])
def test_the_ends_of_the_scale_fit(score: float) -> None:
    drawn = ScoreBar("x", "Headline", score, score, score, "A/H/-").svg(Palette.print())
    assert f">{score:.1f}<" in drawn


def test_the_band_edges_are_printed() -> None:
    drawn = SCORE.svg(Palette.print())
    for edge in ("38", "58", "75", "Band A", "Band B", "Band C", "Band D"):
        assert f">{edge}<" in drawn
