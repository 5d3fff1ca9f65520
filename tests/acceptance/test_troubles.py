"""What a person meets on a bad day: damaged files, taken ports, a second server."""

from __future__ import annotations

import os
import signal
import socket

import pytest

from deepforge.client import read_server_file
from tests.acceptance.conftest import SECONDS, Machine
from tests.support.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]


@pytest.fixture
def dice(machine: Machine) -> str:
    """The starter project."""
    return str(machine.json("init", "dice")["folder"])


def test_start_run_once_does_the_job_and_leaves_nothing_running(machine: Machine, dice: str) -> None:
    out = machine.call("start", "--no-browser", "--project", dice, "--run", "main", "--once")
    assert "✓ success  main" in out
    assert "saved counts@1" in out
    machine.ends()


def test_start_run_once_ends_badly_when_the_run_does(machine: Machine, dice: str) -> None:
    code = "def count(values: list):\n    counts = {}\n    raise ValueError('no luck')\n    return counts\n"
    (machine.folder / "dice" / "operations" / "count.py").write_text(code)
    out = machine.call("start", "--no-browser", "--project", dice, "--run", "main", "--once", code=1)
    assert "ValueError: no luck" in out
    assert "operations/count.py" in out


def test_start_twice_prints_fresh_links_to_the_one_that_runs_and_to_what_was_asked_for(
    machine: Machine, dice: str
) -> None:
    first = machine.spawn("start", "--no-browser")
    until(lambda: read_server_file(machine.home), "the server starts")
    links = [machine.json("start", "--no-browser")["enter"] for _ in range(2)]
    assert len(set(links)) == 2
    opened = machine.json("start", "--no-browser", "--project", dice)["enter"]
    assert opened.endswith(f"?project={machine.client().projects.listing()[0].id}")
    ran = machine.call("start", "--no-browser", "--project", dice, "--run", "main")
    assert f"?run={machine.json('runs', 'list')['runs'][0]['id']} " in ran
    assert "running already" in machine.call("start", "--no-browser")
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=SECONDS)
    assert first.returncode == 0
    assert read_server_file(machine.home) is None


def test_a_taken_port_is_said_and_left_alone(machine: Machine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        error = machine.json("start", "--no-browser", "--port", str(port), code=1)["error"]
    assert error["code"] == "port_taken"
    assert str(port) in error["message"]
    assert "--port" in error["hint"]


def test_a_damaged_server_json_is_no_obstacle(machine: Machine, dice: str) -> None:
    machine.home.mkdir()
    (machine.home / "server.json").write_text('{"url": "http://')
    assert machine.json("run", "main", "--project", dice)["state"] == "success"
    pid = machine.json("start", "--no-browser")["pid"]
    (machine.home / "server.json").write_text('{"url": "http://')
    assert machine.json("run", "main", "--project", dice)["state"] == "success"
    assert machine.json("start", "--no-browser")["pid"] == pid
    (machine.home / "server.json").write_text('{"url": "http://')
    stopped = machine.json("stop")
    assert (stopped["stopped"], stopped["pid"]) == (True, pid)
    machine.ends()


def test_what_a_killed_server_left_behind_is_no_obstacle(machine: Machine, dice: str) -> None:
    assert machine.json("run", "main", "--project", dice)["state"] == "success"
    server = machine.one("deepforge.server")
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    again = machine.json("run", "main", "--project", dice)
    assert (again["state"], [job["cached"] for job in again["jobs"]]) == ("success", [True, True, True])


def test_a_project_that_is_edited_and_removed_while_it_runs_does_not_matter(machine: Machine) -> None:
    go = machine.folder / "go"
    slow = (
        "import os, time\n\n\ndef slow(*, go: str):\n"
        "    while not os.path.exists(go):\n        time.sleep(0.01)\n"
        "    import utils.late\n    result = utils.late.VALUE\n    return result\n"
    )
    pipeline = (
        f"nodes:\n  slow: {{operation: slow, attributes: {{go: {go}}}}}\n"
        "  saved: {operation: Output, attributes: {name: value}, inputs: {data: slow.result}}\n"
    )
    files = {
        "operations/slow.py": slow,
        "utils/late.py": "VALUE = 'as it was'\n",
        "pipelines/main.yaml": pipeline,
    }
    project = machine.project("moving", files)
    run = machine.json("run", "main", "--project", str(project), "--detach")
    until(machine.job_folders, "the job starts")
    (project / "utils" / "late.py").write_text("VALUE = 'edited'\n")
    project.rename(machine.folder / "gone")
    go.touch()
    ended = machine.end_of(run["id"])
    assert (ended["state"], [artifact["name"] for artifact in ended["artifacts"]]) == ("success", ["value"])
    machine.call("artifacts", "get", "value", "-o", "value.json")
    assert (machine.folder / "value.json").read_text() == '"as it was"'


def test_artifacts_come_back_as_they_were_put(machine: Machine, dice: str) -> None:
    folder = machine.folder / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("one")
    (folder / "deep" / "b.bin").write_bytes(bytes(range(256)) * 1000)
    saved = [machine.json("artifacts", "put", "data", "data", "--project", dice)["version"] for _ in range(2)]
    assert saved == [1, 1], "the same bytes are the same version"
    machine.call("artifacts", "get", "data", "-o", "back")
    back = machine.folder / "back"
    assert (back / "a.txt").read_text() == "one"
    assert (back / "deep" / "b.bin").read_bytes() == (folder / "deep" / "b.bin").read_bytes()
    error = machine.json("artifacts", "get", "data", "-o", "back", code=1)["error"]
    assert error["code"] == "conflict"
    machine.call("artifacts", "rm", "data")
    assert machine.json("artifacts", "list") == {"artifacts": []}


def test_the_doctor_finds_a_healthy_machine_well(machine: Machine, dice: str) -> None:
    machine.json("run", "main", "--project", dice)
    checks = {check["name"]: check["level"] for check in machine.json("doctor")["checks"]}
    assert checks == dict.fromkeys(
        [
            "python",
            "settings",
            "uv",
            "disk",
            "data directory",
            "server",
            "database",
            "worker",
            "gpu",
            "log()",
        ],
        "ok",
    )
