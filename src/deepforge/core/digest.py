"""Digests: the name that bytes give themselves."""

from __future__ import annotations

from blake3 import blake3

from deepforge.core.ids import Digest


def digest_of(data: bytes | str) -> Digest:
    """BLAKE3-256 of the bytes (of text: as UTF-8), in lower-case hexadecimal."""
    return Digest(
        blake3(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()
    )
