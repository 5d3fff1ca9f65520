"""Text that jobs wrote, made fit for a page: no terminal control sequences, no overwritten lines."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]?"  # colours, cursor, screen
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, clipboard
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without control sequences; of a line that was overwritten only its last form."""
    clean = _BIDIRECTIONAL.sub("", _SEQUENCE.sub("", text.replace("\r\n", "\n")))
    return "\n".join(_last_form(line) for line in clean.split("\n")) if "\r" in clean else clean


def _last_form(line: str) -> str:
    return line.rstrip("\r").rpartition("\r")[2]
