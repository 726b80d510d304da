"""What cannot be kept is refused with a sentence; what is not there is said in the right shape."""

from typing import Any

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from diligence.config.faults import UNKEEPABLE
from diligence.lib.typed import whole_number
from diligence.services.tokens import create_token
from tests.cast import Cast, signed_in
from tests.rubrics.building import an_assessment


def test_a_zero_byte_in_a_search_is_refused_with_a_sentence(cast: Cast) -> None:
    answer = signed_in(cast.analyst).get(reverse("diligence:deal_table"), {"q": "a\0b"})
    assert (answer.status_code, answer.content.decode()) == (400, UNKEEPABLE)


def test_a_zero_byte_in_a_text_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    address = reverse("diligence:answer_ask_back", args=[cast.questionnaire.pk, "main-model"])
    answer = signed_in(cast.analyst).post(address, {"message": "Why\0?", "text": "Why\0?"})
    assert answer.status_code in {302, 400, 422}


@pytest.mark.parametrize(
    "address", ["/account/second-factor/webauthn/login/", "/api/v1/deals/{}/frame/"]
)
def test_json_without_end_is_refused_with_a_sentence(cast: Cast, address: str) -> None:
    endless = "[" * 100_000
    _, secret = create_token(actor=cast.analyst, name="x", scopes=["write"])
    an_assessment(cast.deal)
    by_api = "api" in address
    answer: Any = Client(headers={"Authorization": f"Bearer {secret}"}).post(
        address.format(cast.deal.pk), endless if by_api else {"credential": endless},
        content_type="application/json" if by_api else MULTIPART_CONTENT,
    )  # fmt: skip
    assert answer.status_code == 400
    assert UNKEEPABLE in answer.content.decode()


def test_programs_are_told_in_json_that_there_is_nothing(client: Client, db: None) -> None:
    answer: Any = client.get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "\0", "9" * 400, "٣", "null"])
def test_what_is_no_number_counts_as_none(text: str) -> None:
    assert whole_number(text) == 0


def test_a_number_is_read() -> None:
    assert whole_number("12") == 12
