"""`deepforge config`: every setting, its value and where that comes from; and changing one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from deepforge.cli.config_file import repair, stray_keys, write_setting
from deepforge.cli.options import json_option
from deepforge.cli.output import print_json, print_note
from deepforge.cli.settings import config_file, resolve
from deepforge.core.config_text import without_password
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
@click.option(
    "--repair",
    "repairs",
    is_flag=True,
    help="Turn lines of config.toml that cannot be read into comments; keep the file as it was beside it.",
)
@json_option
def config(key: str | None, value: str | None, unset: bool, repairs: bool, as_json: bool) -> None:
    """Show all settings and where each value comes from; show KEY; or write VALUE for KEY into config.toml.

    A flag wins over its environment variable, that over config.toml, that over the default. Comments in
    config.toml stay as they are. Lists are written with commas: deepforge config preload numpy,torch
    """
    if unset and (key is None or value is not None):
        raise click.UsageError("--unset takes a KEY and no VALUE")
    if repairs and (key is not None or unset):
        raise click.UsageError("--repair takes no KEY")
    if repairs:
        _repair(as_json)
        return
    known = {setting.name: setting for setting in describe()}
    if unset and key is not None and key in stray_keys():
        _take_out(key, as_json)
        return
    if key is not None and key.replace("-", "_") not in known:
        raise UnknownName(f"There is no setting {key!r}.", did_you_mean(key, known))
    if key is None:
        _show_all(list(known.values()), resolve(), as_json)
        return
    setting = known[key.replace("-", "_")]
    changes = value is not None or unset
    rest = write_setting(setting.name, value) if changes else None
    resolved = resolve() if rest is None else _alone(setting.name, value)
    _show_one(setting, resolved, as_json)
    if rest is not None:
        _tell_rest("It is written", rest)
    elif not as_json:
        print_note(_said_besides(setting, resolved.sources[setting.name], changes))


def _take_out(key: str, as_json: bool) -> None:
    """Take out of config.toml what is no setting."""
    rest = write_setting(key, None)
    if as_json:
        print_json({"name": key, "value": None})
    if rest is not None:
        _tell_rest(f"{key} is taken out", rest)
    elif not as_json:
        print_note(f"{key} is no longer in {CONFIG_FILE}.")


def _repair(as_json: bool) -> None:
    done = repair()
    if as_json:
        lines = [replace(line, text=without_password(line.text)) for line in done.lines]
        print_json({"file": done.file, "kept": done.kept, "lines": lines})
    elif done.kept is None:
        print_note(f"Every line of {done.file} can be read; nothing was changed.")
    else:
        for line in done.lines:
            click.echo(f"line {line.number}  {without_password(line.text.strip())}  ({line.reason})")
        print_note(f"These are comments now in {done.file}. The file as it was: {done.kept}")
    if done.rest is not None:
        _tell_rest("It can be read", done.rest)


def _tell_rest(done: str, rest: InvalidSetting) -> None:
    print_note(f"{done}, but {CONFIG_FILE} cannot be used yet: {rest.message} {rest.hint or ''}")


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
    return without_password(as_text(value))


def _alone(name: str, text: str | None) -> Resolved:
    """The settings as if config.toml said nothing but this."""
    given = {} if text is None else {variable_of(name): text}
    found = read_settings(None, given).settings
    return Resolved(found, {name: "default" if text is None else CONFIG_FILE})
