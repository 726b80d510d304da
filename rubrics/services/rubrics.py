"""Writes of the firm's rubrics: drafts, published versions, the default, retirement."""

from django.db import transaction
from django.utils import timezone

from diligence.models import User
from diligence.policies import require
from diligence.questionnaires.editing import with_head
from diligence.questionnaires.schema import Scalar
from diligence.services.activity import Change, record
from diligence.services.drafts import (
    keep_text,
    locked,
    plain,
    ready_to_publish,
    refuse_large,
    refuse_other_version,
    text_of,
)
from diligence.services.errors import Refused
from rubrics.catalog.editing import Weighing, reweighed
from rubrics.catalog.loader import RubricError, parse_rubric
from rubrics.models import RubricDraft, RubricVersion
from rubrics.selectors.rubrics import default_rubric, next_version
from rubrics.services.assessments import publish_rubric


@transaction.atomic
def start_rubric_draft(
    *, actor: User, based_on: RubricVersion, slug: str = "", title: str = ""
) -> RubricDraft:
    """A draft of the next version of a rubric or, with a new slug, of a variant of it."""
    require(actor, "rubric.draft")
    head: dict[str, Scalar] = {"version": next_version(slug or based_on.slug)}
    if slug:
        if RubricVersion.objects.filter(slug=slug).exists():
            raise Refused(f"There is a rubric {slug} already; choose another short name.")
        head |= {"rubric": slug, "title": title}
    draft = RubricDraft.objects.create(
        title=title or based_on.title, source=with_head(based_on.source, head), based_on=based_on,
        created_by=actor, updated_by=actor,
    )  # fmt: skip
    text = f"began a draft of the rubric {draft.title}"
    record(actor=actor, verb="rubric.draft", text=text, about=draft)
    return draft


@transaction.atomic
def import_rubric_draft(*, actor: User, name: str, data: bytes) -> RubricDraft:
    """A draft of a file; it need not be right yet, but it must be text."""
    require(actor, "rubric.draft")
    source = text_of(name, data, "rubric")
    draft = RubricDraft.objects.create(
        title=_title_of(source) or name[:300], source=source, created_by=actor, updated_by=actor,
        based_on=default_rubric(),
    )  # fmt: skip
    record(actor=actor, verb="rubric.import", text=f"took in the rubric {name}", about=draft)
    return draft


@transaction.atomic
def save_rubric_draft(
    *, actor: User, draft: RubricDraft, source: str, revision: int
) -> RubricDraft:
    """Keeps what was typed, right or wrong. Raises Conflict for the second of two editors."""
    require(actor, "rubric.draft")
    row, source = locked(draft), plain(source)
    refuse_large(source, "rubric")
    return _edited(row, actor, source, revision, _title_of(source))


def _edited(row: RubricDraft, actor: User, source: str, revision: int, title: str) -> RubricDraft:
    """Keeps the text and leaves a line; the same text again is no edit."""
    kept = keep_text(row, actor, source, revision, title)
    if kept.revision != revision:
        record(
            actor=actor, verb="rubric.save", text=f"edited the draft of {kept.title}", about=kept,
            change=Change.of({"revision": revision}, {"revision": kept.revision}),
        )  # fmt: skip
    return kept


def record_rubric_export(*, actor: User, row: RubricVersion | RubricDraft) -> None:
    """Leaves a line when the text of a rubric or a draft is taken out."""
    record(actor=actor, verb="rubric.export", text=f"exported the rubric {row.title}", about=row)


@transaction.atomic
def reweigh_rubric_draft(
    *, actor: User, draft: RubricDraft, weighing: Weighing, revision: int
) -> RubricDraft:
    """Writes weights and weeks into the text of a draft; all else of the text stays.

    Raises RubricError where the text is not right, Refused where it cannot be changed so, Conflict
    for the second of two editors.
    """
    require(actor, "rubric.draft")
    row = locked(draft)
    try:
        source = reweighed(row.source, weighing)
    except RubricError:
        raise
    except ValueError as error:
        raise Refused(f"{error} Write it in the text instead.") from None
    return _edited(row, actor, source, revision, "")


@transaction.atomic
def publish_rubric_draft(*, actor: User, draft: RubricDraft, revision: int) -> RubricVersion:
    """Makes a draft a version that never changes; the draft is used up.

    Raises RubricError where it is not right yet and Refused where its version is there already.
    """
    require(actor, "rubric.publish")
    row = ready_to_publish(draft, revision)
    rubric = parse_rubric(row.source, "draft")
    refuse_other_version(rubric.slug, rubric.version, next_version(rubric.slug))
    published = publish_rubric(source=row.source, name=rubric.slug, based_on=row.based_on, by=actor)
    text = f"published the rubric {published}"
    record(actor=actor, verb="rubric.publish", text=text, about=published)
    row.delete()
    return published


@transaction.atomic
def discard_rubric_draft(*, actor: User, draft: RubricDraft) -> None:
    """Throws a draft away; nothing that was published is touched."""
    require(actor, "rubric.draft")
    text = f"threw away the draft of the rubric {draft.title}"
    record(actor=actor, verb="rubric.discard", text=text, about=draft)
    draft.delete()


@transaction.atomic
def choose_default(*, actor: User, rubric: RubricVersion) -> None:
    """Makes a version the one that is meant where nobody chose. Deals that stand are not moved."""
    require(actor, "rubric.publish")
    # All of them, so that two who choose at once come one after the other.
    list(RubricVersion.objects.select_for_update(of=("self",)).order_by("pk"))
    rubric.refresh_from_db()
    if rubric.retired_at:
        raise Refused(f"{rubric} is retired; bring it back first.")
    RubricVersion.objects.filter(is_default=True).update(is_default=False)
    RubricVersion.objects.filter(pk=rubric.pk).update(is_default=True)
    text = f"made {rubric} the firm's default"
    record(actor=actor, verb="rubric.default", text=text, about=rubric)


@transaction.atomic
def retire_rubric(*, actor: User, rubric: RubricVersion) -> None:
    """Offers a version no more. Deals that stand under it keep it; the last one stays offered."""
    require(actor, "rubric.publish")
    list(RubricVersion.objects.select_for_update(of=("self",)).order_by("pk"))
    rubric.refresh_from_db()
    if rubric.is_default:
        raise Refused("This is the firm's default; choose another default first.")
    if not RubricVersion.objects.offered().exclude(pk=rubric.pk).exists():
        raise Refused("This is the only rubric that is offered; publish another one first.")
    RubricVersion.objects.filter(pk=rubric.pk).update(retired_at=timezone.now())
    record(actor=actor, verb="rubric.retire", text=f"retired the rubric {rubric}", about=rubric)


@transaction.atomic
def bring_back_rubric(*, actor: User, rubric: RubricVersion) -> None:
    """Offers a retired version again."""
    require(actor, "rubric.publish")
    RubricVersion.objects.filter(pk=rubric.pk).update(retired_at=None)
    text = f"brought back the rubric {rubric}"
    record(actor=actor, verb="rubric.bring-back", text=text, about=rubric)


def _title_of(source: str) -> str:
    try:
        return parse_rubric(source, "draft").title
    except RubricError:
        return ""
