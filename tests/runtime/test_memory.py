"""Memory: an end by the kernel's out-of-memory killer is told from other kills."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.runtime import memory
from tests.runtime.conftest import Bench, WarmParent

LIMIT = 128 * 1024 * 1024


@pytest.fixture
def limited_parent(tmp_path: Path) -> Iterator[WarmParent]:
    """A warm parent in a control group that has little memory."""
    groups = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    own = {controllers: path.lstrip("/") for _, controllers, path in groups}
    if "memory" in own:
        group, limit = Path("/sys/fs/cgroup/memory", own["memory"]), "memory.limit_in_bytes"
    else:
        group, limit = Path("/sys/fs/cgroup", own.get("", "")), "memory.max"
    group = group / f"deepforge-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(LIMIT))
    except OSError as error:
        if group.exists():
            group.rmdir()
        pytest.skip(f"no control group with a limit on memory can be made here: {error}")
    parent = WarmParent(tmp_path)
    (group / "cgroup.procs").write_text(str(parent.process.pid))
    yield parent
    parent.close()
    group.rmdir()


def test_a_job_that_the_kernel_kills_for_memory_ends_with_that_reason(
    bench: Bench, limited_parent: WarmParent
) -> None:
    bench.parent = limited_parent
    bench.write(
        "operations/hungry.py",
        """
        def hungry():
            kept = []
            while True:
                kept.append(bytearray(b"x" * 1_000_000))
        """,
    )
    bench.write("operations/killed.py", "import os\ndef killed():\n    os.kill(os.getpid(), 9)\n")
    assert bench.run("operations.killed.killed", form="function").exit["reason"] is None
    job = bench.run("operations.hungry.hungry", form="function")
    assert job.exit == {"code": None, "signal": 9, "reason": "oom"}
    assert bench.run("operations.killed.killed", form="function").exit["reason"] is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 0),
        ({"memory.events": "low 0\nhigh 0\noom 5\noom_kill 3\n"}, 3),
        (
            {"memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", "vmstat": "oom_kill 9\n"},
            2,
        ),
        ({"memory.oom_control": "oom_kill_disable 0\n", "vmstat": "nr_free 1\noom_kill 9\n"}, 9),
    ],
)
def test_the_first_place_that_counts_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: int
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    places = [str(tmp_path / name) for name in ("memory.events", "memory.oom_control", "vmstat")]
    monkeypatch.setattr(memory, "_source", None)
    monkeypatch.setattr(memory, "_sources", lambda: iter(places))
    assert memory.kills() == expected
