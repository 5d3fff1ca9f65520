"""The session: the folder for what user code shows and keeps, of the job or, outside a run, a local one."""

from __future__ import annotations

import contextlib
import os
import time
from typing import NamedTuple, Optional, Tuple

from deepforge.runtime.journal import Journal

JOB_DIR = "DEEPFORGE_JOB_DIR"
"""The environment variable that names the folder; processes that a job starts find it there."""

ARTIFACTS = "artifacts"
"""The folder in it of what the job itself keeps, by tag."""

LOG = "log"
"""The file in it of what the job prints."""

OUTPUT = "output-"
"""How the names of the files in the folder begin that hold what the operation returned."""

LOCAL = "deepforge-output"
"""The folder, beside whoever calls, that is used outside a run."""


class Session(NamedTuple):
    """The folder in use, its journal, and whether it belongs to a job."""

    folder: str
    journal: Journal
    in_run: bool


current: Optional[Session] = None


def active() -> Session:
    """The session of this process, opened when first asked for. Raises OSError when it cannot be."""
    return current or enter(os.environ.get(JOB_DIR) or _local_folder())


def enter(folder: str) -> Session:
    """Use this folder from now on, in this process and in those that it will start."""
    global current
    folder = os.path.abspath(folder)
    os.environ[JOB_DIR] = folder
    journal = Journal(os.path.join(folder, "journal"))
    current = Session(folder, journal, os.path.exists(os.path.join(folder, "job.json")))
    return current


def is_removed(session: Session) -> bool:
    """Whether the journal is no longer in its folder, which user code can have removed."""
    return not os.path.exists(session.journal.path)


def put_back(session: Session) -> None:
    """Make a removed folder anew, with the journal and the log of a job as far as they came.

    What was read of both counts by their offsets, so they are put back whole. Raises OSError.
    """
    os.makedirs(session.folder, exist_ok=True)
    _put_back(session.journal.path, (session.journal.descriptor,), inheritable=False)
    if session.in_run:
        _put_back(os.path.join(session.folder, LOG), (1, 2), inheritable=True)


def _put_back(path: str, descriptors: Tuple[int, ...], inheritable: bool) -> None:
    """Write a removed file again from a descriptor that is still open, and have descriptors lead there."""
    if os.path.exists(path):
        return
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with contextlib.suppress(OSError), open("/proc/self/fd/%d" % descriptors[0], "rb") as left:
        while os.write(descriptor, left.read(1 << 20)):
            pass
    for number in descriptors:
        os.dup2(descriptor, number, inheritable=inheritable)
    os.close(descriptor)


def _local_folder() -> str:
    stem = os.path.join(os.getcwd(), LOCAL, time.strftime("%Y-%m-%dT%H-%M-%S"))
    folder, attempt = stem, 1
    while True:
        try:
            os.makedirs(folder)
            return folder
        except FileExistsError:
            attempt += 1
            folder = "%s-%d" % (stem, attempt)
