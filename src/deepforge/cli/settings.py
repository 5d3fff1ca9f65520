"""The settings of this installation, read once per command: flags, environment, config.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from deepforge.core.errors import InvalidSetting
from deepforge.core.settings import CONFIG_FILE, Resolved, read_home, read_settings


def config_file(flags: Mapping[str, object] = MappingProxyType({})) -> Path:
    """Where config.toml is, or would be."""
    return read_home(os.environ, flags) / CONFIG_FILE


def read_config_file(file: Path) -> str | None:
    """The text of config.toml; None when there is none. Raises InvalidSetting when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        above = next(each for each in file.parents if each.exists())
        raise InvalidSetting(
            f"{above} is a file, and the data directory has to be a folder.",
            "Move it away, or set DEEPFORGE_HOME to a folder.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(
            f"{file} cannot be read: {error}", "It has to be a text file in UTF-8."
        ) from None


def resolve(flags: Mapping[str, object] = MappingProxyType({})) -> Resolved:
    """The settings and where each comes from. Raises InvalidSetting."""
    return read_settings(read_config_file(config_file(flags)), os.environ, flags)
