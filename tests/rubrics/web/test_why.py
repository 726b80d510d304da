"""From a figure on the dashboard to the line of a file, by plain links, in three clicks at most."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from rubrics.models import Assessment, Citation
from rubrics.reports.pdf import report_html
from rubrics.selectors.assessments import rolled_up
from rubrics.selectors.reports import report_data
from rubrics.services.assessments import refresh_suggestions
from tests.audits.building import Place, a_finished_run, a_report, a_repository
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment

CRITERION = "data-versioning"


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    """Scored at 2 with one unknown; the level of data versioning rests on a line of dvc.yaml."""
    made = an_assessment(cast.deal)
    place = Place("dvc.yaml", 3, "deps: data/train.csv")
    report = a_report({CRITERION: "yes"}, evidence={CRITERION: [place]})
    run = a_finished_run(a_repository(cast.deal, cast.analyst), report)
    refresh_suggestions(assessment=made, run=run)
    card = a_scorecard(made, cast.reviewer, level=2, levels={"audit-trail": None}, locked=True)
    Citation.objects.create(
        score=card.scores.get(criterion=CRITERION), practice=run.practices.get(practice=CRITERION)
    )
    return made


def risk(cast: Cast, rest: str = "") -> str:
    return f"/deals/{cast.deal.pk}/risk/{rest}"


def read(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def links(page: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page))


def test_a_criterion_of_another_lens_or_of_no_rubric_is_not_there(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.partner)
    for rest in (f"operations/{CRITERION}/", "data/nonsense/", f"nonsense/{CRITERION}/"):
        assert browser.get(risk(cast, rest)).status_code == 404


@pytest.mark.parametrize(
    "figure",
    ["headline", "interval", "coverage", "confidence", "band", "weights", "one-criterion"],
)
def test_every_figure_of_the_dashboard_leads_to_its_terms(
    cast: Cast, assessment: Assessment, figure: str
) -> None:
    browser = signed_in(cast.partner)
    assert risk(cast, f"why/#{figure}") in links(read(browser, risk(cast)))
    assert f'id="{figure}"' in read(browser, risk(cast, "why/"))


def test_three_clicks_lead_from_the_confidence_to_the_line_of_the_file(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.partner)
    first = next(link for link in links(read(browser, risk(cast))) if link.endswith("#confidence"))
    second = risk(cast, f"data/{CRITERION}/")
    assert second in links(read(browser, first))
    (third,) = [link for link in links(read(browser, second)) if "/practices/" in link]
    shown = read(browser, third)
    assert "dvc.yaml" in shown
    assert "deps: data/train.csv" in shown


def test_the_pages_show_the_very_figures_of_the_roll_up(cast: Cast, assessment: Assessment) -> None:
    rollup = rolled_up(assessment)
    page = read(signed_in(cast.partner), risk(cast, "why/"))
    head, kept = rollup.headline, rollup.sensitivity
    for figure in (
        f"Headline {head.score:.1f}", f"Interval {head.low:.1f} to {head.high:.1f}",
        f"Confidence {rollup.confidence:.2f}, {rollup.confidence_word}",
        f"{kept.kept} of {kept.draws}", f"Band {rollup.band}",
    ):  # fmt: skip
        assert figure in page


def test_a_criterion_says_its_ceiling_its_strength_and_what_a_level_would_change(
    cast: Cast, assessment: Assessment
) -> None:
    page = read(signed_in(cast.partner), risk(cast, f"data/{CRITERION}/"))
    assert "supports at most level 2" in page
    assert "0.55 for grade E3" in page
    assert "One level up" in page
    unknown = read(signed_in(cast.partner), risk(cast, "governance/audit-trail/"))
    assert "Not examined: outside the score, inside the interval." in unknown
    assert "At 4" in unknown


def test_before_anything_is_scored_the_page_says_so(cast: Cast) -> None:
    an_assessment(cast.deal)
    page = read(signed_in(cast.partner), risk(cast, "why/"))
    assert "Nothing has been examined, so there is no score" in page


def test_the_report_prints_weights_and_single_criteria(cast: Cast, assessment: Assessment) -> None:
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    html = report_html(data)
    assert "random weightings within 30% keep the band" in html
    assert "What one criterion would change" in html
    assert data["steps"][0]["title"] in html
