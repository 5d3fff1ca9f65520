"""Workers: they introduce themselves, and in one exchange ship what happened and are given what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from deepforge.core.errors import Conflict, Forbidden, NotFound
from deepforge.core.event import Heard, Leased, Lost
from deepforge.core.ids import JobId, WorkerId
from deepforge.core.messages import (
    Ahead,
    Exchange,
    Held,
    Hello,
    InputSpec,
    JobSpec,
    Lease,
    Orders,
    Receipt,
    Welcome,
)
from deepforge.core.moment import moment
from deepforge.core.user import Caller
from deepforge.core.worker import WorkerView
from deepforge.engine.cache import inputs_of
from deepforge.engine.leases import LeaseFact, expired, renewed
from deepforge.engine.queue import Waiting, choose
from deepforge.services import ingest, previews
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.services.memory import RunCard, WorkerCard
from deepforge.store import attempts, database, locks, workers
from deepforge.store.attempts import JUDGED, Attempt
from deepforge.store.workers import WorkerRecord

RENEW_SECONDS = 1.0
"""A lease that was renewed less than that ago is not written again."""
AGAIN_SECONDS = 2.0
"""A lease that the worker does not hold is given again after so long; before, it may be on its way."""
MOST_LOOKED_AT = 100
"""Jobs of a run among which those are looked for that a worker may take ahead."""
QUIET_SECONDS = 2.0
"""For so long after all was gone through, an exchange that brings nothing is answered from memory."""


def register(house: House, caller: Caller, hello: Hello) -> Welcome:
    """A worker introduces itself; an older process under its identity may say nothing from then on.

    Raises Forbidden when the token is another worker's.
    """
    _check(caller, hello.identity)
    with house.writing() as ledger:
        known = ledger.memory.workers(ledger.connection).get(hello.identity)
        record = WorkerRecord(
            id=hello.identity,
            author=caller.user,
            name=hello.name,
            incarnation=hello.incarnation,
            machine=hello.machine,
            interpreter=hello.interpreter,
            slots=hello.slots,
            shares_blobs=hello.shares_blobs,
            version=hello.version,
            seen=ledger.clock,
            created=known.record.created if known else ledger.at,
        )
        workers.put(ledger.connection, record)
        card = WorkerCard(
            record=record,
            locks=known.locks if known else {},
            seen=ledger.clock,
            reconcile=known is not None and known.record.incarnation != hello.incarnation,
        )
        ledger.memory.put_worker(ledger.connection, card)
        previews.forget_worker(ledger, hello.identity)
        ledger.news = True
    settings = house.settings
    return Welcome(hello.identity, settings.heartbeat_seconds, settings.lease_seconds)


def exchange(house: House, caller: Caller, worker: WorkerId, said: Exchange) -> Orders:
    """Commit what a worker ships, renew what it holds, and say what it is to do. It does not wait for work.

    Raises Forbidden when the token is another worker's, NotFound when the worker has not introduced itself,
    Conflict when a newer process has its identity.
    """
    _check(caller, worker)
    if not house.memory.has_news_for(worker, said, since=house.clock() - QUIET_SECONDS):
        return Orders()
    ingest.keep_figures(house.blobs, said.shipments)
    with house.writing() as ledger:
        card = ledger.memory.workers(ledger.connection).get(worker)
        if card is None:
            raise NotFound("The worker has not introduced itself.", "Let it introduce itself again.")
        if card.record.incarnation != said.incarnation:
            raise Conflict(
                "A newer process has the identity of this worker.",
                "Let only one worker run in a folder, and give a copy of the folder an identity of its own.",
            )
        _see(ledger, card, house.settings.heartbeat_seconds)
        _keep_locks(ledger, card, said)
        previews.commit(ledger, said)
        open_attempts = {
            (attempt.job, attempt.fence): attempt for attempt in attempts.open_of(ledger.connection, worker)
        }
        receipts = [ingest.commit(ledger, worker, shipment, open_attempts) for shipment in said.shipments]
        held = {(attempt.job, attempt.fence) for attempt in said.holding}
        held |= {(shipment.job, shipment.fence) for shipment in said.shipments}
        until = renewed(ledger.clock, house.settings.lease_seconds)
        mine = ingest.close_void(ledger, open_attempts.values())
        receipts += _forget(ledger, worker, mine, said.holding, receipts)
        again = _renew(ledger, card, mine, held, until, said.free is not None)
        new = _lease(ledger, card, said, until, _unheard(ledger, mine, held, until))
        stop = tuple(Held(attempt.job, attempt.fence) for attempt in mine if attempt.stop_asked)
        card.looked = -math.inf if stop else house.clock()
        asked = previews.give(ledger, card, said)
    return Orders(tuple(receipts), (*again, *new), stop, asked)


def listing(house: House, caller: Caller) -> tuple[WorkerView, ...]:
    """All workers, the one that was heard of last first."""
    with house.database.read() as connection:
        clock = database.seconds(connection)
        records = workers.lines(connection)
        running = attempts.running(connection)
    return tuple(
        WorkerView(
            id=record.id,
            name=record.name,
            machine=record.machine,
            python=record.python,
            slots=record.slots,
            running=min(running.get(record.id, 0), record.slots),  # others wait there for their turn
            version=record.version,
            connected=clock - record.seen <= house.settings.lease_seconds,
            seen=moment(record.seen),
            created=record.created,
        )
        for record in records
    )


def expire(house: House) -> int:
    """Queue again the jobs whose worker was not heard of within its lease, and say how many. Called every
    second.
    """
    with house.database.read() as connection:
        clock = database.seconds(connection)
        if not any(attempt.lease_until < clock for attempt in attempts.leased(connection)):
            return 0
    with house.writing() as ledger:
        facts = [
            LeaseFact(attempt.run, attempt.job, attempt.fence, attempt.lease_until)
            for attempt in attempts.leased(ledger.connection)
        ]
        lost = expired(facts, ledger.clock, ledger.at)
        for run, events in lost.items():
            ledger.scheduler.apply(run, *events)
            judged = [(event.job, event.fence) for event in events]
            attempts.lease(ledger.connection, judged, JUDGED)
        return sum(len(events) for events in lost.values())


def revive(house: House) -> None:
    """Start every lease anew: called when the server starts, since nobody could renew one while it was
    away.
    """
    with house.writing() as ledger:
        attempts.lease_all(ledger.connection, renewed(ledger.clock, house.settings.lease_seconds))


def _check(caller: Caller, worker: WorkerId) -> None:
    if caller.worker != worker:
        raise Forbidden("This token is not that worker's.", "Each worker has a token of its own.")


def _see(ledger: Ledger, card: WorkerCard, heartbeat: float) -> None:
    card.seen = ledger.clock
    if card.seen - card.record.seen >= heartbeat / 2:  # to the disk only as often as it matters
        workers.see(ledger.connection, card.record.id, card.seen)
        card.record = replace(card.record, seen=card.seen)


def _keep_locks(ledger: Ledger, card: WorkerCard, said: Exchange) -> None:
    new = {declared: lock for declared, lock in said.locks.items() if card.locks.get(declared) != lock}
    if new:
        locks.put(ledger.connection, card.record.id, new, ledger.at)
        card.locks.update(new)


def _forget(
    ledger: Ledger, worker: WorkerId, mine: list[Attempt], holding: Iterable[Held], answered: list[Receipt]
) -> list[Receipt]:
    """Receipts for what a worker holds that is no longer its own, so that it ends it.

    What ended as its own journal says it learns from the receipt of its last shipment.
    """
    known = {(attempt.job, attempt.fence) for attempt in mine}
    known |= {(receipt.job, receipt.fence) for receipt in answered}
    return [
        Receipt(held.job, held.fence, 0, 0, "fenced")
        for held in holding
        if (held.job, held.fence) not in known and not _has_settled(ledger, worker, held)
    ]


def _has_settled(ledger: Ledger, worker: WorkerId, held: Held) -> bool:
    attempt = attempts.find(ledger.connection, held.job, held.fence)
    if attempt is None or attempt.worker != worker or attempt.damage is not None:
        return False
    return ledger.card(attempt.run).status.jobs[held.job].fence == held.fence


def _renew(
    ledger: Ledger,
    card: WorkerCard,
    mine: list[Attempt],
    held: set[tuple[JobId, int]],
    until: float,
    asks: bool,
) -> list[Lease]:
    """Renew the leases of what the worker holds; give it again what it was given and never heard of.

    `asks`: the worker asks for jobs, so it has said all that it holds.
    """
    renew: list[tuple[JobId, int]] = []
    again: list[Lease] = []
    for attempt in mine:
        run = ledger.card(attempt.run)
        status = run.status.jobs[attempt.job]
        key = (attempt.job, attempt.fence)
        if key in held:
            if until - attempt.lease_until >= RENEW_SECONDS:
                renew.append(key)
            if status.state == "queued" and status.fence == attempt.fence and attempt.ended is None:
                heard = Heard(attempt.job, attempt.fence, card.record.id, ledger.at)
                ledger.scheduler.apply(attempt.run, heard)
        elif asks and status.fence == attempt.fence and status.state == "running" and attempt.ended is None:
            if attempt.journal_offset == 0 and attempt.log_offset == 0:
                if until - attempt.lease_until < AGAIN_SECONDS and not card.reconcile:
                    continue
                renew.append(key)
                again.append(_lease_of(run, attempt.job))
            elif card.reconcile:
                ledger.scheduler.apply(attempt.run, Lost(attempt.job, attempt.fence, ledger.at))
                attempts.lease(ledger.connection, [key], JUDGED)
    if asks:
        card.reconcile = False
    attempts.lease(ledger.connection, renew, until)
    return again


def _unheard(ledger: Ledger, mine: Iterable[Attempt], held: set[tuple[JobId, int]], until: float) -> int:
    """How many jobs a worker was given just now of which it did not know when it said what is free."""
    return sum(
        ledger.card(one.run).status.jobs[one.job].state == "running"
        for one in mine
        if (one.job, one.fence) not in held and one.ended is None and until - one.lease_until < AGAIN_SECONDS
    )


def _choose(ledger: Ledger, said: Exchange, unheard: int) -> list[Waiting]:
    """The waiting jobs that a worker gets.

    Two of its exchanges may be under way, and what one says to be free the other may have filled: with
    `unheard` jobs.
    """
    lines, served = ledger.memory.lines(ledger.connection), ledger.memory.served
    chosen: list[Waiting] = []
    if said.free is not None:
        waiting = {run: line.values() for run, line in lines.items()}
        chosen += choose(waiting, served, said.free, said.free_slots - unheard)
    if said.ahead is not None:
        taken = {one.job for one in chosen}
        short = {run: _short(ledger, line.values(), said.ahead, taken) for run, line in lines.items()}
        room = said.free_slots + said.ahead.slots - unheard - len(chosen)
        chosen += choose(short, served, said.ahead.free, min(said.ahead.slots, room))
    return chosen


def _short(ledger: Ledger, line: Iterable[Waiting], ahead: Ahead, taken: set[JobId]) -> Iterator[Waiting]:
    """Of the first jobs of a line those that a worker may take ahead."""
    for waiting in islice(line, MOST_LOOKED_AT):
        recipe = ledger.card(waiting.run).jobs[waiting.job].recipe
        if waiting.job not in taken and f"{recipe.module}.{recipe.operation}" in ahead.operations:
            yield waiting


def _lease(ledger: Ledger, card: WorkerCard, said: Exchange, until: float, unheard: int) -> list[Lease]:
    """Give the worker as many of the waiting jobs as it has room for."""
    chosen = _choose(ledger, said, unheard)
    if not chosen:
        return []
    memory, connection, worker = ledger.memory, ledger.connection, card.record.id
    leases: list[Lease] = []
    records: list[Attempt] = []
    for waiting in chosen:
        run = ledger.scheduler.apply(waiting.run, Leased(waiting.job, worker, ledger.at))
        fence = run.jobs[waiting.job].fence
        if fence > 1:
            attempts.supersede(connection, waiting.job, fence, ledger.at)
        run_card = ledger.card(waiting.run)
        job_card = run_card.jobs[waiting.job]
        job_card.leased = memory.environment(connection, job_card.recipe, worker)
        records.append(Attempt(waiting.job, fence, run.id, run_card.record.project, worker, until, ledger.at))
        leases.append(_lease_of(run_card, waiting.job))
        memory.serve(waiting.run)
    attempts.add(connection, records)
    return leases


def _lease_of(card: RunCard, job: JobId) -> Lease:
    status, recipe = card.status.jobs[job], card.jobs[job].recipe
    inputs = {
        name: InputSpec(data.digest, data.size, data.type, data.codec) if data else None
        for name, data in inputs_of(card.status, recipe).items()
    }
    spec = JobSpec(
        name=status.plan.name,
        operation=recipe.operation,
        module=recipe.module,
        form=recipe.form,
        attributes={**dict.fromkeys(recipe.unchosen), **recipe.attributes},
        inputs=inputs,
        outputs=recipe.outputs,
        snapshot=card.record.snapshot,
        references=recipe.references,
        enumerations=recipe.enumerations,
        imports=recipe.imports,
        preload=recipe.preload,
        environment=recipe.environment,
        resources=status.plan.resources,
    )
    return Lease(job, status.fence, card.record.id, card.record.project, spec)
