"""A small world around `core.job.step`: a server, workers and a bad network, in simulated time, with a judge.

Everything comes from one seed, so that a story that went wrong can be told again: `World(seed).run()`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Any

from deepforge.core.event import (
    CancelAsked,
    Event,
    Failed,
    Heard,
    Instruction,
    Interrupted,
    Judged,
    Leased,
    LookUp,
    Lost,
    Perform,
    Performed,
    Refuse,
    Stop,
    Stopped,
    Submitted,
    Succeeded,
)
from deepforge.core.ids import JobId, RunId, WorkerId
from deepforge.core.job import JobPlan, JobStatus, RunStatus, new_run
from deepforge.core.resources import Resources
from deepforge.core.run import JOB_ENDS, RUN_ENDS, Failure
from tests.core.judge import ENDS, FORGOTTEN, PROMISES, Attempt, Broken, Judge, outputs_of

HEARTBEAT = 1.0
LEASE = 3.0
TROUBLE = 25.0
"""Seconds during which there are faults."""
PATIENCE = 3000.0
"""Seconds after which a run without faults must have ended."""
GRACE = 6.0
"""Seconds after which no worker may still run an attempt of a run that has ended."""

FAILURE = Failure("ValueError", "no")


def random_plans(random: Random) -> list[JobPlan]:
    """A random directed acyclic graph of jobs."""
    count = random.randint(1, 12)
    density = random.random()
    names = [JobId(f"job{number}") for number in range(count)]
    return [
        JobPlan(
            id=name,
            name=name,
            operation="Operation",
            after=tuple(before for before in names[:index] if random.random() < density * 0.6),
            built_in=random.random() < 0.15,
            resources=Resources(retries=random.choice((0, 0, 1, 2))),
        )
        for index, name in enumerate(names)
    ]


def reloaded(status: RunStatus) -> RunStatus:
    """The run as a server finds it in its database: what can be counted is counted again."""
    fresh = new_run(status.id, (job.plan for job in status.jobs.values()))
    jobs = {}
    for name, job in status.jobs.items():
        waits_for = sum(status.jobs[before].state != "success" for before in job.plan.after)
        kept = {key: value for key, value in vars(job).items() if key != "waits_for"}
        jobs[name] = JobStatus(**kept, waits_for=waits_for)
    unfinished = sum(job.state not in JOB_ENDS for job in jobs.values())
    return RunStatus(
        status.id,
        jobs,
        fresh.followers,
        unfinished,
        status.state,
        status.canceling,
        status.started,
        status.ended,
    )


@dataclass
class Shipment:
    """What a worker says in one exchange."""

    worker: int
    holding: tuple[Attempt, ...]
    reports: tuple[Event, ...]
    free: int


@dataclass
class Orders:
    """What the server answers."""

    leases: tuple[Attempt, ...] = ()
    stops: tuple[Attempt, ...] = ()
    over: tuple[Attempt, ...] = ()
    """Attempts that the worker may forget: fenced, or settled."""


@dataclass
class Worker:
    """A process on a machine: when each running attempt ends, and what it has to tell of those that did."""

    number: int
    slots: int
    running: dict[Attempt, float] = field(default_factory=dict)
    ended: dict[Attempt, Event] = field(default_factory=dict)
    deaf_until: float = 0.0
    """Paused or dead; its jobs go on, or do not."""
    cut_off_until: float = 0.0
    """Partitioned from the server."""


class World:
    """One run, from its submission to its end, with all that goes wrong meanwhile.

    `promises` are those that are checked.
    """

    def __init__(self, seed: int, promises: frozenset[str] = PROMISES) -> None:
        self.random = random = Random(seed)
        self.now = 0.0
        self.timers: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.timer = 0
        self.judge = Judge(new_run(RunId("run"), random_plans(random)), promises)
        self.leases: dict[JobId, tuple[int, float]] = {}
        self.stops: set[Attempt] = set()
        self.server_down_until = 0.0
        self.workers = [Worker(number, random.randint(1, 3)) for number in range(random.randint(1, 4))]
        self.loss = random.choice((0.0, 0.05, 0.3, 0.7))
        self.twice = random.choice((0.0, 0.1, 0.3))
        self.delay = random.choice((0.01, 0.5, 4.0))
        self.failing = random.choice((0.0, 0.1, 0.4))
        self.cached = random.choice((0.0, 0.0, 0.3))
        self.longest = random.choice((0.1, 3.0, 15.0, 40.0))

    @property
    def trouble(self) -> bool:
        return self.now < TROUBLE

    def run(self) -> RunStatus:
        """Live until the run has ended and all workers could know. Raises Broken when a promise is."""
        random = self.random
        self.apply(Submitted(self.at()))
        for worker in self.workers:
            self.later(random.random(), self.beat, worker)
        self.later(0.5, self.tick)
        for _ in range(random.choice((0, 3, 10, 30))):
            self.later(random.uniform(0, TROUBLE), self.misfortune)
        if random.random() < 0.3:
            self.later(random.uniform(0, TROUBLE), self.cancel)
        limit = TROUBLE + PATIENCE
        over = False
        while self.timers:
            self.now, _, action, arguments = heappop(self.timers)
            if self.now > limit:
                break
            action(*arguments)
            if not over and not self.trouble and self.judge.status.state in RUN_ENDS:
                over, limit = True, self.now + GRACE
        if not over and ENDS in self.judge.promises:
            raise Broken({ENDS}, f"{self.judge.status}")
        if over and any(worker.running for worker in self.workers) and FORGOTTEN in self.judge.promises:
            raise Broken({FORGOTTEN}, f"{self.workers}")
        return self.judge.status

    def later(self, seconds: float, action: Callable[..., None], *arguments: Any) -> None:
        self.timer += 1
        heappush(self.timers, (self.now + seconds, self.timer, action, arguments))

    def at(self) -> str:
        return str(self.now)

    # What goes wrong

    def misfortune(self) -> None:
        random = self.random
        what = random.randrange(5)
        worker = random.choice(self.workers)
        length = min(random.uniform(0.1, 12.0), TROUBLE - self.now)
        if what == 0:
            worker.cut_off_until = self.now + length
        elif what == 1:
            worker.deaf_until = self.now + length
        elif what == 2:
            self.die(worker, length)
        elif what == 3:
            self.server_down_until = self.now + length
            self.later(length, self.restart)
        else:
            given_back = random.choice((Interrupted, Stopped))
            for attempt in list(worker.running):
                self.end(worker, attempt, given_back(*attempt, self.at()))

    def die(self, worker: Worker, length: float) -> None:
        """The worker's process ends. Each job of it is forgotten, or is found dead later, or goes on."""
        worker.deaf_until = self.now + length
        for attempt in list(worker.running):
            fate = self.random.randrange(3)
            if fate == 0:
                del worker.running[attempt]
            elif fate == 1:
                self.end(worker, attempt, Failed(*attempt, FAILURE, self.at()))

    def cancel(self) -> None:
        if self.now < self.server_down_until:
            self.later(1.0, self.cancel)
            return
        self.apply(CancelAsked(self.at()))
        if self.random.random() < self.twice:
            self.later(1.0, self.cancel)

    def restart(self) -> None:
        """The server comes up again: it knows what it committed, and gives every lease its time anew."""
        if self.now < self.server_down_until:
            return
        self.judge.status = reloaded(self.judge.status)
        self.leases = {job: (fence, self.now + LEASE) for job, (fence, _) in self.leases.items()}
        self.apply(Submitted(self.at()))

    # The server

    def apply(self, event: Event) -> list[Instruction]:
        """What the scheduler does: step, and answer the instructions that want an answer."""
        told: list[Instruction] = []
        waiting = deque([event])
        while waiting:
            event = waiting.popleft()
            instructions = self.judge.step(event)
            told += instructions
            for instruction in instructions:
                if isinstance(instruction, LookUp):
                    hit = self.random.random() < self.cached
                    outputs = outputs_of(instruction.job, 0) if hit else None
                    waiting.append(Judged(instruction.job, outputs, "", self.at()))
                elif isinstance(instruction, Perform):
                    if self.random.random() < 0.1:
                        waiting.append(Failed(instruction.job, 0, FAILURE, self.at()))
                    else:
                        waiting.append(
                            Performed(instruction.job, outputs_of(instruction.job, 0), "", self.at())
                        )
                elif isinstance(instruction, Stop):
                    self.stops.add((instruction.job, instruction.fence))
            if self.trouble and isinstance(event, Judged | Performed) and self.random.random() < self.twice:
                waiting.append(event)
        return told

    def tick(self) -> None:
        """Judge the leases."""
        if self.now >= self.server_down_until:
            for job, (fence, until) in list(self.leases.items()):
                if until < self.now:
                    del self.leases[job]
                    self.apply(Lost(job, fence, self.at()))
        self.later(0.5, self.tick)

    def exchange(self, shipment: Shipment) -> None:
        if self.now < self.server_down_until:
            return
        worker = WorkerId(str(shipment.worker))
        over: list[Attempt] = []
        for report in shipment.reports:
            assert isinstance(report, Interrupted | Succeeded | Failed | Stopped)
            self.apply(report)
            self.forget(report.job, report.fence)
            over.append((report.job, report.fence))
        stops = []
        for job, fence in shipment.holding:
            told = self.apply(Heard(job, fence, worker, self.at()))
            if any(isinstance(instruction, Refuse) for instruction in told):
                self.forget(job, fence)
                over.append((job, fence))
                continue
            self.leases[job] = (fence, self.now + LEASE)
            if (job, fence) in self.stops:
                stops.append((job, fence))
        leases = []
        for job in sorted(self.judge.queue):
            if len(leases) < shipment.free and self.random.random() < 0.8:
                self.apply(Leased(job, worker, self.at()))
                fence = self.judge.status.jobs[job].fence
                self.leases[job] = (fence, self.now + LEASE)
                leases.append((job, fence))
                if self.trouble and self.random.random() < self.twice:
                    self.apply(Leased(job, worker, self.at()))
        self.send(
            shipment.worker, self.answer, shipment.worker, Orders(tuple(leases), tuple(stops), tuple(over))
        )

    def forget(self, job: JobId, fence: int) -> None:
        if self.leases.get(job, (0, 0.0))[0] == fence:
            del self.leases[job]

    # The network

    def send(self, worker: int, action: Callable[..., None], *arguments: Any) -> None:
        """Deliver a message some time, perhaps never, perhaps twice, before or after others."""
        random = self.random
        if not self.trouble:
            self.later(0.01, self.deliver, worker, action, arguments)
            return
        copies = 2 if random.random() < self.twice else 1
        for _ in range(copies):
            if random.random() >= self.loss:
                self.later(random.random() * self.delay, self.deliver, worker, action, arguments)

    def deliver(self, worker: int, action: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if not self.trouble or self.now >= self.workers[worker].cut_off_until:
            action(*arguments)

    # The workers

    def beat(self, worker: Worker) -> None:
        self.ship(worker)
        self.later(HEARTBEAT, self.beat, worker)

    def ship(self, worker: Worker) -> None:
        if self.trouble and self.now < worker.deaf_until:
            return
        free = max(0, worker.slots - len(worker.running))
        shipment = Shipment(worker.number, tuple(worker.running), tuple(worker.ended.values()), free)
        self.send(worker.number, self.exchange, shipment)

    def answer(self, number: int, orders: Orders) -> None:
        worker = self.workers[number]
        if self.trouble and self.now < worker.deaf_until:
            return
        for attempt in orders.over:
            worker.running.pop(attempt, None)
            worker.ended.pop(attempt, None)
        for attempt in orders.stops:
            if attempt in worker.running:
                self.end(worker, attempt, Stopped(*attempt, self.at()))
        for attempt in orders.leases:
            if attempt not in worker.running and attempt not in worker.ended:
                seconds = self.random.random() * self.longest
                worker.running[attempt] = self.now + seconds
                self.later(seconds, self.finish, worker, attempt)

    def finish(self, worker: Worker, attempt: Attempt) -> None:
        """The user's code comes to an end."""
        if attempt not in worker.running:
            return
        if self.random.random() < self.failing:
            self.end(worker, attempt, Failed(*attempt, FAILURE, self.at()))
        else:
            self.end(worker, attempt, Succeeded(*attempt, outputs_of(*attempt), self.at()))

    def end(self, worker: Worker, attempt: Attempt, report: Event) -> None:
        del worker.running[attempt]
        worker.ended[attempt] = report
        self.ship(worker)
