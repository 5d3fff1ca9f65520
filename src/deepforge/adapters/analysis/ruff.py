"""Format and check Python by ruff: a program of its own, which reads text and writes text."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from typing import Any

import msgspec
from ruff.__main__ import find_ruff_bin

from deepforge.core.code import Diagnostic
from deepforge.core.errors import AdapterMissing, BadInput, Unavailable

SECONDS = 10.0
LINE_LENGTH = 110
RULES = "E4,E7,E9,F,B006,B008,PLE"
"""What is looked for: names that nothing makes, imports that nothing uses, and what is surely wrong."""


def format_source(source: str, path: str) -> str:
    """The source in the usual format; its line ends stay. Raises BadInput with the line that is no Python."""
    done = _run(
        ["format", "--isolated", f"--line-length={LINE_LENGTH}", f"--stdin-filename={path}", "-"], source
    )
    if done.returncode != 0:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        message = told[0].removeprefix("error: ") if told else "It cannot be read."
        raise BadInput(f"The code cannot be formatted: {message}", "Correct the line first.")
    return done.stdout.decode()


def check_source(source: str, path: str) -> tuple[Diagnostic, ...]:
    """What is wrong in a source, in the order of its lines."""
    command = ["check", "--isolated", "--no-cache", "--quiet", "--exit-zero", "--output-format=json"]
    done = _run([*command, f"--select={RULES}", f"--stdin-filename={path}", "-"], source)
    if done.returncode != 0:
        raise Unavailable("The code could not be checked.", "Try again in a moment.")
    lines = source.split("\n")
    found = [_diagnostic(entry, lines) for entry in msgspec.json.decode(done.stdout or b"[]")]
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))


def _diagnostic(entry: dict[str, Any], lines: list[str]) -> Diagnostic:
    code = entry.get("code")
    broken = code in (None, "invalid-syntax")
    (line, column), (end_line, end_column) = (
        _place(entry[name], lines) for name in ("location", "end_location")
    )
    return Diagnostic(
        line,
        column,
        end_line,
        end_column,
        "error" if broken or str(code) in ("F821", "F822", "F823") else "warning",
        f"{entry['message'].removeprefix('SyntaxError: ').rstrip('.')}.",
        None if broken else code,
    )


def _place(told: dict[str, int], lines: list[str]) -> tuple[int, int]:
    """A place of ruff (letters, from 1) as line and UTF-16 units from 0, inside of the text."""
    row = min(max(told["row"], 1), len(lines))
    before = lines[row - 1][: max(told["column"] - 1, 0)]
    return row, len(before.encode("utf-16-le", "surrogatepass")) // 2


def _run(arguments: list[str], source: str) -> subprocess.CompletedProcess[bytes]:
    try:
        data = source.encode()
    except UnicodeEncodeError:
        raise BadInput("The text has letters that cannot be written.", "Remove lone surrogates.") from None
    try:
        return subprocess.run(
            [_program(), *arguments], input=data, capture_output=True, timeout=SECONDS, check=False, cwd="/"
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"ruff took longer than {SECONDS:g} s.", "Try again in a moment.") from None
    except OSError as error:
        raise Unavailable(f"ruff could not be started: {error.strerror}.") from error


@lru_cache(maxsize=1)
def _program() -> str:
    try:
        return str(find_ruff_bin())
    except FileNotFoundError as error:
        raise AdapterMissing("ruff is not installed.", "Install it: pip install ruff") from error
