"""What the API says of deals, evidence and answers. Read-only: no serializer here writes."""

from typing import Any

from rest_framework import serializers

from diligence.models import Deal, EvidenceItem, EvidenceLink, EvidenceVersion, Startup, User
from diligence.selectors.questionnaires import AskedQuestion


class PersonSerializer(serializers.ModelSerializer[User]):
    """Someone of either side."""

    class Meta:
        model = User
        fields = ("id", "name", "email")
        read_only_fields = fields


class StartupSerializer(serializers.ModelSerializer[Startup]):
    """A company."""

    # Not a URLField: where nobody knows it, it is empty.
    website = serializers.CharField(read_only=True)

    class Meta:
        model = Startup
        fields = ("id", "name", "website", "summary", "country", "founded")
        read_only_fields = fields


class StageSerializer(serializers.Serializer[Any]):
    """A stage of a pipeline."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    outcome = serializers.CharField(help_text="open, won or lost")


class DealSerializer(serializers.ModelSerializer[Deal]):
    """A round under diligence. Amounts are whole units of the currency, ai_share in percent."""

    startup = StartupSerializer(read_only=True)
    stage = StageSerializer(read_only=True)
    owner = PersonSerializer(read_only=True)
    days_in_stage = serializers.IntegerField(read_only=True)

    class Meta:
        model = Deal
        fields = (
            "id", "name", "startup", "stage", "stage_entered_at", "days_in_stage", "round",
            "amount", "valuation", "currency", "thesis", "ai_share", "archetypes", "flags",
            "owner", "restricted", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class EvidenceVersionSerializer(serializers.ModelSerializer[EvidenceVersion]):
    """A file as it was handed in. `media_type` comes from its bytes, not from its name."""

    sha256 = serializers.CharField(source="blob_id", read_only=True)
    size = serializers.IntegerField(source="blob.size", read_only=True, help_text="bytes")
    uploaded_by = PersonSerializer(read_only=True)

    class Meta:
        model = EvidenceVersion
        fields = (
            "id", "number", "filename", "media_type", "sha256", "size", "dated_on", "uploaded_by",
            "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields


class EvidenceLinkSerializer(serializers.ModelSerializer[EvidenceLink]):
    """What evidence speaks to: `reference` is the id of a criterion or of a claim, by `kind`."""

    by = PersonSerializer(read_only=True)

    class Meta:
        model = EvidenceLink
        fields = ("kind", "reference", "text", "by", "at")
        read_only_fields = fields


class EvidenceSerializer(serializers.ModelSerializer[EvidenceItem]):
    """A piece of evidence with all its versions, oldest first, and what it speaks to."""

    versions = EvidenceVersionSerializer(many=True, read_only=True)
    links = EvidenceLinkSerializer(many=True, read_only=True)
    created_by = PersonSerializer(read_only=True)

    class Meta:
        model = EvidenceItem
        fields = (
            "id", "title", "origin", "from_startup", "shared", "created_by", "created_at",
            "withdrawn_at", "withdrawn_because", "versions", "links",
        )  # fmt: skip
        read_only_fields = fields


class AnswerSerializer(serializers.Serializer[AskedQuestion]):
    """A question that was asked, with its answer where one was given."""

    question = serializers.CharField(source="question.id")
    text = serializers.CharField(source="question.text")
    type = serializers.CharField(source="question.type")
    is_required = serializers.BooleanField(source="question.required")
    value = serializers.JSONField(
        source="said.value", allow_null=True, default=None, help_text="As stored, by type."
    )
    in_words = serializers.CharField(source="shown_value")
    cannot_answer = serializers.CharField(
        source="said.cannot_answer", default="", help_text="Why it cannot be answered."
    )
    state = serializers.CharField(source="answer.state", default="")
    revision = serializers.IntegerField(source="said.number", default=0)
    evidence = serializers.SerializerMethodField()

    def get_evidence(self, asked: AskedQuestion) -> list[str]:
        """Ids of what is attached and not withdrawn."""
        return [str(item.pk) for item in asked.attached]


class AnsweredSectionSerializer(serializers.Serializer[Any]):
    """A section with the questions that were shown."""

    id = serializers.CharField()
    title = serializers.CharField()
    answers = AnswerSerializer(source="shown", many=True)


class AnsweredQuestionnaireSerializer(serializers.Serializer[Any]):
    """A questionnaire that the startup has submitted."""

    id = serializers.UUIDField(source="questionnaire.pk")
    template = serializers.CharField(source="questionnaire.template.slug")
    version = serializers.IntegerField(source="questionnaire.template.version")
    title = serializers.CharField(source="questionnaire.template.title")
    state = serializers.CharField(source="questionnaire.state")
    submitted_at = serializers.DateTimeField(source="questionnaire.submitted_at")
    answered = serializers.IntegerField()
    asked = serializers.IntegerField()
    sections = AnsweredSectionSerializer(source="open_sections", many=True)
