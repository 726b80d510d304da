"""What the API says of audits, verdicts and findings. Read-only: no serializer here writes."""

from typing import Any

from rest_framework import serializers

from audits.engine.types import Lens, Severity, Verdict
from audits.models import (
    Artifact,
    AuditRun,
    Claim,
    ClaimVerdict,
    Excerpt,
    Finding,
    Measured,
    PracticeResult,
    Repository,
    RoomRun,
)
from audits.selectors.comparing import Comparison, PracticeChange


class RepositorySerializer(serializers.ModelSerializer[Repository]):
    """Where the code came from; its token is never told."""

    location = serializers.CharField(
        read_only=True, help_text="The address, or the title of the evidence."
    )

    class Meta:
        model = Repository
        fields = ("id", "name", "location")
        read_only_fields = fields


class AuditSerializer(serializers.ModelSerializer[AuditRun]):
    """One examination of one repository. It ends succeeded, failed or cancelled."""

    repository = RepositorySerializer(read_only=True)
    skipped = serializers.IntegerField(
        source="left_out_count", read_only=True, help_text="How many files were not examined."
    )

    class Meta:
        model = AuditRun
        fields = (
            "id", "deal", "repository", "origin", "tool", "rev", "state", "failure", "commit",
            "committed_at", "source_sha256", "files", "bytes", "skipped", "engine_version",
            "created_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class SkippedSerializer(serializers.Serializer[dict[str, str]]):
    """A file that was not examined."""

    path = serializers.CharField()
    reason = serializers.CharField()


class AuditDetailSerializer(AuditSerializer):
    """An examination with what it left out."""

    left_out = SkippedSerializer(source="skipped", many=True, read_only=True)

    class Meta:
        model = AuditRun
        fields = (*AuditSerializer.Meta.fields, "left_out")
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[Excerpt]):
    """A cited place at the run's commit; `line` is 1 for a whole file."""

    class Meta:
        model = Excerpt
        fields = ("path", "line", "note")
        read_only_fields = fields


class PracticeSerializer(serializers.ModelSerializer[PracticeResult]):
    """The verdict on one practice, with the places that show it."""

    lens = serializers.ChoiceField(choices=[each.value for each in Lens], read_only=True)
    verdict = serializers.ChoiceField(choices=[each.value for each in Verdict], read_only=True)
    evidence = PlaceSerializer(many=True, read_only=True)

    class Meta:
        model = PracticeResult
        fields = ("id", "practice", "lens", "verdict", "grade", "value", "because", "evidence")
        read_only_fields = fields


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """Something to act on. `fingerprint` stays the same over runs while the place does."""

    check = serializers.CharField(source="check_id", read_only=True)
    severity = serializers.ChoiceField(choices=[each.value for each in Severity], read_only=True)

    class Meta:
        model = Finding
        fields = ("id", "check", "severity", "title", "path", "line", "fix", "fingerprint")
        read_only_fields = fields


class ChangeSerializer(serializers.Serializer[PracticeChange]):
    """A verdict that differs; `not asked` where a run has none on the practice."""

    practice = serializers.CharField()
    lens = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    because = serializers.CharField(help_text="Why it is what it is now.")


class ComparisonSerializer(serializers.Serializer[Comparison]):
    """What changed from an earlier audit to this one.

    What could not be looked at again is `no_longer_assessable`, neither fixed nor changed.
    """

    before = serializers.UUIDField(source="before.pk", help_text="The earlier audit.")
    after = serializers.UUIDField(source="after.pk", help_text="This audit.")
    changed = ChangeSerializer(many=True, help_text="Verdicts that changed.")
    unchanged = serializers.IntegerField(help_text="How many verdicts are as before.")
    no_longer_assessable = ChangeSerializer(many=True, help_text="Verdicts that were lost.")
    new_findings = FindingSerializer(many=True)
    fixed_findings = FindingSerializer(many=True)
    unchanged_findings = FindingSerializer(many=True, source="kept_findings")
    no_longer_assessable_findings = FindingSerializer(many=True, source="unsettled_findings")


class ArtifactSerializer(serializers.ModelSerializer[Artifact]):
    """A file that can be measured: what it seems to be, and what an analyst said that it is."""

    title = serializers.CharField(source="evidence.title", read_only=True)
    confidence = serializers.FloatField(
        read_only=True, allow_null=True, help_text="How sure the guess is, 0 to 1."
    )

    class Meta:
        model = Artifact
        fields = (
            "id", "deal", "evidence", "title", "guessed_kind", "confidence", "kind", "columns",
            "left_out", "trouble", "confirmed_at",
        )  # fmt: skip
        read_only_fields = fields


class MeasuredSerializer(serializers.ModelSerializer[Measured]):
    """What was measured on one file, under the kind and columns that it was taken for then."""

    sha256 = serializers.CharField(source="version.blob_id", read_only=True)

    class Meta:
        model = Measured
        fields = ("artifact", "path", "kind", "columns", "sha256", "facts", "trouble")
        read_only_fields = fields


class MeasurementSerializer(serializers.ModelSerializer[RoomRun]):
    """One measurement of a deal's data room. It ends succeeded or failed."""

    class Meta:
        model = RoomRun
        fields = (
            "id", "deal", "state", "failure", "engine_version", "created_at", "started_at",
            "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class MeasurementDetailSerializer(MeasurementSerializer):
    """A measurement with its facts, file by file."""

    measured = MeasuredSerializer(many=True, read_only=True)

    class Meta:
        model = RoomRun
        fields = (*MeasurementSerializer.Meta.fields, "measured")
        read_only_fields = fields


class PointerSerializer(serializers.Serializer[dict[str, Any]]):
    """A place that a verdict points to: path and line, or a measured file with a figure."""

    path = serializers.CharField()
    line = serializers.IntegerField()
    note = serializers.CharField()


class ClaimVerdictSerializer(serializers.ModelSerializer[ClaimVerdict]):
    """What became of a claim at one time; `low` and `high` are the 95% interval."""

    evidence = PointerSerializer(many=True, read_only=True)

    class Meta:
        model = ClaimVerdict
        fields = (
            "number", "verdict", "because", "grade", "claimed", "measured", "low", "high",
            "evidence", "made_at", "tested_at",
        )  # fmt: skip
        read_only_fields = fields


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """One thing that the startup says, with its newest verdict; null where it is not tested yet."""

    lens = serializers.ChoiceField(choices=[each.value for each in Lens], read_only=True)
    where = serializers.CharField(read_only=True, help_text="Where it is said, in words.")
    verdict = ClaimVerdictSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Claim
        fields = (
            "id", "deal", "source", "where", "page", "kind", "lens", "fields", "text", "said_at",
            "withdrawn_at", "verdict",
        )  # fmt: skip
        read_only_fields = fields


class ClaimDetailSerializer(ClaimSerializer):
    """A claim with every verdict that it ever had, newest first."""

    history = ClaimVerdictSerializer(source="verdicts", many=True, read_only=True)

    class Meta:
        model = Claim
        fields = (*ClaimSerializer.Meta.fields, "history")
        read_only_fields = fields
