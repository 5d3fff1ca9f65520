"""Journals become rows exactly once, however they are cut, repeated or damaged on their way."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from deepforge.core.ids import Digest
from deepforge.core.manifest import FileEntry, encode_manifest
from deepforge.core.messages import Exchange, Receipt, Shipment
from deepforge.core.run import JobView, Progress, RunView
from deepforge.core.user import Caller
from deepforge.runtime import journal
from deepforge.runtime.journal import frame, frame_json
from deepforge.services import artifacts, figures, live, logs, runs, series, workers
from deepforge.services.house import House
from deepforge.store import tables
from tests.services.hand_worker import Attempt, HandWorker

Start = Callable[..., RunView]


@pytest.fixture
def attempt(start: Start, worker: HandWorker) -> Attempt:
    """The first attempt of a run."""
    start()
    return worker.take()["load"]


def job_of(house: House, caller: Caller, attempt: Attempt) -> JobView:
    return runs.show(house, caller, attempt.lease.run).jobs[0]


def send(worker: HandWorker, shipment: Shipment) -> Receipt:
    said = Exchange(worker.incarnation, shipments=(shipment,))
    return workers.exchange(worker.house, worker.caller, worker.id, said).receipts[0]


def rich(worker: HandWorker, attempt: Attempt) -> Attempt:
    """An attempt with something of everything, brought to a good end."""
    attempt.write(journal.STARTED, pid=1, python="3.11")
    attempt.write(journal.NOTE, text="Building its environment")
    attempt.metrics(0, loss=1.0, accuracy=0.5).metrics(1, loss=0.5, accuracy=0.75).metrics(1, other=3.0)
    attempt.write(journal.PROGRESS, value=3, total=10, label="epochs")
    attempt.figure("first", "A title", png=b"one").figure("second", png=b"x", gif=b"y").figure(
        "first", png=b"two"
    )
    attempt.print("hello\n").print("wörld\n")
    return worker.result(attempt, numbers=b"123")


def rows_of(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """All that a run leaves in the tables, without what tells time and order of arrival apart."""
    apart = {"created", "started", "ended", "lease_until", "seen", "at", "seq", "fingerprint"}
    found: dict[str, list[tuple[Any, ...]]] = {}
    with house.database.read() as connection:
        for name in (
            "jobs",
            "attempts",
            "series",
            "series_sets",
            "last_values",
            "figures",
            "blob_uses",
            "queue",
        ):
            table = tables.metadata.tables[name]
            columns = [column for column in table.c if column.name not in apart]
            found[name] = sorted(map(repr, connection.execute(select(*columns))))  # type: ignore[arg-type]
    return found


def test_what_a_job_says_is_there_to_be_read(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run = attempt.lease.run
    worker.ship(rich(worker, attempt))
    job = job_of(house, caller, attempt)
    assert (job.state, job.metrics) == ("success", {"loss": 0.5, "accuracy": 0.75, "other": 3.0})
    assert runs.show(house, caller, run).metrics == {"loss": 0.5, "accuracy": 0.75, "other": 3.0}
    assert [found.name for found in series.names(house, caller, run)] == ["accuracy", "loss", "other"]
    (line,) = series.points(house, caller, run, "loss").lines
    assert (line.x, line.mean, line.exact) == ((0.0, 1.0), (1.0, 0.5), True)
    drawn = {figure.figure: figure for figure in figures.listing(house, caller, run)}
    assert {name: figure.version for name, figure in drawn.items()} == {"first": 2, "second": 1}
    assert sorted(drawn["second"].parts) == ["image/gif", "image/png"]
    assert house.blobs.read(drawn["first"].parts["image/png"]) == b"two"
    page = logs.page(house, caller, run, job.id)
    assert (page.text, page.size, page.done) == ("hello\nwörld\n", 13, True)


def test_a_running_job_shows_its_progress_and_what_is_done_for_it(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.ship(attempt.write(journal.NOTE, text="Building its environment"))
    assert job_of(house, caller, attempt).progress == Progress(0.0, None, "Building its environment")
    worker.ship(attempt.write(journal.PROGRESS, value=3, total=10, label="epochs"))
    assert job_of(house, caller, attempt).progress == Progress(3.0, 10.0, "epochs")
    worker.ship(attempt.write(journal.PROGRESS, value=float("nan"), total="many", label=""))
    assert job_of(house, caller, attempt).progress == Progress(0.0, None, "")


def test_watchers_are_told_in_order(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run = attempt.lease.run
    before = live.last_seq(house)
    worker.ship(rich(worker, attempt), asks=False)
    told = live.events_after(house, caller, [f"run:{run}"], before)
    kinds = ["log", "metrics", "progress", "note", "figure", "figure", "figure", "job", "job"]
    assert [event.kind for event in told] == kinds
    by_kind = {event.kind: event.data for event in told}
    job = attempt.lease.job
    assert by_kind["log"] == {"job": job, "fence": 1, "offset": 0, "size": 13, "lines": 2}
    assert by_kind["metrics"] == {
        "job": job,
        "values": {"loss": 0.5, "accuracy": 0.75, "other": 3.0},
        "x": 1.0,
    }
    assert by_kind["progress"] == {"job": job, "value": 3.0, "total": 10.0, "label": "epochs"}
    assert by_kind["note"] == {"job": job, "text": "Building its environment"}
    ended = told[-2].data
    assert (ended["id"], ended["state"], "outputs" in ended) == (job, "success", False)


# However it is cut or repeated


def stretches(attempt: Attempt, cuts: list[int]) -> list[Shipment]:
    """An attempt's files as shipments that are cut at these bytes of the journal, and the log alike."""
    whole = attempt.shipment()
    ends = [*sorted(cuts), len(whole.journal)]
    parts, at = [], 0
    for number, end in enumerate(ends):
        log_at, log_end = (len(whole.log) * place // len(ends) for place in (number, number + 1))
        part = replace(
            whole,
            journal_offset=at,
            journal=whole.journal[at:end],
            log_offset=log_at,
            log=whole.log[log_at:log_end],
            final=end == ends[-1] and number == len(ends) - 1,
        )
        parts.append(part)
        at = end
    return parts


def record_ends(attempt: Attempt) -> list[int]:
    return [record.end for record in journal.read_records(bytes(attempt.journal))][:-1]


@pytest.mark.parametrize("seed", range(8))
def test_shipments_that_come_again_and_out_of_order_leave_the_same_rows(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, seed: int
) -> None:
    chance = random.Random(seed)
    rich(worker, attempt)
    parts = stretches(attempt, chance.sample(record_ends(attempt), 4))
    delivered = [part for part in parts for _ in range(chance.randint(1, 3))]
    chance.shuffle(delivered)
    # A stretch that comes too early is not taken; in the end all came in their order, and then again.
    for part in [*delivered, *parts, *delivered]:
        send(worker, part)
    job = job_of(house, caller, attempt)
    assert (job.state, job.metrics) == ("success", {"loss": 0.5, "accuracy": 0.75, "other": 3.0})
    assert [found.points for found in series.names(house, caller, attempt.lease.run)] == [2, 2, 1]
    drawn = figures.listing(house, caller, attempt.lease.run)
    assert {figure.figure: figure.version for figure in drawn} == {"first": 2, "second": 1}
    assert logs.page(house, caller, attempt.lease.run, job.id).text == "hello\nwörld\n"
    before = rows_of(house)
    for part in delivered:
        assert send(worker, part).status == "settled"
    assert rows_of(house) == before


def test_a_stretch_that_overlaps_with_what_is_there_adds_only_what_is_new(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    rich(worker, attempt)
    half = record_ends(attempt)[6]
    first = stretches(attempt, [half])[0]
    assert send(worker, first) == Receipt(first.job, 1, half, len(first.log))
    assert send(worker, attempt.shipment()).status == "settled"
    assert [found.points for found in series.names(house, caller, attempt.lease.run)] == [2, 2, 1]
    assert logs.page(house, caller, attempt.lease.run, first.job).text == "hello\nwörld\n"


def test_a_stretch_from_behind_what_is_there_is_not_taken(worker: HandWorker, attempt: Attempt) -> None:
    rich(worker, attempt)
    first, second = stretches(attempt, [record_ends(attempt)[3]])
    assert send(worker, second) == Receipt(first.job, 1, 0, 0)
    send(worker, first)
    assert send(worker, second).status == "settled"


def test_only_whole_records_are_committed_wherever_the_cut_is(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    attempt.metrics(0, loss=1.0).metrics(1, loss=0.5)
    ends = [record.end for record in journal.read_records(bytes(attempt.journal))]
    whole = bytes(attempt.journal)
    committed = 0
    for length in range(1, len(whole) + 1):
        part = Shipment(attempt.lease.job, 1, committed, whole[committed:length], 0, b"")
        receipt = send(worker, part)
        committed = receipt.journal_offset
        assert committed == max((end for end in ends if end <= length), default=0)
    assert [found.points for found in series.names(house, caller, attempt.lease.run)] == [2]


# Damage


@pytest.mark.parametrize("place", [0, 5, 8, 9, 20])
def test_a_damaged_record_fails_the_job_and_invents_nothing(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, place: int
) -> None:
    attempt.metrics(0, loss=1.0)
    sound = len(attempt.journal)
    rich(worker, attempt)
    attempt.journal[sound + place] ^= 0x40
    attempt.closed = True
    receipt = worker.ship(attempt, asks=False).receipts[0]
    assert (receipt.status, receipt.journal_offset) == ("fenced", sound)
    job = job_of(house, caller, attempt)
    assert job.error is not None
    assert (job.state, job.error.kind, job.metrics) == ("failed", "JournalDamaged", {"loss": 1.0})
    assert figures.listing(house, caller, attempt.lease.run) == ()
    assert send(worker, replace(attempt.shipment(), journal_offset=sound)).status == "fenced"


@pytest.mark.parametrize(
    "record",
    [
        frame(99, b""),
        frame(journal.PROGRESS, b"no json"),
        frame(journal.PROGRESS, b"[1]"),
        frame(journal.SERIES, b"short"),
        frame(journal.POINT, b"short"),
        frame(journal.POINT, b"\0" * 32),
        frame(journal.FIGURE, b"\xff\xff\xff\xff"),
        frame_json(journal.FIGURE, {}),
        frame_json(journal.NOTE, {"text": 7}),
        frame_json(journal.ERROR, {"kind": "E"}),
        frame_json(journal.EXIT, {"code": 0, "reason": ["x"]}),
        frame(journal.NOTE, b"[" * 100_000),
        frame_json(journal.PUBLISHED, {"outputs": [{"name": "numbers"}]}),
        frame_json(
            journal.PUBLISHED,
            {"outputs": [{"name": "x", "digest": "a" * 64, "size": 2**63, "type": "t", "codec": "c"}]},
        ),
        frame_json(
            journal.PUBLISHED,
            {"outputs": [{"name": "x", "digest": "../../etc", "size": 1, "type": "t", "codec": "c"}]},
        ),
    ],
    ids=range(15),
)
def test_a_record_that_cannot_be_understood_counts_as_damage(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, record: bytes
) -> None:
    attempt.journal += record
    worker.ship(attempt, asks=False)
    job = job_of(house, caller, attempt)
    assert job.error is not None
    assert (job.state, job.error.kind) == ("failed", "JournalDamaged")


@pytest.mark.parametrize("rest", [b"", b"torn"])
def test_a_journal_that_ends_without_an_ending_fails_the_job(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, rest: bytes
) -> None:
    attempt.metrics(0, loss=1.0)
    attempt.journal += rest
    attempt.closed = True
    worker.ship(attempt, asks=False)
    job = job_of(house, caller, attempt)
    assert job.error is not None
    said = "its last 4 bytes are no whole record" if rest else "it does not say how the job ended"
    assert said in job.error.message


def test_what_stands_behind_the_last_record_changes_nothing(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.result(attempt, numbers=b"1")
    attempt.journal += frame_json(journal.ERROR, {"kind": "Late", "message": "from a stray child"}) + b"torn"
    assert worker.ship(attempt, asks=False).receipts[0].status == "settled"
    assert job_of(house, caller, attempt).state == "success"


def test_the_log_may_go_on_behind_the_end_until_it_is_whole(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.result(attempt.print("first\n"), numbers=b"1")
    attempt.closed = False
    assert worker.ship(attempt, asks=False).receipts[0].status == "ok"
    page = logs.page(house, caller, attempt.lease.run, attempt.lease.job)
    assert (page.text, page.done) == ("first\n", False)
    attempt.print("last\n").closed = True
    assert worker.ship(attempt, asks=False).receipts[0].status == "settled"
    page = logs.page(house, caller, attempt.lease.run, attempt.lease.job)
    assert (page.text, page.done) == ("first\nlast\n", True)


# Endings


def test_an_error_is_shown_with_the_frames_of_the_users_own_code(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    frames = [
        {
            "file": "/x/operations/load.py",
            "line": 4,
            "function": "load",
            "code": "1/0",
            "project_file": "operations/load.py",
        }
    ]
    attempt.write(journal.ERROR, kind="E", message="a\0b", traceback="t", frames=frames, hint="h")
    worker.ship(worker.exit(attempt, code=1), asks=False)
    error = job_of(house, caller, attempt).error
    assert error is not None
    assert (error.kind, error.message, error.traceback, error.hint) == ("E", "a\ufffdb", "t", "h")
    assert (error.frames[0].project_file, error.frames[0].line) == ("operations/load.py", 4)


def test_outputs_whose_bytes_are_not_here_fail_the_job(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.result(attempt, numbers=b"123")
    house.blobs.delete(house.blobs.put_bytes(b"123"))
    worker.ship(attempt, asks=False)
    error = job_of(house, caller, attempt).error
    assert error is not None
    assert error.kind == "BlobMissing"


def test_outputs_that_could_not_be_stored_fail_the_job_with_the_reason(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    attempt.write(journal.RESULT, outputs=[]).write(journal.EXIT, code=0, signal=None, reason=None)
    told = {"kind": "NoSpace", "message": "the disk is full", "hint": "Free some space."}
    attempt.write(journal.PUBLISHED, outputs=[], artifacts=[], error=told)
    attempt.closed = True
    worker.ship(attempt, asks=False)
    error = job_of(house, caller, attempt).error
    assert error is not None
    assert (error.kind, error.hint) == ("NoSpace", "Free some space.")


# What a job keeps by itself


def keeping(worker: HandWorker, attempt: Attempt, failing: bool = False) -> Attempt:
    """An attempt that saved a folder under a name of its own."""
    inside, size = worker.store(b"inside")
    manifest, length = worker.store(encode_manifest({"a.txt": FileEntry(inside, size)}))
    saved = {"name": "folder", "digest": manifest, "size": length, "type": "directory", "codec": "manifest"}
    digest, size = worker.store(b"1")
    output = {"name": "numbers", "digest": digest, "size": size, "type": "bytes", "codec": "bytes"}
    if failing:
        attempt.write(journal.ERROR, kind="E", message="m")
    else:
        attempt.write(journal.RESULT, outputs=[])
    attempt.write(journal.EXIT, code=int(failing), signal=None, reason=None)
    attempt.write(journal.PUBLISHED, outputs=[] if failing else [output], artifacts=[saved])
    attempt.closed = True
    return attempt


@pytest.mark.parametrize("failing", [False, True])
def test_what_a_job_keeps_under_a_name_becomes_an_artifact_also_when_it_fails(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, failing: bool
) -> None:
    worker.ship(keeping(worker, attempt, failing), asks=False)
    version = artifacts.find(house, caller, attempt.lease.project, "folder")
    assert (version.type, version.lineage.job, version.lineage.output) == ("directory", attempt.lease.job, "")
    assert [saved.name for saved in runs.show(house, caller, attempt.lease.run).artifacts] == ["folder"]
    with house.database.read() as connection:
        uses = tables.blob_uses.c
        query = select(uses.digest).where(uses.owner == f"artifact:{version.artifact}:1")
        assert set(connection.execute(query).scalars()) == {
            version.digest,
            Digest(worker.store(b"inside")[0]),
        }


def test_a_cached_job_has_saved_the_same(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt, start: Start
) -> None:
    worker.ship(keeping(worker, attempt))
    worker.work()
    again = start()
    assert [(saved.name, saved.version) for saved in again.artifacts] == [("folder", 1), ("model", 1)]
