"""The scan for credentials on text that means harm."""

import time

import pytest

from audits.collectors.secrets import COLLECTOR, read
from audits.facts.tree import File


@pytest.mark.parametrize(
    "content",
    [
        b"password=" * 100_000,
        b"a://" + b"b:" * 400_000 + b"@c",
        b"AKIA" * 200_000,
        b"token: '" + b"a1B!" * 200_000,
        b"-----BEGIN RSA PRIVATE KEY-----\n" * 30_000,
        b"host=" + b"a." * 400_000,
        b"key='" * 200_000,
        b"_authToken=" * 90_000,
    ],
)
def test_hostile_text_takes_time_in_proportion(content: bytes) -> None:
    start = time.process_time()
    read("config.ini", content)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "path",
    ["uv.lock", "package-lock.json", "app.min.js", "logo.png", "vendor/x.py", "data.csv"],
)
def test_locks_minified_and_binary_files_are_not_read(path: str) -> None:
    assert not COLLECTOR.wants(File(path, 100, "x"))


def test_binary_content_is_left_alone() -> None:
    assert read("x.cfg", b"\0\1" + b"password = 'aB3$eF6&hI9(lM2'") is None


def test_what_a_form_must_satisfy_and_digests_of_a_baseline_are_no_credentials() -> None:
    rule = b"return ['password' => 'required|alpha_dash|string|max:255'];\n"
    assert read("app/Accept.php", rule) is None
    baseline = b'{"hashed_secret": "0c4a3d1f9be27785ac61d2ee40b7f3518d96c0e2"}\n'
    assert read("settings.json", baseline) is None
