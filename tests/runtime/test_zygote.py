"""The warm parent: a child for each job, everything it left ended with it, and its end on record."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.runtime import journal, process
from tests.runtime.conftest import PATIENCE, Bench, WarmParent

PROGRAM = """child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    open("program.pid", "w").write(str(child.pid))"""


@pytest.fixture
def own_parent(tmp_path: Path) -> Iterator[WarmParent]:
    """A warm parent for this test alone."""
    parent = WarmParent(tmp_path)
    yield parent
    if parent.process.poll() is None:
        parent.process.kill()
        parent.close()


def waits(bench: Bench, name: str, before: str = "") -> Path:
    """A job whose operation does something, says that it is ready, and then waits for ever."""
    bench.write(
        f"operations/{name}.py",
        f"""
import os, signal, subprocess, sys, time

def {name}():
    {before or "pass"}
    with open(os.path.join(os.environ["DEEPFORGE_JOB_DIR"], "ready"), "w") as file:
        file.write("ready")
    while True:
        time.sleep(60)
""",
    )
    folder = bench.prepare(f"operations.{name}.{name}", form="function")
    os.mkfifo(folder / "ready")
    return folder


def hear_ready(folder: Path) -> None:
    descriptor = os.open(folder / "ready", os.O_RDONLY | os.O_NONBLOCK)
    assert select.select([descriptor], [], [], PATIENCE)[0], (folder / "log").read_text()
    os.close(descriptor)


def pids(folder: Path) -> dict[str, int]:
    return {path.stem: int(path.read_text()) for path in (folder / "work").glob("*.pid")}


def is_gone(pid: int) -> bool:
    found = process.look(pid)
    return found is None or not found.is_running


def test_a_child_is_announced_with_its_number_and_start_time_and_leaves_them_in_its_folder(
    bench: Bench,
) -> None:
    folder = waits(bench, "sleep")
    told = bench.start(folder)
    hear_ready(folder)
    child = process.look(told["pid"])
    assert child is not None
    assert told == {"spawned": str(folder), "pid": child.pid, "started": child.started}
    parent = process.look(bench.parent.process.pid)
    assert parent is not None
    assert process.read_pid_file(str(folder)) == (child.pid, child.started, parent.pid, parent.started)
    assert (child.group, child.parent) == (child.pid, parent.pid)
    assert process.is_alive(child.pid, child.started)
    assert not process.is_alive(child.pid, child.started + 1)
    bench.parent.say(signal=str(folder), number=int(signal.SIGKILL))
    assert bench.ended(folder).exit == {"code": None, "signal": 9, "reason": None}
    assert not process.is_alive(child.pid, child.started)


def test_a_job_that_is_told_to_stop_ends_with_the_reason_that_was_given(bench: Bench) -> None:
    folder = waits(bench, "stop")
    bench.start(folder)
    hear_ready(folder)
    bench.parent.say(signal=str(folder), number=int(signal.SIGTERM), reason="canceled")
    job = bench.ended(folder)
    assert job.exit == {"code": None, "signal": 15, "reason": "canceled"}
    assert job.message == {"exited": str(folder), "code": None, "signal": 15, "reason": "canceled"}
    assert job.kinds == [journal.STARTED, journal.EXIT]


def test_a_job_that_is_told_to_stop_at_once_never_runs_on(bench: Bench) -> None:
    folder = waits(bench, "hasty")
    bench.parent.say(spawn=str(folder))
    bench.parent.say(signal=str(folder), number=int(signal.SIGTERM), reason="canceled")
    assert bench.ended(folder).exit == {"code": None, "signal": 15, "reason": "canceled"}


def test_a_result_that_came_before_the_signal_stands(bench: Bench) -> None:
    bench.write(
        "operations/calm.py",
        """
        import os, signal

        def calm():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            with open(os.path.join(os.environ["DEEPFORGE_JOB_DIR"], "ready"), "w") as file:
                file.write("ready")
            signal.sigwait([signal.SIGTERM])
            return "finished all the same"
        """,
    )
    folder = bench.prepare("operations.calm.calm", form="function")
    os.mkfifo(folder / "ready")
    bench.start(folder)
    hear_ready(folder)
    bench.parent.say(signal=str(folder), number=int(signal.SIGTERM), reason="canceled")
    job = bench.ended(folder)
    assert (job.outputs, job.exit) == (
        {"result": "finished all the same"},
        {"code": 0, "signal": None, "reason": None},
    )


@pytest.mark.parametrize("points", [1, 40_000])
def test_a_job_that_exits_by_itself_when_told_to_stop_was_stopped(bench: Bench, points: int) -> None:
    folder = waits(
        bench,
        "obey",
        f"""import deepforge
    for step in range({points}):
        deepforge.log(step=step, loss=1.0)
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))""",
    )
    bench.start(folder)
    hear_ready(folder)
    bench.parent.say(signal=str(folder), number=int(signal.SIGTERM), reason="timeout")
    assert bench.ended(folder).exit == {"code": 0, "signal": None, "reason": "timeout"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_job_that_is_killed_by_a_signal_leaves_the_signal(bench: Bench, number: signal.Signals) -> None:
    bench.write(
        "operations/die.py",
        "import deepforge, os\ndef die(*, number):\n  deepforge.log(a=1)\n  os.kill(os.getpid(), number)\n",
    )
    job = bench.run("operations.die.die", form="function", attributes={"number": int(number)})
    assert job.exit == {"code": None, "signal": int(number), "reason": None}
    assert job.points == {"a": [(0.0, 1.0)]}


def test_a_crash_of_a_library_shows_the_line_in_the_log(bench: Bench) -> None:
    bench.write("operations/crash.py", "import ctypes\ndef crash():\n    ctypes.string_at(0)\n")
    job = bench.run("operations.crash.crash", form="function")
    assert job.exit["signal"] == signal.SIGSEGV
    assert "operations/crash.py" in job.log
    assert "line 3 in crash" in job.log


FORKS = {
    "in the same group": "",
    "in a session of their own": "os.setsid()",
    "deaf to being told to stop": "os.setsid(); signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "orphaned": "os.setsid(); os.fork() and os._exit(0); os.setsid()",
    "without a folder, an environment or files of the job": (
        "os.setsid(); os.chdir('/'); os.environ.clear(); os.closerange(0, tell); "
        "os.closerange(tell + 1, 64); os.fork() and os._exit(0)"
    ),
}


@pytest.mark.parametrize("how", FORKS)
@pytest.mark.parametrize("end", ["returns", "is canceled", "is killed"])
def test_children_of_a_job_end_with_it(bench: Bench, how: str, end: str) -> None:
    leaves = f"""
    told, tell = os.pipe()
    if os.fork() == 0:
        {FORKS[how]}
        os.write(tell, str(os.getpid()).encode())
        time.sleep(600)
        os._exit(0)
    open("child.pid", "w").write(os.read(told, 100).decode())
    {PROGRAM}
