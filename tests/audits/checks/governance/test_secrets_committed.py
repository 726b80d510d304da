"""Whether a credential that looks real is committed. No key here ever worked."""

import pytest

from tests.audits.examining import judged, notebook, verdict

PRACTICE = "secrets-committed"
GITHUB = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
AWS = "AK" + "IA" + "2E0A8F3B244C9986".replace("0", "Q").replace("8", "W").replace("9", "X")
DJANGO = "zq!=!gq(w^_t[sBR29954x)HI+$ehwss*xYNQeu([xcWMhdzzr"
COOKIE = "# Netscape HTTP Cookie File\n#HttpOnly_app\tFALSE\t/\tFALSE\t1753896685\tauth."
SESSION = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..Qz8vT1xW4kPl9-uYh2RbLc7"
KEY = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\n"
    "MIIEpAIBAAKCAQEAx7Zk3VbQd0l1sPq9TnYw5uE8hGfR2cJmA4oKiL6vXtBzN1jD\n"
    "Qy7rWc0SgHpU3eFa9dKxO5lMv8iTbJn2ZqRw4uYhCsEo6XmPfGk1tVLDa0Bj7IzN\n"
)


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "token = os.environ['TOKEN']\npassword = get_password()\n"},
        {"config.yml": "password: ${DB_PASSWORD}\ntoken: {{ vault.token }}\n"},
        {"app.py": "# the form of a key\nPATTERN = 'gh' 'p_[A-Za-z0-9]{36}'\n"},
        {"model.py": "tokenizer = 'bert-base-uncased'\nmax_tokens = 4096\n"},
        {"credentials.yml": "# dev:\n#   password: admin\n"},
        {"poetry.lock": f'hash = "{GITHUB}"\n'},
        {"w.yml": "permissions:\n  id-token: write\n"},
        {".env.example": "OPENAI_API_KEY=your-key-here\nDB_PASSWORD=changeme\n"},
        {"app.py": "key = '-----BEGIN RSA PRIVATE KEY-----'\n"},
        {"app.py": "sha = 'a3f5c9d2e8b7416095cdef1234567890abcdef12'\n"},
        {"conf.json": '{"password": "sha1:7c1f0e9a2b3d:4be1c0de9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"}'},
        {"app.py": "SECRET_KEY = os.environ.get('SECRET_KEY', 'change-this-in-production')\n"},
        {"app.py": "token = os.getenv('API_TOKEN', default='')\n"},
        {"cookies.txt": COOKIE + "callback-url\thttp%3A%2F%2Flocalhost%3A3000%2F\n"},
        {"cookies.txt": COOKIE + "session-id\tdeleted\n"},
        {"lib/ui-bundle.js": "a" * 900 + ',password:"zQ9.x(4kLm7!vB2n"' + ",b" * 500},
    ],
)
def test_references_patterns_and_samples_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yml": "services: {db: {image: postgres}}\nx:\n  POSTGRES_PASSWORD: postgres\n"},
        {"settings.py": "URL = 'postgresql://app:app@localhost:5432/app'\n"},
        {"tests/test_x.py": f"TOKEN = '{GITHUB}'\n"},
        {
            "settings.py": "SECRET_KEY = 'django-insecure-" + DJANGO + "'\nDEBUG_PASSWORD = 'x'\n",
            "db.env": "PASSWORD=changeme\n",
        },
        {
            "docs/config.rst": f"Set it::\n\n    app.secret_key = b'{DJANGO}'\n",
            "docs/start.md": f"```\n$ export FLASK_SECRET_KEY='{DJANGO}'\n```\n",
        },
        {
            "firebase.js": "const c = {authDomain: 'x', apiKey: 'AI"
            "zaSyD3k9Qw7Lr2Xv5Tb8Nm1Pc4Hj6Gf0Zs_aE'}\n"
        },
    ],
)
def test_defaults_fixtures_and_client_keys_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("deploy.sh", f"#!/bin/sh\nexport T={GITHUB}\n", 2),
        ("a/b.yaml", f"x: 1\ny: {AWS}\n", 2),
        ("id_rsa", KEY, 1),
        ("cookies.txt", f"{COOKIE}session-token\t{SESSION}\n", 2),
        ("web/settings.py", f"\nSECRET_KEY = os.environ.get('SECRET_KEY', '{DJANGO}')\n", 2),
        ("web/settings.py", f"\nSECRET_KEY = os.getenv('SECRET_KEY') or '{DJANGO}'\n", 2),
        ("server.ts", f"\nconst jwtSecret = process.env.JWT_SECRET || '{DJANGO}'\n", 2),
        ("site/settings.py", f"\nSECRET_KEY = '{DJANGO}'\n", 2),
        ("app.ini", "[db]\nhost = db.acme-corp.com\npassword = Tr0ub4dor&9\n", 3),
        ("docs/config.rst", f"\n    API_TOKEN = '{DJANGO}'\n", 2),
        ("docs/config.rst", f"\n    AWS_SECRET_KEY = '{DJANGO}'\n", 2),
        ("docs/conf.py", f"\nSECRET_KEY = '{DJANGO}'\n", 2),
        ("README.md", f"\n    SECRET_KEY = '{DJANGO}'\n", 2),
        ("run.ipynb", '{"cells": [\n{"source": ["t = \'' + GITHUB + "'\"]}]}", 2),
    ],
)
def test_what_looks_real_is_a_yes_at_its_line(path: str, text: str, line: int) -> None:
    judgement = judged(PRACTICE, {path: text})
    assert judgement.verdict.value == "yes"
    assert (judgement.evidence[0].path, judgement.evidence[0].line) == (path, line)
    assert judgement.findings[0].severity.value in ("critical", "high")


