"""What the list of reports can be narrowed down by."""

import django_filters

from rubrics.models import Report


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Deal and state."""

    deal = django_filters.UUIDFilter(label="Id of a deal.")
    state = django_filters.ChoiceFilter(choices=Report.State.choices)

    class Meta:
        model = Report
        fields = ("deal", "state")
