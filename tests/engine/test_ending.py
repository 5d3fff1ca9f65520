"""What a journal says of an ending, and what that means for the run."""

from __future__ import annotations

import pytest

from deepforge.core.event import Event, Failed, Interrupted, Lost, Stopped, Succeeded
from deepforge.core.ids import Digest, JobId
from deepforge.core.resources import Resources
from deepforge.core.run import Failure, OutputFact
from deepforge.engine.ending import Ending, Exit, Published, damaged, verdict

JOB = JobId("J")
ASKED = Resources(memory=2_500_000_000, timeout=90.0)
MODEL = OutputFact("model", Digest("a" * 64), 3, "int", "json")
RAISED = Failure("ValueError", "no", traceback="…")
FULL = Failure("NoSpace", "the disk is full")
ONE, NONE = Published((MODEL,)), Published()


def ended(ending: Ending, published: Published = ONE, there: bool = True) -> Event:
    return verdict(JOB, 2, ending, published, ("model",), lambda fact: there, ASKED, "t")


def failed(ending: Ending, published: Published = NONE, there: bool = True) -> Failure:
    event = ended(ending, published, there)
    assert isinstance(event, Failed)
    return event.failure


def test_a_result_a_clean_exit_and_stored_outputs_are_a_success() -> None:
    assert ended(Ending(result=True, exit=Exit(code=0))) == Succeeded(JOB, 2, (MODEL,), "t")


def test_a_result_stands_when_nobody_saw_the_process_end() -> None:
    assert ended(Ending(result=True, exit=Exit(reason="lost"))) == Succeeded(JOB, 2, (MODEL,), "t")
    assert ended(Ending(result=True)) == Succeeded(JOB, 2, (MODEL,), "t")


def test_what_vanished_without_a_word_is_lost_and_not_failed() -> None:
    assert ended(Ending(exit=Exit(reason="lost")), Published()) == Lost(JOB, 2, "t")


@pytest.mark.parametrize(("reason", "event"), [("canceled", Stopped), ("interrupted", Interrupted)])
def test_what_somebody_ended_is_no_failure(reason: str, event: type) -> None:
    ending = Ending(error=Failure("KeyboardInterrupt", ""), exit=Exit(signal=15, reason=reason))
    assert ended(ending, Published()) == event(JOB, 2, "t")


def test_what_was_given_back_unstarted_is_told_from_what_was_interrupted() -> None:
    event = ended(Ending(exit=Exit(reason="returned")), Published())
    assert event == Interrupted(JOB, 2, "t", begun=False)


@pytest.mark.parametrize(
    ("ending", "kind", "message"),
    [
        (Ending(error=RAISED, exit=Exit(code=1)), "ValueError", "no"),
        (Ending(error=RAISED, exit=Exit(reason="lost")), "ValueError", "no"),
        (Ending(exit=Exit(signal=9)), "Killed", "killed by signal 9 (SIGKILL)"),
        (Ending(result=True, exit=Exit(signal=11)), "Killed", "killed by signal 11 (SIGSEGV)"),
        (Ending(exit=Exit(signal=250)), "Killed", "killed by signal 250 (unknown)"),
        (Ending(exit=Exit(code=3)), "SystemExit", "exited with code 3"),
        (Ending(exit=Exit(code=0)), "SystemExit", "exited before it returned"),
        (
            Ending(exit=Exit(signal=9, reason="timeout")),
            "TimedOut",
            "The job ran longer than its timeout of 90 s.",
        ),
        (
            Ending(error=RAISED, exit=Exit(signal=9, reason="memory")),
            "OutOfMemory",
            "The job used more than the 2,500 MB of memory that it asked for.",
        ),
        (
            Ending(exit=Exit(signal=9, reason="oom")),
            "OutOfMemory",
            "The machine ran out of memory, and its kernel ended the job.",
        ),
    ],
)
def test_failures_say_what_happened(ending: Ending, kind: str, message: str) -> None:
    found = failed(ending)
    assert (found.kind, found.message) == (kind, message)


def test_outputs_that_could_not_be_stored_are_a_failure() -> None:
    assert failed(Ending(result=True, exit=Exit(code=0)), Published((), FULL)) == FULL


def test_outputs_that_are_not_those_of_the_operation_are_a_failure() -> None:
    found = failed(Ending(result=True, exit=Exit(code=0)), Published(()))
    assert found.message == "The job gave nothing where its operation has model."


def test_outputs_whose_bytes_did_not_arrive_are_a_failure() -> None:
    found = failed(Ending(result=True, exit=Exit(code=0)), Published((MODEL,)), there=False)
    assert (found.kind, found.message.startswith("The bytes of model did not arrive")) == (
        "BlobMissing",
        True,
    )


def test_a_damaged_journal_fails_the_job_and_says_so() -> None:
    event = damaged(JOB, 2, "the record at byte 7 has a wrong checksum", "t")
    assert event.failure.kind == "JournalDamaged"
    assert "the record at byte 7 has a wrong checksum" in event.failure.message
