"""What commands print: one JSON document, a message with its hint, a table."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import click

from deepforge.cli.terminal import clean

if TYPE_CHECKING:
    from deepforge.core.problem import Problem

SUCCESS, FAILED, USAGE, CANCELED = 0, 1, 2, 130
"""The exit codes."""


def plain(value: Any) -> Any:
    """The value in JSON's own types: facts become objects, numbers that JSON does not have become null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def print_failure(
    code: str, message: str, hint: str | None, as_json: bool, problems: Iterable[Problem] = ()
) -> None:
    """Tell what went wrong and what to do: on standard error, or as a JSON document on standard output."""
    found = tuple(problems)
    if as_json:
        error: dict[str, Any] = {"code": code, "message": message, "hint": hint}
        print_json({"error": error | ({"problems": found} if found else {})})
        return
    click.echo(click.style("Error: ", fg="red", bold=True) + clean(message), err=True)
    for problem in found:
        if str(problem) in message:
            continue
        click.echo(f"  {click.style(problem.severity, fg='yellow')} {clean(str(problem))}", err=True)
    if hint:
        click.echo(clean(hint), err=True)


def print_note(text: str) -> None:
    """Tell something beside the result, on standard error, so that standard output stays the result alone."""
    click.echo(click.style(clean(text), dim=True), err=True)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str, right: Sequence[str] = ()
) -> None:
    """Print rows under their headings; `right` names the columns of numbers. `empty` is said when there are
    none.

    In a terminal the lines are cut at its width; anywhere else they are whole.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    lines = [[Text.from_ansi(cell) for cell in row] for row in rows]
    if not lines:
        click.echo(empty)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True, justify="right" if column in right else "left")
    for line in lines:
        table.add_row(*line)
    console = Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 10_000)
    console.print(table)
