"""Secrets that are handed out once and kept as a hash, and fields encrypted at rest."""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def new_secret() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """SHA-256 in hex. The secrets are random, so that a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def encrypt(text: str, keys: Sequence[str]) -> bytes:
    """Encrypts with the first key (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return MultiFernet([Fernet(k) for k in keys]).encrypt(text.encode())


def decrypt(data: bytes, keys: Sequence[str]) -> str:
    """Decrypts with whichever key fits. Raises ValueError where none does."""
    try:
        return MultiFernet([Fernet(k) for k in keys]).decrypt(data).decode()
    except InvalidToken:
        raise ValueError("none of the field keys fits") from None
