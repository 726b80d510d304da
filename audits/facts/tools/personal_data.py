"""Forms of personal data that can be verified: a pattern, a check of the value, and how many count.

One address is the author's; a list is data. Each count is of different values.
"""

import re
from collections.abc import Callable

from msgspec import Struct

IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GR": 27, "HU": 28, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "SK": 24, "TR": 26,
}  # fmt: skip
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("KLMNOPQRSTUVWXYZ",
               (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)),
}  # fmt: skip
_NOBODY = ("example.", "test.", "localhost", "domain.", "email.", "noreply", "no-reply", "sentry.")
_ENDINGS = frozenset({
    "com", "org", "net", "edu", "gov", "mil", "int", "io", "ai", "co", "info", "biz", "me", "us",
    "uk", "de", "fr", "es", "it", "nl", "be", "eu", "at", "ch", "se", "no", "fi", "dk", "pl", "cz",
    "pt", "ie", "gr", "hu", "ro", "tr", "ru", "ua", "br", "mx", "ar", "cl", "pe", "in", "jp", "cn",
    "kr", "tw", "hk", "sg", "id", "my", "th", "vn", "ph", "au", "nz", "za", "ng", "ke", "eg", "il",
    "ae", "sa", "ca", "dev", "app", "tech", "cloud", "online",
})  # fmt: skip
"""Ends of addresses that people have; what else stands after an `@` is often a file."""


class PersonalForm(Struct, frozen=True):
    """`share`: the least part of what matches the pattern that must also pass the check.

    `mark` is a character without which nothing matches.
    """

    kind: str
    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    least: int
    share: float = 0.0
    mark: str = ""


def is_iban(text: str) -> bool:
    """ISO 13616: the length of its country, and 1 modulo 97 with the head at the end."""
    plain = text.replace(" ", "")
    if IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """ISO/IEC 7812: Luhn's sum."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(set(digits)) < 4:
        return False
    doubled = (d * 2 - 9 * (d > 4) if n % 2 else d for n, d in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def is_cpf(text: str) -> bool:
    """Brazil: two check digits modulo 11."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(set(digits)) == 1:
        return False
    return all(
        sum(d * w for d, w in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        == digits[n]
        for n in (9, 10)
    )


def is_dni(text: str) -> bool:
    """Spain: the letter is the number modulo 23."""
    return _DNI[int(text[:8]) % 23] == text[-1]


def is_codice_fiscale(text: str) -> bool:
    """Italy: a letter from weights by odd and even place."""
    total = sum(_ODD[c] if n % 2 == 0 else int(c, 36) - 10 * c.isalpha() for n, c in
                enumerate(text[:15]))  # fmt: skip
    return chr(ord("A") + total % 26) == text[15]


def is_ssn(text: str) -> bool:
    """United States: no check digit, but areas, groups and serials that were never given out."""
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_address(text: str) -> bool:
    """An address of somebody, not of a manual or a machine."""
    low = text.lower()
    domain, _, ending = low.rpartition("@")[2].rpartition(".")
    named = ending in _ENDINGS and any(c.isalpha() for c in domain)
    return named and not any(word in low for word in _NOBODY)


def is_phone(text: str) -> bool:
    """E.164: eight to fifteen digits, not all alike."""
    digits = [c for c in text if c.isdigit()]
    return 8 <= len(digits) <= 15 and len(set(digits)) > 3


FORMS = (
    PersonalForm(
        "email addresses",
        re.compile(r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}"
                   r"\.[A-Za-z]{2,10}\b"),
        is_address, 10, mark="@",
    ),
    PersonalForm(
        "telephone numbers",
        re.compile(r"(?<![\w.+])\+[1-9]\d{0,2}[ .-]\(?\d{1,4}\)?[ .-]\d{2,4}[ .-]?\d{2,6}(?!\w)"),
        is_phone, 10, mark="+",
    ),
    PersonalForm("bank accounts (IBAN)",
                 re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,6}(?: ?[A-Z0-9]{1,3})?\b"),
                 is_iban, 2),
    PersonalForm(
        "payment cards",
        re.compile(r"(?<![\d.])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2})(?:[ -]?\d{4}){3}(?![\d.])"),
        is_card, 5, 0.9,
    ),
    PersonalForm("tax numbers of Brazil (CPF)",
                 re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"), is_cpf, 3, 0.5),
    PersonalForm("identity numbers of Spain (DNI)",
                 re.compile(r"\b\d{8}[A-Z]\b"), is_dni, 5, 0.9),
    PersonalForm("tax codes of Italy",
                 re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b"),
                 is_codice_fiscale, 3, 0.5),
    PersonalForm("social security numbers of the United States",
                 re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), is_ssn, 10, 0.9),
)  # fmt: skip
