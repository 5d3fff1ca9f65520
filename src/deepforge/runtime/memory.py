"""Memory: how many processes the kernel has killed for it, to tell such an end from other kills."""

from __future__ import annotations

import os
from typing import Iterator, Optional

_source: Optional[str] = None


def kills() -> int:
    """The count of this control group where there is one, else of the machine; 0 where nothing counts."""
    global _source
    if _source is None:
        _source = next((path for path in _sources() if _read(path) is not None), "")
    return _read(_source) or 0


def _sources() -> Iterator[str]:
    groups = []
    try:
        with open("/proc/self/cgroup") as file:
            groups = [line.rstrip("\n").split(":", 2) for line in file]
    except FileNotFoundError:
        return
    for _, controllers, path in groups:
        if controllers == "":
            yield os.path.join("/sys/fs/cgroup", path.lstrip("/"), "memory.events")
        elif "memory" in controllers.split(","):
            yield os.path.join("/sys/fs/cgroup/memory", path.lstrip("/"), "memory.oom_control")
    yield "/sys/fs/cgroup/memory.events"
    yield "/sys/fs/cgroup/memory/memory.oom_control"
    yield "/proc/vmstat"


def _read(path: str) -> Optional[int]:
    try:
        with open(path) as file:
            return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), None)
    except OSError:
        return None
