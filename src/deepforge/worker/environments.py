"""Environments: what an operation declares, resolved and locked with uv, built once and named by its lock."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from blake3 import blake3

from deepforge.core.environment import Declared
from deepforge.core.errors import AdapterMissing, BadInput
from deepforge.core.ids import Digest
from deepforge.worker.indexes import uv_environment
from deepforge.worker.parents import Python

READY = "deepforge.json"
"""The file that is written into an environment last."""

_PROBE = "import json, sys, sysconfig; print(json.dumps([sys.version, sysconfig.get_platform()]))"

Note = Callable[[str], None]
"""Tells the person who waits what is going on."""

Canceled = Callable[[], bool]


class BuildCanceled(Exception):
    """Nobody waits for the environment any longer."""


@dataclass(frozen=True)
class Job:
    """On whose behalf an environment is asked for."""

    note: Note
    canceled: Canceled


@dataclass(frozen=True)
class Environments:
    """The environments below `root`. Safe for threads and processes: one of them builds, the others wait for
    it."""

    root: Path
    python: str
    """The interpreter that is taken when what is declared names no version, or one that it satisfies."""
    environ: Mapping[str, str]
    """For uv: its settings, and those of pip, from which the indexes are taken."""

    def known(self, declared: Declared) -> Python | None:
        """The interpreter for what is declared, when it is built already. Reads two small files."""
        try:
            lock = Digest(json.loads(self._memo(declared).read_bytes())["lock"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return self._built(lock)

    def locks(self) -> dict[str, str]:
        """What was ever resolved on this machine: digest of what was declared → of the lock."""
        found = {}
        for memo in sorted((self.root / "declared").glob("*.json")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                found[memo.stem] = str(json.loads(memo.read_bytes())["lock"])
        return found

    def ensure(self, declared: Declared, job: Job) -> Python:
        """The interpreter for what is declared: resolved and built now, if that was never done on this
        machine.

        May take minutes. Raises BadInput with what uv says when it cannot be had, and BuildCanceled.
        """
        known = self.known(declared)
        if known:
            return known
        memo = self._memo(declared)
        memo.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(memo.with_suffix(".lock"), job):
            known = self.known(declared)
            if known:
                return known
            interpreter = self._find_python(declared, job)
            text = self._resolve(declared, interpreter, job)
            facts = _run_plainly([interpreter, "-c", _PROBE])
            lock = Digest(blake3(f"{facts}\n{text}".encode()).hexdigest())
            built = self._build(declared, lock, text, interpreter, job)
            _write_json(
                memo, {"lock": lock, "requirements": list(declared.requirements), "python": declared.python}
            )
        return built

    def _memo(self, declared: Declared) -> Path:
        return self.root / "declared" / f"{digest_of(declared)}.json"

    def _built(self, lock: Digest) -> Python | None:
        folder = self.root / lock
        return Python(str(folder / "bin" / "python"), lock) if (folder / READY).is_file() else None

    def _find_python(self, declared: Declared, job: Job) -> str:
        if not declared.python:
            return self.python
        told = self._uv(["python", "find", "--no-project", declared.python], job, ok=(0, 1, 2))
        if told.code == 0 and told.out.strip():
            return told.out.strip()
        raise BadInput(
            f"There is no Python {declared.python} on this machine{_asked_by(declared)}.",
            "Install one, for example with `uv python install`, or change what the file asks for. "
            f"uv says: {told.err}",
        )

    def _resolve(self, declared: Declared, interpreter: str, job: Job) -> str:
        count = len(declared.requirements)
        job.note(f"Resolving {count} requirement{'' if count == 1 else 's'}{_of(declared)}")
        command = [
            "pip",
            "compile",
            "--no-header",
            "--no-annotate",
            "--generate-hashes",
            "--python",
            interpreter,
            "-",
        ]
        told = self._uv(command, job, given="\n".join(declared.requirements) + "\n", ok=(0, 1, 2))
        if told.code != 0:
            raise BadInput(
                f"The requirements{_of(declared)} cannot be resolved: {told.err}",
                f"Correct the requirements{_in(declared)}.",
            )
        return told.out

    def _build(self, declared: Declared, lock: Digest, text: str, interpreter: str, job: Job) -> Python:
        folder = self.root / lock
        with _only_one(self.root / f"{lock}.lock", job):
            known = self._built(lock)
            if known:
                return known
            shutil.rmtree(folder, ignore_errors=True)
            packages = sum(1 for line in text.splitlines() if line and not line.startswith((" ", "#")))
            job.note(
                f"Building the environment{_of(declared)}: {packages} package{'' if packages == 1 else 's'}"
            )
            python = str(folder / "bin" / "python")
            requirements = self.root / f"{lock}.txt"
            requirements.write_text(text)
            for command in (
                ["venv", "--no-project", "--python", interpreter, str(folder)],
                ["pip", "sync", "--python", python, "--allow-empty-requirements", str(requirements)],
            ):
                told = self._uv(command, job, ok=(0, 1, 2), tell=True)
                if told.code != 0:
                    raise BadInput(
                        f"The environment{_of(declared)} cannot be built: {told.err}",
                        f"Correct the requirements{_in(declared)}, or try again later.",
                    )
            _write_json(
                folder / READY,
                {
                    "lock": lock,
                    "requirements": list(declared.requirements),
                    "python": declared.python,
                    "text": text,
                },
            )
        return Python(python, lock)

    def _uv(
        self, command: list[str], job: Job, *, given: str = "", ok: tuple[int, ...] = (0,), tell: bool = False
    ) -> Told:
        told = _run(
            [find_uv(), "--no-progress", "--color", "never", *command],
            uv_environment(self.environ),
            given,
            job,
            tell,
        )
        if told.code not in ok:
            raise BadInput(f"uv ended with {told.code}: {told.err}")
        return told


def digest_of(declared: Declared) -> Digest:
    """What names a declaration: its own digest, or one of what it asks for when it carries none."""
    if declared.digest:
        return declared.digest
    return Digest(blake3(json.dumps([sorted(declared.requirements), declared.python]).encode()).hexdigest())


def find_uv() -> str:
    """The program uv: the one that is installed with DeepForge, else one on the path. Raises
    AdapterMissing."""
    try:
        from uv import find_uv_bin

        return os.fspath(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
        if found is None:
            raise AdapterMissing("uv is not installed.", "Install it with `pip install uv`.") from None
        return found


def _of(declared: Declared) -> str:
    return f" of {declared.origin}" if declared.origin else ""


def _in(declared: Declared) -> str:
    return f" in {declared.origin}" if declared.origin else ""


def _asked_by(declared: Declared) -> str:
    return f", which {declared.origin} asks for" if declared.origin else ""


@contextmanager
def _only_one(path: Path, job: Job) -> Iterator[None]:
    """Hold a lock among all threads and workers of the machine; ends with its holder, also when that is
    killed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        told = False
        while not _try_lock(descriptor):
            if not told:
                job.note("Waiting for the environment, which another job is having built")
                told = True
            if job.canceled():
                raise BuildCanceled
            _pause()
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pause(seconds: float = 0.1) -> None:
    with selectors.DefaultSelector() as selector:
        selector.select(seconds)


