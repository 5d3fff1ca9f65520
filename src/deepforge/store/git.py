"""git, run so that nothing of a repository is ever executed.

A repository is data that somebody else may have written: its configuration can name programs (hooks, file
system monitors, filters, external diffs, signers, remote helpers). So the versions are kept in repositories
of our own, whose configuration is ours; of the person's repository only the objects are read. Where its own
git directory has to be used, to make a branch, everything in its configuration that could start a program is
overruled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from deepforge.core.errors import Damaged, NoSpace, Unavailable

SECONDS = 60.0
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
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """What git prints; `directory` is the git directory.

    Raises Unavailable when git is not installed, Damaged.
    """
    program = _program()
    if program is None:
        raise Unavailable(
            "git is not installed, so there is no history.",
            "Install it, such as with apt install git; everything else works without it.",
        )
    overruled = [word for name, value in OVERRULED for word in ("-c", f"{name}={value}")]
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    variables = kept | _ENVIRONMENT | {"GIT_DIR": str(directory)} | dict(environment or {})
    try:
        done = subprocess.run(
            [program, *overruled, *words],
            input=b"" if data is None else data,
            capture_output=True,
            cwd=variables.get("GIT_WORK_TREE", os.sep),
            env=variables,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"git {words[0]} took longer than {SECONDS:g} s.", "Try again.") from None
    except OSError as error:
        raise Unavailable(f"git cannot be run: {error.strerror}.", "Is it installed well?") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        if "No space left" in said:
            raise NoSpace("The disk is full: the history was not written.", "Free some space and try again.")
        raise Damaged(f"git {words[0]} failed: {said.partition(chr(10))[0] or 'it said nothing'}")
    return done.stdout


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


def begin_repository(folder: Path, author: str, words: str) -> None:
    """Make a repository in a folder of ours, and a first commit of all that is in it."""
    directory = folder / ".git"
    run(directory, ["init", "--quiet", "--template=", "--initial-branch=main"], environment=_tree(folder))
    run(directory, ["add", "--all", "."], environment=_tree(folder))
    who = identity(author, "deepforge@localhost")
    run(
        directory, ["commit", "--quiet", "--allow-empty", "--message", words], environment=_tree(folder) | who
    )


def _tree(folder: Path) -> dict[str, str]:
    return {"GIT_WORK_TREE": str(folder)}