"""
    folder = waits(bench, "family", leaves.lstrip())
    if end == "returns":
        source = (bench.code / "operations/family.py").read_text()
        (bench.code / "operations/family.py").write_text(
            source.replace("while True", "return 1\n    while True")
        )
    bench.start(folder)
    hear_ready(folder)
    family = pids(folder)
    assert len(family) == 2
    if end == "is canceled":
        bench.parent.say(signal=str(folder), number=int(signal.SIGTERM), reason="canceled")
    elif end == "is killed":
        bench.parent.say(signal=str(folder), number=int(signal.SIGKILL))
    job = bench.ended(folder)
    expected = {
        "returns": {"code": 0, "signal": None, "reason": None},
        "is canceled": {"code": None, "signal": 15, "reason": "canceled"},
        "is killed": {"code": None, "signal": 9, "reason": None},
    }
    assert job.exit == expected[end]
    assert {name: is_gone(pid) for name, pid in family.items()} == {"child": True, "program": True}


ORPHAN = """told, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(tell, str(os.getpid()).encode())
            time.sleep(600)
        os._exit(0)
    open("program.pid", "w").write(os.read(told, 100).decode())
    os.wait()"""


@pytest.mark.parametrize("program", [PROGRAM, ORPHAN], ids=["children", "orphans"])
def test_the_end_of_one_job_leaves_what_others_started_alone(bench: Bench, program: str) -> None:
    lasting, brief = waits(bench, "lasting", program), waits(bench, "brief", program)
    for folder in (lasting, brief):
        bench.start(folder)
        hear_ready(folder)
    bench.parent.say(signal=str(brief), number=int(signal.SIGKILL))
    bench.ended(brief)
    assert is_gone(pids(brief)["program"])
    assert not is_gone(pids(lasting)["program"])
    bench.parent.say(signal=str(lasting), number=int(signal.SIGKILL))
    bench.ended(lasting)
    assert is_gone(pids(lasting)["program"])


def test_a_record_that_death_tore_is_cut_off_before_the_exit_is_written(bench: Bench) -> None:
    bench.write(
        "operations/tear.py",
        """
        import os, signal
        from deepforge.runtime import journal, session

        def tear():
            torn = journal.frame_json(journal.NOTE, {"text": "x" * 100})[:-1]
            os.write(session.active().journal.descriptor, torn)
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    job = bench.run("operations.tear.tear", form="function")
    assert job.kinds == [journal.STARTED, journal.EXIT]
    assert job.exit["signal"] == 9


