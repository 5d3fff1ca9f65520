"""Makes the pages of the documentation that come from code: settings, command line, HTTP interface.

python docs/generate.py            writes them
python docs/generate.py --check    says which are out of date, and fails when there are any
"""

# ruff: noqa: E501 - the rows of tables are long

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from deepforge.cli.main import deepforge
from deepforge.core.settings import describe
from deepforge.server.app import ALL_ROUTES, build
from deepforge.server.route import RouteTable

DOCS = Path(__file__).resolve().parent
MADE = "<!-- Made by docs/generate.py. Change the code instead. -->\n"


def pages() -> dict[str, str]:
    """Page → its text."""
    return {
        "guides/configuration.md": configuration(),
        "reference/cli.md": command_line(),
        "reference/http.md": http(),
        "reference/openapi.json": openapi(),
    }


CONFIGURATION = """# Configuration

Every setting has a default. `config.toml` in the data directory changes it, an environment variable wins over that, and a
flag of a command over both.

```sh
deepforge config                    # all settings, and where each value comes from
deepforge config port               # one of them
deepforge config port 9000          # write it into config.toml, whose comments stay
deepforge config --unset port       # take it out again
deepforge config --repair           # set lines that cannot be read aside
```

Lists are written with commas: `deepforge config preload numpy,torch`. A running server takes a change up when it is started
again.

A line of `config.toml` that is no TOML stops every command, and each names the file, the line and what is wrong with it. Correct the line,
or let `--repair` turn such lines into comments: everything else stays as it is, and the file as it was is kept beside it as
`config.toml.broken`, then `config.toml.broken-2`. A word that is no setting is taken out with `--unset`.

| setting | default | variable | what it does |
|---|---|---|---|
"""

DATA_DIRECTORY = """
## The data directory

| in it | what it is |
|---|---|
| `config.toml` | these settings |
| `deepforge.db` | the database, unless `database_url` names another |
| `blobs/` | bytes by digest |
| `projects/` | the projects that were made in the editor, and links to folders that were opened from elsewhere |
| `history/` | the versions of each project |
| `uploads/` | files that are on their way |
| `worker/` | the local worker: folders of its jobs |
| `environments/` | the environments of operations that declare one |
| `server.json` | address and token of the running server; readable for its owner only |
| `server.log` | what the server told |

Back it up while no server runs, or back up the database with its own tools and `blobs/` after it. Of the projects only those that are
linked lie outside: back them up too.
"""


def openapi() -> str:
    """The description of the HTTP interface, from which the editor's types are made too."""
    table = RouteTable([route for routes in ALL_ROUTES for route in routes.routes])
    return json.dumps(build(table).openapi(), indent=1, sort_keys=True) + "\n"


def configuration() -> str:
    """The guide to settings."""
    rows = "".join(
        f"| `{setting.name}` | {_code(setting.default)} | `{setting.variable}` | {_cell(setting.help)} |\n"
        for setting in describe()
    )
    return MADE + CONFIGURATION + rows + DATA_DIRECTORY


COMMAND_LINE = """# Command line

Every command takes `--json` and then prints exactly one JSON document on standard output. Errors go to standard error as a
message and a hint, or, with `--json`, to standard output as `{"error": {"code", "message", "hint"}}`.

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | the run or the request failed |
| 2 | the command was not understood |
| 130 | canceled |
"""


def command_line() -> str:
    """The reference of all commands."""
    context = click.Context(deepforge, info_name="deepforge", **deepforge.context_settings)
    parts = [MADE, COMMAND_LINE]
    for name in deepforge.list_commands(context):
        command = deepforge.get_command(context, name)
        assert command is not None
        parts += _command(context, f"deepforge {name}", command, "##")
    return "".join(parts)


