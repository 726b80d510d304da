"""What a service refuses, as an answer of the API: one sentence, and a status that tells why."""

from typing import Any

from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from diligence.services.errors import Conflict, Refused


def answer_to(error: Exception, context: dict[str, Any]) -> Response | None:
    """409 where somebody was faster, 422 where it cannot be done; else as the framework does."""
    if isinstance(error, Refused):
        late = isinstance(error, Conflict)
        code = status.HTTP_409_CONFLICT if late else status.HTTP_422_UNPROCESSABLE_ENTITY
        return Response({"detail": str(error)}, status=code)
    return exception_handler(error, context)
