"""What the list of deals can be narrowed down by."""

import django_filters

from diligence.models import Deal, Round
from diligence.models.deal import DealQuerySet
from diligence.selectors.deals import with_words


class DealFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter has no types
    """Stage, round, startup, and words in names, thesis and summary."""

    stage = django_filters.UUIDFilter(label="Id of a stage.")
    round = django_filters.ChoiceFilter(choices=Round.choices)
    startup = django_filters.UUIDFilter(label="Id of a startup.")
    q = django_filters.CharFilter(
        method="with_words", max_length=200, label="Words that all have to occur."
    )

    class Meta:
        model = Deal
        fields = ("stage", "round", "startup", "q")

    def with_words(self, queryset: DealQuerySet, _name: str, value: str) -> DealQuerySet:
        """The same search as on the page."""
        return with_words(queryset, value)
