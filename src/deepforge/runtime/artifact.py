"""Artifacts by tag: a file that user code writes itself, kept when the job ends."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deepforge.runtime import session

_TAG = re.compile(r"[^/\\@\x00-\x1f\x7f]{1,200}")
_MOST_BYTES = 255  # of a file's name, on all file systems that matter


def artifact(tag: str) -> Path:
    """The path where to write what shall be kept as an artifact called `tag`. Nothing is there yet.

    Raises TypeError when the tag is no text, ValueError when it is empty, too long, or holds `@`, slashes or
    control characters.
    """
    if not isinstance(tag, str):
        raise TypeError(
            "%s cannot name an artifact: write a text of 1 to 200 characters, such as 'model.pt'"
            % repr(tag)[:80]
        )
    if not _TAG.fullmatch(tag) or tag in (".", "..") or len(os.fsencode(tag)) > _MOST_BYTES:
        raise ValueError(
            "%r cannot name an artifact: write 1 to 200 characters (%d bytes), without `@` (versions are"
            " numbered by themselves), slashes and control characters" % (tag, _MOST_BYTES)
        )
    folder = os.path.join(session.active().folder, session.ARTIFACTS)
    os.makedirs(folder, exist_ok=True)
    return Path(folder, tag)
