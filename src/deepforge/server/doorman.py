"""The doorman: knows who is asking, and for a moment remembers a token that was proved; and whether who came
in by a web socket still may be there.
"""

from __future__ import annotations

import hashlib
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from deepforge.core.user import Caller
from deepforge.server.credentials import Credentials, read_credentials
from deepforge.server.gate import Identify
from deepforge.services import identity
from deepforge.services.house import House

REMEMBERED_SECONDS = 0.5
"""How long a token counts without another look, so also how long one that was revoked may still pass."""
MOST_REMEMBERED = 1000


def identify_in(house: House) -> Identify:
    """How the gate finds out who is asking, in this house. Belongs to one event loop.

    A worker that exchanges hundreds of times a second does not read its token from the database each time.
    """
    remembered: dict[bytes, tuple[float, Caller]] = {}

    async def identify(credentials: Credentials) -> Caller | None:
        if credentials.kind == "session":
            return await run_in_threadpool(identity.authenticate_session, house, credentials.secret)
        key = hashlib.sha256(credentials.secret.encode()).digest()  # the secret itself is not kept
        until, known = remembered.get(key, (0.0, None))
        if known is not None and time.monotonic() < until:
            return known
        found = await run_in_threadpool(identity.authenticate, house, credentials.secret)
        remembered.pop(key, None)
        if found is not None:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, found)
        return found

    return identify


async def still_there(connection: HTTPConnection, house: House) -> Caller | None:
    """Who is at the other side by now; None when the session has ended or the token was taken back."""
    server = connection.scope.get("server")
    port = server[1] if server else None
    credentials = read_credentials(connection.headers, connection.scope["scheme"], port)
    if credentials is None:
        return None
    prove = identity.authenticate_session if credentials.kind == "session" else identity.authenticate
    return await run_in_threadpool(prove, house, credentials.secret)
