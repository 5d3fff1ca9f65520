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

from deepforge.adapters.analysis.walls import Walls
from deepforge.core.errors import DeepForgeError, Unavailable

TASKS = {
    "rewriting": "deepforge.adapters.analysis.rewriting",
    "understanding": "deepforge.adapters.analysis.understanding",
}
LONGEST_ANSWER = 60
"""Seconds after which a process that nobody ended ends itself."""
READY = b"ready"
"""The first message, once questions can be answered at their usual pace."""


def main(task: str, idle_seconds: float, memory: int) -> None:
    """Answer questions about code until the pipe closes, or nobody has asked for a while."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    logging.disable(logging.CRITICAL)
    module = importlib.import_module(TASKS[task])
    walls = Walls(os.getcwd())
    module.prepare()
    _send(answers, READY)
    questions = os.fdopen(0, "rb", buffering=0)
    while select.select([questions], [], [], idle_seconds)[0]:
        message = _received(questions)
        if message is None:
            return
        signal.alarm(LONGEST_ANSWER)
        answer, is_last = _answered(module, walls, message)
        signal.alarm(0)
        _send(answers, msgspec.json.encode(answer))
        if is_last:
            return


def _answered(module: Any, walls: Walls, message: bytes) -> tuple[dict[str, Any], bool]:
    """The answer, and whether the process is spent by it: what filled its memory may still be in there."""
    question = msgspec.json.decode(message)
    words = question["words"]
    walls.let_read([words["folder"], *words["packages"]] if "folder" in words else [])
    try:
        return {"answer": getattr(module, question["question"])(**words)}, False
    except DeepForgeError as error:
        return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}, False
    except Exception as error:  # noqa: BLE001
        told = f"The code could not be looked at ({type(error).__name__})."
        unavailable = {"code": Unavailable.code, "message": told, "hint": "Edit it as text."}
        return {"error": unavailable}, isinstance(error, MemoryError)


def _send(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(len(message).to_bytes(4, "big") + message)
    pipe.flush()


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
