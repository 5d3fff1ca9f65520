"""`deepforge config`: every setting, its value and where that comes from; and changing one."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import click

from deepforge.cli.options import json_option
from deepforge.cli.output import print_json, print_note
from deepforge.cli.settings import config_file, read_config_file, resolve
from deepforge.core.errors import InvalidSetting, UnknownName, did_you_mean
from deepforge.core.settings import (
    CONFIG_FILE,
    Resolved,
    SettingDescription,
    as_text,
    describe,
    read_settings,
    variable_of,
)


@click.command()
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Take KEY out of config.toml.")
@json_option
def config(key: str | None, value: str | None, unset: bool, as_json: bool) -> None:
    """Show all settings and where each value comes from; show KEY; or write VALUE for KEY into config.toml.

    A flag wins over its environment variable, that over config.toml, that over the default. Comments in
    config.toml stay as they are. Lists are written with commas: deepforge config preload numpy,torch
    """
    if unset and (key is None or value is not None):
        raise click.UsageError("--unset takes a KEY and no VALUE")
    known = {setting.name: setting for setting in describe()}
    if key is not None and key.replace("-", "_") not in known:
        raise UnknownName(f"There is no setting {key!r}.", did_you_mean(key, known))
    if key is None:
        _show_all(list(known.values()), resolve(), as_json)
        return
    setting = known[key.replace("-", "_")]
    changes = value is not None or unset
    rest = _write(setting.name, value) if changes else None
    resolved = resolve() if rest is None else _alone(setting.name, value)
    _show_one(setting, resolved, as_json)
    if rest is not None:
        print_note(f"It is written, but {CONFIG_FILE} cannot be used yet: {rest.message} {rest.hint or ''}")
    elif not as_json:
        print_note(_said_besides(setting, resolved.sources[setting.name], changes))


def _show_all(settings: list[SettingDescription], resolved: Resolved, as_json: bool) -> None:
    rows = [
        (setting, getattr(resolved.settings, setting.name), resolved.sources[setting.name])
        for setting in settings
    ]
    if as_json:
        file = config_file()
        print_json(
            {
                "file": str(file),
                "exists": file.exists(),
                "settings": [_as_document(setting, value, source) for setting, value, source in rows],
            }
        )
        return
    names = max(len(setting.name) for setting, _, _ in rows)
    values = max(len(_shown(value)) for _, value, _ in rows if len(_shown(value)) <= 40)
    for setting, value, source in rows:
        origin = click.style(source, dim=True) if source == "default" else click.style(source, fg="green")
        click.echo(f"{setting.name:{names}}  {_shown(value):{values}}  {origin}")
    print_note(f"\n{config_file()}{'' if config_file().exists() else ' does not exist yet'}")


def _show_one(setting: SettingDescription, resolved: Resolved, as_json: bool) -> None:
    value = getattr(resolved.settings, setting.name)
    if as_json:
        print_json(_as_document(setting, value, resolved.sources[setting.name]))
    else:
        click.echo(as_text(value).strip('"') if isinstance(value, str | Path) else as_text(value))


def _said_besides(setting: SettingDescription, source: str, changed: bool) -> str:
    if not changed:
        return f"{setting.help} This value: {source}."
    if source not in (CONFIG_FILE, "default"):
        return f"{CONFIG_FILE} was changed, but {source} wins over it."
    return "A server that is running takes it up when it is started again."


def _as_document(setting: SettingDescription, value: object, source: str) -> dict[str, object]:
    return {
        "name": setting.name,
        "value": str(value) if isinstance(value, Path) else value,
        "source": source,
        "default": setting.default,
        "variable": setting.variable,
        "help": setting.help,
    }


def _shown(value: object) -> str:
    """The value for a list that others may see over one's shoulder: without the password of a URL."""
    return re.sub(r"(://[^:/@\s]*):[^@/\s]+@", r"\1:***@", as_text(value))


def _write(name: str, text: str | None) -> InvalidSetting | None:
    """Put a value into config.toml, or take it out; gives what is wrong with the file besides.

    Raises InvalidSetting when the value cannot be, or not beside what the file says, which was right so far;
    the file is then as it was.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError

    if name == "home":
        raise InvalidSetting(
            f"home cannot stand in {CONFIG_FILE}, which lies in it.", f"Set {variable_of('home')} instead."
        )
    file = config_file()
    before = read_config_file(file)
    try:
        document = tomlkit.parse(before or "")
    except ParseError as error:
        raise InvalidSetting(f"{file} cannot be read: {error}", "Correct it, or remove the line.") from None
    if text is None:
        document.pop(name, None)
    else:
        beside = before if _complaint(before) is None else None
        value = _parse(name, text, beside)
        document[name] = list(value) if isinstance(value, tuple) else value
    after = tomlkit.dumps(document)
    rest = _complaint(after)
    if rest is not None and _complaint(before) is None:
        raise rest
    if after != (before or ""):
        _replace(file, after)
    return rest


def _complaint(text: str | None) -> InvalidSetting | None:
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


def _alone(name: str, text: str | None) -> Resolved:
    """The settings as if config.toml said nothing but this."""
    given = {} if text is None else {variable_of(name): text}
    found = read_settings(None, given).settings
    return Resolved(found, {name: "default" if text is None else CONFIG_FILE})


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