def test_no_folder_is_run_twice(bench: Bench) -> None:
    bench.write("operations/once.py", "def once():\n    return 1\n")
    folder = bench.prepare("operations.once.once", form="function")
    bench.start(folder)
    bench.ended(folder)
    bench.parent.say(spawn=str(folder))
    refused = bench.parent.hear("refused", folder)
    assert "File exists" in refused["error"]


def test_a_folder_that_is_not_there_is_refused(bench: Bench) -> None:
    bench.parent.say(spawn="/nowhere/job.1")
    assert "No such file" in bench.parent.hear("refused", "/nowhere/job.1")["error"]


def test_a_job_that_cannot_be_read_fails_with_the_reason_in_its_log(bench: Bench) -> None:
    folder = bench.prepare("operations.any.any")
    (folder / "job.json").write_text("{")
    bench.start(folder)
    job = bench.ended(folder)
    assert job.exit == {"code": 1, "signal": None, "reason": None}
    assert "JSONDecodeError" in job.log


def test_jobs_see_what_they_are_given_and_nothing_of_the_warm_parent(bench: Bench) -> None:
    bench.write(
        "operations/look.py", "import os, sys\ndef look():\n    return [dict(os.environ), sys.argv]\n"
    )
    folder = bench.prepare("operations.look.look", form="function")
    bench.start(folder, CUDA_VISIBLE_DEVICES="1")
    environment, arguments = bench.ended(folder).outputs["result"]
    home = environment.pop("HOME")
    for name in ("PATH", "PYTHONPATH", "LC_CTYPE"):
        environment.pop(name, None)
    assert environment == {
        "CUDA_VISIBLE_DEVICES": "1",
        "DEEPFORGE_ATTEMPT": folder.name,
        "DEEPFORGE_JOB_DIR": str(folder),
        "MPLBACKEND": "module://deepforge.runtime.backend",
        "PYTHONUNBUFFERED": "1",
    }
    assert (arguments, home) == (["look"], str(bench.parent.process.args and home))
    later = bench.run("operations.look.look", form="function").outputs["result"][0]
    assert "CUDA_VISIBLE_DEVICES" not in later


def test_modules_are_imported_once_ahead_of_all_jobs(
    bench: Bench, tmp_path: Path, own_parent: WarmParent
) -> None:
    bench.parent = own_parent
    bench.write("operations/warm.py", "import os, sys\ndef warm():\n    return 'colorsys' in sys.modules\n")
    cold = bench.run("operations.warm.warm", form="function")
    folder = bench.prepare("operations.warm.warm", form="function")
    bench.start(folder, preload=("colorsys",))
    assert (cold.outputs, bench.ended(folder).outputs) == ({"result": False}, {"result": True})


