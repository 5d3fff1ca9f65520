"""What becomes of a job on a worker: real processes, a small server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from deepforge.core.ids import Digest
from deepforge.core.messages import InputSpec, Lease
from deepforge.core.resources import Resources
from deepforge.runtime.journal import EXIT, NOTE, POINT, PUBLISHED, RESULT, STARTED, read_records
from deepforge.worker.supervision import GRACE
from tests.support.processes import lives
from tests.worker.conftest import PROJECT
from tests.worker.fake_server import FakeServer, Row


@pytest.fixture
def server(shared_server: FakeServer) -> FakeServer:
    return shared_server


def run(server: FakeServer, function: str, **spec: Any) -> Row:
    """Run one job to its end."""
    lease = server.job(server.snapshot(PROJECT), function, **spec)
    server.submit(lease)
    return server.settle(lease)[0]


def started(server: FakeServer, function: str, said: bytes = b"", **spec: Any) -> Lease:
    """A job that runs, and has printed something."""
    lease = server.job(server.snapshot(PROJECT), function, **spec)
    server.submit(lease)
    key = f"{lease.job}.1"
    server.wait(lambda: key in server.rows and bool(server.rows[key].contents(STARTED)), "it has started")
    server.wait(lambda: said in server.rows[key].log, "it has printed")
    return lease


def value_of(server: FakeServer, row: Row) -> Any:
    """The plain data that a job returned."""
    digest = row.outputs["value"]
    return json.loads((server.home / "blobs" / digest[:2] / digest).read_bytes())


def ending(row: Row) -> tuple[Any, Any, Any]:
    assert row.exit is not None
    return row.exit["code"], row.exit["signal"], row.exit["reason"]


def test_a_job_that_returns_is_published_as_a_blob(server: FakeServer) -> None:
    given = InputSpec(server.blob(b"41"), 2, "int", "json")
    row = run(server, "add", inputs={"number": given}, attributes={"by": 1})
    assert [record.kind for record in read_records(row.journal)] == [STARTED, RESULT, EXIT, PUBLISHED]
    assert ending(row) == (0, None, None)
    published = row.published
    del published["time"]
    assert published == {
        "outputs": [
            {"name": "value", "digest": server.blob(b"42"), "size": 2, "type": "int", "codec": "json"},
        ],
        "artifacts": [],
    }
    assert value_of(server, row) == 42


def test_what_a_project_wants_imported_beforehand_is_there_for_its_jobs_alone(server: FakeServer) -> None:
    asked = {"imports": ("colorsys",), "attributes": {"module": "colorsys"}}
    assert value_of(server, run(server, "loaded", **asked, preload=("colorsys",))) is True
    assert value_of(server, run(server, "loaded", **asked)) is False
    assert value_of(server, run(server, "loaded", **asked, preload=())) is False


def test_the_folder_of_a_settled_job_is_removed(server: FakeServer) -> None:
    row = run(server, "noop")
    folder = server.home / "worker" / "jobs" / f"{row.lease.job}.1"
    server.wait(lambda: not folder.exists(), "the folder is gone")


def test_a_job_that_raises_says_where_and_publishes_nothing(server: FakeServer) -> None:
    row = run(server, "fail")
    assert row.error is not None
    assert (row.error["kind"], row.error["message"]) == ("ValueError", "this number is not prime")
    assert ending(row) == (1, None, None)
    assert row.published["outputs"] == []
    assert b"operations/main.py" in row.log


def test_a_job_that_leaves_ends_with_its_own_code(server: FakeServer) -> None:
    assert ending(run(server, "leave")) == (3, None, None)


def test_a_killed_job_says_by_which_signal(server: FakeServer) -> None:
    assert ending(run(server, "kill_self")) == (None, 9, None)


def test_an_operation_that_is_not_there_fails_with_a_reason(server: FakeServer) -> None:
    row = run(server, "missing")
    assert row.error is not None
    assert row.error["kind"] == "AttributeError"


def test_independent_jobs_run_at_the_same_time_but_never_more_than_the_slots(server: FakeServer) -> None:
    leases = [server.job(server.snapshot(PROJECT), "sleep", attributes={"seconds": 1.5}) for _ in range(4)]
    server.submit(*leases)
    rows = server.settle(*leases)
    spans = [(row.contents(STARTED)[0]["time"], row.contents(EXIT)[0]["time"]) for row in rows]
    most = max(sum(1 for first, last in spans if first <= moment < last) for moment, _ in spans)
    assert most == 2


def test_jobs_that_wait_for_long_jobs_to_end_go_back_for_others_to_take(server: FakeServer) -> None:
    server.faults.too_many = 2
    running = [server.job(server.snapshot(PROJECT), "sleep", attributes={"seconds": 600}) for _ in range(2)]
    waiting = [server.job(server.snapshot(PROJECT), "noop") for _ in range(2)]
    server.submit(*running, *waiting)
    for row in server.settle(*waiting):
        assert (ending(row), row.contents(STARTED)) == ((None, None, "returned"), [])
    for lease in running:
        assert not server.row(lease).settled
        server.ask_to_stop(lease)
    server.settle(*running)


def test_metrics_and_printed_lines_come_while_the_job_runs(server: FakeServer) -> None:
    lease = started(server, "steps", b"step 5", attributes={"count": 10_000, "pause": 0.01})
    row = server.row(lease)
    server.wait(lambda: sum(record.kind == POINT for record in read_records(row.journal)) > 5, "points came")
    assert not row.settled
    server.ask_to_stop(lease)
    server.settle(lease)


def test_what_a_job_prints_arrives_whole(server: FakeServer) -> None:
    size = 10 << 20
    row = run(server, "shout", attributes={"size": size})
    assert row.log == (b"x" * 1023 + b"\n") * (size // 1024)
    assert value_of(server, row) == size


def test_a_stopped_job_that_does_not_listen_is_killed_with_everything_it_started(server: FakeServer) -> None:
    lease = started(server, "stubborn", b"ready")
    pid = server.row(lease).contents(STARTED)[0]["pid"]
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    assert len(family) == 2
    server.ask_to_stop(lease)
    (row,) = server.settle(lease)
    assert ending(row) == (None, 9, "canceled")
    assert GRACE <= 1.0, "a job is gone two seconds after somebody asked"
    assert [process for process in family if lives(process)] == []


def test_a_job_that_was_not_started_yet_is_stopped_at_once(server: FakeServer) -> None:
    first = [started(server, "sleep", attributes={"seconds": 600}) for _ in range(2)]
    waiting = server.job(server.snapshot(PROJECT), "noop", resources=Resources(cpus=2.0))
    server.submit(waiting)
    server.ask_to_stop(first[0])
    server.ask_to_stop(first[1])
    server.settle(*first, waiting)
    assert [ending(server.row(lease))[2] for lease in (*first, waiting)] == ["canceled", "canceled", None]


def test_a_job_over_its_time_is_ended(server: FakeServer) -> None:
    row = run(server, "sleep", attributes={"seconds": 600}, resources=Resources(timeout=0.3))
    assert ending(row)[2] == "timeout"


@pytest.mark.parametrize("function", ["fill", "spread"])
def test_a_job_over_its_memory_is_ended_also_when_its_children_hold_it(
    server: FakeServer, function: str
) -> None:
    size = 60 << 20
    limit = 50 << 20 if function == "fill" else 150 << 20
    row = run(server, function, attributes={"size": size}, resources=Resources(memory=limit))
    assert ending(row)[2] == "memory"


def test_jobs_that_ask_for_a_gpu_see_one_that_nobody_else_has(server: FakeServer) -> None:
    seconds = {"seconds": 600}
    other = started(server, "sleep", attributes=seconds, resources=Resources(gpus=1))
    row = run(server, "variables", resources=Resources(gpus=1))
    server.ask_to_stop(other)
    server.settle(other)
    assert value_of(server, row)["CUDA_VISIBLE_DEVICES"] == "2"


def test_a_job_that_asks_for_no_gpu_sees_what_the_worker_sees(server: FakeServer) -> None:
    assert value_of(server, run(server, "variables"))["CUDA_VISIBLE_DEVICES"] == "0,2"


def test_jobs_see_no_secrets_of_the_worker(server: FakeServer) -> None:
    seen = value_of(server, run(server, "variables"))
    assert "OPENAI_API_KEY" not in seen
    assert "DEEPFORGE_HOME" not in seen


def test_artifacts_by_tag_become_blobs_and_folders_become_manifests(server: FakeServer) -> None:
    row = run(server, "keep_files")
    weights, pictures = sorted(row.published["artifacts"], key=lambda found: found["name"], reverse=True)
    assert weights == {
        "name": "weights.bin",
        "digest": server.blob(b"weights"),
        "size": 7,
        "type": "bytes",
        "codec": "bytes",
    }
    manifest = (server.home / "blobs" / pictures["digest"][:2] / pictures["digest"]).read_bytes()
    assert (pictures["type"], pictures["codec"]) == ("directory", "manifest")
    assert {path: entry["digest"] for path, entry in json.loads(manifest)["files"].items()} == {
        "inner/two.txt": server.blob(b"two"),
        "one.txt": server.blob(b"one"),
    }


def test_a_large_output_moves_into_the_blobs_without_a_copy(server: FakeServer) -> None:
    row = run(server, "large", attributes={"size": 32 << 20})
    digest = row.outputs["value"]
    blob = server.home / "blobs" / digest[:2] / digest
    assert (blob.stat().st_size, blob.stat().st_mode & 0o777) == (32 << 20, 0o444)
    assert list((server.home / "blobs").glob(".incoming/*")) == []


def test_an_input_whose_bytes_are_gone_fails_the_job(server: FakeServer) -> None:
    gone = InputSpec(Digest("0" * 64), 2, "int", "json")
    row = run(server, "add", inputs={"number": gone})
    assert row.error is not None
    assert (row.error["kind"], ending(row)) == ("NotFound", (1, None, None))


def test_an_input_that_is_only_at_the_server_is_fetched_and_taken_up_where_it_broke(
    server: FakeServer,
) -> None:
    data = json.dumps("x" * 5_000_000).encode()
    digest = server.blob(data)
    here = server.home / "blobs" / digest[:2] / digest
    there = server.home / "server-blobs" / digest
    there.parent.mkdir(exist_ok=True)
    here.rename(there)
    server.faults.drop_answers = 2
    row = run(server, "noop", inputs={})
    lease = server.job(
        server.snapshot({"operations/main.py": "def size(text):\n    return len(text)\n"}),
        "size",
        inputs={"text": InputSpec(digest, len(data), "str", "json")},
    )
    server.submit(lease)
    (row,) = server.settle(lease)
    assert value_of(server, row) == 5_000_000
    assert here.read_bytes() == data


def test_a_damaged_blob_of_the_server_is_not_taken(server: FakeServer) -> None:
    digest = server.blob(b'"right"')
    here = server.home / "blobs" / digest[:2] / digest
    here.unlink()
    there = server.home / "server-blobs"
    there.mkdir(exist_ok=True)
    (there / digest).write_bytes(b'"wrong"')
    row = run(server, "add", inputs={"number": InputSpec(digest, 7, "str", "json")})
    assert row.error is not None
    assert row.error["kind"] == "BlobDamaged"
    assert not here.exists()


def test_the_same_snapshot_is_laid_out_once_and_read_only(server: FakeServer) -> None:
    run(server, "noop")
    folder = server.home / "worker" / "code" / server.snapshot(PROJECT)
    laid_out = folder.stat().st_ino
    run(server, "noop")
    assert folder.stat().st_ino == laid_out
    assert (folder / "operations" / "main.py").stat().st_mode & 0o777 == 0o444


def test_a_job_notices_nothing_when_other_projects_use_the_same_names(server: FakeServer) -> None:
    other = server.job(server.snapshot({"operations/main.py": "def noop():\n    return 2\n"}), "noop")
    server.submit(other)
    assert value_of(server, server.settle(other)[0]) == 2
    assert value_of(server, run(server, "noop")) == 1


def test_no_note_is_written_for_a_job_that_starts_at_once(server: FakeServer) -> None:
    run(server, "noop")
    assert [record for record in read_records(run(server, "noop").journal) if record.kind == NOTE] == []


def test_a_job_and_the_one_behind_it_change_places_in_one_exchange(server: FakeServer) -> None:
    leases = [server.job(server.snapshot(PROJECT), "noop") for _ in range(10)]
    server.chain(leases)
    rows = server.settle(*leases)
    assert [row.leased_in for row in rows[1:]] == [row.settled_in for row in rows[:-1]]


def test_files_of_the_worker_are_in_its_own_folder(server: FakeServer) -> None:
    run(server, "noop")
    assert {path.name for path in Path(server.home / "worker").iterdir()} <= {
        "ballast",
        "code",
        "credentials.json",
        "jobs",
        "lock",
        "parents",
        "runtime",
    }
