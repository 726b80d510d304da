"""Writes of questionnaire templates: drafts that are edited, and versions that are published."""

from django.db import transaction

from diligence.models import QuestionnaireTemplate, TemplateDraft, User
from diligence.policies import require
from diligence.questionnaires.editing import with_head
from diligence.questionnaires.loader import TemplateError, parse_template
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
from diligence.services.questionnaires import publish_template

UNTITLED = "Untitled questionnaire"


@transaction.atomic
def start_draft(
    *, actor: User, based_on: QuestionnaireTemplate, slug: str = "", title: str = ""
) -> TemplateDraft:
    """A draft of the next version of a template or, with a new slug, of a copy of it."""
    require(actor, "template.draft")
    head: dict[str, Scalar] = {"version": next_version(slug or based_on.slug)}
    if slug:
        if QuestionnaireTemplate.objects.filter(slug=slug).exists():
            raise Refused(f"There is a questionnaire {slug} already; choose another short name.")
        head |= {"slug": slug, "title": title}
    draft = TemplateDraft.objects.create(
        title=title or based_on.title, source=with_head(based_on.source, head), based_on=based_on,
        created_by=actor, updated_by=actor,
    )  # fmt: skip
    record(actor=actor, verb="template.draft", text=f"began a draft of {draft.title}", about=draft)
    return draft


@transaction.atomic
def import_draft(*, actor: User, name: str, data: bytes) -> TemplateDraft:
    """A draft of a file; it need not be right yet, but it must be text."""
    require(actor, "template.draft")
    source = text_of(name, data, "template")
    draft = TemplateDraft.objects.create(
        title=_title_of(source) or name[:300], source=source, created_by=actor, updated_by=actor
    )
    record(actor=actor, verb="template.import", text=f"took in the template {name}", about=draft)
    return draft


@transaction.atomic
def save_draft(*, actor: User, draft: TemplateDraft, source: str, revision: int) -> TemplateDraft:
    """Keeps what was typed, right or wrong.

    Raises Conflict where somebody changed the draft since `revision` was read. The same text again
    changes nothing.
    """
    require(actor, "template.draft")
    row, source = locked(draft), plain(source)
    refuse_large(source, "template")
    kept = keep_text(row, actor, source, revision, _title_of(source))
    if kept.revision != revision:
        record(
            actor=actor, verb="template.save", text=f"edited the draft of {kept.title}", about=kept,
            change=Change.of({"revision": revision}, {"revision": kept.revision}),
        )  # fmt: skip
    return kept


def record_template_export(*, actor: User, row: QuestionnaireTemplate | TemplateDraft) -> None:
    """Leaves a line when the text of a template or a draft is taken out."""
    record(
        actor=actor, verb="template.export", text=f"exported the questionnaire {row.title}",
        about=row,
    )  # fmt: skip


@transaction.atomic
def publish_draft(*, actor: User, draft: TemplateDraft, revision: int) -> QuestionnaireTemplate:
    """Makes a draft a version that never changes; the draft is used up.

    Raises TemplateError where it is not right yet and Refused where its version is there already.
    """
    require(actor, "template.publish")
    row = ready_to_publish(draft, revision)
    template = parse_template(row.source, "draft")
    refuse_other_version(template.slug, template.version, next_version(template.slug))
    published = publish_template(source=row.source, name=template.name)
    record(
        actor=actor, verb="template.publish", about=published,
        text=f"published {published.title}, version {published.version}",
    )  # fmt: skip
    row.delete()
    return published


@transaction.atomic
def discard_draft(*, actor: User, draft: TemplateDraft) -> None:
    """Throws a draft away; nothing that was published is touched."""
    require(actor, "template.draft")
    record(
        actor=actor, verb="template.discard", text=f"threw away the draft of {draft.title}",
        about=draft,
    )  # fmt: skip
    draft.delete()


def next_version(slug: str) -> int:
    """The number that the next version of a template will have."""
    newest = QuestionnaireTemplate.objects.filter(slug=slug).order_by("-version").first()
    return newest.version + 1 if newest else 1


def _title_of(source: str) -> str:
    try:
        return parse_template(source, "draft").title
    except TemplateError:
        return ""
