"""Weights by form: a field each, the error at its field, the text as the result."""

from typing import Any

import pytest

from rubrics.catalog.loader import parse_rubric
from rubrics.models import RubricDraft, RubricVersion
from rubrics.selectors.rubrics import effort_of
from rubrics.services.rubrics import publish_rubric_draft, save_rubric_draft, start_rubric_draft
from tests.cast import Cast, signed_in
from tests.rubrics.building import the_rubric

OWN = "data-versioning-at-ours"


@pytest.fixture
def draft(cast: Cast) -> RubricDraft:
    """Of a variant that has one criterion under a name of its own."""
    made = start_rubric_draft(
        actor=cast.analyst, based_on=the_rubric(), slug="ours", title="Our rubric"
    )
    source = made.source.replace("id: data-versioning\n", f"id: {OWN}\n")
    return save_rubric_draft(actor=cast.analyst, draft=made, source=source, revision=1)


def typed(draft: RubricDraft, **more: Any) -> dict[str, Any]:
    rubric = parse_rubric(draft.source, "draft")
    return {
        "revision": draft.revision,
        **{f"lens-{each.id}": each.weight for each in rubric.lenses},
        **{f"weight-{each.id}": each.weight for each in rubric.criteria},
        **more,
    }


def address(draft: RubricDraft) -> str:
    return f"/rubrics/drafts/{draft.pk}/weights/"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"lens-data": "0"}, "lens-data", "above 0 and at most 1"),
        ({"lens-data": "much"}, "lens-data", "above 0 and at most 1"),
        ({"weight-rollback-capability": "7"}, "weight-rollback-capability", "Choose 1, 2 or 3."),
        ({f"weeks-{OWN}-1": "3, 2, 1"}, f"weeks-{OWN}-1", "three numbers, the lowest first"),
        ({f"weeks-{OWN}-1": "1, 2, 3"}, f"weeks-{OWN}-2", "all four steps, or of none"),
    ],
)
def test_what_misfits_is_said_at_its_field_and_changes_nothing(
    cast: Cast, draft: RubricDraft, wrong: dict[str, str], field: str, said: str
) -> None:
    sent = typed(draft) | {"weight-experiment-tracking": 1} | wrong
    answered = signed_in(cast.analyst).post(address(draft), sent)
    assert answered.status_code == 422
    page = answered.content.decode()
    error = page[page.index(f'id="id_{field}_error"') :]
    assert said in error[:900]
    assert 'aria-invalid="true"' in page
    assert RubricDraft.objects.get().source == draft.source


def test_weights_and_weeks_stand_in_the_text_and_nothing_else_changes(
    cast: Cast, draft: RubricDraft
) -> None:
    weeks = {f"weeks-{OWN}-{n}": f"{n} {n + 1} {n + 2}" for n in (1, 2, 3, 4)}
    sent = typed(draft) | {"lens-data": "0.25", "weight-experiment-tracking": 1} | weeks
    assert signed_in(cast.analyst).post(address(draft), sent).status_code == 302
    before, after = draft.source, RubricDraft.objects.get().source
    kept = set(before.splitlines()) & set(after.splitlines())
    assert len(set(before.splitlines()) - kept) <= 3
    rubric = parse_rubric(after, "draft")
    assert rubric.lens("data").weight == 0.25
    assert rubric.criterion("experiment-tracking").weight == 1
    assert rubric.criterion(OWN).weeks == ((1, 2, 3), (2, 3, 4), (3, 4, 5), (4, 5, 6))
    page = signed_in(cast.analyst).get(address(draft)).content.decode()
    assert 'value="4, 5, 6"' in page
    assert "weeks-experiment-tracking" not in page


def test_the_firms_weeks_stand_beside_the_table_that_ships(cast: Cast, draft: RubricDraft) -> None:
    shipped = effort_of(the_rubric())
    weeks = {f"weeks-{OWN}-{n}": "1 2 3" for n in (1, 2, 3, 4)}
    signed_in(cast.analyst).post(address(draft), typed(draft) | weeks)
    row = RubricDraft.objects.get()
    published = publish_rubric_draft(actor=cast.admin, draft=row, revision=row.revision)
    table = effort_of(RubricVersion.objects.get(pk=published.pk))
    assert table is not None
    assert shipped is not None
    assert table.step(OWN, 2) == (1, 2, 3)
    assert table.step("rollback-capability", 2) == shipped.step("rollback-capability", 2)
    assert table.source == "Expert opinion; the firm's own weeks for 1 of the criteria"


def test_the_second_of_two_is_told_and_keeps_what_was_typed(cast: Cast, draft: RubricDraft) -> None:
    first = typed(draft) | {"lens-data": "0.25"}
    second = typed(draft) | {"lens-data": "0.31"}
    assert signed_in(cast.analyst).post(address(draft), first).status_code == 302
    answered = signed_in(cast.partner).post(address(draft), second)
    assert answered.status_code == 422
    page = answered.content.decode()
    assert "changed this draft while you were writing" in page
    assert 'value="0.31"' in page
    assert parse_rubric(RubricDraft.objects.get().source, "draft").lens("data").weight == 0.25


def test_a_text_that_is_not_right_is_put_right_first(cast: Cast, draft: RubricDraft) -> None:
    RubricDraft.objects.update(source="rubric: [")
    answered = signed_in(cast.analyst).get(address(draft))
    assert answered.status_code == 302
    assert answered.headers["Location"] == f"/rubrics/drafts/{draft.pk}/"
    for user in (cast.reviewer, cast.founder):
        assert signed_in(user).get(address(draft)).status_code == 404
