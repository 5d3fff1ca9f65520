"""The work folder, in which a job runs: what is looked for there in vain, and what is left there."""

from __future__ import annotations

import os
import traceback
from typing import List, Optional

from deepforge.runtime import session

WORK = "work"
"""Its name in the folder of the job."""

MOST_NAMED = 5
"""Files and folders that are named; of more, how many there are."""
MOST_SEARCHED = 10_000
"""Files of a project among which one of the same name is looked for."""
CACHES = ("__pycache__",)


def hint_about(error: FileNotFoundError, frames: List[traceback.FrameSummary], code: str) -> Optional[str]:
    """What to do when a relative path leads nowhere; None for other paths, and for programs.

    The files of `frames` are relative to `code`, the folder of the project, where they are of the project.
    """
    wanted = _relative(error)
    if wanted is None or (frames and os.path.basename(frames[-1].filename) == "subprocess.py"):
        return None
    begin = "A job runs in an empty folder of its own, so %s is not found there. " % wanted
    root = _root_from(frames)
    found = _in_project(wanted, code)
    if found is not None:
        return begin + 'The project has it: read %s / "%s".' % (root, found)
    return begin + (
        'To read a file, put it into the project and read %s / "%s", or take it as an Input artifact; '
        "to keep one, write it to deepforge.artifact(…)." % (root, os.path.basename(wanted))
    )


def left_behind(folder: str) -> List[str]:
    """What the job of this folder left in its work folder, by name; folders end with a slash.

    Empty folders, hidden files and caches are none of it.
    """
    try:
        with os.scandir(os.path.join(folder, WORK)) as entries:
            found = sorted((entry.name, entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:  # the user's code removed its own folder
        return []
    return [
        name + "/" if is_folder else name
        for name, path, is_folder in found
        if _counts(name) and (not is_folder or _holds_a_file(path))
    ]


def note_about(left: List[str]) -> str:
    """The line of the log that names what is not kept."""
    names = ", ".join(map(_printable, left[:MOST_NAMED]))
    more = " and %d more" % (len(left) - MOST_NAMED) if len(left) > MOST_NAMED else ""
    example = _printable(left[0].rstrip("/"))
    return "Not kept: %s%s. The folder of a job goes when it ends; what is written to %s is kept.\n" % (
        names,
        more,
        'deepforge.artifact("%s")' % example,
    )


def _relative(error: FileNotFoundError) -> Optional[str]:
    name = error.filename
    if not isinstance(name, (str, bytes, os.PathLike)):
        return None
    path = os.fsdecode(name)
    work = os.path.join(session.active().folder, WORK) + os.sep
    if path.startswith(work):  # a library made it absolute
        path = path[len(work) :]
    return path if path and not os.path.isabs(path) and "://" not in path else None


def _root_from(frames: List[traceback.FrameSummary]) -> str:
    """The folder of the project, as the innermost file of it that was being run can say it."""
    own = [frame.filename for frame in frames if _is_of_project(frame.filename)]
    depth = own[-1].count("/") if own else 1
    return "Path(__file__).parents[%d]" % depth if depth else "Path(__file__).parent"


def _is_of_project(filename: str) -> bool:
    return not os.path.isabs(filename) and not filename.startswith("<")


def _in_project(wanted: str, code: str) -> Optional[str]:
    """The file or folder of the project that is meant: that path itself, else the first of the same name."""
    path = os.path.normpath(wanted)
    if not path.startswith("..") and os.path.exists(os.path.join(code, path)):
        return path.replace(os.sep, "/")
    name, searched = os.path.basename(path), 0
    for folder, folders, files in os.walk(code):
        folders[:] = sorted(filter(_counts, folders))
        if name in files or name in folders:
            return os.path.relpath(os.path.join(folder, name), code).replace(os.sep, "/")
        searched += len(files)
        if searched > MOST_SEARCHED:
            break
    return None


def _counts(name: str) -> bool:
    return not name.startswith(".") and name not in CACHES and not name.endswith(".pyc")


def _holds_a_file(folder: str) -> bool:
    for _, folders, files in os.walk(folder):
        folders[:] = filter(_counts, folders)
        if any(map(_counts, files)):
            return True
    return False


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name)
