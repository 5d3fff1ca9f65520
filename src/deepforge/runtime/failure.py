"""Failures: what is told of an exception, seen from the user's own code."""

from __future__ import annotations

import errno
import importlib
import os
import traceback
from typing import Any, Dict, List, Optional

from deepforge.runtime import work

RUNTIME = os.path.dirname(os.path.abspath(__file__)) + os.sep
LONGEST_TEXT = 64 * 1024
"""Characters of a message or a traceback; what is longer loses its middle."""
MOST_FRAMES = 100

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def describe(error: BaseException, code: str) -> Dict[str, Any]:
    """The content of an ERROR record, without its time. `code` is the folder of the project."""
    shown = traceback.TracebackException.from_exception(error)
    _seen_from_project(shown, code)
    return {
        "kind": type(error).__name__,
        "message": _shorten(_message(error)),
        "traceback": _shorten("".join(shown.format())),
        "frames": [_frame(frame, code) for frame in _innermost(_stack_of_user(shown))],
        "hint": _own_hint(error) or _hint(error, shown.stack, code),
    }


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001 — a user's __str__ may raise anything
        return "(its message cannot be shown: %s)" % type(second).__name__


def _own_hint(error: BaseException) -> Optional[str]:
    """What the exception itself says to do: those of other libraries may have anything of that name."""
    try:
        hint = error.hint  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 — it may be a property, which may raise anything
        return None
    return _shorten(hint) if isinstance(hint, str) else None


def _seen_from_project(shown: traceback.TracebackException, code: str) -> None:
    """Leave out the frames of this library and of imports, and name files relative to the project."""
    root = code.rstrip(os.sep) + os.sep
    waiting, seen = [shown], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.stack[:] = [frame for frame in one.stack if _is_of_user(frame.filename)]
        for frame in one.stack:
            frame.line  # noqa: B018 — reads the source while the name is still that of the file
            frame.filename = _relative(frame.filename, root)
        filename = getattr(one, "filename", None)
        if isinstance(filename, str):
            one.filename = _relative(filename, root)
        others = [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]
        waiting.extend(other for other in others if other is not None)


def _stack_of_user(shown: traceback.TracebackException) -> traceback.StackSummary:
    """Where it was raised; of what this library raised because of user code, where that did."""
    cause = shown.__cause__
    return cause.stack if not shown.stack and cause is not None else shown.stack


def is_of_project(error: Optional[BaseException], code: str) -> bool:
    """Whether an exception went through code of the project."""
    walked = traceback.walk_tb(error.__traceback__ if error is not None else None)
    root = code.rstrip(os.sep) + os.sep
    return any(frame.f_code.co_filename.startswith(root) for frame, _ in walked)


def _is_of_user(filename: str) -> bool:
    return not filename.startswith((RUNTIME, "<frozen importlib")) and filename != importlib.__file__


def _relative(filename: str, root: str) -> str:
    return filename[len(root) :].replace(os.sep, "/") if filename.startswith(root) else filename


def _innermost(stack: traceback.StackSummary) -> List[traceback.FrameSummary]:
    return list(stack)[-MOST_FRAMES:]


def _frame(frame: traceback.FrameSummary, code: str) -> Dict[str, Any]:
    inside = not os.path.isabs(frame.filename) and not frame.filename.startswith("<")
    return {
        "file": os.path.join(code, frame.filename) if inside else frame.filename,
        "line": frame.lineno or 0,
        "function": frame.name,
        "code": frame.line or "",
        "project_file": frame.filename if inside else None,
    }


def _hint(error: BaseException, stack: traceback.StackSummary, code: str) -> Optional[str]:
    if isinstance(error, ImportError) and any(frame.name == "switch_backend" for frame in stack):
        return "A job has no windows: leave out matplotlib.use(…), and plt.show() draws into the editor."
    if isinstance(error, ModuleNotFoundError):
        return (
            "Name the package in the operation's `# /// script` block or in the project's requirements.txt, "
            "or check the spelling."
        )
    if isinstance(error, FileNotFoundError):
        return work.hint_about(error, list(stack), code)
    if isinstance(error, MemoryError):
        return "The machine has no memory left for this; work on smaller pieces, or ask for more memory."
    if isinstance(error, OSError) and error.errno in FULL:
        return "The worker's disk is full, or a limit on file sizes is reached; make room and run it again."
    return None


def _shorten(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return "%s\n… %d characters left out …\n%s" % (text[:half], len(text) - 2 * half, text[-half:])
