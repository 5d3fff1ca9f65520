"""Whatever is killed, whenever: the run ends as a clean one would have, with nothing lost and nothing twice.

DEEPFORGE_KILLS=20 python -m pytest -n0 tests/acceptance/test_recovery.py      kills each at twenty moments
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.acceptance.conftest import SECONDS, Machine
from tests.support.processes import kill
from tests.support.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

KILLS = int(os.environ.get("DEEPFORGE_KILLS", "2"))
STEPS, PAUSE, JOBS = 40, 0.02, ("one", "two", "three")

COUNT_ON = f'''
import time

import deepforge


def count_on(before: list | None = None, *, name: str):
    """Log and print a few steps, and hand on what was counted so far."""
    counted = list(before or [])
    for step in range({STEPS}):
        deepforge.log(step=step, **{{name: step / 2}})
        print(f"{{name}} {{step}}")
        counted.append(step)
        time.sleep({PAUSE})
    return counted
'''
PIPELINE = """
nodes:
  one:   {operation: count_on, attributes: {name: one}}
  two:   {operation: count_on, attributes: {name: two}, inputs: {before: one.counted}}
  three: {operation: count_on, attributes: {name: three}, inputs: {before: two.counted}}
  saved: {operation: Output, attributes: {name: counted}, inputs: {data: three.counted}}
