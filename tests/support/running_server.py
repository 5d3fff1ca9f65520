"""A real server in a thread: real house, real socket, no worker unless a test plays one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from deepforge.client import Client
from deepforge.core.ids import WorkerId
from deepforge.core.settings import Settings
from deepforge.core.user import Caller
from deepforge.server.app import create_app
from deepforge.server.desk import Desk
from deepforge.server.doorman import identify_in
from deepforge.server.lifespan import lifespan_of
from deepforge.server.listening import address_of, listen
from deepforge.server.main import uvicorn_config
from deepforge.server.origin import hosts_for
from deepforge.services import identity
from deepforge.services.house import House, open_house
from deepforge.store.data_directory import DataDirectory
from tests.support.engine import database_url


@dataclass(frozen=True)
class RunningServer:
    """Where the server is, and who may ask it."""

    house: House
    desk: Desk
    url: str
    port: int
    owner: Caller
    token: str
    """Of the owner."""
    worker: WorkerId
    worker_token: str
    uvicorn: uvicorn.Server

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self.uvicorn.server_state.connections)

    def client(self) -> Client:
        """A client with the owner's token; the test closes it."""
        return Client.at(self.url, self.token)

    def sign_in(self) -> str:
        """The cookie header of a browser that has come in."""
        code = identity.create_code(self.house, self.owner)
        secret = identity.begin_session(self.house, code)
        return f"deepforge-{self.port}={secret}"


@contextlib.contextmanager
def running_server(home: Path, public_url: str = "") -> Iterator[RunningServer]:
    """A server over a fresh data directory, up when the block begins and gone when it ends."""
    data = DataDirectory(home)
    data.prepare()
    settings = Settings(home=home, database_url=database_url(home))
    with contextlib.closing(listen("127.0.0.1", 0)) as bound, open_house(settings, data) as house:
        url, port = address_of(bound, "127.0.0.1"), bound.getsockname()[1]
        desk = Desk(house, stop=lambda: None, url=url, started=identity.now(house))
        hosts = hosts_for("127.0.0.1", public_url)
        app = create_app(desk, hosts=hosts, identify=identify_in(house), lifespan=lifespan_of(desk, None))
        server = uvicorn.Server(uvicorn_config(app))
        owner = identity.owner(house)
        token = identity.create_token(house, owner, "test", owner.permissions)[1]
        worker, worker_token = identity.enrol_worker(house, owner)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            with Client.at(url, token) as client:
                client.system.status()  # the socket listens already, so this waits until the server answers
            yield RunningServer(house, desk, url, port, owner, token, worker, worker_token, server)
        finally:
            if desk.bell is not None:
                desk.bell.close()
            server.should_exit = True
            thread.join(10)