def _command(parent: click.Context, path: str, command: click.Command, heading: str) -> Iterator[str]:
    yield f"\n{heading} {path}\n\n"
    context = click.Context(command, info_name=path, parent=parent)
    if isinstance(command, click.Group):
        yield f"{_help(command)}\n"
        for name, inner in command.commands.items():
            yield from _command(context, f"{path} {name}", inner, heading + "#")
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```\n{path} {usage}\n```\n\n{_help(command)}\n\n| option | |\n|---|---|\n"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield f"| {_code(record[0])} | {_cell(record[1])} |\n"


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("\f", "")


HTTP = """# HTTP interface

Everything that the pages, the Python client and the command line do goes through this interface. It is described in
OpenAPI at `/openapi.json` of a running server.

- Requests carry a token: `Authorization: Bearer …`, that of `server.json`, which is new at each start of the server. One in the address is refused.
- Errors have one shape, `{"error": {"code", "message", "hint"}}`.
- Lists take `limit`, `after` (the last id of the page before) and `fields` (names, separated by commas).
- Times are UTC in ISO 8601, sizes bytes, durations seconds.
"""

LIVE = """
## The live channel

`/api/v1/live` is a WebSocket. Send `{"subscribe": "run:<id>", "after": <number or null>}`; what comes has a growing number
`seq`. After a broken connection, subscribe again with the last number you saw, and nothing is missed. The kind `gap` says
that events were dropped since: ask for the whole state again.

| topic | kinds |
|---|---|
| `run:<id>` | `run`, `job`, `metrics`, `progress`, `log`, `figure`, `note` |
| `runs` | `run` |
"""


def http() -> str:
    """The reference of all routes."""
    table = RouteTable([route for routes in ALL_ROUTES for route in routes.routes])
    document = build(table).openapi()
    return (
        MADE
        + HTTP
        + "".join(_routes(document))
        + LIVE
        + "".join(_codes(document))
        + "".join(_schemas(document))
    )


def _routes(document: dict[str, Any]) -> Iterator[str]:
    by_noun: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            noun = (operation.get("tags") or ["other"])[0]
            answer = next(iter(operation["responses"].values()))
            row = (
                f"| `{method.upper()}` | `{path}` | {_cell(operation['summary'])} | {_shape(operation.get('requestBody'))} "
                f"| {_shape(answer)} | `{operation['x-permission']}` |\n"
            )
            by_noun.setdefault(noun, []).append(row)
    for noun, rows in by_noun.items():
        yield f"\n## {noun.capitalize()}\n\n| | path | what it does | takes | answers | permission |\n|---|---|---|---|---|---|\n"
        yield from rows


def _shape(body: dict[str, Any] | None) -> str:
    for media, content in ((body or {}).get("content") or {}).items():
        return _type(content["schema"]) if media == "application/json" else "bytes"
    return ""


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(_code(str(value)) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items') or schema.get('prefixItems', [{}])[0])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema.get("type", "any"))


def _codes(document: dict[str, Any]) -> Iterator[str]:
    yield "\n## Errors\n\n| code | HTTP |\n|---|---|\n"
    for code, status in document["x-error-codes"].items():
        yield f"| `{code}` | {status} |\n"


def _schemas(document: dict[str, Any]) -> Iterator[str]:
    yield "\n## Shapes\n"
    for name, schema in document["components"]["schemas"].items():
        if not schema.get("properties"):
            continue
        yield f"\n### {name}\n\n{_cell(schema.get('description', ''))}\n\n| field | type |\n|---|---|\n"
        for field, inner in schema["properties"].items():
            yield f"| `{field}` | {_type(inner)} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text.strip('"') else ""


def outdated() -> list[str]:
    """The pages that are not what the code would make of them."""
    return [
        page
        for page, text in pages().items()
        if not (DOCS / page).is_file() or (DOCS / page).read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = outdated()
        sys.exit(f"Out of date: {', '.join(found)}. Run: python docs/generate.py" if found else 0)
    for page, text in pages().items():
        (DOCS / page).write_text(text, encoding="utf-8")
