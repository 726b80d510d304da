"""The page of webhooks."""

from django.utils import timezone

from diligence.models import Event, WebhookDelivery, WebhookEndpoint
from diligence.services.webhooks import add_endpoint, try_endpoint
from tests.cast import Cast, signed_in

ADDED = {
    "name": "Warehouse", "address": "https://hooks.example/a", "events": ["deal.move"],
}  # fmt: skip


def test_the_secret_is_shown_once(cast: Cast) -> None:
    browser = signed_in(cast.admin)
    assert "No webhooks yet" in browser.get("/webhooks/").content.decode()
    shown = browser.post("/webhooks/", ADDED)
    secret = shown.context["secret"]
    assert secret.startswith("whsec_")
    assert secret in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    page = browser.get("/webhooks/").content.decode()
    assert "Warehouse" in page
    assert secret not in page

    endpoint = WebhookEndpoint.objects.get()
    again = browser.post(f"/webhooks/{endpoint.pk}/", {"act": "secret"})
    assert again.context["secret"] not in ("", secret)
    assert "no-store" in again.headers["Cache-Control"]


def test_what_is_missing_or_wrong_is_said_at_its_field(cast: Cast) -> None:
    browser = signed_in(cast.admin)
    for field, value, said in (
        ("name", "", "Name the system"), ("events", [], "Choose at least one"),
        ("events", ["people.off"], "people.off"), ("address", "http://x.example/", "https://"),
        ("address", "https://10.0.0.1/", "lies in a private network, which is not connected to."),
    ):  # fmt: skip
        answer = browser.post("/webhooks/", ADDED | {field: value})
        assert answer.status_code == 422
        assert said in " ".join(answer.context["form"].errors[field])
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_paused_tried_and_removed(cast: Cast) -> None:
    endpoint, _ = add_endpoint(
        actor=cast.admin, name="Warehouse", address="https://hooks.example/",
        events=[Event.STAGE],
    )  # fmt: skip
    browser, address = signed_in(cast.admin), f"/webhooks/{endpoint.pk}/"

    def done(act: str) -> str:
        return browser.post(address, {"act": act}, follow=True).content.decode()

    assert "A test to Warehouse is on its way" in done("test")
    assert "Warehouse is paused." in done("pause")
    assert "Resume it first" in done("test")
    delivery = WebhookDelivery.objects.get()
    again = f"/webhooks/deliveries/{delivery.pk}/again/"
    assert "Resume it first" in browser.post(again, follow=True).content.decode()
    assert "is told again" in done("resume")
    assert "is on its way again" in browser.post(again, follow=True).content.decode()
    browser.post(address, {"act": "nothing at all"})
    assert WebhookEndpoint.objects.get().paused_at is None
    assert "Warehouse is removed." in done("remove")
    assert not WebhookEndpoint.objects.exists()


def test_the_state_of_each_delivery_is_told(cast: Cast) -> None:
    endpoint, _ = add_endpoint(
        actor=cast.admin, name="Warehouse", address="https://hooks.example/", events=[Event.STAGE]
    )
    for state, status, error in (("sent", 204, ""), ("failed", 500, "<b>busy</b>")):
        try_endpoint(actor=cast.admin, endpoint=endpoint)
        newest = WebhookDelivery.objects.all()[0]
        WebhookDelivery.objects.filter(pk=newest.pk).update(state=state, status=status, error=error)
    page = signed_in(cast.admin).get("/webhooks/").content.decode()
    for said in ("Delivered", "204", "Set aside", "500", "&lt;b&gt;busy&lt;/b&gt;"):
        assert said in page


def test_what_fails_and_why_it_was_paused_is_said(cast: Cast) -> None:
    endpoint, _ = add_endpoint(
        actor=cast.admin, name="Warehouse", address="https://hooks.example/", events=[Event.STAGE]
    )
    rows, browser = WebhookEndpoint.objects.filter(pk=endpoint.pk), signed_in(cast.admin)
    rows.update(failures=1, failing_since=timezone.now())
    page = browser.get("/webhooks/").content.decode()
    assert "(1 try). After 20 tries over 3 days it is paused." in page
    rows.update(paused_at=timezone.now(), paused_because="20 tries in a row failed: <b>busy</b>")
    page = browser.get("/webhooks/").content.decode()
    assert "It was paused by itself.</strong> 20 tries in a row failed: &lt;b&gt;busy" in page
    assert 'value="resume"' in page
