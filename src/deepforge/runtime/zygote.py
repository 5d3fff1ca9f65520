"""The warm parent: it has imported what operations need, forks a child for each job and waits for it.

One child is forked before its job comes, and waits: the spare. It spares a job the wait for the fork.

It talks in lines of JSON over the socket whose number `DEEPFORGE_ZYGOTE_FD` gives.

    in   {"spawn": folder, "preload": [module, …], "environment": {name: value}}
    in   {"signal": folder, "number": 15, "reason": "canceled"}
    out  {"spawned": folder, "pid": …, "started": …}  or  {"refused": folder, "error": text}
    out  {"exited": folder, "code": …, "signal": …, "reason": …}

`started` is the child's start time in clock ticks since the machine came up. When the socket closes, it goes
on until its children have ended: what they leave is complete, whoever reads it. It imports and forks, and
never computes: a library that has started threads of its own would leave its children hanging.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
import weakref
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from deepforge.runtime import memory, process, runner
from deepforge.runtime.journal import EXIT, RESULT, Journal, frame_json, seal
from deepforge.runtime.session import JOB_DIR, LOG
from deepforge.runtime.work import WORK

SOCKET = "DEEPFORGE_ZYGOTE_FD"
BACKEND = "module://deepforge.runtime.backend"
ALONE = struct.Struct("<i")
LARGE = 1024 * 1024
"""Bytes; a longer journal is looked through only when its job did not end in good order."""
WITH = {
    "matplotlib": ("matplotlib.pyplot", "deepforge.runtime.backend"),
    "numpy": ("numpy.random",),
    "PIL": ("PIL.Image",),
}
"""What a library is worth little without."""
OURS = ("artifact", "figure", "graph", "log", "progress")
CALM_SECONDS = 0.02
"""While jobs run, a spare is forked only after so long without news: it would take its time from theirs."""
PATIENCE = 2.0
"""Seconds to wait for killed processes to be gone."""


set_handler = getattr(signal.signal, "__wrapped__", signal.signal)
"""Without its dress of enumerations, whose pages every child would have to copy."""


Order = Tuple[str, Dict[str, str]]
"""What a child has to know: the folder of its job, and what is added to its environment."""


@dataclass
class Spare:
    """A child that waits for a line with its order. When the pipe is closed before, it ends."""

    process: process.Process
    pipe: int


@dataclass
class Child:
    """A job's process, and what has to be known when it ends."""

    folder: str
    pid: int
    kills: int
    """How many processes the kernel had killed for memory when it started."""
    reason: Optional[str] = None


