"""What a token may be used for, asked before every view of the API.

A view that only reads needs `read`, any other verb `write`; one that gives files away says so with
`scope = Scope.EXPORT`. This stands among the default permission classes, and a test holds that no
view sets its own in their place.
"""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from diligence.models import ApiToken, Scope

if TYPE_CHECKING:  # the settings of REST framework name this module before its views are made
    from rest_framework.views import APIView


def scope_of(view: "APIView", method: str) -> str:
    """The one scope that a request to this view needs."""
    if method not in SAFE_METHODS:
        return Scope.WRITE
    return str(getattr(view, "scope", Scope.READ))


class InScope(BasePermission):
    """Lets a request through whose token was made for the like of it."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = scope_of(view, request.method or "")
        self.message = f"This token was not made for “{needed}”; make one that is."
        return isinstance(request.auth, ApiToken) and needed in request.auth.scopes
