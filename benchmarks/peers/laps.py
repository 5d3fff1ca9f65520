"""What the peers' scripts share: `PYTHON SCRIPT VARIANT SHAPE JOBS REPEAT` prints each run's seconds as JSON.

A shape is `chain` (a job takes what the one before gave) or `fan` (one job, then all others, which take what
it gave). What the first run has to set up counts into it. The last line of the output is the answer.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import NamedTuple


class Laps(NamedTuple):
    """What was asked for on the command line."""

    variant: str
    shape: str
    jobs: int
    repeat: int


def asked() -> Laps:
    """Read the command line."""
    variant, shape, jobs, repeat = sys.argv[1:5]
    return Laps(variant, shape, int(jobs), int(repeat))


def answer(laps: Laps, run: Callable[[int], object]) -> None:
    """Call `run` with the number of the lap, as often as asked, and print what each lap took."""
    seconds = []
    for lap in range(laps.repeat):
        start = time.perf_counter()
        run(lap)
        seconds.append(time.perf_counter() - start)
    print("\n" + json.dumps(seconds))


def upstream(shape: str, job: int) -> int | None:
    """The job whose output a job takes; None for the first."""
    if job == 0:
        return None
    return job - 1 if shape == "chain" else 0
