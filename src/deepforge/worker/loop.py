"""The loop of a worker: it hears its children, the server and the clock, and keeps all of them busy."""

from __future__ import annotations

import logging
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from deepforge.core.errors import Conflict, DeepForgeError, NotFound, TooLarge
from deepforge.core.ids import WorkerId, attempt_key
from deepforge.core.messages import Exchange, Hello, Orders, Receipt, Shipment, Welcome
from deepforge.worker import link
from deepforge.worker.attempt import Attempt
from deepforge.worker.attempts import Attempts
from deepforge.worker.inbox import Courier, Inbox
from deepforge.worker.pace import tell_at
from deepforge.worker.previewing import Previewer
from deepforge.worker.shipping import STRETCH, apply_receipt, behind, next_shipment
from deepforge.worker.syncing import Syncer

LOOK_SECONDS = 0.1
"""How often growing journals and logs are looked at."""

QUIET_SECONDS = 0.05
"""How long nothing must have been shipped, while jobs run, before the server is asked to hold an answer
back."""

BUSY_WAIT = 1.0
"""For how long the server may hold an answer back while jobs run or a preview is made: what was said to be
free is soon out of date."""

SYNCED_AFTER = 1.0
"""Journals of attempts that run for longer are brought to the disk; a shorter one may be lost to a power cut
whole."""

FIRST_BACKOFF, LAST_BACKOFF = 0.05, 2.0
"""Seconds between tries to reach a server that is away: doubled each time, up to the last."""

EAGER_SECONDS = 5.0
"""For how long the tries follow each other as fast as the first: a server that is just starting is there by
then."""

AWAY_SECONDS = 1.0
"""A server that was not reached for so long is not waited for by a worker that is to end."""

LONGEST_PUT_OFF = 30.0
"""Seconds until a shipment that the server choked on, alone, is tried again; from FIRST_BACKOFF on, doubled
each time."""

SWEEP_SECONDS = 300.0
"""How often code, inputs and blobs that nobody uses any more are removed."""

MOST_AT_ONCE = 4
"""Whole stretches in one exchange."""

_log = logging.getLogger("deepforge.worker")


