"""Coming in by the firm's own identity provider: whom it may bring, and how it is asked.

The provider says who somebody is; whether they belong here the firm has said before, by adding
them, or by naming the domains whose people are let in. Founders do not come in this way.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from diligence.lib.outgoing import guarded_session
from diligence.models import User
from diligence.services.errors import Refused
from diligence.services.people import whoever_the_provider_means

if TYPE_CHECKING:
    import requests

logger = logging.getLogger(__name__)


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's conversation with the provider, and our own rule on who comes of it."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Once the provider has said who it is, and before anybody is signed in.

        Raises ImmediateHttpResponse with a page that says why somebody does not come in.
        """
        # Nobody joins somebody else's identity to the account in which a browser is signed in.
        sociallogin.state["process"] = "login"
        known = sociallogin.user if sociallogin.is_existing else None
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        name = _name_of(sociallogin)
        try:
            user = whoever_the_provider_means(known=known, verified=verified, name=name)
        except Refused as refused:
            context = {"reason": str(refused)}
            page = render(request, "socialaccount/refused.html", context, status=403)
            raise ImmediateHttpResponse(page) from None
        if known is None:
            sociallogin.connect(request, user)

    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's signature
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """The firm's provider as the environment names it; none is taken from the database."""
        found = []
        for kind, configured in settings.SOCIALACCOUNT_PROVIDERS.items():
            apps = [SocialApp(provider=kind, **app) for app in configured["APPS"]]
            found += [
                app for app in apps
                if provider in (None, kind, app.provider_id)
                and client_id in (None, app.client_id)
            ]  # fmt: skip
        return found

    def get_requests_session(self) -> "requests.Session":
        """The one place from which the provider is asked anything; the guard stands in it."""
        return guarded_session()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:  # noqa: ARG002 - allauth's signature
        """A row that is never saved: people are found or made by `whoever_the_provider_means`."""
        user: User = sociallogin.user
        user.email = data.get("email") or ""
        return user


def _name_of(sociallogin: SocialLogin) -> str:
    """What the provider calls them."""
    told = sociallogin.account.extra_data
    told = told.get("userinfo") or told.get("id_token") or told
    name = told.get("name", "")
    return name[:200] if isinstance(name, str) else ""


def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Sends a browser to the provider; a page instead of a fault where the provider is silent."""
    import requests

    try:
        answered: HttpResponseBase = openid_connect.login(request, provider_id)
    except requests.RequestException as error:
        logger.warning("the identity provider could not be asked: %s", error)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answered


def saml_view(name: str) -> Callable[..., HttpResponseBase]:
    """A view of allauth's for SAML, whose libraries are loaded when it is first asked for.

    The provider posts its answer from its own site, so the form carries no token of ours; the
    answer is signed, and is only taken for a request that this very browser made.
    """

    def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        asked: Callable[..., HttpResponseBase] = import_string(
            f"allauth.socialaccount.providers.saml.views.{name}"
        )
        return asked(request, **kwargs)

    return csrf_exempt(view) if name == "acs" else view
