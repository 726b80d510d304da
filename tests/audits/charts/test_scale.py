"""The scale of charts: round marks, and nothing outside its edges."""

import pytest

from audits.charts.scale import Scale, shortly


def test_a_share_never_leaves_nought_to_one() -> None:
    scale = Scale.around([0.99, 1.0], 0, 100, share=True)
    assert scale.high == 1.0
    assert scale.low > 0.9


@pytest.mark.parametrize("figures", [[], [0.5], [0.0, 0.0], [-3.0, 12_000.0], [1e-9, 2e-9]])
def test_any_figures_have_a_scale_with_marks_inside(figures: list[float]) -> None:
    scale = Scale.around(figures, 10, 90, share=False)
    marks = scale.marks()
    assert 1 <= len(marks) <= 7
    assert all(scale.low - 1e-9 <= mark <= scale.high + 1e-9 for mark in marks)
    assert all(10 <= scale.at(figure) <= 90 for figure in figures)


def test_what_lies_outside_is_drawn_at_the_edge() -> None:
    scale = Scale(0.8, 0.9, 0, 100)
    assert (scale.at(0.5), scale.at(2.0)) == (0, 100)
    assert scale.at(0.85) == pytest.approx(50)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (0.93, "0.93"),
        (0.8668, "0.867"),
        (10.0, "10"),
        (12345.6, "12,346"),
        (0, "0"),
        (0.00042, "0.00042"),
        (-0.5, "-0.5"),
    ],
)
def test_figures_are_printed_shortly(figure: float, text: str) -> None:
    assert shortly(figure) == text
