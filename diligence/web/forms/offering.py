"""A field of text that offers a few names while one types, and needs no script to be typed in."""

from django import forms
from django.urls import reverse_lazy


def offering(url: str, offers: str, **attrs: str) -> forms.TextInput:
    """The browser's own list of options, by mouse and by keyboard; htmx asks for those that fit.

    `offers` is the id of the empty list on the page, `url` the name of the address of its options.
    """
    asking = {
        "hx-get": reverse_lazy(url), "hx-target": f"#{offers}", "hx-swap": "innerHTML",
        "hx-trigger": "focus once, input changed delay:200ms", "hx-push-url": "false",
    }  # fmt: skip
    return forms.TextInput(attrs={"autocomplete": "off", "list": offers, **asking, **attrs})
