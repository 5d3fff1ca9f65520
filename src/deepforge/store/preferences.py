"""What a person's git is set to, read as data: who they are, what they ignore, how their lines end."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deepforge.core.errors import Conflict
from deepforge.store import git
from deepforge.store.repository import Repository

_OF_TEXT = ("core.autocrlf", "core.eol", "core.safecrlf")
_LISTS = (("core.excludesFile", "ignore"), ("core.attributesFile", "attributes"))
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction")
_TRUE = ("true", "yes", "on", "1")
_TRUSTED = ("system", "global")


@dataclass(frozen=True)
class Preferences:
    """Scope, name and value of every setting, the strongest last. Names of sections are in lower case."""

    entries: tuple[tuple[str, str, str], ...]

    def value(self, *names: str) -> str | None:
        """The value of the first of these settings that has one."""
        for wanted in names:
            found = [value for _, name, value in self.entries if name == wanted.lower()]
            if found and found[-1]:
                return found[-1]
        return None

    def is_on(self, name: str) -> bool:
        """Whether a setting is true."""
        return (self.value(name) or "").lower() in _TRUE

    def as_git_would(self, *, strict: bool) -> list[tuple[str, str]]:
        """Settings for `git.run` that treat files as the person's git does, and start no filter.

        `strict`: a file that would need one fails, else it counts as it is. Raises Conflict when a filter has
        a name that cannot be overruled.
        """
        found = [(name, value) for name in _OF_TEXT if (value := self.value(name)) is not None]
        for name, file in _LISTS:
            path = _path(self.value(name)) or _home() / file
            found += [(name, str(path))] if path.is_file() else []
        for driver in self._filters():
            if "=" in driver:
                raise Conflict(f"The repository has a filter called {driver!r}.", "Commit with git itself.")
            found += [(f"filter.{driver}.{part}", "") for part in ("clean", "smudge", "process")]
            found.append((f"filter.{driver}.required", "true" if strict else "false"))
        return found

    def hooks(self, repository: Repository) -> tuple[str, ...]:
        """The programs that git would start with a commit."""
        folder = repository.root / (_path(self.value("core.hooksPath")) or repository.common / "hooks")
        return tuple(
            name for name in _HOOKS if (folder / name).is_file() and os.access(folder / name, os.X_OK)
        )

    def trusts(self, root: Path) -> bool:
        """Whether the person said that a folder of somebody else is safe."""
        trusted: list[str] = []
        for scope, name, value in self.entries:
            if name == "safe.directory" and scope in _TRUSTED:
                trusted = [*trusted, value] if value else []
        shown = str(root)
        return any(
            value == "*"
            or os.path.expanduser(value).rstrip("/") == shown
            or (value.endswith("/*") and shown.startswith(os.path.expanduser(value[:-1])))
            for value in trusted
        )

    def _filters(self) -> list[str]:
        names = (name for _, name, _ in self.entries if name.startswith("filter.") and name.count(".") > 1)
        return sorted({name.partition(".")[2].rpartition(".")[0] for name in names})


def read_preferences(repository: Repository | None) -> Preferences:
    """What git is set to in a repository, or outside of one, for the person whom this server runs as.

    Raises as `git.run`.
    """
    return Preferences(tuple(git.configured(repository.directory if repository else None)))


def refuse_foreign(repository: Repository, preferences: Preferences) -> None:
    """Raise Conflict when a repository belongs to somebody else, as git would."""
    places = (repository.root, repository.root / ".git", repository.directory)
    foreign = any(place.lstat().st_uid != os.geteuid() for place in places)
    if foreign and not preferences.trusts(repository.root):
        raise Conflict(
            "The repository belongs to another user of this machine.",
            f"If you trust it: git config --global --add safe.directory {repository.root}",
        )


def _path(text: str | None) -> Path | None:
    return Path(os.path.expanduser(text)) if text else None


def _home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")) / "git"
