"""The server process: one data directory, one database, one socket, from start to orderly stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import msgspec
import uvicorn
from starlette.types import ASGIApp

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import WorkerId
from deepforge.core.ports import Compute
from deepforge.core.registry import load_adapter
from deepforge.core.settings import Settings, read_home, read_settings
from deepforge.server.app import create_app
from deepforge.server.desk import Desk
from deepforge.server.documents import LARGEST_MESSAGE
from deepforge.server.doorman import identify_in
from deepforge.server.lifespan import lifespan_of
from deepforge.server.listening import address_of, listen
from deepforge.server.origin import hosts_for, public_address
from deepforge.services import identity, workers
from deepforge.services.house import House, open_house
from deepforge.store.data_directory import DataDirectory, ServerFile, ServerLock

_log = logging.getLogger("deepforge.server")

STOP_SECONDS = 10.0
"""How long workers have to give their jobs back when the server stops."""


@dataclass(frozen=True)
class Ready:
    """The server listens: where, and the link that signs one browser in within a minute."""

    url: str
    enter_url: str


def serve(
    settings: Settings, *, on_ready: Callable[[Ready], None] | None = None, any_port: bool = False
) -> None:
    """Run a server until it is stopped, by a signal or by a request. `on_ready` is called in its event loop.

    Raises AlreadyRunning when another server owns the data directory, PortTaken (unless `any_port`),
    InvalidSetting.
    """
    data = DataDirectory(settings.home)
    data.prepare()
    with (
        data.lock() as lock,
        contextlib.closing(listen(settings.host, settings.port, any_port=any_port)) as bound,
        open_house(settings, data) as house,
    ):
        _Process(house, data, lock, settings, bound, on_ready).run()


class _Process:
    """A server that has its directory, its house and its socket."""

    def __init__(
        self,
        house: House,
        data: DataDirectory,
        lock: ServerLock,
        settings: Settings,
        bound: socket.socket,
        on_ready: Callable[[Ready], None] | None,
    ) -> None:
        self.house = house
        self.data = data
        self.lock = lock
        self.bound = bound
        self.on_ready = on_ready
        self.url = address_of(bound, settings.host)
        self.compute = _local_compute(house, settings)
        self.desk = Desk(
            house,
            stop=self.stop,
            url=public_address(settings.public_url) or self.url,
            started=identity.now(house),
        )
        self.settings = settings
        self.server: _Uvicorn
        self.stopping = False
        self.card: ServerFile | None = None
        """What server.json says, once the server listens."""

    def run(self) -> None:
        workers.revive(self.house)
        try:
            self._start_compute()  # it takes as long to start as the rest of the server
            self.server = _Uvicorn(uvicorn_config(self._app()), self._ready)
            self.server.run([self.bound])
        finally:
            if self.card is None:  # it never listened: nobody would tell the worker to end
                self.compute.stop(STOP_SECONDS)
            self.data.remove_server()
            self.lock.say_farewell()

    def _app(self) -> ASGIApp:
        return create_app(
            self.desk,
            hosts=hosts_for(self.settings.host, self.settings.public_url),
            identify=identify_in(self.house),
            lifespan=lifespan_of(self.desk, self.compute, self._look_at_home),
        )

    def stop(self) -> None:
        """End in good order; may be called from any thread, and more than once."""
        self.server.loop.call_soon_threadsafe(self._begin_stop)

    def _look_at_home(self) -> None:
        """Nobody could reach or stop a server whose data directory was removed: it ends by itself. One whose
        server.json was damaged or removed writes it again.
        """
        if self.stopping or self.card is None:
            return
        if not self.lock.holds():
            _log.error("The data directory %s is gone; the server ends.", self.data.home)
            self.stop()
        elif self.data.mend_server(self.card):
            _log.warning("%s was damaged or gone, and is written again.", self.data.server_file)

    def _ready(self) -> None:
        token = identity.local_token(self.house)
        self.card = ServerFile(self.url, os.getpid(), self.desk.started, token)
        self.data.write_server(self.card)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self.server.loop.add_signal_handler(number, self._begin_stop)
        gc.freeze()  # what start-up made stays; later collections need not look at it
        gc.enable()
        _log.info("Listening at %s, data in %s", self.url, self.data.home)
        if self.on_ready is not None:
            code = identity.create_code(self.house, identity.owner(self.house))
            self.on_ready(Ready(self.desk.url, f"{self.desk.url}/enter/{code}"))

    def _start_compute(self) -> None:
        try:
            self.compute.start()
        except DeepForgeError as error:
            _log.error("The local worker did not start: %s", error)

    def _begin_stop(self) -> None:
        if self.stopping:
            self.server.should_exit = self.server.force_exit = True
            return
        self.stopping = True
        _log.info("Stopping; running jobs go on with the next server")
        self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        """Workers give their jobs back while the server still answers them; then it closes."""
        try:
            await asyncio.to_thread(self.compute.stop, STOP_SECONDS)
        except DeepForgeError as error:
            _log.error("The local worker did not stop: %s", error)
        if self.desk.bell is not None:
            self.desk.bell.close()
        self.server.should_exit = True


class _Uvicorn(uvicorn.Server):
    """uvicorn, telling when it listens, and leaving signals to us."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self.loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main() -> int:
    """`python -m deepforge.server`: a server for the settings of the environment; its log goes to standard
    error.
    """
    parser = argparse.ArgumentParser(prog="python -m deepforge.server", description=__doc__)
    parser.add_argument(
        "--any-port", action="store_true", help="take a free port when the one of the settings is taken"
    )
    asked = parser.parse_args()
    try:
        home = read_home(os.environ)
        settings = read_settings(DataDirectory(home).read_config(), os.environ, {"home": home}).settings
        logging.basicConfig(
            level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        serve(settings, any_port=asked.any_port)
    except DeepForgeError as error:
        sys.stderr.write(f"{str(error).replace(chr(10), ' ')}\n")
        return 1
    return 0


def _local_compute(house: House, settings: Settings) -> Compute:
    """The worker of this machine. It keeps its identity and its token, so that one that is still at work goes
    on.
    """
    worker, token = _kept_credentials(house) or identity.enrol_worker(house, identity.owner(house))
    compute: Compute = load_adapter("compute", "local")(
        home=settings.home, token=token, worker=worker, settings=settings
    )
    return compute


def _kept_credentials(house: House) -> tuple[WorkerId, str] | None:
    try:
        content = msgspec.json.decode(
            (house.data.worker / "credentials.json").read_bytes(), type=dict[str, str]
        )
        token, worker = content["token"], WorkerId(content["worker"])
    except (OSError, msgspec.DecodeError, KeyError):
        return None
    caller = identity.authenticate(house, token)
    return (worker, token) if caller is not None and caller.worker == worker else None


def uvicorn_config(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn is to serve the app."""
    logging.getLogger("uvicorn.access").disabled = True  # addresses hold the codes that sign browsers in
    return uvicorn.Config(
        app,
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
