"""Gathers credentials: one pass of an automaton over the bytes, then cheap verification.

The pass finds the texts with which forms begin. A form that may stand is looked for by an automaton
of its own, which gives the candidates; each is looked at again in a window of bounded size, by its
entropy, by words that mark a stand-in, and by what surrounds it. Values stay in this module.
"""

import math
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import hyperscan
from msgspec import Struct

from audits.collectors.collecting import Collector
from audits.engine.types import Severity
from audits.facts.secrets import Secret, Secrets, Strength
from audits.facts.tools.secret_formats import (
    ADDRESS_WITH_LOGIN,
    COMMON,
    EMULATORS,
    FORMATS,
    KEY_WORDS,
    NOT_KEYS,
    PLACEHOLDERS,
    PRIVATE_KEY,
    PUTTY_KEY,
    Format,
)
from audits.facts.tree import FOREIGN, File, Role, Tree, role_of

LIMIT = 2 * 1024 * 1024
MOST_CANDIDATES = 8_000
"""Candidates of one form in one file; a flood of one form hides none of another."""
MOST = 200
"""Credentials kept for one file; more would only repeat the finding."""
_WINDOW = 400
_BINARY_ENDINGS = (
    ".png .jpg .jpeg .gif .webp .ico .bmp .tiff .pdf .zip .gz .tgz .bz2 .xz .zst .7z .jar .war .whl"
    " .exe .dll .so .dylib .o .a .bin .pt .pth .onnx .pkl .pickle .joblib .h5 .hdf5 .npy .npz"
    " .parquet .feather .arrow .mp3 .mp4 .wav .flac .ogg .mov .avi .webm .woff .woff2 .ttf .otf"
    " .eot .db .sqlite .sqlite3 .rds .rdata .rda .safetensors .gguf .class .pyc .map .svg .css"
    " .scss .less .csv .tsv .jsonl .psd .wasm .model .spm .nc .avro .lock .sum .snap .po .mo"
)
_BINARY = frozenset(_BINARY_ENDINGS.split())
_SAMPLES = ("example", "sample", "template", "dist", "tmpl", "default", "skel")
_REMOTE = re.compile(
    r"(?i)(?:host|hostname|server|remote)[\"'_a-z]{0,12}[ \t]{0,8}[=:>,]{1,2}[ \t>]{0,8}[\"']?"
    r"([a-z0-9\-]{2,60}(?:\.[a-z0-9\-]{2,40}){1,4})"
)
_LOCKS = frozenset(
    {"package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json", "renv.lock", "go.sum"}
    | {
        "conda-lock.yml",
        "packages.lock.json",
        "pixi.lock",
        "deno.lock",
        "bun.lock",
        "manifest.toml",
    }
)
_CONFIG = frozenset(
    {".env", ".yml", ".yaml", ".ini", ".cfg", ".conf", ".toml", ".json", ".properties", ".tf"}
    | {".tfvars", ".xml", ".config", ".sh", ".php", ".rb", ""}
)
_KEY_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,400}={0,2}")
_N = len(FORMATS)
_PRIVATE, _PUTTY, _URL, _ASSIGN = _N, _N + 1, _N + 2, _N + 3
_PATTERNS = (*(f.pattern for f in FORMATS), PRIVATE_KEY, PUTTY_KEY, ADDRESS_WITH_LOGIN)
_GOES_ON = {n: re.compile(f.goes_on.encode()) for n, f in enumerate(FORMATS) if f.goes_on} | {
    _URL: re.compile(rb"[^\s:/@\"'<>{}$`]{1,60}+:[^\s/@\"'<>`]{3,120}+@"),
}
"""What must follow a frequent mark at once."""
_AFTER_WORD = re.compile(
    rb"(?:(?<![nN])|(?![sS]|[iI][zZ][eE]))[A-Za-z0-9_\-]{0,30}+[\"']?[\])]?[ \t]{0,20}+[=:]"
)
"""What must follow a word for a credential; not in tokens and tokenizers, which are none."""
_BEGINNING = re.compile(
    r"(?:\(\?i\))?(?:\((?!\?)|(?:\\.|\[[^\]]{1,40}\]|\(\?:[^()]{1,40}\)|[^\\()\[\]{}?*+|])(?![{?*+]))*"
)
_URL_RE = re.compile(
    r"([a-z][a-z0-9+.\-]{1,20})://([^\s:/@\"'<>{}$`]{1,60}):([^\s/@\"'<>`]{3,120})@"
    r"([^\s/\"'<>`:,?]{1,120})"
)


