"""The process of a helper: it answers until nobody asks any more."""

from __future__ import annotations

import importlib
import logging
import os
import resource
import select
import signal
import sys
from typing import Any, BinaryIO

import msgspec

from deepforge.core.errors import DeepForgeError, Unavailable

TASKS = {
    "rewriting": "deepforge.adapters.analysis.rewriting",
    "understanding": "deepforge.adapters.analysis.understanding",
}
LONGEST_ANSWER = 60
"""Seconds after which a process that nobody ended ends itself."""


def main(task: str, idle_seconds: float, memory: int) -> None:
    """Answer questions about code until the pipe closes, or nobody has asked for a while."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    logging.disable(logging.CRITICAL)
    module = importlib.import_module(TASKS[task])
    questions = os.fdopen(0, "rb", buffering=0)
    while select.select([questions], [], [], idle_seconds)[0]:
        message = _received(questions)
        if message is None:
            return
        signal.alarm(LONGEST_ANSWER)
        answer = msgspec.json.encode(_answered(module, message))
        signal.alarm(0)
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()


def _answered(module: Any, message: bytes) -> dict[str, Any]:
    question = msgspec.json.decode(message)
    try:
        return {"answer": getattr(module, question["question"])(**question["words"])}
    except DeepForgeError as error:
        return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001
        told = f"The code could not be looked at ({type(error).__name__})."
        return {"error": {"code": Unavailable.code, "message": told, "hint": "Edit it as text."}}


def _received(pipe: BinaryIO) -> bytes | None:
    """One message; None when there are no more."""
    head = _exactly(pipe, 4)
    return _exactly(pipe, int.from_bytes(head, "big")) if head is not None else None


def _exactly(pipe: BinaryIO, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = pipe.read(count - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
