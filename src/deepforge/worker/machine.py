"""What this machine has: processors, memory, graphics processors, and the interpreter with what is installed
in it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

from deepforge.core.environment import Distribution, Interpreter
from deepforge.core.resources import Gpu, Machine

_NVIDIA_SMI = ("nvidia-smi", "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read_machine(environ: Mapping[str, str], labels: tuple[str, ...] = ()) -> Machine:
    """This machine, within what its control group lets this process use."""
    return Machine(
        hostname=socket.gethostname(),
        platform=sysconfig.get_platform(),
        cpus=usable_cpus(),
        memory=usable_memory(),
        gpus=read_gpus(environ),
        labels=labels,
    )


def usable_cpus(control_group: Path = Path("/sys/fs/cgroup")) -> int:
    """Processors this process may use: its affinity, less a quota of its control group. At least 1."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _read_numbers(control_group / "cpu.max")
    if not quota:
        quota = _read_numbers(control_group / "cpu/cpu.cfs_quota_us") + _read_numbers(
            control_group / "cpu/cpu.cfs_period_us"
        )
    if len(quota) == 2 and quota[0] > 0 < quota[1]:
        cpus = min(cpus, max(1, quota[0] // quota[1]))
    return max(1, cpus)


def usable_memory(control_group: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes of memory this process may use: the machine's, or the limit of its control group if that is
    less."""
    total = int(psutil.virtual_memory().total)
    limits = _read_numbers(control_group / "memory.max") + _read_numbers(
        control_group / "memory/memory.limit_in_bytes"
    )
    return min([total, *(limit for limit in limits if limit > 0)])


def _read_numbers(path: Path) -> list[int]:
    """The whole numbers of a control file; none when it is missing or says `max`."""
    try:
        words = path.read_text().split()
    except OSError:
        return []
    return [int(word) for word in words] if all(re.fullmatch(r"-?\d+", word) for word in words) else []


def read_gpus(environ: Mapping[str, str]) -> tuple[Gpu, ...]:
    """The NVIDIA graphics processors, less those that CUDA_VISIBLE_DEVICES of the worker hides; none without
    a driver."""
    program = shutil.which(_NVIDIA_SMI[0])
    if program is None:
        return ()
    try:
        told = subprocess.run(
            [program, *_NVIDIA_SMI[1:]],
            capture_output=True,
            text=True,
            timeout=20,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return visible_gpus(parse_gpus(told.stdout), environ.get("CUDA_VISIBLE_DEVICES"))


def parse_gpus(text: str) -> tuple[Gpu, ...]:
    """What nvidia-smi tells as lines of `index, name, MiB`; a line it has no memory for counts with 0
    bytes."""
    found = []
    for line in text.splitlines():
        index, _, rest = line.partition(",")
        name, _, memory = rest.rpartition(",")
        if index.strip().isdecimal() and name.strip():
            mebibytes = int(memory) if memory.strip().isdecimal() else 0
            found.append(Gpu(int(index), name.strip(), mebibytes << 20))
    return tuple(found)


def visible_gpus(gpus: tuple[Gpu, ...], visible: str | None) -> tuple[Gpu, ...]:
    """Those that a CUDA_VISIBLE_DEVICES of indices leaves; one that names them otherwise is left aside."""
    if visible is None:
        return gpus
    words = [word.strip() for word in visible.split(",") if word.strip()]
    if not all(word.lstrip("-").isdecimal() for word in words):
        return gpus
    shown = {int(word) for word in words}
    return tuple(gpu for gpu in gpus if gpu.index in shown)


def read_interpreter(folders: Iterable[str] | None = None) -> Interpreter:
    """This interpreter and the distributions on its path, each with what it requires and the modules it
    provides.

    Reads the metadata files themselves: the standard library's reader takes ten times as long.
    """
    distributions: dict[str, Distribution] = {}
    modules: dict[str, list[str]] = {}
    for folder in sys.path if folders is None else folders:
        for entry in _metadata_folders(folder):
            name, distribution = _read_distribution(Path(entry))
            if not name or name in distributions:
                continue
            distributions[name] = distribution
            for module in _provided_modules(Path(entry)):
                modules.setdefault(module, []).append(name)
    return Interpreter(
        python=platform.python_version(),
        platform=sysconfig.get_platform(),
        distributions=distributions,
        modules={module: tuple(sorted(names)) for module, names in sorted(modules.items())},
    )


def installation_stamp() -> tuple[tuple[str, int], ...]:
    """Changes when something is installed into, or removed from, a folder of this interpreter's path."""
    stamps = []
    for folder in sys.path:
        try:
            stamps.append((folder, os.stat(folder or ".").st_mtime_ns))
        except OSError:
            continue
    return tuple(stamps)


def _metadata_folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".dist-info"))
    except OSError:
        return []


def _read_distribution(folder: Path) -> tuple[str, Distribution]:
    name, version, requires = "", "", set()
    try:
        with (folder / "METADATA").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if not line.strip():
                    break
                key, _, value = line.partition(": ")
                if key == "Name":
                    name = normalise_name(value.strip())
                elif key == "Version":
                    version = value.strip()
                elif (
                    key == "Requires-Dist"
                    and "extra ==" not in value
                    and (match := _REQUIREMENT.match(value))
                ):
                    requires.add(normalise_name(match[0]))
    except OSError:
        return "", Distribution("")
    return name, Distribution(version, tuple(sorted(requires)))


def _provided_modules(folder: Path) -> set[str]:
    try:
        return set((folder / "top_level.txt").read_text(encoding="utf-8", errors="replace").split())
    except OSError:
        pass
    try:
        with (folder / "RECORD").open(encoding="utf-8", errors="replace") as lines:
            tops = {line.partition(",")[0].strip('"').partition("/")[::2] for line in lines}
    except OSError:
        return set()
    names = set()
    for top, below in tops:
        name = top if below else top.partition(".")[0] if top.endswith((".py", ".so", ".pyd")) else ""
        if name.isidentifier() and name != "__pycache__":
            names.add(name)
    return names


def normalise_name(name: str) -> str:
    """A distribution's name as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()
