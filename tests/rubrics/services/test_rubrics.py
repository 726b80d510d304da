"""The firm's own rubrics: a variant takes nothing over, and nothing published ever changes."""

import pytest
from django.core.exceptions import PermissionDenied

from diligence.models import Activity
from diligence.services.errors import Conflict, Refused
from rubrics.catalog.effort import effort_for
from rubrics.catalog.loader import RubricError
from rubrics.models import RubricDraft, RubricVersion
from rubrics.selectors.assessments import frame_of
from rubrics.selectors.rubrics import changes_against, default_rubric, effort_of, verdict_on_rubric
from rubrics.services.assessments import open_assessment
from rubrics.services.rubrics import (
    bring_back_rubric,
    choose_default,
    discard_rubric_draft,
    import_rubric_draft,
    publish_rubric_draft,
    retire_rubric,
    save_rubric_draft,
    start_rubric_draft,
)
from tests.cast import Cast
from tests.rubrics.building import the_rubric


@pytest.fixture
def shipped(db: None) -> RubricVersion:
    return the_rubric()


def variant(cast: Cast, shipped: RubricVersion) -> RubricVersion:
    draft = start_rubric_draft(actor=cast.analyst, based_on=shipped, slug="ours", title="Ours")
    return publish_rubric_draft(actor=cast.admin, draft=draft, revision=1)


def test_a_variant_that_is_published_takes_nothing_over(cast: Cast, shipped: RubricVersion) -> None:
    ours = variant(cast, shipped)
    assert ours.published_at > shipped.published_at
    assert default_rubric() == shipped
    found = frame_of(cast.deal)
    assert found is not None
    assert found[0].slug == shipped.slug


def test_only_an_administrator_publishes_and_what_was_published_stays(
    cast: Cast, shipped: RubricVersion
) -> None:
    draft = start_rubric_draft(actor=cast.partner, based_on=shipped)
    for actor in (cast.partner, cast.analyst, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            publish_rubric_draft(actor=actor, draft=draft, revision=1)
    before = shipped.source
    published = publish_rubric_draft(actor=cast.admin, draft=draft, revision=1)
    shipped.refresh_from_db()
    assert (published.version, published.based_on, published.published_by) == (
        shipped.version + 1, shipped, cast.admin,
    )  # fmt: skip
    assert shipped.source == before
    assert not RubricDraft.objects.exists()
    assert Activity.objects.filter(verb="rubric.publish", actor=cast.admin).exists()


def test_reviewers_and_founders_draft_nothing(cast: Cast, shipped: RubricVersion) -> None:
    for actor in (cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            start_rubric_draft(actor=actor, based_on=shipped)
        assert not RubricDraft.objects.visible_to(actor).exists()


def test_a_draft_that_is_wrong_is_kept_and_not_published(
    cast: Cast, shipped: RubricVersion
) -> None:
    draft = start_rubric_draft(actor=cast.analyst, based_on=shipped)
    wrong = draft.source.replace("weight: 3", "weight: 9", 1)
    draft = save_rubric_draft(actor=cast.analyst, draft=draft, source=wrong, revision=1)
    error = verdict_on_rubric(draft.source).error
    assert error is not None
    assert "weight: 9" in wrong.splitlines()[error.line - 1]
    with pytest.raises(RubricError):
        publish_rubric_draft(actor=cast.admin, draft=draft, revision=2)
    assert RubricDraft.objects.get().source == wrong


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(
    cast: Cast, shipped: RubricVersion
) -> None:
    draft = start_rubric_draft(actor=cast.analyst, based_on=shipped)
    save_rubric_draft(actor=cast.partner, draft=draft, source="theirs", revision=1)
    with pytest.raises(Conflict, match=str(cast.partner)):
        save_rubric_draft(actor=cast.analyst, draft=draft, source="mine", revision=1)
    with pytest.raises(Conflict):
        publish_rubric_draft(actor=cast.admin, draft=draft, revision=1)
    assert RubricDraft.objects.get().source == "theirs"


def test_a_version_that_is_not_the_next_and_a_taken_name_are_refused(
    cast: Cast, shipped: RubricVersion
) -> None:
    draft = import_rubric_draft(actor=cast.analyst, name="again.yaml", data=shipped.source.encode())
    with pytest.raises(Refused, match="the next version is 2"):
        publish_rubric_draft(actor=cast.admin, draft=draft, revision=1)
    with pytest.raises(Refused, match="already"):
        start_rubric_draft(actor=cast.analyst, based_on=shipped, slug=shipped.slug, title="Again")
    with pytest.raises(Refused, match="not text"):
        import_rubric_draft(actor=cast.analyst, name="a.yaml", data=b"\xff\xfe\x00")


def test_what_a_variant_changes_is_told_and_its_weeks_come_from_its_parent(
    cast: Cast, shipped: RubricVersion
) -> None:
    draft = start_rubric_draft(actor=cast.analyst, based_on=shipped, slug="ours", title="Ours")
    source = draft.source.replace("weight: 0.18", "weight: 0.2", 1)
    draft = save_rubric_draft(actor=cast.analyst, draft=draft, source=source, revision=1)
    (change,) = changes_against(shipped, verdict_on_rubric(draft.source).rubric)
    assert change.what == "weight 0.18 → 0.2"
    ours = publish_rubric_draft(actor=cast.admin, draft=draft, revision=2)
    assert effort_for(ours.slug) is None
    assert effort_of(ours) == effort_for(shipped.slug) is not None


def test_a_retired_rubric_is_offered_no_more_and_the_default_cannot_be_retired(
    cast: Cast, shipped: RubricVersion
) -> None:
    ours = variant(cast, shipped)
    choose_default(actor=cast.admin, rubric=ours)
    assert default_rubric() == ours
    with pytest.raises(Refused, match="choose another default"):
        retire_rubric(actor=cast.admin, rubric=ours)
    retire_rubric(actor=cast.admin, rubric=shipped)
    with pytest.raises(Refused, match="is retired"):
        open_assessment(actor=cast.analyst, deal=cast.deal, rubric=stored(shipped))
    with pytest.raises(Refused, match="bring it back"):
        choose_default(actor=cast.admin, rubric=shipped)
    bring_back_rubric(actor=cast.admin, rubric=shipped)
    choose_default(actor=cast.admin, rubric=shipped)
    assert default_rubric() == shipped


def stored(row: RubricVersion) -> RubricVersion:
    return RubricVersion.objects.get(pk=row.pk)


def test_the_last_rubric_that_is_offered_stays(cast: Cast, shipped: RubricVersion) -> None:
    with pytest.raises(Refused, match="only rubric"):
        retire_rubric(actor=cast.admin, rubric=shipped)
    for actor in (cast.partner, cast.analyst):
        with pytest.raises(PermissionDenied):
            choose_default(actor=actor, rubric=shipped)


def test_a_draft_is_thrown_away_and_leaves_a_line(cast: Cast, shipped: RubricVersion) -> None:
    draft = start_rubric_draft(actor=cast.analyst, based_on=shipped)
    discard_rubric_draft(actor=cast.analyst, draft=draft)
    assert not RubricDraft.objects.exists()
    assert Activity.objects.filter(verb="rubric.discard").exists()
