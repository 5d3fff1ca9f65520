"""A project whose runs have something of everything, and what its stories do with them."""

# ruff: noqa: E501 - operations of the project are written as people write them

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from tests.browser.conftest import Studio
from tests.support.waiting import until

PROJECT = {
    "operations/numbers.py": '''
        def numbers(*, count: int = 4):
            """Some numbers."""
            print(f"making {count} numbers")
            data = list(range(count))
            return data
        ''',
    "operations/train.py": '''
        def train(data: list, *, rate: float = 0.5, steps: int = 12):
            """A loss that falls."""
            import base64, json
            import deepforge
            from deepforge.runtime.figure import publish
            png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
            losses = []
            for step in range(steps):
                losses.append((1 - rate) ** step)
                deepforge.log(step=step, loss=losses[-1], accuracy=1 - losses[-1])
                print(f"step \\x1b[32m{step}\\x1b[0m")
            for end in (steps // 2, steps):
                line = {"type": "scatter", "y": losses[:end]}
                document = {"data": [line], "layout": {"title": {"text": f"After {end} steps"}}}
                publish("course", "Course", {"image/png": png, "application/vnd.plotly.v1+json": json.dumps(document).encode()})
            model = {"rate": rate, "losses": losses}
            return model
        ''',
    "operations/wait.py": '''
        def wait(*, gate: str):
            """Goes on until somebody opens the gate."""
            import os, time, deepforge
            deepforge.progress(1, 4, "waiting")
            print("waiting", flush=True)
            while not os.path.exists(gate):
                time.sleep(0.02)
            done = True
            return done
        ''',
    "operations/fail.py": '''
        def fail(data: list):
            """Cannot do it."""
            print("trying")
            result = data[100]
            return result
        ''',
    "operations/quiet.py": '''
        def quiet():
            """Says nothing and shows nothing."""
            result = 1
            return result
        ''',
    "pipelines/train.yaml": """
        nodes:
          numbers: {operation: numbers, at: [0, 0]}
          train: {operation: train, attributes: {rate: 0.5}, inputs: {data: numbers}, at: [280, 0]}
          keep: {operation: Output, attributes: {name: model}, inputs: {data: train}, at: [560, 0]}
        """,
    "pipelines/fail.yaml": """
        nodes:
          numbers: {operation: numbers, at: [0, 0]}
          fail: {operation: fail, inputs: {data: numbers}, at: [280, 0]}
          keep: {operation: Output, attributes: {name: never}, inputs: {data: fail}, at: [560, 0]}
        """,
    "pipelines/wait.yaml": """
        nodes:
          wait: {operation: wait, attributes: {gate: ""}, at: [0, 0]}
          keep: {operation: Output, attributes: {name: waited}, inputs: {data: wait}, at: [280, 0]}
        """,
    "pipelines/quiet.yaml": "nodes:\n  quiet: {operation: quiet, at: [0, 0]}\n",
}


def ended(studio: Studio, run: RunId) -> RunView:
    """A run once it has ended."""
    until(lambda: studio.client.runs.show(run).state in RUN_ENDS, "the run's end", seconds=180)
    return studio.client.runs.show(run)


def done(studio: Studio, project: ProjectId, pipeline: str, **attributes: dict[str, object]) -> RunView:
    """A new run that has ended."""
    return ended(studio, studio.client.runs.start(RunRequest(project, pipeline, attributes)).id)


def begun(studio: Studio, project: ProjectId, gate: Path) -> RunView:
    """A run that goes on until the gate is there."""
    wanted = RunRequest(project, "wait", {"wait": {"gate": str(gate)}}, cache=False)
    run = studio.client.runs.start(wanted).id
    until(lambda: studio.client.runs.show(run).state == "running", "a run that goes on")
    return studio.client.runs.show(run)


def show(page: Page, studio: Studio, run: RunView, tab: str = "") -> None:
    """Open the page of a run."""
    page.goto(f"{studio.url}/projects/{run.project}/runs/{run.id}" + (f"?tab={tab}" if tab else ""))


def tab(page: Page, name: str) -> None:
    """Turn to a tab of the page of a run."""
    page.get_by_role("tab", name=name).click()


def row(page: Page, run: RunView) -> Locator:
    """A run in the table."""
    return page.locator(f"#run-{run.id}")
