"""The way in for a browser: a code that works once becomes a session in a cookie."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.errors import BadInput
from deepforge.core.ids import is_ulid
from deepforge.core.server import EntryCode, EntryRequest
from deepforge.core.user import SessionView
from deepforge.server import notices
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.credentials import clear_cookie, read_credentials, set_cookie
from deepforge.server.desk import TheHouse, Who, desk_of
from deepforge.server.route import PUBLIC, SIGNED_IN, Routes
from deepforge.services import identity

routes = Routes("/api/v1/session", "session")
doors = Routes(pages=True)


@routes.get("", permission=SIGNED_IN, answers=SessionView)
def show_session(who: Who) -> Response:
    """Who is signed in, and what they may do."""
    return answer(SessionView(who.user, who.name, tuple(sorted(who.permissions))))


@routes.post("/codes", permission=user.ADMIN, takes=EntryRequest, answers=EntryCode, status=201)
def make_code(
    request: Request, house: TheHouse, who: Who, wish: Annotated[EntryRequest, Depends(body_as(EntryRequest))]
) -> Response:
    """A link that signs one browser in and leads to a run or a project; it works once, for a minute."""
    goal = {"run": wish.run} if wish.run else {"project": wish.project} if wish.project else {}
    if any(not is_ulid(name) for name in goal.values()):
        raise BadInput("A link leads to a run or a project by its whole id.")
    link = f"{desk_of(request).url}/enter/{identity.create_code(house, who)}"
    return answer(EntryCode(f"{link}?{urlencode(goal)}" if goal else link, identity.CODE_SECONDS), 201)


@routes.post("/end", permission=SIGNED_IN, status=204)
def end_session(request: Request, house: TheHouse) -> Response:
    """Sign this browser out."""
    port = request.scope["server"][1]
    credentials = read_credentials(request.headers, request.url.scheme, port)
    if credentials is not None and credentials.kind == "session":
        identity.end_session(house, credentials.secret)
    return Response(status_code=204, headers={"Set-Cookie": clear_cookie(request.url.scheme, port)})


@doors.get("/enter/{code}", permission=PUBLIC)
def enter(request: Request, house: TheHouse, code: str, run: str = "", project: str = "") -> Response:
    """Sign a browser in.

    The answer is a page that goes on by itself to the run, the project or the overview, not a redirection: a
    browser that came here from another site would not send a strict cookie along a redirection.
    """
    secret = identity.begin_session(house, code)
    if secret is None:
        return notices.refusal(410)
    goal = f"/runs/{run}" if is_ulid(run) else f"/projects/{project}" if is_ulid(project) else "/"
    response = notices.entered(goal)
    response.headers["Set-Cookie"] = set_cookie(secret, request.url.scheme, request.scope["server"][1])
    return response