class Zygote:
    """The children by their process numbers, and the way to and from the worker."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection: Optional[socket.socket] = connection
        self.children: Dict[int, Child] = {}
        self.preloaded: Set[str] = set()
        self.spare: Optional[Spare] = None
        self.wants_spare = False
        """Since a job came: what never has one needs none, and one that ended by itself may do so again."""
        self.unread = b""
        self.me = process.look(os.getpid()) or process.Process(os.getpid(), 0, 0, "R", 0)
        self.woken, self.wake = os.pipe()
        self.alone, self.tell_alone = os.pipe()
        """Children that leave nothing behind write their number here; so the search for strays is spared."""
        for descriptor in (self.woken, self.wake, self.alone, self.tell_alone):
            os.set_blocking(descriptor, False)

    def serve(self) -> None:
        """Go on until the socket is closed and the last child has ended."""
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)
        while self.connection is not None or self.children:
            sources: List[Any] = [self.woken] + ([self.connection] if self.connection else [])
            ready = select.select(sources, [], [], self._calm())[0]
            if not ready:
                self._fork_spare()
            if self.woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.woken, 4096)
                self._reap()
            if self.connection in ready:
                self._read()

    def _calm(self) -> Optional[float]:
        """For how many seconds nothing must happen before a spare is forked; None when none is lacking."""
        if self.spare is not None or not self.wants_spare or self.connection is None:
            return None
        return CALM_SECONDS if self.children else 0

    def preload(self, modules: List[str]) -> None:
        """Import modules, so that children have them; what cannot be imported is left to the job to tell."""
        together = [each for name in modules for each in (name, *WITH.get(name, ()))]
        wanted = [name for name in together if name not in self.preloaded]
        for name in wanted:
            self.preloaded.add(name)
            try:
                importlib.import_module(name)
            except BaseException as error:  # noqa: BLE001 — the job will tell
                print("cannot import %s ahead of its jobs: %s" % (name, error), file=sys.stderr)
        if wanted:
            self._dismiss_spare()  # it has not imported them
            _disown_finalizers()
            gc.collect()
            gc.freeze()

    def _read(self) -> None:
        assert self.connection is not None
        try:
            data = self.connection.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            self._hang_up()
            return
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "spawn" in message:
                self._spawn(message)
            elif "signal" in message:
                self._signal(message)

    def _hang_up(self) -> None:
        self._dismiss_spare()
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _say(self, **message: Any) -> None:
        if self.connection is not None:
            try:
                self.connection.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                self._hang_up()

    # Starting

    def _spawn(self, message: Dict[str, Any]) -> None:
        folder = message["spawn"]
        try:
            self.preload(message.get("preload", []))
            process.claim(folder)
        except OSError as error:
            self._say(refused=folder, error=str(error))
            return
        kills = memory.kills()
        order = folder, message.get("environment", {})
        try:
            child = self._employ_spare(order) or self._fork(lambda: order)
        except OSError as error:
            os.unlink(os.path.join(folder, "pid"))
            self._say(refused=folder, error=str(error))
            return
        self.children[child.pid] = Child(folder, child.pid, kills)
        self.wants_spare = True
        self._say(spawned=folder, pid=child.pid, started=child.started)

    def _fork(self, await_order: Callable[[], Optional[Order]]) -> process.Process:
        """Fork a child, which lives as `_become` says; in it, this never returns. Raises OSError."""
        runner.flush()
        pid = os.fork()
        if pid == 0:
            self._become(await_order)
        try:
            seen = process.look(pid)
        except OSError:  # no descriptor is left: the child is there all the same
            seen = None
        return seen or process.Process(pid, os.getpid(), 0, "R", 0)

    def _become(self, await_order: Callable[[], Optional[Order]]) -> None:
        """The child's life; it never returns."""
        status = 1
        owner = os.getpid()
        try:
            signal.set_wakeup_fd(-1)
            set_handler(signal.SIGCHLD, signal.SIG_DFL)
            set_handler(signal.SIGHUP, signal.SIG_DFL)
            set_handler(signal.SIGINT, signal.default_int_handler)
            for descriptor in (self.woken, self.wake, self.alone):
                os.close(descriptor)
            self._hang_up()
            os.setsid()
            process.become_subreaper()
            me = process.look(owner)
            order = await_order()
            if order is None:
                os._exit(0)
            folder, environment = order
            started = me.started if me else 0
            process.write_pid_file(folder, process.PidFile(owner, started, self.me.pid, self.me.started))
            _settle(folder, environment)
            status = runner.run(folder)
        except BaseException as error:  # noqa: BLE001 — a child that cannot start tells why in its log
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            runner.flush()
            if os.getpid() == owner and process.has_no_children():
                with contextlib.suppress(OSError):
                    os.write(self.tell_alone, ALONE.pack(owner))
            os._exit(status)

    # The spare

    def _fork_spare(self) -> None:
        """Have a child ready for the next job, now that there is nothing else to do."""
        try:
            reading, writing = os.pipe()
        except OSError:
            self.wants_spare = False
            return

        def await_order() -> Optional[Order]:
            os.close(writing)
            with open(reading, "rb") as pipe:
                told = pipe.readline()
            if not told:
                return None
            folder, environment = json.loads(told)
            return folder, environment

        try:
            self.spare = Spare(self._fork(await_order), writing)
        except OSError:
            self.wants_spare = False
            os.close(writing)
        os.close(reading)

    def _employ_spare(self, order: Order) -> Optional[process.Process]:
        """Give the spare its job; None when there is none, or somebody has ended it."""
        spare, self.spare = self.spare, None
        if spare is None:
            return None
        try:
            os.write(spare.pipe, json.dumps(order).encode() + b"\n")
        except BrokenPipeError:
            return None
        finally:
            os.close(spare.pipe)
        return spare.process

    def _dismiss_spare(self) -> None:
        spare, self.spare = self.spare, None
        if spare is None:
            return
        os.close(spare.pipe)
        process.send([spare.process.pid], signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(spare.process.pid, 0)

    # Stopping

    def _signal(self, message: Dict[str, Any]) -> None:
        child = next((child for child in self.children.values() if child.folder == message["signal"]), None)
        if child is None:
            return
        child.reason = message.get("reason") or child.reason
        outside = [each.pid for each in process.descendants([child.pid]) if each.group != child.pid]
        if not process.send_to_group(child.pid, message["number"]):
            process.send([child.pid], message["number"])  # it has not become a group yet
        process.send(outside, message["number"])

    def _reap(self) -> None:
        alone = self._read_alone()
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self.children.pop(pid, None)
            if self.spare is not None and pid == self.spare.process.pid:
                os.close(self.spare.pipe)
                self.spare, self.wants_spare = None, False
            if child is not None:
                alone |= self._read_alone()
                self._bury(child, status, tidy=pid in alone)

    def _read_alone(self) -> Set[int]:
        try:
            data = os.read(self.alone, 4096)
        except BlockingIOError:
            return set()
        return {number for (number,) in ALONE.iter_unpack(data)}

    def _bury(self, child: Child, status: int, tidy: bool) -> None:
        """End what the child left, and write its EXIT."""
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        left = not tidy and self._end_strays(child.pid)
        path = os.path.join(child.folder, "journal")
        told: Dict[str, Any] = {
            "exited": child.folder,
            "code": code,
            "signal": number,
            "reason": child.reason,
        }
        try:
            in_order = code == 0 and not left and child.reason is None
            kinds = {RESULT} if in_order and _is_large(path) else seal(path)
            told["reason"] = _reason(child, code, number, RESULT in kinds)
            content = {"code": code, "signal": number, "reason": told["reason"], "time": time.time()}
            with contextlib.closing(Journal(path)) as journal:
                journal.append(frame_json(EXIT, content))
        except OSError as error:
            told["error"] = str(error)
        self._say(**told)

    def _end_strays(self, group: int) -> bool:
        """Kill what is left of a process group, and the orphans that came to us; whether there was anything.

        Orphans come here when the child above them has ended, so those of other jobs that run are not among
        them.
        """
        met = process.send_to_group(group, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        ours = {*self.children, *([self.spare.process.pid] if self.spare else [])}
        while time.monotonic() < deadline:
            orphans = [
                each.pid
                for each in process.table()
                if each.parent == os.getpid() and each.pid not in ours and each.is_running
            ]
            if not orphans:
                break
            met = True
            process.send([*orphans, *(each.pid for each in process.descendants(orphans))], signal.SIGKILL)
            time.sleep(0.002)
        return met


def _disown_finalizers() -> None:
    """What libraries want done when this process ends is not for its children to do: it costs them time."""
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finalizer.atexit = False


def _reason(child: Child, code: Optional[int], number: Optional[int], returned: bool) -> Optional[str]:
    if code == 0 and returned:
        return None  # it was asked to stop too late: its result stands
    if child.reason is None and number == signal.SIGKILL and memory.kills() > child.kills:
        return "oom"
    return child.reason


def _is_large(path: str) -> bool:
    return os.path.getsize(path) > LARGE


def _settle(folder: str, environment: Dict[str, str]) -> None:
    """Make the job's own what this process has: environment, working folder, log."""
    os.environ.update(environment)
    os.environ.update({JOB_DIR: folder, process.ATTEMPT: os.path.basename(folder)})
    work = os.path.join(folder, WORK)
    with contextlib.suppress(FileExistsError):
        os.mkdir(work)
    os.chdir(work)
    log = os.open(os.path.join(folder, LOG), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _prepare() -> None:
    """Set up what children take over as it is, so that none of them has to."""
    # `python -m` puts the folder it was started in before everything else.
    del sys.path[0]
    os.environ.update({"MPLBACKEND": BACKEND, "PYTHONUNBUFFERED": "1"})
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(0, closefd=False)
    sys.stdout, sys.stderr = (
        open(number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
        for number in (1, 2)
    )
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    process.become_subreaper()


def main() -> None:
    """Serve on the socket that the environment names."""
    connection = socket.socket(fileno=int(os.environ.pop(SOCKET)))
    connection.set_inheritable(False)
    _prepare()
    zygote = Zygote(connection)
    zygote.preload(["deepforge.runtime." + name for name in OURS])
    zygote.serve()


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    # A process that user code started by multiprocessing's spawn: it finds the project as its job does.
    runner.rejoin()
