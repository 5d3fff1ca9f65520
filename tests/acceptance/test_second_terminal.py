"""A second terminal acts on the run of the first one, and stopping leaves nothing behind."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import psutil
import pytest

from tests.acceptance.conftest import SECONDS, Machine
from tests.support.processes import lives
from tests.support.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

PATIENT = '''
import subprocess
import sys
import time

import deepforge


def patient(*, folder: str):
    """Starts two processes that do not want to end, and waits with them."""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    same = subprocess.Popen([sys.executable, "-c", stubborn])
    other = subprocess.Popen([sys.executable, "-c", stubborn], start_new_session=True)
    with open(f"{folder}/pids", "w") as file:
        file.write(f"{same.pid} {other.pid}\\n")
    step = 0
    while True:
        deepforge.log(step=step, waited=step / 20)
        print(f"step {step}")
        step += 1
        time.sleep(0.05)
'''
PIPELINE = (
    "nodes:\n  wait: {{operation: patient, attributes: {{folder: {folder}}}}}\n  after: {{operation: Output, "
    "attributes: {{name: never}}, inputs: {{data: wait.result}}}}\n"
)


@pytest.fixture
def waiting(machine: Machine) -> str:
    """A project whose pipeline never ends by itself."""
    pipeline = PIPELINE.format(folder=machine.folder)
    files = {
        "operations/patient.py": PATIENT + "    result = step\n    return result\n",
        "pipelines/main.yaml": pipeline,
    }
    return str(machine.project("waiting", files))


def children(machine: Machine) -> list[psutil.Process]:
    """The processes that the job has started."""
    file = Path(machine.folder) / "pids"
    until(lambda: file.is_file() and file.read_text().endswith("\n"), "the job starts its children")
    return [psutil.Process(int(pid)) for pid in file.read_text().split()]


def test_a_run_is_followed_shown_and_stopped_from_elsewhere(machine: Machine, waiting: str) -> None:
    # 1. The first terminal runs.
    first = machine.spawn("run", "main", "--project", waiting, "--json")
    started = children(machine)
    assert [lives(child) for child in started] == [True, True]

    # 2. A second one lists, shows and follows.
    (listed,) = machine.json("runs", "list")["runs"]
    assert (listed["state"], listed["pipeline"]) == ("running", "main")
    shown = machine.json("runs", "show", "last")
    assert [(job["name"], job["state"]) for job in shown["jobs"]] == [
        ("wait", "running"),
        ("after", "pending"),
    ]
    follower = machine.spawn("runs", "logs", "last", "wait", "-f")
    assert follower.stdout is not None
    assert [follower.stdout.readline() for _ in range(3)] == ["step 0\n", "step 1\n", "step 2\n"]

    # 3. It stops the run: every process ends, those that ignore being asked included.
    (stopped,) = machine.json("runs", "stop", "last")["runs"]
    assert stopped["state"] == "canceled"
    assert [(job["name"], job["state"]) for job in stopped["jobs"]] == [
        ("wait", "canceled"),
        ("after", "canceled"),
    ]
    until(lambda: not any(lives(child) for child in started), "the job's processes end", 10)

    # 4. The first terminal and the follower end with it.
    out, _ = first.communicate(timeout=SECONDS)
    assert (first.returncode, json.loads(out)["state"]) == (130, "canceled")
    lines = follower.stdout.read().splitlines()
    assert lines == [f"step {step}" for step in range(3, 3 + len(lines))]
    assert follower.wait(SECONDS) == 0


def test_ctrl_c_stops_the_run_and_waits_for_its_end(machine: Machine, waiting: str) -> None:
    first = machine.spawn("run", "main", "--project", waiting)
    started = children(machine)
    first.send_signal(signal.SIGINT)
    out, _ = first.communicate(timeout=SECONDS)
    assert first.returncode == 130
    assert "⊘ canceled" in out
    assert not any(lives(child) for child in started)
    assert machine.json("runs", "show", "last")["state"] == "canceled"


def test_a_second_ctrl_c_leaves_at_once_and_the_server_finishes_the_stop(
    machine: Machine, waiting: str
) -> None:
    first = machine.spawn("run", "main", "--project", waiting)
    started = children(machine)
    server, worker = machine.one("deepforge.server"), machine.one("deepforge.worker")
    assert server is not None
    assert worker is not None
    worker.suspend()  # so that nothing can have ended when the second Ctrl-C comes
    first.send_signal(signal.SIGINT)
    until(
        lambda: machine.json("runs", "show", "last")["jobs"][1]["state"] == "canceled",
        "the server is asked to stop",
    )
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=SECONDS)
    assert first.returncode == 130
    assert "deepforge runs show" in err
    assert any(lives(child) for child in started)
    worker.resume()
    until(lambda: not any(lives(child) for child in started), "the job's processes end")
    until(lambda: machine.json("runs", "show", "last")["state"] == "canceled", "the run ends")


def test_a_detached_run_goes_on_without_a_terminal(machine: Machine) -> None:
    machine.call("init", "dice")
    started = machine.json("run", "main", "--project", str(machine.folder / "dice"), "--detach")
    assert started["state"] in ("pending", "running")
    ended = until(
        lambda: (run := machine.json("runs", "show", started["id"]))["state"] == "success" and run, "it ends"
    )
    assert [job["state"] for job in ended["jobs"]] == ["success"] * 3
