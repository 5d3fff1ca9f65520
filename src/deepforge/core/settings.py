"""Settings: one frozen class, each with its default and its help, and where every value comes from."""

from __future__ import annotations

import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deepforge.core.config_text import unreadable_lines, without_password
from deepforge.core.errors import InvalidSetting, did_you_mean

CONFIG_FILE = "config.toml"
PREFIX = "DEEPFORGE_"
LOG_LEVELS = ("debug", "info", "warning", "error")
DEFAULT = "default"
HELP = "help"
_PUBLIC_URL = re.compile(r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?/?")
NO_FLAGS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """How an installation behaves.

    A flag wins over its variable, that over config.toml, that over the default.
    """

    home: Path = field(
        default=Path("~/.deepforge"),
        metadata={HELP: "The data directory: database, blobs, jobs, environments and config.toml."},
    )
    host: str = field(
        default="127.0.0.1",
        metadata={HELP: "The address the server listens on; 0.0.0.0 lets other machines in."},
    )
    port: int = field(
        default=8888, metadata={HELP: "The port the server listens on; 0 takes any that is free."}
    )
    public_url: str = field(
        default="",
        metadata={
            HELP: "The address that people open when a proxy stands in front, such as "
            "https://forge.example.org; empty: the one the server listens on."
        },
    )
    database_url: str = field(
        default="",
        metadata={
            HELP: "The database as a SQLAlchemy URL, such as postgresql+psycopg://…; "
            "empty: SQLite in the data directory."
        },
    )
    storage: str = field(
        default="",
        metadata={
            HELP: "Where blobs are kept besides, as a URL such as s3://bucket/folder; "
            "empty: only in the data directory."
        },
    )
    slots: int = field(
        default=0,
        metadata={HELP: "How many jobs the local worker runs at once; 0: as many as the machine has cores."},
    )
    lease_seconds: float = field(
        default=30.0,
        metadata={HELP: "Seconds after which a worker that was not heard of counts as unreachable."},
    )
    heartbeat_seconds: float = field(
        default=10.0,
        metadata={HELP: "Seconds between two signs of life of a worker; less than a lease."},
    )
    preload: tuple[str, ...] = field(
        default=("numpy", "torch", "pandas", "matplotlib", "sklearn", "scipy", "PIL"),
        metadata={
            HELP: "Modules that the warm parent imports beforehand when an operation imports their package."
        },
    )
    pass_environment: tuple[str, ...] = field(
        default=(), metadata={HELP: "Further environment variables, by name, that jobs may see."}
    )
    file_references: bool = field(
        default=False,
        metadata={HELP: "Whether artifacts may refer to files of the server's own machine (file://…)."},
    )
    keep_removed_hours: float = field(
        default=24.0,
        metadata={HELP: "Hours for which removed runs and artifacts can be brought back."},
    )
    log_level: str = field(
        default="info",
        metadata={HELP: f"How much the server and the worker tell: {', '.join(LOG_LEVELS)}."},
    )
    open_browser: bool = field(default=True, metadata={HELP: "Whether start opens the browser."})


@dataclass(frozen=True)
class Resolved:
    """The settings, and for each where its value comes from.

    A source is `default`, `config.toml`, the name of a variable such as `DEEPFORGE_PORT`, or of a flag such
    as `--port`.
    """

    settings: Settings
    sources: Mapping[str, str]


@dataclass(frozen=True)
class SettingDescription:
    """One setting, for people: its key in config.toml, the default as written there, and the variable."""

    name: str
    type: str
    default: str
    help: str
    variable: str


def variable_of(name: str) -> str:
    """The environment variable of a setting: `lease_seconds` → `DEEPFORGE_LEASE_SECONDS`."""
    return PREFIX + name.upper()


def flag_of(name: str) -> str:
    """The flag of a setting: `lease_seconds` → `--lease-seconds`."""
    return "--" + name.replace("_", "-")


def describe() -> tuple[SettingDescription, ...]:
    """All settings, in order; the documentation and `deepforge config` are made from it."""
    return tuple(
        SettingDescription(
            name=setting.name,
            type=_KINDS[setting.name].words,
            default=as_text(setting.default),
            help=setting.metadata[HELP],
            variable=variable_of(setting.name),
        )
        for setting in fields(Settings)
    )


def as_text(value: object) -> str:
    """A value as one would write it in config.toml."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(as_text(part) for part in value) + "]"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def read_home(environ: Mapping[str, str], flags: Mapping[str, object] = NO_FLAGS) -> Path:
    """The data directory, which has to be known before its config.toml can be read. Raises InvalidSetting."""
    only = {name: environ[name] for name in ("HOME", variable_of("home")) if name in environ}
    return read_settings(None, only, {"home": flags.get("home")}).settings.home


def read_settings(
    toml_text: str | None, environ: Mapping[str, str], flags: Mapping[str, object] = NO_FLAGS
) -> Resolved:
    """The settings from the text of config.toml (None: there is none), the environment and the flags.

    Flags are by setting name; None counts as not given, and so does an empty variable, except for texts and
    lists. Variables that begin with DEEPFORGE_ and name no setting are left aside, since jobs are told about
    themselves in such. Raises InvalidSetting, which names the setting, the value and where it comes from.
    """
    values: dict[str, Any] = {}
    sources = {setting.name: DEFAULT for setting in fields(Settings)}

    def take(name: str, value: object, source: str) -> None:
        found = _KINDS[name].read(value)
        if found is None:
            raise _bad(name, value, source, _KINDS[name].wanted)
        values[name], sources[name] = found, source

    for name, value in _parse_toml(toml_text or "", environ, flags).items():
        take(name, value, CONFIG_FILE)
    for name in _KINDS:
        text = environ.get(variable_of(name))
        if text or (text is not None and _KINDS[name].read("") is not None):
            take(name, text, variable_of(name))
    for name, value in flags.items():
        if name not in _KINDS:
            raise InvalidSetting(f"There is no setting {name}.", did_you_mean(name, _KINDS))
        if value is not None:
            take(name, value, flag_of(name))
    values["home"] = _expand(values.get("home", Settings.home), environ)
    settings = Settings(**values)
    _check(settings, sources)
    return Resolved(settings, sources)


def unreadable(text: str, file: Path) -> InvalidSetting:
    """What is wrong with the text of this config.toml, which has unreadable lines."""
    first, *more = unreadable_lines(text)
    shown = without_password(first.text.strip())
    besides = f" {len(more)} more cannot be read." if more else ""
    return InvalidSetting(
        f"{file}, line {first.number} cannot be read: {shown} ({first.reason}).{besides}",
        "Correct it, or set it aside: deepforge config --repair",
    )


def _expand(home: Path, environ: Mapping[str, str]) -> Path:
    """The whole path: the server and the worker are told it, and work in other folders."""
    if home.parts[:1] == ("~",) and environ.get("HOME"):
        home = Path(environ["HOME"], *home.parts[1:])
    return Path(os.path.abspath(os.path.expanduser(home)))


def _parse_toml(text: str, environ: Mapping[str, str], flags: Mapping[str, object]) -> dict[str, Any]:
    if unreadable_lines(text):
        raise unreadable(text, read_home(environ, flags) / CONFIG_FILE)
    content = tomllib.loads(text)
    for name in content:
        if name not in _KINDS:
            hint = f"{did_you_mean(name, _KINDS)} To take it out: deepforge config --unset {name}"
            raise InvalidSetting(f"There is no setting {name} ({CONFIG_FILE}).", hint)
        if name == "home":
            raise InvalidSetting(
                f"home cannot stand in {CONFIG_FILE}, which lies in it.",
                f"Set {variable_of('home')} instead.",
            )
    return content


def _check(settings: Settings, sources: Mapping[str, str]) -> None:
    """What the type alone does not say."""
    ranges: dict[str, tuple[bool, str]] = {
        "port": (0 <= settings.port <= 65535, "a number from 0 to 65535"),
        "slots": (0 <= settings.slots <= 1024, "a number from 0 to 1024"),
        "heartbeat_seconds": (settings.heartbeat_seconds > 0, "more than 0 seconds"),
        "lease_seconds": (
            settings.lease_seconds > settings.heartbeat_seconds,
            f"more than heartbeat_seconds, which is {settings.heartbeat_seconds:g}",
        ),
        "log_level": (settings.log_level in LOG_LEVELS, f"one of {', '.join(LOG_LEVELS)}"),
        "host": (bool(settings.host.strip()), "an address, such as 127.0.0.1"),
        "public_url": (
            not settings.public_url or _PUBLIC_URL.fullmatch(settings.public_url) is not None,
            "an address without a path, such as https://forge.example.org",
        ),
    }
    for name, (good, wanted) in ranges.items():
        if not good:
            raise _bad(name, getattr(settings, name), sources[name], wanted)


def _bad(name: str, value: object, source: str, wanted: str) -> InvalidSetting:
    return InvalidSetting(f"{name} is {value!r} ({source}).", f"Give {wanted}.")


@dataclass(frozen=True)
class _Kind:
    """What values a setting has: in words, and how one is read from TOML, text or a flag (None: none)."""

    words: str
    wanted: str
    read: Callable[[object], Any]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _folder(value: object) -> Path | None:
    return Path(value) if isinstance(value, str | Path) and str(value) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    return None


_YES_OR_NO = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off"), False
)


def _yes_or_no(value: object) -> bool | None:
    if isinstance(value, str):
        return _YES_OR_NO.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _whole_number(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\s*-?[0-9]+\s*", value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


_OF_TYPE = {
    str: _Kind("text", "a text", _text),
    Path: _Kind("folder", "the path of a folder", _folder),
    tuple: _Kind("list of texts", "a list of texts", _texts),
    bool: _Kind("yes or no", "true or false", _yes_or_no),
    int: _Kind("whole number", "a whole number", _whole_number),
    float: _Kind("number", "a number", _number),
}
_KINDS = {
    setting.name: next(kind for type, kind in _OF_TYPE.items() if isinstance(setting.default, type))
    for setting in fields(Settings)
}
