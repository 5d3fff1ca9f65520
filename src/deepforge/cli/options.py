"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

json_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document."
)

project_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--project",
    "-p",
    type=click.Path(path_type=Path, file_okay=False),
    help="The project's folder; else the folder you are in, or the nearest above it with a deepforge.toml.",
)