@dataclass(frozen=True)
class Told:
    """How a program ended, and what it wrote."""

    code: int
    out: str
    err: str


def _run_plainly(command: list[str]) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout.strip()


def _run(command: list[str], environ: Mapping[str, str], given: str, job: Job, tell: bool) -> Told:
    """Run a program to its end, passing on what it tells while it works; it is ended when nobody waits any
    longer."""
    process = subprocess.Popen(
        command,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        process.stdin.write(given.encode())
        process.stdin.close()
        out, err = _gather(process.stdout, process.stderr, job, tell)
    except BrokenPipeError:
        out, err = b"", process.stderr.read()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the compilers that it has started as well
        raise
    finally:
        process.wait()
        process.stdout.close()
        process.stderr.close()
    return Told(process.returncode, out.decode(errors="replace"), err.decode(errors="replace").strip())


def _gather(out: IO[bytes], err: IO[bytes], job: Job, tell: bool) -> tuple[bytes, bytes]:
    gathered: dict[IO[bytes], bytes] = {out: b"", err: b""}
    unfinished = b""
    with selectors.DefaultSelector() as selector:
        for stream in gathered:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(0.1):
                stream = out if key.fileobj is out else err
                data = os.read(stream.fileno(), 65536)
                gathered[stream] += data
                if not data:
                    selector.unregister(stream)
                elif stream is err and tell:
                    *lines, unfinished = (unfinished + data).split(b"\n")
                    for line in lines:
                        _tell_line(line.decode(errors="replace").strip(), job)
            if job.canceled():
                raise BuildCanceled
    return gathered[out], gathered[err]


def _tell_line(line: str, job: Job) -> None:
    """Pass on a line of uv that says something new: not the list of packages, which the lock has."""
    if line.startswith(("Downloading", "Downloaded", "Building", "Built", "Prepared", "Installed")):
        job.note(line)


def _write_json(path: Path, content: dict[str, object]) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_text(json.dumps(content, indent=2))
    partial.replace(path)
