"""git, run so that nothing of a repository is ever executed.

A repository is data that somebody else may have written: its configuration can name programs (hooks, file
system monitors, filters, external diffs, signers, remote helpers). So the versions are kept in repositories
of our own, whose configuration is ours; of the person's repository only the objects are read. Where its own
git directory has to be used, to make a branch, everything in its configuration that could start a program is
overruled. What the person's git is set to (who they are, what they ignore, how lines end) is read as data.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from deepforge.core.errors import Conflict, Damaged, DeepForgeError, NoSpace, Unavailable

SECONDS = 60.0
LONG = 600.0
"""Seconds for what reads or writes as many files as a person has changed."""
OVERRULED: tuple[tuple[str, str], ...] = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.untrackedCache", "false"),
    ("core.attributesFile", os.devnull),
    ("core.excludesFile", os.devnull),
    ("core.sshCommand", "false"),
    ("core.alternateRefsCommand", ""),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("gpg.program", "false"),
    ("gpg.ssh.program", "false"),
    ("commit.gpgSign", "false"),
    ("tag.gpgSign", "false"),
    ("log.showSignature", "false"),
    ("diff.external", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "GIT_EDITOR": "false",
    "GIT_PAGER": "cat",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


@cache
def _program() -> str | None:
    return shutil.which("git")


def is_there() -> bool:
    """Whether git is installed."""
    return _program() is not None


def run(
    directory: Path,
    words: Sequence[str],
    *,
    data: bytes | None = None,
    environment: Mapping[str, str | None] | None = None,
    settings: Sequence[tuple[str, str]] = (),
    seconds: float = SECONDS,
) -> bytes:
    """What git prints; `directory` is the git directory.

    A variable that is None is left out. `settings` come after those that are overruled. Raises Unavailable
    when git is not installed, or may not write; NoSpace; Conflict when another program holds a lock; Damaged.
    """
    done = _done(directory, words, data, environment or {}, settings, seconds)
    if done.returncode != 0:
        raise _error(words[0], done.stderr.decode(errors="replace").strip())
    return done.stdout


def ask(directory: Path, words: Sequence[str]) -> str | None:
    """What git answers to a question, without the last line's end; None when it ends with 1. Raises as
    `run`.
    """
    done = _done(directory, words, None, {}, (), SECONDS)
    if done.returncode == 1:
        return None
    if done.returncode != 0:
        raise _error(words[0], done.stderr.decode(errors="replace").strip())
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


def configured(directory: Path | None) -> list[tuple[str, str, str]]:
    """All that git is set to for this person on this machine, in a repository or outside of one: scope, name
    and value.

    Raises as `run`.
    """
    words = ["config", "--list", "--show-scope", "-z"]
    own = {name: os.environ.get(name) for name in _PERSONS}
    outside = {"GIT_DIR": None, "GIT_CEILING_DIRECTORIES": os.sep} if directory is None else {}
    listed = run(directory or Path(os.devnull), words, environment=own | outside)
    parts = listed.decode(errors="surrogateescape").split("\0")[:-1]
    pairs = [(parts[at], parts[at + 1].partition("\n")) for at in range(0, len(parts) - 1, 2)]
    return [
        (scope, name, value if mark else "true") for scope, (name, mark, value) in pairs if scope != "command"
    ]


_PERSONS = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL")


def _done(
    directory: Path,
    words: Sequence[str],
    data: bytes | None,
    environment: Mapping[str, str | None],
    settings: Sequence[tuple[str, str]],
    seconds: float,
) -> subprocess.CompletedProcess[bytes]:
    program = _program()
    if program is None:
        raise Unavailable(
            "git is not installed, so there is no history.",
            "Install it, such as with apt install git; everything else works without it.",
        )
    overruled = [word for name, value in (*OVERRULED, *settings) for word in ("-c", f"{name}={value}")]
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ", "SYSTEMROOT") if name in os.environ}
    given = kept | _ENVIRONMENT | {"GIT_DIR": str(directory)} | dict(environment)
    variables = {name: value for name, value in given.items() if value is not None}
    try:
        return subprocess.run(
            [program, *overruled, *words],
            input=b"" if data is None else data,
            capture_output=True,
            cwd=variables.get("GIT_WORK_TREE", os.sep),
            env=variables,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"git {words[0]} took longer than {seconds:g} s.", "Try again.") from None
    except OSError as error:
        raise Unavailable(f"git cannot be run: {error.strerror}.", "Is it installed well?") from error


_FULL = ("No space left", "quota exceeded")
_LOCKED = re.compile(r"Unable to create '(.*\.lock)': File exists")
_FORBIDDEN = ("Permission denied", "Read-only file system", "insufficient permission")


def _error(command: str, said: str) -> DeepForgeError:
    """What a failure of git means."""
    if any(words in said for words in _FULL):
        return NoSpace("The disk is full: git wrote nothing.", "Free some space and try again.")
    if locked := _LOCKED.search(said):
        return locked_by_others(Path(locked[1]))
    first = said.partition("\n")[0].removeprefix("fatal: ").removeprefix("error: ")
    if any(words in said for words in _FORBIDDEN):
        return Unavailable(f"git may not write: {first}", "Look at the rights of the repository.")
    return Damaged(f"git {command} failed: {first or 'it said nothing'}")


def locked_by_others(lock: Path) -> Conflict:
    """That another program is at work in a repository."""
    return Conflict(
        "Another program is just changing the repository.",
        f"Try again. If none is, it was cut off and left {lock.name} behind: remove it from {lock.parent}.",
    )


def identity(name: str, address: str, at: int | None = None) -> dict[str, str]:
    """Who commits, and when in Unix seconds, as git's variables."""
    plain = (
        "".join(letter for letter in name if letter.isprintable() and letter not in "<>").strip() or "unknown"
    )
    found = {}
    for role in ("AUTHOR", "COMMITTER"):
        found[f"GIT_{role}_NAME"] = plain
        found[f"GIT_{role}_EMAIL"] = address
        if at is not None:
            found[f"GIT_{role}_DATE"] = f"@{at} +0000"
    return found


def init(folder: Path) -> Path:
    """Make a folder a repository with an empty branch, `main`; gives its git directory."""
    directory = folder / ".git"
    run(directory, ["init", "--quiet", "--template=", "--initial-branch=main"], environment=_tree(folder))
    return directory


def begin_repository(folder: Path, author: str, words: str) -> None:
    """Make a repository in a folder of ours, and a first commit of all that is in it."""
    directory = init(folder)
    run(directory, ["add", "--all", "."], environment=_tree(folder))
    who = identity(author, "deepforge@localhost")
    run(
        directory, ["commit", "--quiet", "--allow-empty", "--message", words], environment=_tree(folder) | who
    )


def _tree(folder: Path) -> dict[str, str]:
    return {"GIT_WORK_TREE": str(folder)}
