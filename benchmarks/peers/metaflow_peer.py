"""Metaflow: a step a job, each a process of its own; the flow is written out, as its steps are methods."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from laps import Laps, answer, asked

FLOW = """
from metaflow import FlowSpec, step


class Flow(FlowSpec):{steps}
    @step
    def end(self):
        pass


if __name__ == "__main__":
    Flow()
"""
STEP = """
    @step
    def {name}(self):
        self.value = {value}
        self.next({after})
"""


def flow_text(laps: Laps) -> str:
    """A flow of `jobs` steps in all; a fan's `start` and the step that joins it are counted among them."""
    if laps.shape == "chain":
        names = ["start", *(f"step{number}" for number in range(1, laps.jobs - 1)), "end"]
        pairs = pairwise(names)
        steps = "".join(STEP.format(name=name, value=0, after=f"self.{after}") for name, after in pairs)
    else:
        leaves = f"range({laps.jobs - 3})"
        steps = STEP.format(name="start", value=f"list({leaves})", after='self.leaf, foreach="value"')
        steps += STEP.format(name="leaf", value="self.input", after="self.join")
        steps += STEP.format(name="join", value=0, after="self.end").replace("(self):", "(self, inputs):")
    return FLOW.format(steps=steps)


def main() -> None:
    """Run the flow as often as asked."""
    laps = asked()
    path = Path(os.environ["HOME"], "flow.py")
    path.write_text(flow_text(laps))
    command = [
        sys.executable,
        str(path),
        "--quiet",
        "--no-pylint",
        "run",
        "--max-workers",
        "2",
        "--max-num-splits",
        "99",
    ]
    answer(laps, lambda _: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=path.parent))


if __name__ == "__main__":
    main()