def wants(file: File) -> bool:
    """Text of every kind but lock files, minified code and tables."""
    if file.suffix in _BINARY or file.name.lower() in _LOCKS or not 0 < file.size <= LIMIT:
        return False
    return not file.role & FOREIGN and ".min." not in file.name


def wants_path(path: str) -> bool:
    """The same of a path, for versions whose size is looked at apart."""
    return wants(File(path, 1, ""))


@cache
def _marks() -> hyperscan.Database:
    """The automaton of the marks of all forms; as they are hardly more than texts, made at once."""
    given = [f.mark for f in FORMATS] + ["", "", "://"]
    marks = [mark or _beginning(p) for mark, p in zip(given, _PATTERNS, strict=True)]
    marks.append("(?i)" + "|".join(KEY_WORDS))
    once = hyperscan.HS_FLAG_SINGLEMATCH
    flags = [0 if n in _GOES_ON or n == _ASSIGN else once for n in range(len(marks))]
    database = hyperscan.Database()
    database.compile(
        expressions=[mark.encode() for mark in marks], ids=list(range(len(marks))),
        elements=len(marks), flags=flags,
    )  # fmt: skip
    return database


@cache
def _automaton(number: int) -> hyperscan.Database:
    """The automaton of one form. All of them take a tenth of a second, and few are ever needed."""
    database = hyperscan.Database()
    pattern = _without_lookahead(_PATTERNS[number])
    database.compile(expressions=[pattern.encode()], ids=[number], elements=1)
    return database


def _beginning(pattern: str) -> str:
    """The text with which every match begins: what stands before the first repeat, ungrouped."""
    found = _BEGINNING.match(_without_lookahead(pattern))
    return re.sub(r"\((?!\?)", "", found[0]) if found else ""


def _without_lookahead(pattern: str) -> str:
    """A pattern as the automaton knows it; what it cannot say is said again on the candidate."""
    return re.sub(r"\(\?![^)]*\)", "", pattern).replace(r"\b", "")


class _Text(Struct, frozen=True):
    path: str
    content: bytes

    def line(self, at: int) -> int:
        return _line_at(self.content, at)

    def row(self, at: int) -> str:
        """The line around an offset, at most a window to either side."""
        start = self.content.rfind(b"\n", max(0, at - _WINDOW), at) + 1 or max(0, at - _WINDOW)
        end = self.content.find(b"\n", at, at + _WINDOW)
        return self.content[start : end if end >= 0 else at + _WINDOW].decode("utf-8", "replace")


@lru_cache(maxsize=1)
def _line_at(content: bytes, at: int) -> int:
    """Counted once for all that one candidate shows."""
    return content.count(b"\n", 0, at) + 1


def read(path: str, content: bytes) -> tuple[Secret, ...] | None:
    """The credentials of one file."""
    if b"\0" in content[:4096]:
        return None
    text = _Text(path, content)
    found: dict[tuple[int, str], Secret] = {}
    for number, at in _candidates(content):
        for secret in _judged(text, number, at):
            found.setdefault((secret.line, secret.tail or secret.kind), secret)
        if len(found) >= MOST:
            break
    return tuple(found[k] for k in sorted(found)) or None


def _candidates(content: bytes) -> list[tuple[int, int]]:
    """(pattern, end) of every match; ends close together on one pattern count once."""
    hits: dict[tuple[int, int], int] = {}
    seen: Counter[int] = Counter()
    standing: set[int] = set()

    def mark(number: int, start: int, end: int, flags: int, context: object) -> None:
        if number == _ASSIGN:
            if found := _AFTER_WORD.match(content, end):
                note(number, start, found.end(), flags, context)
        elif number not in _GOES_ON or _GOES_ON[number].match(content, end):
            standing.add(number)

    def note(number: int, start: int, end: int, flags: int, context: object) -> None:
        del start, flags, context
        place = end if number == _ASSIGN else end // 48
        if seen[number] < MOST_CANDIDATES and (number, place) not in hits:
            seen[number] += 1
            hits[(number, place)] = end

    _marks().scan(content, match_event_handler=mark)
    for number in standing:
        _automaton(number).scan(content, match_event_handler=note)
    return sorted((n, end) for (n, _), end in hits.items())


