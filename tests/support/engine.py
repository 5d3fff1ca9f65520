"""On which database the servers of the tests keep their state: SQLite in the data directory, or, when
DEEPFORGE_TEST_ENGINE is `postgresql`, a database of a PostgreSQL server, one for each data directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgresql import Cluster

ENGINE = os.environ.get("DEEPFORGE_TEST_ENGINE", "sqlite")
if ENGINE not in ("sqlite", "postgresql"):
    raise ValueError(f"DEEPFORGE_TEST_ENGINE is {ENGINE!r}; it can be 'sqlite' or 'postgresql'")

_clusters: list[Cluster] = []
_urls: dict[Path, str] = {}


@contextmanager
def databases_in(cluster: Cluster) -> Iterator[None]:
    """Data directories have their databases in this cluster while the block lasts."""
    _clusters.append(cluster)
    try:
        yield
    finally:
        _clusters.remove(cluster)
        _urls.clear()


def database_url(home: Path) -> str:
    """The setting of the servers on a data directory, made when first asked for; empty for SQLite."""
    if not _clusters:
        return ""
    if home not in _urls:
        _urls[home] = _clusters[-1].url(_clusters[-1].create())
    return _urls[home]


def variables(home: Path) -> dict[str, str]:
    """The same as environment variables of a server's process."""
    url = database_url(home)
    return {"DEEPFORGE_DATABASE_URL": url} if url else {}
