"""How lists are cut into pages: `?limit=` and `?offset=`."""

from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    """Fifty rows unless asked otherwise, and never more than two hundred at once."""

    default_limit = 50
    max_limit = 200
