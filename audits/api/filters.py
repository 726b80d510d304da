"""What the lists of audits, verdicts and findings can be narrowed down by."""

import django_filters

from audits.engine.types import Lens, Severity, Verdict
from audits.models import Artifact, AuditRun, Claim, ClaimVerdict, Finding, PracticeResult, RoomRun


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal and state."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    state = django_filters.ChoiceFilter(choices=AuditRun.State.choices)

    class Meta:
        model = AuditRun
        fields = ("deal", "state")


class PracticeFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Lens and verdict."""

    lens = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Lens])
    verdict = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Verdict])

    class Meta:
        model = PracticeResult
        fields = ("lens", "verdict")


class FindingFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Severity and check."""

    severity = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Severity])
    check = django_filters.CharFilter(field_name="check_id", label="Id of a check.")

    class Meta:
        model = Finding
        fields = ("severity", "check")


class ArtifactFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal and kind."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    kind = django_filters.CharFilter(label="What an analyst said that it is.")

    class Meta:
        model = Artifact
        fields = ("deal", "kind")


class MeasurementFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal and state."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    state = django_filters.ChoiceFilter(choices=RoomRun.State.choices)

    class Meta:
        model = RoomRun
        fields = ("deal", "state")


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal, verdict, lens and source."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    verdict = django_filters.ChoiceFilter(
        field_name="verdict__verdict", choices=ClaimVerdict.Verdict.choices
    )
    lens = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Lens])
    source = django_filters.ChoiceFilter(choices=Claim.Source.choices)

    class Meta:
        model = Claim
        fields = ("deal", "verdict", "lens", "source")
