"""Ingest: a stretch of an attempt's journal and log becomes rows, in the transaction that commits its
offset.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from deepforge.core.ids import JobId, WorkerId
from deepforge.core.messages import Receipt, Shipment
from deepforge.core.run import JOB_ENDS, FigureView, Progress
from deepforge.engine.ending import Ending, damaged, verdict
from deepforge.runtime.journal import (
    FIGURE,
    HEADER,
    MAX_PAYLOAD,
    JournalDamaged,
    read_records,
    unpack_figure,
)
from deepforge.services import versions
from deepforge.services.effects import Effects, Figure
from deepforge.services.ledger import Ledger
from deepforge.services.memory import RunCard
from deepforge.store import attempts, figures, jobs, logs, series
from deepforge.store.attempts import VOID, Attempt
from deepforge.store.blobs import Blobs

OpenAttempts = dict[tuple[JobId, int], Attempt]
"""Attempts by job and fencing number."""


@dataclass
class _Delivery:
    """One shipment on its way into the rows."""

    ledger: Ledger
    card: RunCard
    attempt: Attempt
    effects: Effects
    damage: str | None = None

    @property
    def job(self) -> JobId:
        return self.attempt.job

    @property
    def topic(self) -> str:
        return f"run:{self.attempt.run}"

    def tell(self, kind: str, **data: object) -> None:
        self.ledger.tell(self.topic, self.attempt.project, kind, {"job": self.job, **data})


def commit(ledger: Ledger, worker: WorkerId, shipment: Shipment, mine: OpenAttempts) -> Receipt:
    """Commit what a shipment brings that is new, and say how far the attempt is committed then.

    `mine` are the attempts of the worker from which something may still come, and is kept so.

    A shipment that comes again, or overlaps with what is there, changes nothing; one that begins behind
    what is committed is not taken, and the receipt says from where to send. What comes from an attempt that
    no longer counts is answered with `fenced`.
    """
    key = (shipment.job, shipment.fence)
    attempt = mine.get(key) or attempts.find(ledger.connection, *key)
    if attempt is None or attempt.worker != worker:
        return Receipt(shipment.job, shipment.fence, 0, 0, "fenced")
    card = ledger.card(attempt.run)
    if not counts(card, attempt):
        return _receipt(attempt, "fenced")
    if not attempt.open:
        return _receipt(attempt, "settled" if attempt.damage is None else "fenced")
    if shipment.journal_offset > attempt.journal_offset or shipment.log_offset > attempt.log_offset:
        return _receipt(attempt, "ok")
    effects = Effects(_announced(ledger, attempt), msgspec.convert(attempt.ending, Ending))
    delivery = _Delivery(ledger, card, attempt, effects)
    if attempt.ended is None:
        _read(delivery, shipment)
    _write_log(delivery, shipment)
    _write(delivery)
    _end(delivery, shipment)
    if delivery.attempt != attempt:
        attempts.commit(ledger.connection, delivery.attempt)
        mine[key] = delivery.attempt
    if not delivery.attempt.open:
        ledger.memory.series_names.pop(key, None)
        mine.pop(key, None)
    return _receipt(delivery.attempt, _status(delivery))


def _announced(ledger: Ledger, attempt: Attempt) -> dict[int, tuple[str, ...]]:
    """The names of the sets of metrics that an attempt has announced so far."""
    if attempt.journal_offset == 0:
        return {}
    names = ledger.memory.series_names.get((attempt.job, attempt.fence))
    return dict(series.sets(ledger.connection, attempt.job, attempt.fence) if names is None else names)


def keep_figures(blobs: Blobs, shipments: Iterable[Shipment]) -> None:
    """Keep the bytes of figures before the transaction that refers to them, so that nobody waits for the disk
    while it holds the writing lock. What nothing refers to then is collected.
    """
    for shipment in shipments:
        view = memoryview(shipment.journal)
        at = 0
        while at + HEADER.size <= len(view):
            length, checksum, kind = HEADER.unpack_from(view, at)
            start, at = at, at + HEADER.size + length
            if at > len(view) or length > MAX_PAYLOAD:
                break
            if kind == FIGURE and zlib.crc32(view[start + 8 : at]) == checksum:
                with contextlib.suppress(JournalDamaged):  # told when it is read
                    for content in unpack_figure(bytes(view[start + HEADER.size : at]))[1].values():
                        blobs.put_bytes(content)


def counts(card: RunCard, attempt: Attempt) -> bool:
    """Whether what comes from the attempt still counts: it has said how it ended, and only the rest of its
    log is to come; or no newer one holds the job, and nothing else has ended it.
    """
    status = card.status.jobs[attempt.job]
    return attempt.ended is not None or (status.fence == attempt.fence and status.state not in JOB_ENDS)


def close_void(ledger: Ledger, mine: Iterable[Attempt]) -> list[Attempt]:
    """Close those of a worker's attempts that no longer count, such as one that came back after its run was
    canceled; the others remain.
    """
    remaining = []
    for attempt in mine:
        if counts(ledger.card(attempt.run), attempt):
            remaining.append(attempt)
        else:
            attempts.commit(ledger.connection, replace(attempt, ended=ledger.at, open=False, damage=VOID))
    return remaining


def _receipt(attempt: Attempt, status: str) -> Receipt:
    return Receipt(attempt.job, attempt.fence, attempt.journal_offset, attempt.log_offset, status)  # type: ignore[arg-type]


def _status(delivery: _Delivery) -> str:
    if delivery.attempt.damage is not None:
        return "fenced"  # the job has failed with it; the worker is to end what may still run
    return "ok" if delivery.attempt.open else "settled"


def _read(delivery: _Delivery, shipment: Shipment) -> None:
    """Take the new whole records; the offset stands behind the last one that was understood."""
    committed = delivery.attempt.journal_offset
    data = memoryview(shipment.journal)[committed - shipment.journal_offset :]
    end = committed
    try:
        for record in read_records(data, committed):
            delivery.effects.take(record)
            end = record.end
            if delivery.effects.published is not None:
                break
    except JournalDamaged as error:
        delivery.damage = str(error)
    if delivery.damage is None and shipment.final and delivery.effects.published is None:
        rest = committed + len(data) - end
        delivery.damage = (
            f"its last {rest:,} bytes are no whole record" if rest else "it does not say how the job ended"
        )
    delivery.attempt = replace(
        delivery.attempt,
        journal_offset=end,
        ending=msgspec.to_builtins(delivery.effects.ending),
        damage=delivery.damage,
    )


def _write_log(delivery: _Delivery, shipment: Shipment) -> None:
    attempt = delivery.attempt
    data = shipment.log[attempt.log_offset - shipment.log_offset :]
    if not data:
        return
    end = logs.append(delivery.ledger.connection, attempt.job, attempt.fence, attempt.log_offset, data)
    delivery.attempt = replace(attempt, log_offset=end.size)
    delivery.tell("log", fence=attempt.fence, offset=attempt.log_offset, size=end.size, lines=end.lines)


def _write(delivery: _Delivery) -> None:
    """Write what the records say, but for the end."""
    _write_series(delivery)
    _write_progress(delivery)
    for text in delivery.effects.notes:
        delivery.tell("note", text=text)
    for figure in delivery.effects.figures:
        _write_figure(delivery, figure)


def _write_series(delivery: _Delivery) -> None:
    ledger, attempt, effects = delivery.ledger, delivery.attempt, delivery.effects
    connection, job = ledger.connection, attempt.job
    if effects.announced:
        series.announce(connection, job, attempt.fence, effects.announced)
        ledger.memory.series_names[job, attempt.fence] = effects.names
    if effects.points:
        series.append(connection, attempt.project, attempt.run, job, attempt.fence, effects.points)
        last = {name: series.finite(points.values[-1]) for name, points in effects.points.items()}
        x = max(points.xs[-1] for points in effects.points.values())
        delivery.tell("metrics", values=last, x=x)


def _write_progress(delivery: _Delivery) -> None:
    """What was noted last counts as progress where nothing else is told."""
    effects, job = delivery.effects, delivery.attempt.job
    if effects.notes:
        effects.progress = effects.progress or Progress(0.0, None, effects.notes[-1])
    if effects.progress is not None:
        delivery.card.jobs[job].progress = effects.progress
        jobs.report(delivery.ledger.connection, job, effects.progress)
        delivery.tell("progress", **msgspec.to_builtins(effects.progress))


def _write_figure(delivery: _Delivery, figure: Figure) -> None:
    ledger, attempt = delivery.ledger, delivery.attempt
    parts = {media: ledger.blobs.put_bytes(content) for media, content in figure.parts.items()}
    sizes = {media: len(content) for media, content in figure.parts.items()}
    ledger.hold_blobs(
        attempt.project, f"run:{attempt.run}", {parts[media]: size for media, size in sizes.items()}
    )
    version = figures.add(
        ledger.connection,
        attempt.project,
        attempt.run,
        attempt.job,
        attempt.fence,
        figure.figure,
        figure.title,
        parts,
        ledger.at,
    )
    view = FigureView(
        job=attempt.job,
        job_name=delivery.card.status.jobs[attempt.job].plan.name,
        figure=figure.figure,
        title=figure.title,
        version=version,
        created=ledger.at,
        parts=parts,
        sizes=sizes,
    )
    ledger.tell(delivery.topic, attempt.project, "figure", msgspec.to_builtins(view))


def _end(delivery: _Delivery, shipment: Shipment) -> None:
    """Bring the attempt to its end when the journal says so, and close it when nothing follows."""
    ledger, attempt, effects = delivery.ledger, delivery.attempt, delivery.effects
    if attempt.ended is None and delivery.damage is not None:
        ledger.scheduler.apply(attempt.run, damaged(attempt.job, attempt.fence, delivery.damage, ledger.at))
        delivery.attempt = replace(attempt, ended=ledger.at, open=False)
        return
    if attempt.ended is None and effects.published is not None:
        status = delivery.card.status.jobs[attempt.job]
        for data in effects.artifacts:
            if versions.is_there(ledger.blobs, data):
                ledger.save_artifact(delivery.card, status, data)
        event = verdict(
            attempt.job,
            attempt.fence,
            effects.ending,
            effects.published,
            delivery.card.jobs[attempt.job].recipe.outputs,
            lambda fact: versions.is_there(ledger.blobs, fact),
            status.plan.resources,
            ledger.at,
        )
        after = ledger.scheduler.apply(attempt.run, event)
        ledger.hold(delivery.card, after.jobs[attempt.job].outputs)
        attempt = replace(attempt, ended=ledger.at)
    if attempt.ended is not None and shipment.final:
        attempt = replace(attempt, open=False)
    delivery.attempt = attempt
