"""Terms of a deal: what is refused, what stays unknown, and the sums over real rows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from audits.models import ClaimVerdict
from diligence.models import Activity, Deal, OutboundMail, User
from diligence.questionnaires.loader import load_template
from diligence.questionnaires.values import clean_value
from diligence.selectors.deals import who_sees
from diligence.selectors.questionnaires import AskedQuestion, Said
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment, Exposure, FollowUp
from rubrics.selectors.dashboards import dashboard_of
from rubrics.selectors.open_items import open_items
from rubrics.selectors.reports import report_data
from rubrics.selectors.terms import DealTerms, models_stated_in, terms_of
from rubrics.services.follow_ups import Condition, close_follow_up, open_follow_up
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.terms import (
    Ranged,
    Stated,
    add_haircut,
    apply_haircut,
    enter_exposure,
    retire_haircut,
    set_week_rate,
    state_revenue,
    take_out,
)
from tests.audits.claiming import a_claim, a_verdict
from tests.cast import Cast
from tests.rubrics.building import a_scorecard, an_assessment

SOON = timedelta(days=14)


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    """A seed deal, all at its targets but for the versioning of data, a keystone at 0 of 2."""
    made = an_assessment(cast.deal)
    a_scorecard(made, cast.reviewer, level=2, levels={"data-versioning": 0}, locked=True)
    return made


def terms(cast: Cast) -> DealTerms:
    deal = Deal.objects.get(pk=cast.deal.pk)
    dashboard = dashboard_of(deal)
    assert dashboard is not None
    return terms_of(deal, dashboard)


def condition(cast: Cast, text: str = "Assignments of all contractors signed.") -> FollowUp:
    due_on = timezone.localdate() + SOON
    return open_follow_up(
        actor=cast.partner, deal=cast.deal, condition=Condition(text, cast.reviewer, due_on)
    )


def test_with_nothing_entered_everything_but_the_gaps_is_unknown(
    cast: Cast, assessment: Assessment
) -> None:
    found = terms(cast)
    assert [row.criterion for row in found.remediation.rows] == ["data-versioning"]
    assert (found.remediation.weeks.likely, found.remediation.cost) == (1.5, None)
    assert found.revenue.low is None
    assert (found.exposure_sum.ranged, found.haircuts, found.follow_ups) == (0, (), ())


def test_only_partners_and_administrators_set_what_the_house_sets(cast: Cast) -> None:
    for actor in (cast.analyst, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            set_week_rate(actor=actor, currency="EUR", amount=Decimal(3500))
        with pytest.raises(PermissionDenied):
            add_haircut(actor=actor, name="Wrapper", percent=Decimal(5))


def test_the_rate_of_another_currency_prices_nothing(cast: Cast, assessment: Assessment) -> None:
    set_week_rate(actor=cast.partner, currency="usd", amount=Decimal(4000))
    assert terms(cast).remediation.cost is None
    set_week_rate(actor=cast.partner, currency="eur", amount=Decimal(3000))
    found = terms(cast).remediation
    assert found.cost is not None
    assert found.factor == 1
    assert found.cost.likely == 4500


def test_haircuts_start_empty_and_stay_on_the_deal_when_retired(
    cast: Cast, assessment: Assessment
) -> None:
    Deal.objects.filter(pk=cast.deal.pk).update(valuation=10_000_000)
    row = add_haircut(actor=cast.partner, name="Wrapper", percent=Decimal("7.5"))
    with pytest.raises(Refused, match="of this name"):
        add_haircut(actor=cast.partner, name="Wrapper", percent=Decimal(9))
    with pytest.raises(Refused, match="Say why it applies"):
        apply_haircut(actor=cast.analyst, deal=cast.deal, haircut=row, because=" ")
    put = apply_haircut(actor=cast.analyst, deal=cast.deal, haircut=row, because="One hosted call.")
    with pytest.raises(Refused, match="on this deal already"):
        apply_haircut(actor=cast.analyst, deal=cast.deal, haircut=row, because="Again.")
    retire_haircut(actor=cast.partner, haircut=row)
    assert terms(cast).haircut_sum.after == 9_250_000
    take_out(actor=cast.analyst, row=put)
    assert terms(cast).haircut_sum.percent == 0


def test_revenue_without_a_share_stays_unknown_beside_what_is_stated(
    cast: Cast, assessment: Assessment
) -> None:
    state_revenue(actor=cast.analyst, deal=cast.deal, stated=Stated("Router", None, "call"))
    assert terms(cast).revenue.low is None
    kept = state_revenue(
        actor=cast.analyst, deal=cast.deal, stated=Stated("Ranker", Decimal(60), "deck, page 9")
    )
    found = terms(cast).revenue
    assert (found.low, found.high) == (60, 100)
    assert [each.title for each in found.weak] == ["Data versioning"]
    take_out(actor=cast.analyst, row=kept)
    assert terms(cast).revenue.low is None
    with pytest.raises(Refused, match="where the share is stated"):
        state_revenue(actor=cast.analyst, deal=cast.deal, stated=Stated("Ranker", None, " "))


def ranged(low: int | None, high: int | None, counsel: str = "Bird & Co") -> Ranged:
    ends = [None if each is None else Decimal(each) for each in (low, high)]
    return Ranged("L", "K2", "Scraped pictures", ends[0], ends[1], counsel)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (ranged(1, None), "both ends"),
        (ranged(9, 1), "from the lower to the higher"),
        (ranged(1, 9, " "), "who of counsel"),
    ],
)
def test_half_a_range_or_one_that_nobody_gave_is_refused(
    cast: Cast, given: Ranged, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        enter_exposure(actor=cast.analyst, deal=cast.deal, ranged=given)


def test_the_database_holds_no_range_upside_down(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="exposure_range_in_order"):
        Exposure.objects.create(
            deal=cast.deal, by=cast.analyst, risk="L", subject="K2", title="x", low=9, high=1
        )


def test_a_knock_out_of_liability_waits_for_counsel_until_somebody_enters_the_range(
    cast: Cast, assessment: Assessment
) -> None:
    suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K2", because="Scraped pictures."
    )
    (line,) = [each for each in terms(cast).exposures if each.subject == "K2"]
    assert (line.risk_words, line.entered) == ("Liability and regulatory", None)
    assert terms(cast).exposure_sum.without == 1
    enter_exposure(actor=cast.analyst, deal=cast.deal, ranged=ranged(100_000, 400_000))
    found = terms(cast).exposure_sum
    assert (found.low, found.high, found.ranged, found.without) == (100_000, 400_000, 1, 0)
    called_for = {each.row.risk: each.is_called_for for each in terms(cast).instruments}
    assert called_for == {"V": True, "L": True, "R": True, "C": True}


def test_contradicted_claims_correct_the_plan_and_others_do_not(
    cast: Cast, assessment: Assessment
) -> None:
    against = a_verdict(a_claim(cast.deal), measured=0.71)
    a_verdict(a_claim(cast.deal, "We retrain weekly"), verdict=ClaimVerdict.Verdict.SUPPORTED)
    (row,) = terms(cast).corrections
    assert row.verdict == against


def test_a_condition_stands_in_what_is_open_until_its_owner_closes_it(
    cast: Cast, assessment: Assessment
) -> None:
    row = condition(cast)
    listed = [item for item in open_items(cast.deal, cast.analyst) if item.kind == "condition"]
    assert [(item.what, item.whom, item.due_on) for item in listed] == [
        (row.text, "Rita Reviewer", row.due_on)
    ]
    mail = OutboundMail.objects.get(to=cast.reviewer.email, subject__contains="condition")
    assert row.text in mail.body
    with pytest.raises(Refused, match="what shows that it is met"):
        close_follow_up(actor=cast.reviewer, follow_up=row, state="met", because=" ")
    with pytest.raises(PermissionDenied):
        close_follow_up(actor=cast.outsider, follow_up=row, state="met", because="x")
    close_follow_up(actor=cast.reviewer, follow_up=row, state="met", because="All nine signed.")
    with pytest.raises(Conflict, match="met already"):
        close_follow_up(actor=cast.partner, follow_up=row, state="dropped", because="x")
    assert not [i for i in open_items(cast.deal, cast.analyst) if i.kind == "condition"]
    assert Activity.objects.filter(verb="follow-up.close").count() == 1


def test_a_condition_has_an_owner_who_sees_the_deal_and_a_day_to_come(cast: Cast) -> None:
    today = timezone.localdate()
    for given, problem in (
        (Condition(" ", cast.analyst, today), "what has to be done"),
        (Condition("x", cast.analyst, today - SOON), "lies in the past"),
        (Condition("x", cast.outsider, today), "who sees this deal"),
        (Condition("x", cast.founder, today), "who sees this deal"),
    ):
        with pytest.raises(Refused, match=problem):
            open_follow_up(actor=cast.partner, deal=cast.deal, condition=given)
    with pytest.raises(PermissionDenied):
        open_follow_up(
            actor=cast.reviewer, deal=cast.deal, condition=Condition("x", cast.reviewer, today)
        )


def test_the_report_carries_the_terms_with_their_figures(
    cast: Cast, assessment: Assessment
) -> None:
    set_week_rate(actor=cast.partner, currency="EUR", amount=Decimal(3000))
    condition(cast)
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    told = data["terms"]
    assert told["remediation"]["cost"] == {"low": 2100, "likely": 4500, "high": 9000}
    assert told["revenue"]["low"] is None
    assert [each["state"] for each in told["conditions"]] == ["Open"]
    assert len(told["instruments"]) == 4


@pytest.mark.parametrize("restricted", [False, True])
def test_who_sees_a_deal_is_the_same_asked_from_either_side(
    cast: Cast, *, restricted: bool
) -> None:
    Deal.objects.filter(pk=cast.deal.pk).update(restricted=restricted)
    deal = Deal.objects.get(pk=cast.deal.pk)
    seeing = {u for u in User.objects.all() if Deal.objects.visible_to(u).filter(pk=deal.pk)}
    assert set(who_sees(deal)) == seeing
    assert (cast.partner in seeing) is not restricted


@pytest.mark.parametrize("slug", ["mlops-audit", "llm-product-audit"])
def test_what_the_startup_answers_on_its_providers_is_what_rests_on_them(
    cast: Cast, slug: str
) -> None:
    """The very question of both templates that ship, with a row that leaves the share open."""
    template = load_template(slug, 1)
    question = next(q for q in template.questions if q.id == "hosted-providers")
    rows = [{"provider": "Acme", "model": "acme-2", "revenue-share": "45"}, {"provider": "Beta"}]
    value = clean_value(question, rows)
    said = Said(value, "", (), 1, cast.founder, timezone.now())
    # Its fields are given in their order.
    found = list(models_stated_in(AskedQuestion(question, None, True, said)))  # noqa: FBT003
    assert [(each.name, each.share) for each in found] == [("Acme · acme-2", 45), ("Beta", None)]
    assert "provider-continuity" in question.criteria
