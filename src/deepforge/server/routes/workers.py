"""Workers: they introduce themselves, ship journals and take jobs. Messages are MessagePack, for journals are
bytes.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.errors import BadInput
from deepforge.core.ids import WorkerId
from deepforge.core.messages import Exchange, Hello, Orders
from deepforge.core.user import Caller
from deepforge.core.worker import WorkerView
from deepforge.runtime.journal import MAX_PAYLOAD
from deepforge.server.answers import answer
from deepforge.server.bell import Bell
from deepforge.server.desk import Desk, TheHouse, Who, bell_of, desk_of
from deepforge.server.route import Routes
from deepforge.services import workers

routes = Routes("/api/v1/workers", "workers")

MEDIA = "application/msgpack"
LONGEST_WAIT = 30.0
"""Seconds that an answer is held back at most."""
EXCHANGE_LIMIT = MAX_PAYLOAD + (2 << 20)
"""Bytes: the largest record of a journal goes whole, and what is said around it."""

_T = TypeVar("_T")
_ENCODER = msgspec.msgpack.Encoder()
_HELLO = msgspec.msgpack.Decoder(Hello)
_EXCHANGE = msgspec.msgpack.Decoder(Exchange)


@routes.post(
    "/{worker}/exchange",
    permission=user.WORKERS_EXCHANGE,
    takes_media=MEDIA,
    answers_media=MEDIA,
    body_limit=EXCHANGE_LIMIT,
    express=True,
)
async def exchange(request: Request, house: TheHouse, who: Who, worker: str) -> Response:
    """Ship what journals have grown by, take orders; held back for `wait` seconds while there are none."""
    said = _decode(_EXCHANGE, await request.body())
    bell = bell_of(request)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + min(said.wait, LONGEST_WAIT)
    while True:
        count = bell.count
        orders = await asyncio.to_thread(workers.exchange, house, who, WorkerId(worker), said)
        left = deadline - loop.time()
        if _is_news(desk_of(request), who, orders) or left <= 0 or bell.closed:
            return Response(_ENCODER.encode(orders), media_type=MEDIA)
        said = replace(
            said, shipments=(), locks={}, previews=()
        )  # these were committed with the first answer
        if not await _wait(request, bell, count, left):
            return Response(
                status_code=400
            )  # the worker hung up: it must not be given a job that it never sees


@routes.post("", permission=user.WORKERS_EXCHANGE, takes_media=MEDIA, answers_media=MEDIA)
async def register_worker(request: Request, house: TheHouse, who: Who) -> Response:
    """Introduce a worker."""
    hello = _decode(_HELLO, await request.body())
    welcome = await run_in_threadpool(workers.register, house, who, hello)
    return Response(_ENCODER.encode(welcome), media_type=MEDIA)


@routes.get("", permission=user.RUNS_READ, answers=tuple[WorkerView, ...])
def list_workers(house: TheHouse, who: Who) -> Response:
    """All workers, with when they were last heard of."""
    return answer(workers.listing(house, who))


def _is_news(desk: Desk, who: Caller, orders: Orders) -> bool:
    """Whether the orders say something that the worker was not told before."""
    if who.worker is None:
        return True
    told = desk.told_to_stop.get(who.worker, ())
    desk.told_to_stop[who.worker] = orders.stop
    return bool(orders.receipts or orders.leases or orders.previews or set(orders.stop) - set(told))


async def _wait(request: Request, bell: Bell, count: int, seconds: float) -> bool:
    """Wait for the bell; False when the worker hung up meanwhile."""
    hung_up = asyncio.ensure_future(request.receive())
    rung = asyncio.ensure_future(bell.after(count, seconds))
    await asyncio.wait({hung_up, rung}, return_when=asyncio.FIRST_COMPLETED)
    gone = hung_up.done() and hung_up.result()["type"] == "http.disconnect"
    hung_up.cancel()
    rung.cancel()
    return not gone


def _decode(decoder: msgspec.msgpack.Decoder[_T], data: bytes) -> _T:
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        hint = "Worker and server have to be of the same version."
        raise BadInput(f"The message cannot be read: {error}.", hint) from None
