"""Names of things: ULIDs for rows, digests for bytes, and the key of an attempt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType

UserId = NewType("UserId", str)
ProjectId = NewType("ProjectId", str)
RunId = NewType("RunId", str)
JobId = NewType("JobId", str)
ArtifactId = NewType("ArtifactId", str)
WorkerId = NewType("WorkerId", str)
TokenId = NewType("TokenId", str)
UploadId = NewType("UploadId", str)
Digest = NewType("Digest", str)
"""Lower-case hexadecimal BLAKE3-256 of some bytes: 64 characters."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_LENGTH = 26
DIGEST_LENGTH = 64


def ulid(milliseconds: int, entropy: bytes) -> str:
    """Encode a ULID: 48 bits of Unix time in milliseconds, then 80 random bits.

    Sorting ULIDs sorts by time. Source: the ULID specification (Crockford's base 32).
    Raises ValueError when the time needs more than 48 bits or the entropy is not 10 bytes.
    """
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError(f"a ULID holds 48 bits of milliseconds, not {milliseconds}")
    if len(entropy) != 10:
        raise ValueError(f"a ULID takes 10 random bytes, not {len(entropy)}")
    value = milliseconds << 80 | int.from_bytes(entropy, "big")
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def first_ulid(at: datetime) -> str:
    """The smallest ULID of a time; without a zone it is UTC."""
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return ulid(max(0, round(seconds * 1000)), bytes(10))


def is_ulid(text: str) -> bool:
    """Whether the text has the form of a ULID."""
    return len(text) == ULID_LENGTH and text[0] <= "7" and all(letter in ALPHABET for letter in text)


def is_digest(text: str) -> bool:
    """Whether the text has the form of a digest."""
    return len(text) == DIGEST_LENGTH and all(letter in "0123456789abcdef" for letter in text)


def attempt_key(job: JobId, fence: int) -> str:
    """The name of one try at a job, also of its folder on the worker: `<job>.<fence>`."""
    return f"{job}.{fence}"
