"""The runner: the child's main. It calls one operation and leaves outputs and records in the job's folder."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import random
import sys
import threading
import time
import traceback
from typing import Any, Callable, Dict, List, Optional

from deepforge.runtime import attributes, codecs, failure, project, session, work
from deepforge.runtime.journal import ERROR, RESULT, STARTED, frame_json
from deepforge.runtime.values import full_name, type_name


class WrongOutputs(Exception):
    """An operation returned another number of values than it names."""


class CannotSaveOutput(Exception):
    """An output cannot be kept."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class NoSuchResource(Exception):
    """A module of the project does not have, once it is imported, what a reference names."""


class CannotLoadInput(Exception):
    """An input cannot be read back."""


class FolderRemoved(Exception):
    """An operation removed the folder in which its outputs are kept."""

    hint = "Remove only what is in the working directory, and no folder above it."


def run(folder: str) -> int:
    """Run the job of this folder to its RESULT or its ERROR; the exit status: 0 only with a RESULT.

    To be called in a process of its own, whose working folder and output are already the job's.
    """
    job = session.enter(folder)
    job.journal.append(
        frame_json(STARTED, {"pid": os.getpid(), "time": time.time(), "python": sys.version.split()[0]})
    )
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        spec = json.load(file)
    sys.argv = [spec["name"]]
    owner = os.getpid()
    try:
        result = {"outputs": _perform(spec, job, owner), "time": time.time()}
        job.journal.append(frame_json(RESULT, result))
        return 0
    except BaseException as error:  # noqa: BLE001 — whatever ends the user's code is what has to be told
        if os.getpid() != owner:
            return _leave_fork(error)
        return _tell(error, spec["code"], job)


def rejoin() -> None:
    """Find the project's modules in a process that user code started beside the job's own."""
    with open(os.path.join(os.environ[session.JOB_DIR], "job.json"), encoding="utf-8") as file:
        project.enter(json.load(file)["code"])


def _perform(spec: Dict[str, Any], job: session.Session, owner: int) -> List[Dict[str, str]]:
    folder = job.folder
    project.enter(spec["code"])
    operation = spec["operation"]
    module = importlib.import_module(operation["module"])
    called = getattr(module, operation["name"])
    _seed(spec.get("seed"))
    given = _given(called, spec)
    taking = called.execute if operation["form"] == "class" else called
    inputs = _inputs(taking, spec["inputs"], folder)
    if operation["form"] == "class":
        value = called(**given).execute(*inputs)
    else:
        value = called(*inputs, **given)
    if os.getpid() != owner:
        # a fork of the user's came back from the operation: only one of the two is the job
        raise SystemExit(0)
    if session.is_removed(job):
        raise FolderRemoved("the operation removed the folder of its job, %s" % folder)
    del inputs
    saved = _save(value, spec["outputs"], folder, spec["code"])
    _finish()
    _name_what_is_left(folder)
    return saved


def _given(called: Callable[..., Any], spec: Dict[str, Any]) -> Dict[str, Any]:
    """What is given for the attributes: values, members of enumerations, and what references name."""
    enumerations = spec.get("enumerations", {})
    plain = {name: value for name, value in spec["attributes"].items() if name not in enumerations}
    given = {**spec["attributes"], **attributes.converted(called, plain)}
    for name, path in enumerations.items():
        if given.get(name) is not None:
            given[name] = _named(path)[given[name]]
    for name, path in spec.get("references", {}).items():
        given[name] = _named(path)
    return given


def _named(path: str) -> Any:
    """What an import path of the project names, such as `utils.losses.focal`."""
    module, _, name = path.rpartition(".")
    found = importlib.import_module(module)
    if not hasattr(found, name):
        raise NoSuchResource("the module %s has no %s" % (module, name))
    return getattr(found, name)


