"""One's own API tokens."""

from diligence.models import ApiToken
from diligence.services.tokens import create_token, user_of_token
from tests.cast import Cast, signed_in


def test_founders_have_none(cast: Cast) -> None:
    assert signed_in(cast.founder).get("/tokens/").status_code == 404
    assert signed_in(cast.founder).post("/tokens/", {"name": "x", "days": "30"}).status_code == 404
    assert signed_in(None).get("/tokens/").status_code == 302


def test_nobody_sees_or_revokes_the_tokens_of_another(cast: Cast) -> None:
    token, _ = create_token(actor=cast.analyst, name="Quarterly sheet")
    browser = signed_in(cast.admin)
    assert "Quarterly" not in browser.get("/tokens/").content.decode()
    assert browser.post(f"/tokens/{token.pk}/revoke/").status_code == 404


def test_the_secret_is_shown_once(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    response = browser.post("/tokens/", {"name": "Spreadsheet", "days": "30", "scopes": ["read"]})
    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert user_of_token(secret) is not None
    again = browser.get("/tokens/").content.decode()
    assert secret not in again
    assert secret[:8] in again


def test_a_token_is_named(cast: Cast) -> None:
    response = signed_in(cast.analyst).post("/tokens/", {"name": "", "days": "30"})
    assert response.status_code == 422
    assert "Name what the token is for" in response.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_given_only_what_is_ticked_and_nobody_ticks_what_is_not_offered(
    cast: Cast,
) -> None:
    browser = signed_in(cast.analyst)
    for scopes in ([], ["everything"]):
        form = {"name": "Robot", "days": "30", "scopes": scopes}
        assert browser.post("/tokens/", form).status_code == 422
    browser.post("/tokens/", {"name": "Robot", "days": "30", "scopes": ["export"]})
    assert ApiToken.objects.get().scopes == ["export"]


def test_a_revoked_token_is_worthless(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Robot")
    response = signed_in(cast.analyst).post(f"/tokens/{token.pk}/revoke/", follow=True)
    assert "Revoked" in response.content.decode()
    assert user_of_token(secret) is None
