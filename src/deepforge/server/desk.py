"""What every route needs at hand: the house, the bell, who is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from deepforge.core.ids import WorkerId
from deepforge.core.messages import Held
from deepforge.core.user import Caller
from deepforge.server.bell import Bell
from deepforge.server.company import Companies
from deepforge.services.house import House


@dataclass
class Desk:
    """The parts of a running server. The bell exists once the event loop runs."""

    house: House
    stop: Callable[[], None]
    """Ends the server in good order, and returns at once."""
    url: str
    started: str
    bell: Bell | None = None
    companies: Companies = field(default_factory=Companies)
    """Who has which document open."""
    told_to_stop: dict[WorkerId, tuple[Held, ...]] = field(default_factory=dict)
    """What each worker was last told to stop, so that an answer is not sent again and again for the same."""


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk of the app that a request came to."""
    return cast(Desk, connection.app.state.desk)


def bell_of(connection: HTTPConnection) -> Bell:
    """The bell of the running server."""
    bell = desk_of(connection).bell
    assert bell is not None, "requests come only while the lifespan runs"
    return bell


async def house_of(connection: HTTPConnection) -> House:
    """The house, for a route's parameters."""
    return desk_of(connection).house


async def caller_of(connection: HTTPConnection) -> Caller:
    """Who is asking, as the gate found out."""
    return cast(Caller, connection.state.caller)


TheHouse = Annotated[House, Depends(house_of)]
Who = Annotated[Caller, Depends(caller_of)]