def _seed(seed: Optional[int]) -> None:
    # Without a seed too: every child would else inherit the same state from the warm parent.
    random.seed(seed)
    if "numpy.random" in sys.modules or (seed is not None and "numpy" in sys.modules):
        importlib.import_module("numpy.random").seed(seed)
    if seed is not None and "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def _inputs(taking: Callable[..., Any], given: Dict[str, Any], folder: str) -> List[Any]:
    """What comes in, in the order of the call; what is not connected is its default, else None."""
    defaults = _defaults(taking) if None in given.values() else {}
    return [defaults.get(name) if each is None else _load(folder, name, each) for name, each in given.items()]


def _defaults(called: Callable[..., Any]) -> Dict[str, Any]:
    import inspect

    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):  # a callable that does not say what it takes
        return {}
    return {each.name: each.default for each in parameters if each.default is not each.empty}


def _load(folder: str, name: str, given: Any) -> Any:
    try:
        return codecs.load(os.path.join(folder, given["file"]), given["type"], given["codec"])
    except codecs.CannotLoad as error:
        message = "the input %s, a %s kept as %s, cannot be read: %s" % (
            name,
            given["type"],
            given["codec"],
            error,
        )
        raise CannotLoadInput(message) from error.__cause__


def _save(value: Any, names: List[str], folder: str, code: str) -> List[Dict[str, str]]:
    saved = []
    for name, output in zip(names, _split(value, names)):  # noqa: B905 — `strict` is newer than 3.9
        file = session.OUTPUT + name
        try:
            written = codecs.save(output, os.path.join(folder, file))
        except codecs.CannotSave as error:
            message = "the output %s is a %s, which cannot be kept: %s" % (name, type_name(output), error)
            if failure.is_of_project(error.__cause__, code):
                raise CannotSaveOutput(message, "Correct the code that failed there.") from error.__cause__
            hint = "Return plain data, or register a writer and a reader for it in serialization.py."
            raise CannotSaveOutput(message, hint) from None
        saved.append({"name": name, "file": file, "type": written.type, "codec": written.codec})
    return saved


def _split(value: Any, names: List[str]) -> List[Any]:
    if len(names) == 1:
        return [value]
    if not names:
        return []
    shown = ", ".join(names)
    if not isinstance(value, (tuple, list)):
        raise WrongOutputs(
            "it returned a %s; its %d outputs are %s" % (full_name(type(value)), len(names), shown)
        )
    if len(value) != len(names):
        raise WrongOutputs("it returned %d values; its %d outputs are %s" % (len(value), len(names), shown))
    return list(value)


def _finish() -> None:
    """What a program does at its end: wait for threads, show what is pending, call what was registered."""
    threading._shutdown()  # type: ignore[attr-defined]
    _publish_pending()
    atexit._run_exitfuncs()


def _name_what_is_left(folder: str) -> None:
    left = work.left_behind(folder)
    if left:
        flush()
        with contextlib.suppress(OSError):
            os.write(2, work.note_about(left).encode("utf-8"))


def _publish_pending() -> None:
    backend = sys.modules.get("deepforge.runtime.backend")
    if backend is not None:
        backend.publish_pending()


def _tell(error: BaseException, code: str, job: session.Session) -> int:
    status = 1
    if session.is_removed(job):
        session.put_back(job)
    # What the frames held may be what filled the memory.
    traceback.clear_frames(error.__traceback__)
    described = failure.describe(error, code)
    try:
        _publish_pending()
    except Exception as second:  # noqa: BLE001 — the first is the one that counts
        print("the last figures cannot be shown: %s" % second, file=sys.stderr)
    if isinstance(error, SystemExit):
        given = error.code
        status = given & 255 or 1 if isinstance(given, int) else 1
        shown = "" if given is None else repr(given)
        described["message"] = "it exited before it returned, by sys.exit(%s)" % shown
    flush()
    with contextlib.suppress(OSError):
        os.write(2, described["traceback"].encode("utf-8", "backslashreplace"))
    job.journal.append(frame_json(ERROR, dict(described, time=time.time())))
    return status


def flush() -> None:
    """Write out what was printed. A full disk loses it; a stream that the user's code closed has nothing."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def _leave_fork(error: BaseException) -> int:
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    sys.excepthook(type(error), error, error.__traceback__)
    return 1
