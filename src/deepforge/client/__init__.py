"""The typed client of the HTTP interface, for scripts, notebooks and the command line.

>>> from deepforge.client import connect                                                    # doctest: +SKIP
>>> for run in connect().runs.listing(sort="-metric:accuracy", limit=5):                    # doctest: +SKIP
...     print(run.pipeline, run.metrics)
"""

import importlib
from typing import TYPE_CHECKING, Any

from deepforge.client.server_file import ServerFile, ensure_server, find_server, read_server_file

if TYPE_CHECKING:
    from deepforge.client.client import Client, connect
    from deepforge.client.live import LiveEvent

__all__ = ["Client", "LiveEvent", "ServerFile", "connect", "ensure_server", "find_server", "read_server_file"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # What talks over HTTP is slow to import; a server can be found and started without it.
        if name not in __all__:
            raise AttributeError(f"module 'deepforge.client' has no attribute {name!r}")
        home = "live" if name == "LiveEvent" else "client"
        value = getattr(importlib.import_module("deepforge.client." + home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
