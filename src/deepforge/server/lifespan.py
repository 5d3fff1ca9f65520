"""What goes on beside the requests: the bell is hung up, leases are judged, workers kept up, leftovers
removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from deepforge.core.ports import Compute
from deepforge.server.bell import Bell
from deepforge.server.desk import Desk
from deepforge.services import gc, recording, workers

_log = logging.getLogger("deepforge.server")

EXPIRE_SECONDS = 1.0
CHECK_SECONDS = 3.0
COLLECT_SECONDS = 900.0
VERSION_SECONDS = 5.0

Deed = Callable[[], object]


@contextlib.asynccontextmanager
async def at_work(desk: Desk, compute: Compute | None, look: Deed) -> AsyncIterator[None]:
    """Keep house while the app runs; `look` is done every second besides."""
    desk.bell = Bell()
    unsubscribe = desk.house.signals.subscribe(desk.bell.ring)
    every = [
        (EXPIRE_SECONDS, look),
        (EXPIRE_SECONDS, lambda: workers.expire(desk.house)),
        (COLLECT_SECONDS, lambda: gc.collect(desk.house)),
        (VERSION_SECONDS, lambda: recording.tend(desk.house)),
    ]
    if compute is not None:
        every.append((CHECK_SECONDS, compute.check))
    tasks = [asyncio.create_task(_repeat(seconds, deed)) for seconds, deed in every]
    tasks.append(asyncio.create_task(run_in_threadpool(desk.house.documents.catch_up)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        unsubscribe()
        desk.bell.close()
        await run_in_threadpool(desk.house.documents.close)


def lifespan_of(
    desk: Desk, compute: Compute | None, look: Deed = lambda: None
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    """The lifespan of the app of a desk."""
    return lambda _app: at_work(desk, compute, look)


async def _repeat(seconds: float, deed: Deed) -> None:
    """Do something again and again; a failure is told and does not end it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await run_in_threadpool(deed)
        except Exception:  # noqa: BLE001
            _log.exception("A regular duty failed; it is tried again in %g s.", seconds)
