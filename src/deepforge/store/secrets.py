"""Secrets: made here, given away once, and kept only as their SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def fresh_secret() -> str:
    """256 random bits as text that fits into a header, a cookie or a URL."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret. They are long and random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def fits(secret: str, kept: str) -> bool:
    """Whether a secret is the one that was kept; takes the same time wherever they differ."""
    return hmac.compare_digest(hash_of(secret), kept)