def test_the_value_is_nowhere_in_what_is_said() -> None:
    judgement = judged(
        PRACTICE, {"deploy.sh": f"export T={GITHUB}\n", "k.py": f"S_KEY = '{DJANGO}'"}
    )
    said = repr(judgement)
    assert GITHUB[:-4] not in said
    assert GITHUB[-4:] in said
    assert DJANGO[:-4] not in said


def test_a_token_that_a_command_of_a_notebook_is_given_is_a_yes() -> None:
    token = "2aVkq8YhX9ZDHruq2Kr0CpUAbe8" + "_" + "6Rk4hU5GjzJZeAYagTH5"
    cells = notebook((1, f"!ngrok authtoken {token}\n"))
    assert verdict(PRACTICE, {"study.ipynb": cells}) == "yes"
    assert verdict(PRACTICE, {"study.ipynb": notebook((1, "!ngrok authtoken $TOKEN\n"))}) == "no"


def test_where_a_field_of_a_page_stands_is_no_credential() -> None:
    code = "access_key = '//*[@id=\"accessKey\"]/div[2]/input[7]'\n"
    assert verdict(PRACTICE, {"login.py": code}) == "no"


@pytest.mark.parametrize(
    "value", ["bXlfc3VwZXJfc2VjcmV0X2tleV9mb3JfZGV2ZWxvcG1lbnQ=", "hardcoded_password123"]
)
def test_a_stand_in_is_one_in_base64_too_as_kubernetes_wants_it(value: str) -> None:
    text = f"kind: Secret\ndata:\n  SECRET_KEY: {value}\n"
    assert verdict(PRACTICE, {"k8s/secrets.yaml": text}) == "partly"


def test_a_random_value_in_base64_still_looks_real() -> None:
    text = "kind: Secret\ndata:\n  API_TOKEN: 9fJ3+xQ7kLm2Vb8/Zt5Rw1Np6Hd4Ys0C\n"
    assert verdict(PRACTICE, {"k8s/secrets.yaml": text}) == "yes"
