"""config.toml as the command line changes it: whole or not at all, with everything else as it was."""

from __future__ import annotations

import os
import tempfile
import tomllib
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from deepforge.cli.settings import config_file, read_config_file
from deepforge.core.config_text import UnreadableLine, set_aside, unreadable_lines
from deepforge.core.errors import InvalidSetting
from deepforge.core.settings import CONFIG_FILE, describe, read_settings, unreadable, variable_of


@dataclass(frozen=True)
class Repair:
    """What was done to a config.toml that could not be read."""

    file: Path
    kept: Path | None
    """The file as it was; None: nothing had to be done."""
    lines: tuple[UnreadableLine, ...]
    """Those that are comments now."""
    rest: InvalidSetting | None
    """What is wrong with the file besides."""


def write_setting(name: str, text: str | None) -> InvalidSetting | None:
    """Put a value into config.toml, or take this out; gives what is wrong with the file besides.

    Raises InvalidSetting when the value cannot be, or not beside what the file says, which was right so far;
    the file is then as it was.
    """
    import tomlkit

    if name == "home" and text is not None:
        raise InvalidSetting(
            f"home cannot stand in {CONFIG_FILE}, which lies in it.", f"Set {variable_of('home')} instead."
        )
    file = config_file()
    before = read_config_file(file)
    if unreadable_lines(before or ""):
        raise unreadable(before or "", file)
    document = tomlkit.parse(before or "")
    if text is None:
        document.pop(name, None)
    else:
        beside = before if complaint_of(before) is None else None
        value = _parse(name, text, beside)
        document[name] = list(value) if isinstance(value, tuple) else value
    after = tomlkit.dumps(document)
    rest = complaint_of(after)
    if rest is not None and complaint_of(before) is None:
        raise rest
    if after != (before or ""):
        _replace(file, after)
    return rest


def stray_keys() -> frozenset[str]:
    """What stands in config.toml and is no setting; nothing when the file cannot be read."""
    text = read_config_file(config_file()) or ""
    if unreadable_lines(text):
        return frozenset()
    return frozenset(tomllib.loads(text)) - {setting.name for setting in describe()}


def repair() -> Repair:
    """Turn lines of config.toml that cannot be read into comments; the file as it was is kept beside it."""
    file = config_file()
    before = file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else ""
    lines = unreadable_lines(before)
    if not lines:
        return Repair(file, None, (), complaint_of(before))
    after = set_aside(before)
    kept = _keep(file)
    _replace(file, after)
    return Repair(file, kept, lines, complaint_of(after))


def complaint_of(text: str | None) -> InvalidSetting | None:
    """What is wrong with the text of a config.toml."""
    try:
        read_settings(text, {"HOME": os.environ.get("HOME", "")})
    except InvalidSetting as error:
        return error
    return None


def _parse(name: str, text: str, beside: str | None) -> object:
    """The text as the setting's value, if it goes with what the file says besides. Raises InvalidSetting."""
    try:
        return getattr(read_settings(beside, {variable_of(name): text}).settings, name)
    except InvalidSetting as error:
        raise InvalidSetting(error.message.replace(f" ({variable_of(name)})", ""), error.hint) from None


def _keep(file: Path) -> Path:
    """A copy beside the file, under a name that nothing has yet."""
    numbered = (file.with_name(f"{file.name}.broken-{number}") for number in count(2))
    copy = next(
        place for place in chain([file.with_name(f"{file.name}.broken")], numbered) if not place.exists()
    )
    with open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(file.read_bytes())
    return copy


def _replace(file: Path, text: str) -> None:
    """Write the file whole or not at all, readable for its owner only: a database URL may hold a password."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".config-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, file.resolve())
    except OSError:
        os.unlink(temporary)
        raise