def test_a_module_that_cannot_be_imported_ahead_is_left_to_the_job(
    bench: Bench, own_parent: WarmParent
) -> None:
    bench.parent = own_parent
    bench.write("operations/fine.py", "def fine():\n    return 1\n")
    folder = bench.prepare("operations.fine.fine", form="function")
    bench.start(folder, preload=("not_installed_anywhere", "antigravity.nothing"))
    assert bench.ended(folder).outputs == {"result": 1}


def test_when_the_worker_is_gone_it_stays_until_the_last_child_has_ended(
    bench: Bench, own_parent: WarmParent
) -> None:
    bench.parent = own_parent
    bench.write(
        "operations/outlive.py",
        """
        import os
        import deepforge

        def outlive():
            with open(os.path.join(os.environ["DEEPFORGE_JOB_DIR"], "go")) as file:
                file.read()
            deepforge.log(alone=1.0)
            return "done"
        """,
    )
    folder = bench.prepare("operations.outlive.outlive", form="function")
    os.mkfifo(folder / "go")
    bench.start(folder)
    own_parent.lines.close()
    own_parent.socket.close()
    assert own_parent.process.poll() is None
    (folder / "go").write_text("")
    assert own_parent.process.wait(30) == 0
    records = list(journal.read_records((folder / "journal").read_bytes()))
    assert [record.kind for record in records] == [
        journal.STARTED,
        journal.SERIES,
        journal.POINT,
        journal.RESULT,
        journal.EXIT,
    ]
    assert journal.unpack_json(records[-1].payload)["code"] == 0


def test_with_no_children_it_ends_when_the_socket_closes(own_parent: WarmParent) -> None:
    assert own_parent.close() == 0


def test_ctrl_c_in_the_terminal_does_not_reach_it_but_can_reach_jobs(bench: Bench) -> None:
    folder = waits(bench, "interrupt")
    bench.start(folder)
    hear_ready(folder)
    os.kill(bench.parent.process.pid, signal.SIGINT)
    bench.parent.say(signal=str(folder), number=int(signal.SIGINT))
    job = bench.ended(folder)
    assert (job.error["kind"], job.exit["code"]) == ("KeyboardInterrupt", 1)


def test_what_is_left_of_a_job_can_be_ended_without_its_warm_parent(
    bench: Bench, own_parent: WarmParent
) -> None:
    bench.parent = own_parent
    folder = waits(bench, "abandoned", PROGRAM + "\n    os.fork() or os.setsid() or time.sleep(600)")
    told = bench.start(folder)
    hear_ready(folder)
    own_parent.process.kill()
    own_parent.close()
    assert process.is_alive(told["pid"], told["started"])
    ended = process.end(str(folder))
    assert {told["pid"], pids(folder)["program"]} < ended
    assert len(ended) == 3
    for pid in ended:
        while not is_gone(pid):
            os.sched_yield()
    assert process.end(str(folder)) == set()


def test_processes_of_others_are_never_taken_for_strays(bench: Bench, tmp_path: Path) -> None:
    folder = bench.prepare("operations.any.any")
    assert process.strays(str(folder)) == set()
    assert process.end(str(folder)) == set()
    (folder / "pid").write_text(f"{os.getpid()} 1 1 1\n")
    assert process.end(str(folder)) == set()


@pytest.mark.parametrize("content", ["", "1 2", "a b c d", "1 2 3 4 5"])
def test_a_pid_file_that_is_not_whole_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "pid").write_text(content)
    assert process.read_pid_file(str(tmp_path)) is None


def test_orphans_of_a_job_are_known_among_all_processes() -> None:
    me = process.look(os.getpid())
    assert me is not None
    assert (me.parent, me.is_running) == (os.getppid(), True)
    assert me in process.table()
    assert process.look(2**22 + 1) is None


def test_only_the_standard_library_and_ours_are_loaded_before_a_job_names_more(
    bench: Bench, own_parent: WarmParent
) -> None:
    bench.parent = own_parent
    bench.write("operations/loaded.py", "import sys\ndef loaded():\n    return sorted(sys.modules)\n")
    names = {
        name.split(".")[0]
        for name in bench.run("operations.loaded.loaded", form="function").outputs["result"]
    }
    assert {name for name in names - set(sys.stdlib_module_names) if not name.startswith("_")} == {
        "deepforge",
        "operations",
    }
