"""The house: everything the services share, made once for a server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from deepforge.core.errors import DeepForgeError, InvalidSetting
from deepforge.core.ports import Storage
from deepforge.core.registry import load_adapter
from deepforge.core.settings import Settings
from deepforge.services.analyst import Analyst
from deepforge.services.current import Current
from deepforge.services.documents.rooms import Rooms
from deepforge.services.histories import Histories
from deepforge.services.interfaces import Interfaces
from deepforge.services.jobs_shown import JobsShown
from deepforge.services.ledger import Ledger
from deepforge.services.memory import Memory
from deepforge.services.readings import Readings
from deepforge.services.signals import Signals
from deepforge.store.blobs import Blobs
from deepforge.store.data_directory import DataDirectory
from deepforge.store.database import Database
from deepforge.store.migrations import migrate

_log = logging.getLogger(__name__)


class House:
    """The settings, the data directory, the database, the blobs, and what one writer at a time remembers.
    Safe for threads.
    """

    def __init__(
        self,
        settings: Settings,
        data: DataDirectory,
        database: Database,
        blobs: Blobs,
        signals: Signals | None = None,
    ) -> None:
        self.settings = settings
        self.data = data
        self.database = database
        self.blobs = blobs
        self.signals = signals or Signals()
        self.documents = Rooms(database, data.projects, self.signals)
        self.memory = Memory()
        self.readings = Readings()
        self.jobs_shown = JobsShown()
        self.current = Current(self.readings)
        self.interfaces = Interfaces(data)
        self.analyst = Analyst(data.home / "analysis")
        self.clock: Callable[[], float] = time.monotonic
        """Seconds, for what concerns this process alone; leases are judged by the database's clock."""
        self.histories = Histories(data, lambda: self.clock())
        self._writing = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """A write transaction with its ledger. It is committed at the end of the block, or undone when that
        raises.

        Whoever waits for news is told after the commit.
        """
        ledger: Ledger | None = None
        with self._writing:
            try:
                with self.database.write() as connection:
                    ledger = Ledger(connection, self.memory, self.blobs)
                    yield ledger
                    ledger.flush()
            except BaseException as error:
                if not (isinstance(error, DeepForgeError) and ledger is not None and ledger.is_untouched):
                    self.memory.forget()  # it may hold what was not committed
                raise
        if ledger.news:
            self.signals.committed()


@contextmanager
def open_house(settings: Settings, data: DataDirectory) -> Iterator[House]:
    """The house over a data directory that is prepared and locked: its database is brought up to date first.

    Raises InvalidSetting, AdapterMissing, Unavailable, DataDirectoryDamaged.
    """
    database = Database(settings.database_url or data.database_url)
    try:
        migrate(database)
        house = House(settings, data, database, Blobs(data.blobs, open_storage(settings.storage)))
        try:
            yield house
        finally:
            house.analyst.close()
    finally:
        database.close()


def open_storage(url: str) -> Storage | None:
    """The storage behind the local blobs that a setting names; None for none."""
    if not url:
        return None
    scheme = urlsplit(url).scheme
    if scheme in ("", "file"):
        folder = Path(urlsplit(url).path)
        if not folder.is_absolute():
            raise InvalidSetting(f"storage is {url!r}.", "Write a URL, such as s3://bucket/folder.")
        storage: Storage = load_adapter("storage", "directory")(folder)
    else:
        storage = load_adapter("storage", "fsspec")(url)
    return storage
