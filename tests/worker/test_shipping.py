"""Shipping: stretches from the server's offsets on, and receipts that move them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deepforge.core.ids import Digest, JobId, ProjectId, RunId, ulid
from deepforge.core.messages import JobSpec, Lease, Receipt, Shipment
from deepforge.runtime.journal import ERROR, EXIT, FIGURE, POINT, frame, read_records, whole_length
from deepforge.worker.attempt import Attempt, new_attempt
from deepforge.worker.shipping import Behind, apply_receipt, behind, next_shipment

JOB = JobId(ulid(1, b"job-------"))


def a_lease(fence: int = 1) -> Lease:
    spec = JobSpec("train", "Train", "operations.train", "class", {}, {}, ("model",), Digest("0" * 64))
    return Lease(JOB, fence, RunId(ulid(1, b"run-------")), ProjectId(ulid(1, b"project---")), spec)


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    attempt = new_attempt(tmp_path / "jobs", a_lease(3))
    attempt.folder.mkdir(parents=True)
    attempt.phase = "running"
    return attempt


def write(attempt: Attempt, journal: bytes = b"", log: bytes = b"") -> None:
    for name, data in (("journal", journal), ("log", log)):
        with (attempt.folder / name).open("ab") as file:
            file.write(data)


def receipt(attempt: Attempt, journal: int, log: int) -> Receipt:
    return Receipt(JOB, 3, journal, log)


def test_nothing_new_is_no_shipment(attempt: Attempt) -> None:
    assert (next_shipment(attempt), behind(attempt)) == (None, Behind(0, 0))


def test_a_shipment_holds_whole_records_and_all_of_the_log(attempt: Attempt) -> None:
    record = frame(POINT, b"point")
    write(attempt, record + record[:7], b"line\nhalf")
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, record, 0, b"line\nhalf")


def test_the_next_one_begins_where_the_server_is(attempt: Attempt) -> None:
    record = frame(POINT, b"point")
    write(attempt, record * 3, b"0123456789")
    assert apply_receipt(attempt, receipt(attempt, len(record), 4))
    assert next_shipment(attempt) == Shipment(JOB, 3, len(record), record * 2, 4, b"456789")


def test_a_long_stretch_goes_in_pieces(attempt: Attempt) -> None:
    record = frame(POINT, b"point")
    write(attempt, record * 100, b"x" * 5000)
    shipped_journal, shipped_log = b"", b""
    attempt.phase = "published"
    attempt.journal.read_on()
    for _ in range(200):
        shipment = next_shipment(attempt, limit=100)
        assert shipment is not None
        assert max(len(shipment.journal), len(shipment.log)) <= 100
        whole = shipment.journal[: whole_length(shipment.journal)]
        shipped_journal += whole
        shipped_log += shipment.log
        if shipment.final:
            break
        assert apply_receipt(attempt, receipt(attempt, len(shipped_journal), len(shipped_log)))
    assert (shipped_journal, shipped_log) == (record * 100, b"x" * 5000)


def test_a_record_longer_than_the_limit_goes_whole(attempt: Attempt) -> None:
    figure = frame(FIGURE, b"p" * 1000)
    write(attempt, figure + frame(POINT, b"point"))
    shipment = next_shipment(attempt, limit=100)
    assert shipment is not None
    assert shipment.journal == figure


def test_only_a_closed_attempt_is_final_and_only_with_its_last_byte(attempt: Attempt) -> None:
    write(attempt, frame(POINT, b"point"), b"x" * 300)
    assert next_shipment(attempt, limit=200) == Shipment(JOB, 3, 0, frame(POINT, b"point"), 0, b"x" * 200)
    attempt.phase = "published"
    first = next_shipment(attempt, limit=200)
    assert first is not None
    assert not first.final
    apply_receipt(attempt, receipt(attempt, len(first.journal), 200))
    assert next_shipment(attempt, limit=200) == Shipment(
        JOB, 3, len(first.journal), b"", 200, b"x" * 100, final=True
    )


def test_a_closed_attempt_says_so_again_until_it_is_settled(attempt: Attempt) -> None:
    attempt.phase = "published"
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, b"", 0, b"", final=True)


def test_an_adopted_attempt_asks_first_how_far_the_server_is_when_there_is_much(attempt: Attempt) -> None:
    attempt.offsets_known = False
    write(attempt, frame(POINT, b"point"))
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, frame(POINT, b"point"), 0, b"")
    write(attempt, log=b"x" * 100_000)
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, b"", 0, b"")
    assert apply_receipt(attempt, receipt(attempt, len(frame(POINT, b"point")), 99_999))
    assert next_shipment(attempt) == Shipment(JOB, 3, len(frame(POINT, b"point")), b"", 99_999, b"x")


def test_a_server_that_knows_less_than_it_did_gets_it_again(attempt: Attempt) -> None:
    write(attempt, frame(POINT, b"point"), b"line")
    apply_receipt(attempt, receipt(attempt, len(frame(POINT, b"point")), 4))
    assert next_shipment(attempt) is None
    assert apply_receipt(attempt, receipt(attempt, 0, 0))
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, frame(POINT, b"point"), 0, b"line")


def test_what_is_told_of_a_removed_folder_follows_what_the_server_has(attempt: Attempt) -> None:
    record = frame(POINT, b"point")
    write(attempt, record * 3, b"0123456789")
    attempt.journal.read_on()
    apply_receipt(attempt, receipt(attempt, 2 * len(record), 4))
    shutil.rmtree(attempt.folder)
    attempt.make_anew()
    attempt.fail("FolderRemoved", "It is gone.")
    shipment = next_shipment(attempt)
    assert shipment is not None
    assert (shipment.journal_offset, shipment.log_offset, shipment.log) == (2 * len(record), 4, b"")
    assert [one.kind for one in read_records(shipment.journal)] == [ERROR, EXIT]


def test_of_a_folder_that_is_gone_nothing_goes_out(attempt: Attempt) -> None:
    write(attempt, frame(POINT, b"point"), b"line")
    attempt.journal.read_on()
    shutil.rmtree(attempt.folder)
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, b"", 0, b"")


def test_when_the_folder_is_found_to_be_gone_the_server_is_asked_how_far_it_is(attempt: Attempt) -> None:
    write(attempt, frame(POINT, b"point"), b"line")
    shipped = next_shipment(attempt)
    assert shipped is not None
    shutil.rmtree(attempt.folder)
    attempt.removed = True
    assert next_shipment(attempt) == Shipment(JOB, 3, 0, b"", 0, b"")
    apply_receipt(attempt, receipt(attempt, len(shipped.journal), len(shipped.log)))
    attempt.make_anew()
    attempt.fail("FolderRemoved", "It is gone.")
    follows = next_shipment(attempt)
    assert follows is not None
    assert (follows.journal_offset, follows.log_offset) == (len(shipped.journal), len(shipped.log))


def test_a_receipt_that_moves_nothing_is_no_progress(attempt: Attempt) -> None:
    assert not apply_receipt(attempt, receipt(attempt, 0, 0))
