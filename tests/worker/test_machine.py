"""What a machine says of itself."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import pytest

from deepforge.core.environment import Distribution
from deepforge.core.resources import Gpu
from deepforge.worker.machine import (
    installation_stamp,
    normalise_name,
    parse_gpus,
    read_gpus,
    read_interpreter,
    read_machine,
    usable_cpus,
    usable_memory,
    visible_gpus,
)
from tests.worker.packages import add_wheel

GPUS = (Gpu(0, "NVIDIA H200", 143771 << 20), Gpu(1, "NVIDIA, odd name", 0))


def test_lines_of_the_driver_become_gpus() -> None:
    text = "0, NVIDIA H200, 143771\n1, NVIDIA, odd name, [N/A]\n\nnot a line\n"
    assert parse_gpus(text) == GPUS


@pytest.mark.parametrize(
    ("visible", "left"),
    [(None, GPUS), ("", ()), ("1", GPUS[1:]), ("1,0", GPUS), ("-1", ()), ("GPU-5a3f", GPUS)],
)
def test_hidden_gpus_do_not_count(visible: str | None, left: tuple[Gpu, ...]) -> None:
    assert visible_gpus(GPUS, visible) == left


def test_a_driver_that_fails_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed'\nexit 9\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert read_gpus({}) == ()


@pytest.mark.parametrize(
    ("files", "cpus", "memory"),
    [
        ({}, None, None),
        ({"cpu.max": "100000 100000\n", "memory.max": "1000000\n"}, 1, 1_000_000),
        ({"cpu.max": "max 100000\n", "memory.max": "max\n"}, None, None),
        ({"cpu.max": "50000 100000\n"}, 1, None),
        ({"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1, None),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None, None),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, None, None),
    ],
)
def test_a_control_group_limits_what_can_be_used(
    tmp_path: Path, files: dict[str, str], cpus: int | None, memory: int | None
) -> None:
    nothing = tmp_path / "nothing"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert usable_cpus(tmp_path) == (cpus or usable_cpus(nothing))
    assert usable_memory(tmp_path) == (memory or usable_memory(nothing))


def test_a_machine_knows_itself() -> None:
    machine = read_machine({}, labels=("a100",))
    assert (machine.cpus >= 1, machine.memory > 1 << 27, machine.labels) == (True, True, ("a100",))


def test_installed_distributions_are_found_with_their_modules_and_requirements(tmp_path: Path) -> None:
    import zipfile

    wheel = add_wheel(
        tmp_path / "wheels", "fortune", "1.0", "", requires=("Num_Ber>=2", "extra; extra == 'all'")
    )
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    interpreter = read_interpreter([str(tmp_path / "site"), str(tmp_path / "missing")])
    assert interpreter.distributions == {"fortune": Distribution("1.0", ("num-ber",))}
    assert interpreter.modules == {"fortune": ("fortune",)}


def test_a_package_that_does_not_write_utf_8_keeps_nobody_from_starting(tmp_path: Path) -> None:
    folder = tmp_path / "odd-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_bytes(b"Name: odd\nVersion: 1\nAuthor: J\xf6rg\n")
    (folder / "top_level.txt").write_bytes(b"odd\nm\xf6dul\n")
    assert "odd" in read_interpreter([str(tmp_path)]).modules


def test_the_interpreter_is_read_as_the_standard_library_reads_it() -> None:
    interpreter = read_interpreter()
    expected = {
        normalise_name(found.name): found.version
        for found in importlib.metadata.distributions()
        if found.name
    }
    assert {name: found.version for name, found in interpreter.distributions.items()} == expected
    modules = importlib.metadata.packages_distributions()
    for module in ("numpy", "sklearn", "PIL", "msgspec", "yaml"):
        if module in modules:
            assert interpreter.modules[module] == tuple(
                sorted({normalise_name(name) for name in modules[module]})
            )


def test_installing_something_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    os.utime(tmp_path, ns=(1, 1))
    before = installation_stamp()
    assert installation_stamp() == before
    (tmp_path / "new.dist-info").mkdir()
    assert installation_stamp() != before
