"""The shelf: runs that are kept are tagged, removed, and brought back while they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import Connection

from deepforge.core.artifact import clean_tags
from deepforge.core.errors import Conflict, NotFound
from deepforge.core.ids import RunId
from deepforge.core.moment import moment
from deepforge.core.run import RUN_ENDS
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.services.run_lines import summaries
from deepforge.store import blob_index, database, jobs, run_lines, runs
from deepforge.store.runs import RunRecord

NAMED_RUNS = 5
"""How many runs a hint names."""


def known(connection: Connection, run: RunId) -> RunRecord:
    """The run. Raises NotFound when there is none, or when it was removed."""
    record = runs.find(connection, run, removed=True)
    if record is None:
        raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
    if record.removed is not None:
        raise NotFound(f"The run {run} was removed.", f"Bring it back with `deepforge runs restore {run}`.")
    return record


def tag(house: House, caller: Caller, run: RunId, tags: Sequence[str]) -> tuple[str, ...]:
    """Give a run these tags, in place of those it has. Raises NotFound, BadInput."""
    chosen = clean_tags(tags)
    with house.writing() as ledger:
        record = known(ledger.connection, run)
        runs.tag(ledger.connection, run, chosen)
        ledger.memory.note(replace(record, tags=chosen))
        ledger.tell(f"run:{run}", record.project, "tags", {"tags": chosen})
        _tell_lists(ledger, record)
    return chosen


def remove(house: House, caller: Caller, run: RunId) -> None:
    """Hide a run that has ended; it can be brought back for a while. Artifacts that it saved stay.

    Raises NotFound, Conflict while it goes on, or when other runs show logs, metrics and figures of its jobs.
    """
    with house.writing() as ledger:
        record = known(ledger.connection, run)
        if record.state not in RUN_ENDS:
            raise Conflict(f"The run is {record.state}.", f"Stop it first: deepforge runs stop {run}")
        _refuse_while_shown(ledger.connection, run)
        runs.hide(ledger.connection, run, ledger.at)
        ledger.memory.drop(run)
        ledger.tell("runs", record.project, "removed", {"id": run})
        ledger.tell(f"run:{run}", record.project, "removed", {"id": run})


def restore(house: House, caller: Caller, run: RunId) -> None:
    """Bring a run back that was removed. One that is there stays as it is. Raises NotFound when it is gone
    for good.
    """
    with house.writing() as ledger:
        record = runs.find(ledger.connection, run, removed=True)
        if record is None:
            raise NotFound(f"There is no run {run}.", "What was removed is kept for a while only.")
        runs.hide(ledger.connection, run, None)
        _tell_lists(ledger, record)


def forget_removed(house: House) -> int:
    """Forget for good what was removed long enough ago, and say how many runs that were. What a run that is
    kept shows of them keeps them.
    """
    with house.database.read() as connection:
        limit = database.seconds(connection) - 3600 * house.settings.keep_removed_hours
        found = runs.hidden_before(connection, moment(limit))
    gone = 0
    for run in found:
        with house.writing() as ledger:
            record = runs.find(ledger.connection, run, removed=True)
            if record is None or record.removed is None or jobs.answered(ledger.connection, run):
                continue
            blob_index.release(ledger.connection, f"run:{run}")
            runs.remove(ledger.connection, run)
            ledger.memory.drop(run)
            gone += 1
    return gone


def _tell_lists(ledger: Ledger, record: RunRecord) -> None:
    """Tell who watches lists how the run stands in them now."""
    for line in summaries(ledger.connection, run_lines.lines(ledger.connection, [record.id])):
        ledger.tell("runs", record.project, "run", msgspec.to_builtins(line))


def _refuse_while_shown(connection: Connection, run: RunId) -> None:
    """A cached job shows the logs and figures of the job that did run: they are not taken from under it."""
    showing = jobs.answered(connection, run, removed=False)
    if showing:
        count = "1 later run shows" if len(showing) == 1 else f"{len(showing)} later runs show"
        named = " ".join(showing[:NAMED_RUNS]) + (" …" if len(showing) > NAMED_RUNS else "")
        what = "it" if len(showing) == 1 else "those"
        raise Conflict(
            f"{count} the logs and figures of the run.", f"Remove {what} first: deepforge runs rm {named}"
        )
