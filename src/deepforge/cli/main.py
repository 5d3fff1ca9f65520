"""The `deepforge` command: its groups, and how errors become messages and exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import click

from deepforge.cli.group import Entry, LazyGroup
from deepforge.cli.output import CANCELED, FAILED, SUCCESS, USAGE, print_failure
from deepforge.core.errors import DeepForgeError

COMMANDS = {
    "start": Entry("deepforge.cli.start:start", "Start the server and its worker, and stay with them."),
    "stop": Entry("deepforge.cli.stop:stop", "Stop the server and its worker."),
    "init": Entry("deepforge.cli.init:init", "Make a new project folder."),
    "projects": Entry(
        "deepforge.cli.projects:projects", "List, create, import, rename, copy, delete and open projects."
    ),
    "history": Entry("deepforge.cli.history:history", "List, name and restore versions of a project."),
    "run": Entry("deepforge.cli.run:run", "Run a pipeline and watch it."),
    "runs": Entry("deepforge.cli.runs:runs", "List, show, follow, stop, remove and compare runs."),
    "artifacts": Entry("deepforge.cli.artifacts:artifacts", "List, show, put, get and remove artifacts."),
    "config": Entry("deepforge.cli.config:config", "Show settings and where they come from; change one."),
    "doctor": Entry("deepforge.cli.doctor:doctor", "Check what DeepForge needs on this machine."),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="deepforge", message="%(prog)s %(version)s")
def deepforge() -> None:
    """DeepForge runs pipelines of Python operations, shows them live and remembers everything about them.

    Every command takes --json and then prints exactly one JSON document. Exit codes: 0 success, 1 the run or
    the request failed, 2 the command was not understood, 130 canceled.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; errors that people can act on never show a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        code = deepforge.main(words, prog_name="deepforge", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        hint = f"See {error.ctx.command_path} --help" if error.ctx else None
        print_failure("usage", error.format_message(), hint, as_json)
        return USAGE
    except click.ClickException as error:
        print_failure("error", error.format_message(), None, as_json)
        return error.exit_code
    except DeepForgeError as error:
        print_failure(error.code, error.message, error.hint, as_json, getattr(error, "problems", ()))
        return FAILED
    except (KeyboardInterrupt, click.Abort):
        print_failure("canceled", "Canceled", None, as_json)
        return CANCELED
    except Exception as error:  # noqa: BLE001 - a mistake of ours; whoever reads JSON is to get JSON all the same
        traceback.print_exc()
        print_failure(
            "internal", f"DeepForge made a mistake: {error!r}", "Please report what stands above.", as_json
        )
        return FAILED
    return code if isinstance(code, int) else SUCCESS
