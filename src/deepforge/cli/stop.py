"""`deepforge stop`: end the server of this data directory in good order."""

from __future__ import annotations

import time

import click

from deepforge.cli.options import json_option
from deepforge.cli.output import print_json
from deepforge.cli.ownership import is_owned
from deepforge.cli.settings import resolve
from deepforge.client import Client, find_server
from deepforge.core.errors import Unavailable

SECONDS = 30.0


@click.command()
@json_option
def stop(as_json: bool) -> None:
    """Stop the server of this data directory and its worker.

    Runs that go on are given back in good order and go on when a server is started again.
    """
    settings = resolve().settings
    found = find_server(settings.home)
    if found is None:
        if as_json:
            print_json({"stopped": False, "home": str(settings.home)})
        else:
            click.echo("No server is running.")
        return
    with Client.at(found.url, found.token) as client:
        client.system.stop()
    deadline = time.monotonic() + SECONDS
    while is_owned(settings.home):
        if time.monotonic() > deadline:
            raise Unavailable(
                f"The server (process {found.pid}) has not ended after {SECONDS:.0f} s.",
                f"Look at server.log in {settings.home}, or end the process.",
            )
        time.sleep(0.02)
    if as_json:
        print_json({"stopped": True, "home": str(settings.home), "url": found.url, "pid": found.pid})
    else:
        click.echo(f"Stopped the server at {found.url}")
