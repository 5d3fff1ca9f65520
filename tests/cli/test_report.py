"""What is said about a run that has ended."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from deepforge.cli.report import print_explanations, print_summary
from deepforge.core.ids import Digest, JobId, ProjectId, RunId
from deepforge.core.run import Change, Explanation, JobView, RunArtifact, RunView

AT = "2026-11-22T10:00:00.000000Z"
DIGEST = Digest("1" * 64)
COUNTS = RunArtifact("counts", 1, DIGEST, "dict", 12)


def job(name: str, **how: object) -> JobView:
    return replace(JobView(JobId(name), name, name, "success"), **how)  # type: ignore[arg-type]


def run(jobs: tuple[JobView, ...], artifact: RunArtifact) -> RunView:
    ids = RunId("R" * 26), ProjectId("P" * 26)
    return RunView(*ids, "dice", "main", "success", jobs, (artifact,), {}, AT, AT, AT, DIGEST)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in click.unstyle(capsys.readouterr().out).splitlines() if line.strip()]


def test_an_output_that_saved_something_is_among_the_jobs_that_ran(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_summary(run((job("dice", cached=True, fence=1), job("count", fence=1), job("counts")), COUNTS))
    summary, saved = said(capsys)
    assert "2 of 3 jobs ran, 1 from the cache" in summary
    assert saved == "  saved counts@1  dict, 12 B"


def test_of_many_metrics_of_a_job_the_first_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    many = {f"m{number}": float(number) for number in range(1000)}
    print_summary(run((replace(job("dice", fence=1), metrics=many),), COUNTS))
    assert said(capsys)[1].endswith("m11 11   and 988 more")


def test_what_was_there_already_was_not_saved(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(run((job("counts", cached=True),), replace(COUNTS, made=False)))
    assert said(capsys)[1] == "  is the same as counts@1  dict, 12 B"


def test_a_reason_that_says_all_of_a_change_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    epochs, model = Change("attribute epochs", "5", "6"), Change("input model", "a1", "b2")
    print_explanations(
        [
            Explanation("train", False, "attribute epochs: 5 → 6", (epochs,)),
            Explanation("test", False, "input model changed", (model,)),
        ]
    )
    assert [line.split(maxsplit=1) for line in said(capsys)] == [
        ["train", "ran     attribute epochs: 5 → 6"],
        ["test", "ran     input model changed"],
        ["input", "model: a1 → b2"],
    ]
