"""The session: the folder for what user code shows and keeps, of the job or, outside a run, a local one."""

from __future__ import annotations

import os
import time
from typing import NamedTuple, Optional

from deepforge.runtime.journal import Journal

JOB_DIR = "DEEPFORGE_JOB_DIR"
"""The environment variable that names the folder; processes that a job starts find it there."""

ARTIFACTS = "artifacts"
"""The folder in it of what the job itself keeps, by tag."""

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