def _judged(text: _Text, number: int, at: int) -> Iterator[Secret]:
    if number == _PRIVATE:
        yield from _private_key(text, at)
    elif number == _PUTTY:
        yield _secret(text, "PuTTY private key", at, Severity.CRITICAL)
    elif number == _URL:
        yield from _url(text, at)
    elif number == _ASSIGN:
        yield from _assigned(text, at)
    else:
        yield from _formatted(text, FORMATS[number], at)


def _formatted(text: _Text, form: Format, at: int) -> Iterator[Secret]:
    row = text.row(at)
    for match in form.compiled.finditer(row):
        value = match[match.lastindex or 0]
        if entropy(value) < form.minimum or _repeats(value):
            continue
        strength = Strength.REAL
        if form.public or (form.kind == "Google API key" and _is_client(text)):
            strength = Strength.PUBLIC
        elif form.test_only or _stands_in(value) or any(e in row for e in EMULATORS):
            strength = Strength.WEAK
        if "EXAMPLE" in value:
            continue
        yield _secret(text, form.kind, at, form.severity, value, strength)


def _is_client(text: _Text) -> bool:
    """Configuration that a browser or a phone gets anyway."""
    low = text.content[:200_000].lower()
    return b"authdomain" in low or b"firebase" in low or text.path.endswith((".plist", ".html"))


def _private_key(text: _Text, at: int) -> Iterator[Secret]:
    """The header counts only with a body of encoded bytes after it."""
    after = text.content[at : at + 2_000].replace(b"\\n", b"\n").lstrip(b"\r\n\"' ,+")
    rows = [r.strip(b" \t\r\"',+") for r in after.split(b"\n")]
    while rows and (b":" in rows[0] or not rows[0]):
        rows = rows[1:]
    body = b"".join(rows[:3])
    encoded = re.match(rb"[A-Za-z0-9+/=]{60,}", body)
    if encoded and entropy(body[:120].decode("ascii", "replace")) > 4.0:
        yield _secret(text, "Private key", at, Severity.CRITICAL)


def _url(text: _Text, at: int) -> Iterator[Secret]:
    for match in _URL_RE.finditer(text.row(at)):
        scheme, user, password, host = match.groups()
        if _is_reference(password) or _is_reference(user) or "%s" in password:
            continue
        if password.lower() in ("password", "pass", "pwd", "pw") and "user" in user.lower():
            continue
        weak = _is_local(host) or _is_weak(password, user)
        if weak and _is_remark(text.row(at)):
            continue
        strength = Strength.WEAK if weak else Strength.REAL
        kind = f"Password in a {scheme} address"
        yield _secret(text, kind, at, Severity.HIGH, password, strength)


def _is_local(host: str) -> bool:
    host = host.lower()
    reserved = ("localhost", "127.", "0.0.0.0", "host.docker", "example.")  # noqa: S104 - addresses to compare with, not to listen on
    return "." not in host or host.startswith(reserved) or host.endswith((".local", ".example"))


def _assigned(text: _Text, at: int) -> Iterator[Secret]:
    """A literal given to a name that says credential."""
    key = _key(text.content, at - 1)
    if not key or any(n in key for n in NOT_KEYS):
        return
    value, quoted = _value(text.content, at)
    if not quoted and (stated := _stated_default(text.content, at)):
        value, quoted = stated, True
    if len(value) < 4 or _is_reference(value, quoted=quoted):
        return
    if not _is_literal(text, quoted=quoted) or _is_digest(value) or _is_minified(text, at):
        return
    random = _is_random(value) and not _stands_in(_decoded(value))
    if random and any(f.compiled.search(value) for f in FORMATS):
        return  # a known form is judged as what it is
    names_key = value.lower().replace("-", "_").replace("_", "") in key.replace("_", "")
    if random and not names_key:
        strength = Strength.WEAK if _is_shown(text, key) else Strength.REAL
        yield _secret(text, _kind_of(key), at, Severity.HIGH, value, strength)
    elif _in_settings(text, key) and not _is_remark(text.row(at)):
        weak = _is_weak(value, "") or names_key or not _has_remote_host(text)
        strength = Strength.WEAK if weak else Strength.REAL
        yield _secret(text, _kind_of(key), at, Severity.HIGH, value, strength)


