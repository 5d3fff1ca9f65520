"""Comparing: why jobs ran or did not, and what runs were made of and gave, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from deepforge.core.errors import BadInput
from deepforge.core.fingerprint import distributions
from deepforge.core.ids import RunId
from deepforge.core.manifest import decode_manifest
from deepforge.core.run import ComparedRow, Explanation, RunComparison
from deepforge.core.user import Caller
from deepforge.engine.cache import Past, what_changed
from deepforge.services.house import House
from deepforge.services.memory import RunCard, card_of, past_of
from deepforge.services.shelf import known
from deepforge.services.views import summary_now
from deepforge.store import artifacts, jobs, series

MOST = 50
"""How many runs are compared at once."""


def explain(house: House, caller: Caller, run: RunId) -> tuple[Explanation, ...]:
    """For each job of a run why it ran or did not have to, part by part of its key. Raises NotFound."""
    with house.database.read() as connection:
        card = _card(connection, run)
        past = past_of(connection, card.record, set(card.names.values()))
    return tuple(
        Explanation(
            job=status.plan.name,
            cached=status.cached,
            reason=status.reason or _not_yet(status.state),
            changes=what_changed(past.get(status.plan.name), card.jobs[job].fingerprint),
            compared_with=_compared(past.get(status.plan.name)),
        )
        for job, status in card.status.jobs.items()
    )


def _compared(past: Past | None) -> RunId | None:
    return past.run if past else None


def _not_yet(state: str) -> str:
    return (
        "it is not known yet, since its inputs are not there"
        if state == "pending"
        else "it was not looked up"
    )


def compare(house: House, caller: Caller, wanted: Sequence[RunId]) -> RunComparison:
    """Attributes, files, jobs, metrics and artifacts of runs, by name. Raises BadInput, NotFound."""
    if not 1 <= len(set(wanted)) <= MOST:
        raise BadInput(f"{len(set(wanted))} runs cannot be compared.", f"Name 1 to {MOST} runs.")
    chosen = list(dict.fromkeys(wanted))
    with house.database.read() as connection:
        cards = [_card(connection, run) for run in chosen]
        metrics = series.last_values(connection, chosen)
        saved = artifacts.saved_by(connection, chosen)
    files = [decode_manifest(house.blobs.read(card.record.snapshot)) for card in cards]
    drawn = {card.record.pipeline for card in cards}
    columns: dict[str, list[dict[str, Any]]] = {
        "attribute": [_attributes(card) for card in cards],
        "environment": [_environment(card) for card in cards],
        "file": [
            {path: entry.digest for path, entry in found.items() if _concerns(path, drawn)} for found in files
        ],
        "job": [{status.plan.name: status.state for status in card.status.jobs.values()} for card in cards],
        "metric": [dict(metrics.get(run, {})) for run in chosen],
        "artifact": [{found.name: found.digest for found in saved[run]} for run in chosen],
    }
    return RunComparison(
        runs=tuple(summary_now(card.record, card.status, metrics.get(card.record.id, {})) for card in cards),
        rows=tuple(row for kind, column in columns.items() for row in _rows(kind, column)),
    )


def _concerns(path: str, drawn: set[str]) -> bool:
    """Whether a file has to do with runs of these pipelines: all but other pipelines may."""
    folder, _, name = path.partition("/")
    return folder != "pipelines" or name.rpartition(".")[0] in drawn


def _attributes(card: RunCard) -> dict[str, Any]:
    return {
        f"{card.names[job]}.{name}": value
        for job, found in card.jobs.items()
        for name, value in found.recipe.effective.items()
    }


def _environment(card: RunCard) -> dict[str, str]:
    """The packages that its jobs ran with, and their versions; where jobs differ, all of them."""
    found: dict[str, dict[str, None]] = {}
    for job in card.jobs.values():
        part = job.fingerprint.parts.get("environment") if job.fingerprint else None
        for name, version in distributions(part.shown if part else "").items():
            found.setdefault(name, {})[version or "not resolved"] = None
    return {name: ", ".join(versions) for name, versions in sorted(found.items())}


def _rows(kind: Any, columns: list[dict[str, Any]]) -> list[ComparedRow]:
    names = dict.fromkeys(name for column in columns for name in column)
    rows = []
    for name in names:
        values = tuple(column.get(name) for column in columns)
        rows.append(ComparedRow(kind, name, values, differs=any(value != values[0] for value in values)))
    return rows


def _card(connection: Connection, run: RunId) -> RunCard:
    return card_of(known(connection, run), jobs.of_run(connection, run))
