"""`Authorization: Bearer prf_…`, the one way into the API beside the session."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from diligence.models import ApiToken, User
from diligence.services.tokens import user_of_token


class TokenAuthentication(BaseAuthentication):
    """Finds the person behind an API token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without a bearer header; raises AuthenticationFailed for one that is no good."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = user_of_token(secret.decode("ascii", errors="replace").strip())
        if found is None:
            raise AuthenticationFailed(
                "This token is unknown, revoked or expired, or rests until its owner has set up"
                " the second factor that the firm asks for."
            )
        return found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the base's signature
        """What a 401 asks for."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # untyped base
    """How the OpenAPI document describes the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - drf-spectacular's signature
        """An HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer"}