@dataclass
class Loop:
    """One worker's life. Everything belongs to the thread that calls `run`, but for `stop`."""

    hello: Callable[[], Hello]
    """Introduces the worker; called again when what is installed has changed, or the server has forgotten
    it."""
    worker: WorkerId
    find: link.FindServer
    attempts: Attempts
    inbox: Inbox
    selector: selectors.BaseSelector
    syncer: Syncer
    previewer: Previewer
    installation: Callable[[], object]
    """Changes when something is installed, so that the server has to be told."""
    has_home: Callable[[], bool] = lambda: True
    """Whether the worker's folder is still there: nobody can be told anything from one that was removed."""
    orphan_seconds: float | None = None
    """Without a server and without jobs for so long, the worker ends; None: never."""
    grace: float = 10.0
    """Seconds to give jobs back in when asked to stop."""
    clock: Callable[[], float] = time.monotonic
    incarnation: str = ""
    exit_status: int | None = None
    """Set when the loop is to end."""
    _welcome: Welcome | None = None
    _installed: object = None
    _outdated: bool = False
    """Whether something was installed that the server has not been told of: no job is wanted until then."""
    _urgent: bool = False
    _careful: bool = False
    """Whether only one shipment at a time goes out, to find the one that the server chokes on."""
    _limit: int = STRETCH
    _backoff: float = FIRST_BACKOFF
    _retry_at: float = 0.0
    _away_since: float | None = None
    """When the server was first not reached; None while it is there."""
    _shipped_at: float = 0.0
    _asked_slots: int = 0
    _asked_previews: int = 0
    _heard_at: float = 0.0
    _look_at: float = 0.0
    _tidy_at: float = 0.0
    _sweep_at: float = 0.0
    _stop_at: float | None = None
    _stopping: bool = field(default=False)

    def __post_init__(self) -> None:
        self._ship = Courier("ship", self.inbox)
        self._ask = Courier("ask", self.inbox)
        self._ship_wire = link.Wire(self.find)
        self._ask_wire = link.Wire(self.find)
        self.selector.register(self.inbox, selectors.EVENT_READ, self.inbox.deliver)

    def stop(self) -> None:
        """Ask the worker to give its jobs back and end; from any thread, also from a signal's handler."""
        self._stopping = True
        self.inbox.wake()

    def run(self) -> int:
        """Live; the exit status."""
        self._heard_at = self.clock()
        self.attempts.warm_up()
        self.attempts.adopt()
        self.previewer.adopt()
        while self.exit_status is None:
            self.turn()
        return self.exit_status

    def turn(self) -> None:
        """Sleep until something happens, and do what it takes."""
        for key, _ in self.selector.select(self._sleep()):
            key.data()
        now = self.clock()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._look(now)
        if now >= self._tidy_at:
            self._tidy_at = now + 1.0
            self._tidy(now)
        if self._stopping:
            self._wind_up(now)
        else:
            self.attempts.start_waiting()
        self._talk(now)

    def _sleep(self) -> float:
        """Seconds until the clock has something to say."""
        now = self.clock()
        due = [self._tidy_at]
        if self.attempts.by_key:
            due.append(self._look_at)
        if not self._ship.busy:
            if self._urgent or self._welcome is None:
                due.append(max(self._retry_at, self._ship_at()))
            elif not self._ask.busy:
                due.append(max(self._retry_at, self._quiet_at()))
            elif self._has_more_free():
                due.append(max(self._retry_at, self._shipped_at + LOOK_SECONDS))
        return max(0.0, min(due) - now)

    # What the clock says

    def _look(self, now: float) -> None:
        """Look at what runs: has anything been written that the server should see?"""
        self.attempts.watch()
        for attempt in self.attempts.by_key.values():
            if attempt.phase != "published" and not _is_young(attempt, now) and behind(attempt):
                if now - attempt.began > SYNCED_AFTER:
                    self.syncer.grown(attempt.journal.path)
                self._urgent = self._urgent or now >= attempt.ship_after

    def _tidy(self, now: float) -> None:
        """What has time: tries that were put off, idle warm parents, old code, what was installed, the end
        of an orphan."""
        if now - self._heard_at < 3 * LAST_BACKOFF:
            self.attempts.retry()
        self.attempts.clear_away()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            self.attempts.sweep()
        attempts = self.attempts.by_key.values()
        self.attempts.nursery.sweep({attempt.parent for attempt in attempts if attempt.parent}, now)
        self._outdated = self._welcome is not None and self._installed != self.installation()
        if self._outdated:
            self._welcome = None
        if any(attempt.is_over and now >= attempt.ship_after for attempt in attempts):
            self._urgent = True
        if not self.has_home():
            _log.error("the worker's folder is gone: the worker ends its jobs and itself")
            self.attempts.kill_all()
            self.exit_status = 1
        if self.orphan_seconds is not None and not attempts and now - self._heard_at > self.orphan_seconds:
            _log.info("there is no server any more, and no job: the worker ends")
            self.exit_status = 0

    def _wind_up(self, now: float) -> None:
        """Give the jobs back; end when the server has heard of it, or is away, or when the time is over.

        What the server has not heard of, the next worker in this folder tells it.
        """
        if self._stop_at is None:
            self._stop_at = now + self.grace
            self.attempts.stop_all("interrupted")
        attempts = self.attempts.by_key.values()
        away = self._away_since is not None and now - self._away_since >= AWAY_SECONDS
        nothing_runs = all(one.is_over for one in attempts)
        if not attempts or (away and nothing_runs) or now >= self._stop_at:
            self.attempts.clear_away()
            self.exit_status = 0

    # Talking

    def closed(self) -> None:
        """An attempt, or a preview, has come to its end: the server is to hear of it."""
        self._urgent = True

    def _talk(self, now: float) -> None:
        if now < self._retry_at or self._ship.busy:
            return
        if self._welcome is None:
            installed = self.installation()
            self._ship.send(
                lambda: link.register(self._ship_wire, self.hello()), partial(self._welcomed, installed)
            )
            return
        wants_more = self._ask.busy and self._has_more_free() and now - self._shipped_at >= LOOK_SECONDS
        if self._urgent and now < self._ship_at():
            return
        if self._urgent or wants_more:
            self._urgent = False
            said = self._say(self._shipments(now))
            self._shipped_at = now
            self._ship.send(
                lambda: link.exchange(self._ship_wire, self.worker, said), partial(self._shipped, said)
            )
        elif not self._ask.busy and now >= self._quiet_at():
            running = bool(self.attempts.by_key) or self.previewer.slots == 0
            wait = min(BUSY_WAIT, self._welcome.heartbeat) if running else self._welcome.heartbeat
            said = replace(self._say(()), wait=wait, ahead=None)  # what is short now is not known for later
            self._asked_slots, self._asked_previews = said.free_slots, said.preview_slots
            self._ask.send(
                lambda: link.exchange(self._ask_wire, self.worker, said), partial(self._answered, said)
            )

    def _ship_at(self) -> float:
        """From when on the server is told what is urgent."""
        return tell_at(self._shipped_at, len(self.attempts.waiting()))

    def _quiet_at(self) -> float:
        """From when on the server may be asked to hold an answer back; it looks after that at each of its
        commits."""
        return self._shipped_at + QUIET_SECONDS if self.attempts.by_key else 0.0

    def _has_more_free(self) -> bool:
        """Whether more is free than was said with the answer that the server holds back."""
        return self._slots() > self._asked_slots or self._preview_slots() > self._asked_previews

    def _preview_slots(self) -> int:
        return 0 if self._stopping else self.previewer.slots

    def _slots(self) -> int:
        return 0 if self._stopping or self._outdated else self.attempts.free_slots()

    def _say(self, shipments: tuple[Shipment, ...]) -> Exchange:
        attempts = self.attempts
        slots = self._slots()
        return Exchange(
            incarnation=self.incarnation,
            shipments=shipments,
            holding=tuple(attempt.held for attempt in attempts.by_key.values() if not attempt.dropped),
            free_slots=slots,
            free=attempts.capacity.left(attempts.on_machine()) if slots else None,
            ahead=None if self._stopping or self._outdated else attempts.ahead(),
            locks=dict(attempts.locks),
            previews=self.previewer.answers,
            preview_slots=self._preview_slots(),
        )

    def _shipments(self, now: float) -> tuple[Shipment, ...]:
        """What goes out now: the ended attempts first, since the jobs behind them wait."""
        attempts = self.attempts.by_key.values()
        ready = [
            one for one in attempts if now >= one.ship_after and not one.dropped and not _is_young(one, now)
        ]
        ready.sort(key=lambda attempt: attempt.phase != "published")
        chosen: list[Shipment] = []
        size = 0
        for attempt in ready:
            shipment = next_shipment(attempt, self._limit)
            if shipment is None:
                continue
            chosen.append(shipment)
            size += len(shipment.journal) + len(shipment.log)
            if self._careful or size >= MOST_AT_ONCE * self._limit:
                self._urgent = True
                break
        return tuple(chosen)

    def _welcomed(self, installed: object, outcome: Welcome | DeepForgeError) -> None:
        if not isinstance(outcome, Welcome):
            self._trouble(outcome, ())
            return
        self._reached()
        self._welcome = outcome
        self._outdated = False
        self._limit = STRETCH
        self._installed = installed
        self.attempts.locks.update(self.attempts.environments.locks())
        self._urgent = bool(self.attempts.by_key)
        self.attempts.warm_up()

    def _shipped(self, said: Exchange, outcome: Orders | DeepForgeError) -> None:
        if not isinstance(outcome, Orders):
            self._urgent = True
            self._trouble(outcome, said.shipments)
            return
        self._careful = False
        self._obey(said, outcome)

    def _answered(self, said: Exchange, outcome: Orders | DeepForgeError) -> None:
        if isinstance(outcome, Orders):
            self._obey(said, outcome)
        else:
            self._trouble(outcome, ())

    def _obey(self, said: Exchange, orders: Orders) -> None:
        self._reached()
        for declared, lock in said.locks.items():
            if self.attempts.locks.get(declared) == lock:
                del self.attempts.locks[declared]
        sent = {(shipment.job, shipment.fence) for shipment in said.shipments}
        for receipt in orders.receipts:
            self._file(receipt, (receipt.job, receipt.fence) in sent)
        self.previewer.told(said.previews)
        for held in orders.stop:
            self.attempts.stop(held, "canceled")
        if not self._stopping:
            for lease in orders.leases:
                self.attempts.take(lease)
            self.previewer.take(orders.previews)

    def _file(self, receipt: Receipt, shipped: bool) -> None:
        """Take over what the server has committed of an attempt."""
        attempt = self.attempts.by_key.get(attempt_key(receipt.job, receipt.fence))
        if attempt is None:
            return
        if receipt.status == "fenced":
            self.attempts.drop(attempt)
        elif receipt.status == "settled" and attempt.is_over:
            self.attempts.forget(attempt)
        elif shipped:
            attempt.put_off = 0.0
            progress = apply_receipt(attempt, receipt)
            if attempt.removed:
                self.attempts.end_removed(attempt)
                return
            left = bool(behind(attempt)) or attempt.phase == "published"
            if left and progress:
                self._urgent = True
            elif left:
                attempt.ship_after = self.clock() + 1.0

    def _reached(self) -> None:
        self._heard_at = self.clock()
        self._retry_at = 0.0
        self._backoff = FIRST_BACKOFF
        self._away_since = None

    def _trouble(self, error: DeepForgeError | Exception, shipments: tuple[Shipment, ...]) -> None:
        """The server was not reached, or refused: try again later, as far as that makes sense."""
        if not isinstance(error, DeepForgeError):
            raise error
        now = self.clock()
        if shipments and error.code != "server_unreachable":
            self._retry_at = now + FIRST_BACKOFF  # it is there, but cannot take this
        else:
            self._away_since = now if self._away_since is None else self._away_since
            self._retry_at = now + self._backoff
            if now - self._away_since >= EAGER_SECONDS:
                self._backoff = min(2 * self._backoff, LAST_BACKOFF)
        if isinstance(error, NotFound):
            self._welcome = None
        elif isinstance(error, Conflict):
            _log.error("another worker has taken this one's place: %s", error.message)
            self.attempts.kill_all()
            self.exit_status = 1
        elif isinstance(error, TooLarge) and self._limit > 4096:
            self._limit //= 4
        elif error.code != "server_unreachable" and shipments:
            _log.warning("the server cannot take a shipment: %s", error)
            if len(shipments) == 1:
                self._put_off(shipments[0], now)
            self._careful = True

    def _put_off(self, shipment: Shipment, now: float) -> None:
        attempt = self.attempts.by_key.get(attempt_key(shipment.job, shipment.fence))
        if attempt is not None:
            attempt.put_off = min(2 * attempt.put_off or FIRST_BACKOFF, LONGEST_PUT_OFF)
            attempt.ship_after = now + attempt.put_off


def _is_young(attempt: Attempt, now: float) -> bool:
    """Whether an attempt has only just started: it may be over in a moment, and is then shipped in one
    piece."""
    return attempt.phase in ("starting", "running") and now - attempt.began < LOOK_SECONDS
