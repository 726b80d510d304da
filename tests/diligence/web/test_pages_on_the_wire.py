"""How pages leave: compressed where the browser takes it, with files left as they are."""

import gzip

from django.urls import reverse

from tests.cast import Cast, signed_in, some_evidence

TAKES = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_and_says_the_same(cast: Cast) -> None:
    founder, address = signed_in(cast.founder), f"/room/{cast.deal.pk}/"
    plain, small = founder.get(address), founder.get(address, headers=TAKES)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert cast.deal.startup.name in gzip.decompress(small.content).decode()
    assert small.headers["Content-Security-Policy"]


def test_the_length_of_a_page_is_a_little_random_against_guessing_by_it(cast: Cast) -> None:
    founder, address = signed_in(cast.founder), f"/room/{cast.deal.pk}/people/"
    assert len({len(founder.get(address, headers=TAKES).content) for _ in range(12)}) > 1


def test_evidence_and_the_api_are_not_compressed(cast: Cast) -> None:
    version = some_evidence(cast.deal, by=cast.founder, content=b"day,auc\n" * 500).versions.get()
    analyst = signed_in(cast.analyst)
    file = analyst.get(f"/evidence/{version.pk}/download/", headers=TAKES)
    assert "Content-Encoding" not in file.headers
    assert file.headers["Content-Length"] == str(8 * 500)
    assert "Content-Encoding" not in analyst.get(reverse("api-schema"), headers=TAKES).headers
