"""The typed client of the HTTP interface, for scripts, notebooks and the command line.

>>> from deepforge.client import connect                                                    # doctest: +SKIP
>>> for run in connect().runs.listing(sort="-metric:accuracy", limit=5):                    # doctest: +SKIP
...     print(run.pipeline, run.metrics)
"""

from deepforge.client.client import Client, connect
from deepforge.client.live import LiveEvent
from deepforge.client.server_file import ServerFile, ensure_server, find_server, read_server_file

__all__ = ["Client", "LiveEvent", "ServerFile", "connect", "ensure_server", "find_server", "read_server_file"]
