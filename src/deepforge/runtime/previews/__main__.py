"""The main of the process that makes one preview and ends."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
import threading
import traceback
from typing import Any, Dict

from deepforge.runtime import codecs, project
from deepforge.runtime.previews import describe

LARGEST_ANSWER = 2 << 20
"""Bytes. What would be more is not worth looking at."""

TOO_LATE = 75
"""The exit status of a process that took too long."""


def main(folder: str) -> int:
    """Answer the ask of this folder; always with an answer, unless the process is killed."""
    with open(os.path.join(folder, "ask.json"), encoding="utf-8") as file:
        ask = json.load(file)
    _limit(ask["seconds"])
    try:
        answer = _answer(ask)
    except MemoryError:
        answer = _failed("MemoryError", "There is not enough memory to load it.", "")
    except BaseException as error:  # noqa: BLE001 — whatever user code raises is what has to be told
        cause = error.__cause__ if isinstance(error, codecs.CannotLoad) and error.__cause__ else error
        told = "".join(traceback.format_exception(type(cause), cause, cause.__traceback__))
        answer = _failed(type(cause).__name__, str(cause), told)
    unfinished = os.path.join(folder, "answer.part")
    with open(unfinished, "w", encoding="utf-8") as file:
        file.write(_encode(answer))
    os.replace(unfinished, os.path.join(folder, "answer.json"))
    # What was loaded may have left threads behind; nobody waits for them.
    os._exit(0)


def _answer(ask: Dict[str, Any]) -> Dict[str, Any]:
    if ask["code"]:
        project.enter(ask["code"])
    if ask["codec"] not in codecs.CODECS:
        return {
            "state": "unsupported",
            "document": {"reason": "Nothing can show what %s wrote." % ask["codec"]},
        }
    return {"state": "ready", "document": describe(_load(ask))}


def _load(ask: Dict[str, Any]) -> Any:
    if ask["codec"] == "npy":
        # Only read: a map that could be written to is refused when the file is larger than the memory.
        numpy = importlib.import_module("numpy")
        return numpy.load(ask["file"], mmap_mode="r", allow_pickle=False).view(numpy.ndarray)
    return codecs.load(ask["file"], ask["type"], ask["codec"])


def _failed(kind: str, message: str, told: str) -> Dict[str, Any]:
    shown = message.encode("utf-8", "backslashreplace").decode()
    return {"state": "failed", "document": {"error": kind, "reason": shown[:2000], "traceback": told[-8000:]}}


def _encode(answer: Dict[str, Any]) -> str:
    try:
        text = json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        text = json.dumps(_failed(type(error).__name__, "What is in it cannot be told: %s" % error, ""))
    if len(text) > LARGEST_ANSWER:
        text = json.dumps(_failed("TooLarge", "Its preview would have %d bytes." % len(text), ""))
    return text


def _limit(seconds: float) -> None:
    for name, most in (("RLIMIT_CPU", int(seconds) * 4), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 64 << 20)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))
    # The worker watches the time too; this is for when it is gone.
    timer = threading.Timer(seconds, os._exit, (TOO_LATE,))
    timer.daemon = True
    timer.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
