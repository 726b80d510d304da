"""What the lists of audits, verdicts and findings can be narrowed down by."""

import django_filters

from audits.engine.types import Lens, Severity, Verdict
from audits.models import AuditRun, Finding, PracticeResult


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal and state."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    state = django_filters.ChoiceFilter(choices=AuditRun.State.choices)

    class Meta:
        model = AuditRun
        fields = ("deal", "state")


class PracticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Lens and verdict."""

    lens = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Lens])
    verdict = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Verdict])

    class Meta:
        model = PracticeResult
        fields = ("lens", "verdict")


class FindingFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Severity and check."""

    severity = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Severity])
    check = django_filters.CharFilter(field_name="check_id", label="Id of a check.")

    class Meta:
        model = Finding
        fields = ("severity", "check")
