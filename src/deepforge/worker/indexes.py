"""Where packages come from: uv is told what the person has told pip, so that one setting serves both."""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path

_SEPARATORS = {"UV_FIND_LINKS": ",", "UV_EXTRA_INDEX_URL": " ", "UV_DEFAULT_INDEX": " "}
_SETTINGS = {
    "UV_FIND_LINKS": "find-links",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_DEFAULT_INDEX": "index-url",
}
_OLDER_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_EXTRA_INDEX_URL": "UV_INDEX"}


def uv_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: as it is, less what is DeepForge's own or would point it at another
    environment, and with pip's indexes where uv has no setting of its own."""
    passed = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("DEEPFORGE_", "PYTHON")) and name not in ("UV_PYTHON", "VIRTUAL_ENV")
    }
    config = read_pip_config(pip_config_files(environ))
    for variable, setting in _SETTINGS.items():
        if passed.get(variable) or passed.get(_OLDER_NAMES.get(variable, "")):
            continue
        value = environ.get("PIP_" + setting.upper().replace("-", "_")) or config.get(setting, "")
        if value.split():
            passed[variable] = _SEPARATORS[variable].join(value.split())
    return passed


def pip_config_files(environ: Mapping[str, str]) -> list[Path]:
    """The files pip reads its settings from, the weakest first."""
    named = environ.get("PIP_CONFIG_FILE")
    if named in ("/dev/null", "nul"):
        return []
    home = environ.get("HOME")
    files = [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")]
    if home:
        settings = Path(environ.get("XDG_CONFIG_HOME") or Path(home, ".config"))
        files += [Path(home, ".pip", "pip.conf"), settings / "pip" / "pip.conf"]
    return [*files, Path(named)] if named else files


def read_pip_config(files: Iterable[Path]) -> dict[str, str]:
    """What the `global` and `install` sections of these files say, later ones over earlier ones; unreadable
    ones say nothing."""
    said: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                said.update(parser.items(section))
    return said
