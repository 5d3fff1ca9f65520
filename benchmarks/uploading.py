"""A file larger than the memory of the server: sent as the editor sends it, broken off, and fetched.

    python benchmarks/uploading.py                5 GB, a server that may have 500 MB
    python benchmarks/uploading.py --size 600     600 MB

The server and its worker are in a control group with a limit on memory. The kernel counts what it keeps of
their files there, too, and gives that up when the limit is near. Without the right to make such a group the
last column tells as much. Needs so much room on the disk; the file is removed in the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from benchmarks.measure import Table, stopwatch
from benchmarks.product import Installation, installation, write_no_ops
from blake3 import blake3

from deepforge.client import find_server

MEGABYTE = 1_000_000
PIECE = 4 << 20
"""Bytes of a piece that the editor sends."""


class Limit:
    """A control group with a limit on memory."""

    def __init__(self, megabytes: int) -> None:
        lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        own = {controllers: path.lstrip("/") for _, controllers, path in lines}
        old = "memory" in own
        root = Path("/sys/fs/cgroup/memory", own["memory"]) if old else Path("/sys/fs/cgroup", own[""])
        self.folder = root / f"deepforge-benchmark-{os.getpid()}"
        self.folder.mkdir()
        limit = "memory.limit_in_bytes" if old else "memory.max"
        try:
            (self.folder / limit).write_text(str(megabytes * MEGABYTE))
        except OSError:
            self.folder.rmdir()
            raise

    def take(self, installed: Installation) -> None:
        """Put the processes of an installation into the group."""
        for process in installed.processes().values():
            (self.folder / "cgroup.procs").write_text(str(process.pid))

    def remove(self) -> None:
        """Remove the group, as soon as its last process has gone."""
        for _ in range(100):
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.1)


@contextmanager
def limited(megabytes: int) -> Iterator[Limit | None]:
    """A control group that is removed with the block; None where none can be made."""
    try:
        limit = Limit(megabytes)
    except OSError:
        yield None
        return
    try:
        yield limit
    finally:
        limit.remove()


def pieces(size: int, begin: int, block: bytes) -> Iterator[tuple[int, bytes]]:
    """The offset and the bytes of each piece from `begin` on; no two pieces are the same."""
    for offset in range(begin, size, PIECE):
        length = min(PIECE, size - offset)
        yield offset, (offset.to_bytes(8, "big") + block)[:length]


def measure(table: Table, installed: Installation, folder: Path, size: int) -> None:
    """Send a file to its middle, go on as after a break, save it, look into it, fetch it again."""
    project = installed.open(write_no_ops(folder, chain=("chain", 1)))
    server = installed.processes()["server"]
    block, digest = os.urandom(PIECE), blake3()
    found = find_server(installed.settings.home)
    assert found is not None
    headers = {"Authorization": f"Bearer {found.token}"}

    def tell(name: str, seconds: float, count: int) -> None:
        table.add(name, seconds, count / seconds / MEGABYTE, peak(server.pid) / MEGABYTE)

    with httpx.Client(base_url=f"{found.url}/api/v1", headers=headers, timeout=600) as http:
        asked = {"project": project.id, "name": "large.bin", "size": size}
        upload = http.post("/uploads", json=asked).raise_for_status().json()["id"]

        def send(begin: int, end: int) -> None:
            for offset, piece in pieces(end, begin, block):
                digest.update(piece)
                http.put(f"/uploads/{upload}?offset={offset}", content=piece).raise_for_status()

        half = size // PIECE // 2 * PIECE
        with stopwatch() as watch:
            send(0, half)
        tell("sent, the first half", watch.seconds, half)
        received = http.get(f"/uploads/{upload}").json()["received"]
        with stopwatch() as watch:
            send(received, size)
        tell("sent, the rest, from where it broke off", watch.seconds, size - half)
        with stopwatch() as watch:
            asked = {"name": "large", "type": "", "codec": ""}
            saved = http.post(f"/uploads/{upload}/finish", json=asked).raise_for_status().json()
        tell("saved as an artifact", watch.seconds, size)
        if saved["digest"] != digest.hexdigest():
            sys.exit("The artifact is not what was sent.")
        with stopwatch() as watch:
            http.get(f"/previews/{saved['digest']}", params={"codec": saved["codec"]}).raise_for_status()
        table.add("its preview", watch.seconds, None, peak(server.pid) / MEGABYTE)
        fetched, address = blake3(), f"/artifacts/{saved['artifact']}/versions/1/download"
        with stopwatch() as watch, http.stream("GET", address) as answer:
            for chunk in answer.iter_raw():
                fetched.update(chunk)
        tell("fetched", watch.seconds, size)
        if fetched.hexdigest() != saved["digest"]:
            sys.exit("What was fetched is not what was sent.")


def peak(pid: int) -> int:
    """Bytes of memory that a process has held at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="A file larger than the memory of the server.")
    parser.add_argument("--size", type=int, default=5000, metavar="MB", help="megabytes of the file")
    parser.add_argument(
        "--memory", type=int, default=500, metavar="MB", help="megabytes that the server may have"
    )
    options = parser.parse_args()

    with limited(options.memory) as limit, installation() as installed:
        server = f"a server with {options.memory} MB of memory" if limit else "a server without a limit"
        title = f"A file of {options.size} MB, {server}"
        table = Table(title, ("what", "s", "MB/s", "most that the server held, MB"))
        if limit:
            limit.take(installed)
        measure(table, installed, installed.settings.home / "large", options.size * MEGABYTE)
    print(table)


if __name__ == "__main__":
    main()