def _is_shown(text: _Text, key: str) -> bool:
    """Whether a page of a manual shows how the key of a framework is set.

    Passwords and keys of providers on such a page may still open something.
    """
    manual = text.path.lower().endswith(_PAGES) and bool(role_of(text.path) & Role.DOCS)
    return manual and key.rsplit(".", 1)[-1].replace("-", "_") in _OF_FRAMEWORKS


_PAGES = (".rst", ".md", ".mdx", ".adoc")
_OF_FRAMEWORKS = frozenset(
    {"secret_key", "secret_key_base", "app_secret_key", "session_secret_key"}
    | {"flask_secret_key", "django_secret_key", "jwt_secret_key"}
)


def _decoded(value: str) -> str:
    """What a value in base64 says, as in the secrets of Kubernetes; "" where it says nothing."""
    if len(value) % 4 or not _BASE64.fullmatch(value):
        return ""
    text = b64decode(value).decode("utf-8", "replace")
    return text if text.isprintable() else ""


def _is_digest(value: str) -> bool:
    """What is kept in place of a password, by the name of how it was made."""
    return value.lower().startswith(_DIGESTS)


def _is_minified(text: _Text, at: int) -> bool:
    """Whether a script's line is so long that a machine joined it; names mean nothing there."""
    return text.path.lower().endswith((".js", ".mjs", ".cjs")) and len(text.row(at)) >= _WINDOW * 2


def _is_remark(row: str) -> bool:
    """Whether a line is a comment: there a stand-in is only an explanation."""
    return row.lstrip().startswith(("#", "//", ";", "--", "* ", "<!--"))


@lru_cache(maxsize=4)
def _has_remote_host(text: _Text) -> bool:
    """Whether the file names a host on a network, for which a password would be."""
    for match in _REMOTE.finditer(text.content[:60_000].decode("utf-8", "replace")):
        host = match[1].lower()
        if not _is_local(host) and not host.endswith((".py", ".js", ".conf", ".yml", ".sock")):
            return host.strip("0123456789.") != "" or not host.startswith(
                ("10.", "192.168.", "172.")
            )
    return False


def _key(content: bytes, at: int) -> str:
    """The name that ends before a `=` or `:`."""
    end = at
    while end > 0 and content[end - 1] in b" \t\"'])":
        end -= 1
    start = end
    while start > 0 and end - start < 80 and content[start - 1] in _KEY_BYTES:
        start -= 1
    return content[start:end].decode("ascii", "replace").lower()


def _value(content: bytes, at: int) -> tuple[str, bool]:
    """The literal after a `=` or `:`, and whether it was in quotes."""
    rest = content[at : at + 300].split(b"\n", 1)[0].decode("utf-8", "replace")
    rest = rest.lstrip("=> \t")
    if rest[:1] in ("r", "b", "u", "f") and rest[1:2] in ("'", '"'):
        if rest[0] == "f":
            return "", True
        rest = rest[1:]
    if rest[:1] in ("'", '"'):
        end = rest.find(rest[0], 1)
        return (rest[1:end], True) if end > 0 else ("", True)
    return rest.split("#")[0].strip().rstrip(",;"), False


_DEFAULT = re.compile(
    r"(?:,[ \t]{0,9}(?:default[ \t]{0,9}=[ \t]{0,9})?|\)?[ \t]{0,9}(?:\bor|\|\||\?\?)[ \t]{1,9})"
    r"[\"']([^\"'\n]{16,200})[\"']"
)


def _stated_default(content: bytes, at: int) -> str:
    """A value drawn by a machine that code falls back to where the environment has none."""
    row = content[at : at + 300].split(b"\n", 1)[0].decode("utf-8", "replace")
    found = _DEFAULT.search(row) if "env" in row.lower() else None
    return found[1] if found and _is_random(found[1]) else ""


def _is_literal(text: _Text, *, quoted: bool) -> bool:
    """Without quotes a value is a literal only in files of settings."""
    name = text.path.rsplit("/", 1)[-1].lower()
    suffix = "." + name.rsplit(".", 1)[-1] if "." in name.strip(".") else ""
    plain = suffix in (".yml", ".yaml", ".ini", ".cfg", ".conf", ".properties", ".env", ".toml", "")
    return quoted or plain or ".env" in name


