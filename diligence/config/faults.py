"""What people and programs see where there is nothing, or where something broke.

The page for a fault asks neither the database nor the session, which may be what broke.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.views.defaults import page_not_found

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people; for programs the same shape as of every other refusal."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Not found."}, status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """One page without a request behind it, but with the number that lets its scripts run."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Something broke on our side."}, status=500)
    page = loader.get_template("500.html")
    nonce = getattr(request, "csp_nonce", "")
    return HttpResponseServerError(page.render({"csp_nonce": nonce}))
