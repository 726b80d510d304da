"""The page that people see when something broke; it asks neither the database nor the session."""

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """One page without a request behind it, but with the number that lets its scripts run."""
    page = loader.get_template("500.html")
    nonce = getattr(request, "csp_nonce", "")
    return HttpResponseServerError(page.render({"csp_nonce": nonce}))