def _in_settings(text: _Text, key: str) -> bool:
    """Whether a name is the password of a service, in a file of settings that is no sample."""
    name = text.path.rsplit("/", 1)[-1].lower()
    suffix = "." + name.rsplit(".", 1)[-1] if "." in name.strip(".") else ""
    if suffix not in _CONFIG and ".env" not in name and "dockerfile" not in name:
        return False
    if any(s in name for s in _SAMPLES) or role_of(text.path) & Role.DOCS:
        return False
    return any(w in key for w in ("password", "passwd", "pwd", "secret_key", "secret-key"))


def _kind_of(key: str) -> str:
    if any(w in key for w in ("pass", "pwd")):
        return "Password"
    if "secret_key" in key or "signing" in key:
        return "Secret key"
    return "API key or token" if any(w in key for w in ("key", "token")) else "Secret"


_DIGESTS = ("sha1:", "sha256:", "argon2:", "$argon2", "$2a$", "$2b$", "$2y$", "pbkdf2", "{ssha}")
_LEADING = ("$", "{", "[", "<", "%", "*", "!", "&", "(", "@", "\\", "env(", "vault:", "op://")
_INSIDE = ("process.env", "secrets.", "var.", "config.", "env.", "lookup(", "(", "self.", "args.")
_ANYWHERE = ("[@", "${", "{{", "}}", "os.environ", "getenv", "://", "/run/secrets", "ENC[", "%(")


def _is_reference(value: str, *, quoted: bool = True) -> bool:
    """Something that stands for a value kept elsewhere; without quotes code does so too."""
    if (
        ("|" in value and _is_rule(value))
        or " " in value.strip()
        or any(p in value for p in _ANYWHERE)
    ):
        return True
    if quoted:
        return value.startswith(("${", "<", "{", "$(")) and len(value) < 60
    return value.startswith(_LEADING) or any(p in value for p in _INSIDE)


def _is_rule(value: str) -> bool:
    """What a form must satisfy, as frameworks of the web write it: `required|string|max:255`."""
    names = [part.partition(":")[0].replace("_", "") for part in value.split("|")]
    return all(n.isalpha() and n.islower() for n in names)


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    if not value:
        return 0.0
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values())


def _repeats(value: str) -> bool:
    """Runs of one character, as stand-ins have."""
    return bool(re.search(r"(.)\1{5}", value)) or "xxxx" in value.lower()


def _stands_in(value: str) -> bool:
    low = value.lower()
    return any(p in low for p in PLACEHOLDERS)


def _is_weak(value: str, user: str) -> bool:
    low = value.lower()
    if low in COMMON or low == user.lower() or _stands_in(value) or len(value) < 8:
        return True
    return low.isalpha() or any(low.startswith(c) for c in COMMON) or entropy(value) < 3.2


def _is_random(value: str) -> bool:
    """Whether a value looks drawn by a machine: long, of several classes, high in entropy."""
    if len(value) < 16 or _stands_in(value) or _repeats(value):
        return False
    classes = sum(
        (
            any(c.islower() for c in value),
            any(c.isupper() for c in value),
            any(c.isdigit() for c in value),
            any(not c.isalnum() for c in value.strip("=-_")),
        )
    )
    hexadecimal = len(value) >= 32 and not value.lower().strip("0123456789abcdef")
    words = max((len(w) for w in re.split(r"[^A-Za-z]", value)), default=0)
    if hexadecimal:
        return entropy(value) > 3.2
    dashed = (
        len(re.findall(r"[A-Za-z]{3,}", value)) >= 3 and value.count("-") + value.count("_") > 1
    )
    return classes >= 3 and entropy(value) > 3.6 and words < 16 and not dashed


def _secret(
    text: _Text,
    kind: str,
    at: int,
    severity: Severity,
    value: str = "",
    strength: Strength = Strength.REAL,
) -> Secret:
    tail = value[-4:] if len(value) >= 12 and strength is Strength.REAL else ""
    if strength is Strength.REAL and role_of(text.path) & (Role.TEST | Role.EXAMPLE):
        strength = Strength.WEAK
    return Secret(kind, text.path, text.line(at - 1), strength, severity, tail)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Secret, ...]]]) -> Secrets:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Secrets(tuple(s for _, found in parts for s in found))


COLLECTOR = Collector(Secrets, 8, wants, read, assemble, LIMIT, _marks)