"""


@pytest.fixture
def counting(machine: Machine) -> Path:
    """A project that counts for a while, in three jobs one after the other."""
    return machine.project("counting", {"operations/count_on.py": COUNT_ON, "pipelines/main.yaml": PIPELINE})


def start(machine: Machine, project: Path) -> str:
    """Start a run that takes nothing from the cache, and give its id."""
    run = machine.json("run", "main", "--project", str(project), "--no-cache", "--detach")
    return str(run["id"])


def facts(machine: Machine, run: dict[str, Any]) -> dict[str, Any]:
    """All that a run leaves: states, points, logs and the digest of what it saved."""
    with machine.client() as client:
        known = {series.name for series in client.runs.series(run["id"])}
        lines = {
            name: [
                (list(line.x), list(line.mean))
                for line in client.runs.points(run["id"], name, width=10_000).lines
            ]
            for name in JOBS
            if name in known
        }
        logs = {job["name"]: "".join(client.runs.whole_log(run["id"], job["id"])) for job in run["jobs"]}
    return {
        "state": run["state"],
        "jobs": {job["name"]: job["state"] for job in run["jobs"]},
        "points": lines,
        "logs": logs,
        "artifacts": [(artifact["name"], artifact["digest"]) for artifact in run["artifacts"]],
        "errors": [(job["error"]["kind"], job["error"]["message"]) for job in run["jobs"] if job["error"]],
    }


def clean_facts(digest: str) -> dict[str, Any]:
    """What a run leaves that nobody disturbs."""
    steps = [float(step) for step in range(STEPS)]
    return {
        "state": "success",
        "jobs": dict.fromkeys((*JOBS, "saved"), "success"),
        "points": {name: [(steps, [step / 2 for step in steps])] for name in JOBS},
        "logs": {name: "".join(f"{name} {step}\n" for step in range(STEPS)) for name in JOBS} | {"saved": ""},
        "artifacts": [("counted", digest)],
        "errors": [],
    }


@pytest.mark.parametrize("victim", ["deepforge.server", "deepforge.worker"])
def test_a_run_ends_as_a_clean_one_when_this_is_killed(victim: str, machine: Machine, counting: Path) -> None:
    clean = machine.end_of(start(machine, counting))
    expected = clean_facts(clean["artifacts"][0]["digest"])
    assert facts(machine, clean) == expected
    whole = STEPS * PAUSE * len(JOBS)
    for number in range(KILLS):
        seed = random.Random(f"{victim} {number}")
        moment = seed.uniform(0, whole * 1.3)
        run = start(machine, counting)
        time.sleep(moment)
        kill(machine.one(victim))
        ended = machine.end_of(run)
        assert facts(machine, ended) == expected, (
            f"{victim} was killed after {moment:.3f} s (number {number})"
        )


def test_server_and_worker_killed_together_lose_nothing(machine: Machine, counting: Path) -> None:
    clean = machine.end_of(start(machine, counting))
    for number in range(KILLS):
        moment = random.Random(f"both {number}").uniform(0, STEPS * PAUSE * len(JOBS))
        run = start(machine, counting)
        time.sleep(moment)
        for victim in ("deepforge.server", "deepforge.worker"):
            kill(machine.one(victim))
        ended = machine.end_of(run)
        assert facts(machine, ended) == clean_facts(clean["artifacts"][0]["digest"]), (
            f"killed after {moment:.3f} s"
        )


def test_a_terminal_that_follows_a_log_outlives_a_killed_server(machine: Machine, counting: Path) -> None:
    run = start(machine, counting)
    follower = machine.spawn("runs", "logs", run, "two", "-f")
    assert follower.stdout is not None
    assert follower.stderr is not None
    printed = follower.stdout.readline()
    kill(machine.one("deepforge.server"))
    printed += follower.stdout.read()
    told = follower.stderr.read()
    assert (follower.wait(SECONDS), printed) == (0, "".join(f"two {step}\n" for step in range(STEPS)))
    assert "does not answer" in told


def child_of(machine: Machine) -> psutil.Process | None:
    """The process of a job that runs now."""
    for folder in machine.job_folders():
        try:
            return psutil.Process(int((folder / "pid").read_text().split()[0]))
        except (OSError, ValueError, IndexError, psutil.Error):
            continue
    return None


def test_a_killed_child_fails_with_the_true_reason_and_keeps_what_it_logged(
    machine: Machine, counting: Path
) -> None:
    for number in range(KILLS):
        run = start(machine, counting)
        time.sleep(random.Random(f"child {number}").uniform(0, STEPS * PAUSE * len(JOBS) * 0.9))
        kill(until(lambda: child_of(machine), "a job runs"))
        found = facts(machine, ended := machine.end_of(run))
        failed = [job for job in ended["jobs"] if job["state"] == "failed"]
        if found["state"] == "success":
            continue  # it had handed its result over before it was killed
        assert found["state"] == "failed"
        assert [job["error"]["kind"] for job in failed] == ["Killed"]
        assert "SIGKILL" in failed[0]["error"]["message"]
        name = failed[0]["name"]
        behind = (*JOBS, "saved")[JOBS.index(name) + 1 :]
        assert {found["jobs"][job] for job in behind} <= {"skipped"}
        ((steps, values),) = found["points"].get(name, [([], [])])
        assert steps == [float(step) for step in range(len(steps))]
        assert values == [step / 2 for step in steps]
        lines = found["logs"][name].splitlines()
        assert lines[: len(steps)] == [f"{name} {step}" for step in range(len(lines))][: len(steps)]
        assert abs(len(lines) - len(steps)) <= 1


def grows(file: Path) -> Callable[[], bool]:
    """Asks whether a file has grown since now."""
    size = file.stat().st_size
    return lambda: file.stat().st_size > size


def test_training_goes_on_while_the_server_is_away(machine: Machine) -> None:
    code = COUNT_ON.replace(f"range({STEPS})", "range(400)")
    project = machine.project(
        "long", {"operations/count_on.py": code, "pipelines/main.yaml": PIPELINE.split("  two")[0]}
    )
    run = start(machine, project)
    (folder,) = until(machine.job_folders, "the job starts")
    journal = folder / "journal"
    until(lambda: journal.is_file() and journal.stat().st_size > 0, "the job logs")
    server = machine.one("deepforge.server")
    assert server is not None
    kill(server)
    server.wait()
    for _ in range(10):
        until(grows(journal), "the job goes on logging while no server runs", 30)
    ended = machine.end_of(run)
    with machine.client() as client:
        (line,) = client.runs.points(ended["id"], "one", width=10_000).lines
    assert (ended["state"], list(line.x)) == ("success", [float(step) for step in range(400)])


def test_a_run_that_is_watched_brings_its_dead_server_back(machine: Machine, counting: Path) -> None:
    terminal = machine.spawn("run", "main", "--project", str(counting), "--json")
    until(machine.job_folders, "a job starts")
    first = machine.one("deepforge.server")
    kill(first)
    out, err = terminal.communicate(timeout=SECONDS)
    assert (terminal.returncode, json.loads(out)["state"]) == (0, "success"), err
    second = machine.one("deepforge.server")
    assert first is not None
    assert second is not None
    assert first.pid != second.pid


def test_a_run_that_is_watched_leaves_a_stopped_server_stopped(machine: Machine, counting: Path) -> None:
    terminal = machine.spawn("run", "main", "--project", str(counting), "--json")
    until(machine.job_folders, "a job starts")
    machine.call("stop")
    out, _ = terminal.communicate(timeout=SECONDS)
    error = json.loads(out)["error"]
    assert (terminal.returncode, error["code"], error["message"]) == (
        1,
        "server_unreachable",
        "The server was stopped.",
    )
    until(lambda: machine.one("deepforge.server") is None, "the server is gone, and no other one has come")
    run = machine.json("runs", "list")["runs"][0]["id"]
    assert machine.end_of(run)["state"] == "success"
