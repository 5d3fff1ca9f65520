"""`deepforge stop`: end the server of this data directory in good order."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import click

from deepforge.cli.options import json_option
from deepforge.cli.output import print_json, print_note
from deepforge.cli.settings import resolve
from deepforge.client import Client, find_server, read_server_file
from deepforge.client.ownership import is_owned, owner_of
from deepforge.client.server_file import SERVER_FILE
from deepforge.core.errors import Unavailable

SECONDS = 30.0


@click.command()
@json_option
def stop(as_json: bool) -> None:
    """Stop the server of this data directory and its worker.

    Runs that go on are given back in good order and go on when a server is started again. One that does not
    answer, or whose server.json cannot be read, is asked to end by a signal.
    """
    home = resolve().settings.home
    found = find_server(home)
    process = owner_of(home) if found is None else found.pid
    if process is None:
        if as_json:
            print_json({"stopped": False, "home": str(home)})
        else:
            click.echo("No server is running.")
        return
    if found is None:
        _signal(process, home, as_json)
    else:
        with Client.at(found.url, found.token) as client:
            client.system.stop()
    _wait(process, home)
    url = found.url if found is not None else None
    if as_json:
        print_json({"stopped": True, "home": str(home), "url": url, "pid": process})
    else:
        click.echo(f"Stopped the server at {url}" if url else f"Stopped the server (process {process})")


def _signal(process: int, home: Path, quiet: bool) -> None:
    """Ask a process to end that cannot be asked as a server. Raises Unavailable when it is not ours."""
    if not quiet:
        why = "does not answer" if read_server_file(home) else f"cannot be found by {home / SERVER_FILE}"
        print_note(f"The server (process {process}) {why}; it is asked to end by a signal.")
    try:
        os.kill(process, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Unavailable(
            f"The server (process {process}) belongs to somebody else.", "Have its owner stop it."
        ) from None


def _wait(process: int, home: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while is_owned(home):
        if time.monotonic() > deadline:
            raise Unavailable(
                f"The server (process {process}) has not ended after {SECONDS:.0f} s.",
                f"Look at server.log in {home}, or end the process.",
            )
        time.sleep(0.02)
