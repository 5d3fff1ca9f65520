"""Running a pipeline from its editor: to and from nodes, what is cached, what fails, stopping it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.ids import ProjectId
from deepforge.core.run import RUN_ENDS
from tests.browser.conftest import OpenPage, Studio, assert_accessible
from tests.support.waiting import until

MAKE = '''
def make(*, count: int = 3):
    """Some numbers."""
    numbers = list(range(count))
    return numbers
'''
ADD = '''
def add(numbers: list, *, offset: int = 0):
    """Their sum."""
    total = sum(numbers) + offset
    return total
'''
SLOW = '''
import time
from pathlib import Path

import deepforge


def slow(*, gate: str):
    """Goes on until somebody opens the gate."""
    step = 0
    while not Path(gate).exists():
        step = step % 9 + 1
        deepforge.log(loss=1 / step)
        deepforge.progress(step, 10, "step")
        print(f"step {step}")
        time.sleep(0.2)
    done = True
    return done
'''
BAD = '''
def bad(numbers: list):
    """Cannot do it."""
    result = numbers[100]
    return result
'''
SUMS = """
nodes:
  make: {operation: make, attributes: {count: 4}, at: [0, 0]}
  add: {operation: add, inputs: {numbers: make}, at: [280, 0]}
  other: {operation: add, attributes: {offset: 1}, inputs: {numbers: make}, at: [280, 160]}
  save: {operation: Output, attributes: {name: total}, inputs: {data: add}, at: [560, 0]}
"""
FAILING = """
nodes:
  make: {operation: make, at: [0, 0]}
  bad: {operation: bad, inputs: {numbers: make}, at: [280, 0]}
  save: {operation: Output, attributes: {name: never}, inputs: {data: bad}, at: [560, 0]}
"""

Node = Callable[[str], Locator]


@pytest.fixture
def sums(studio: Studio, request: pytest.FixtureRequest) -> ProjectId:
    """A project of its own for each test."""
    gate = studio.home / f"gate-{request.node.name[:40]}"
    return studio.add(
        f"sums {request.node.name}"[:80],
        {
            "operations/make.py": MAKE,
            "operations/add.py": ADD,
            "operations/slow.py": SLOW,
            "operations/bad.py": BAD,
            "pipelines/sums.yaml": SUMS,
            "pipelines/failing.yaml": FAILING,
            "pipelines/slow.yaml": f"""
            nodes:
              slow: {{operation: slow, attributes: {{gate: "{gate}"}}, at: [0, 0]}}
              after: {{operation: Output, attributes: {{name: done}}, inputs: {{data: slow}}, at: [300, 0]}}
            """,
        },
    )


@pytest.fixture
def gate(studio: Studio, request: pytest.FixtureRequest) -> Path:
    return studio.home / f"gate-{request.node.name[:40]}"


def open_pipeline(page: Page, studio: Studio, project: ProjectId, name: str) -> Node:
    """Open the editor; gives the nodes by name."""
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name={name}")
    expect(page.locator(".react-flow__node").first).to_be_visible()

    def node(wanted: str) -> Locator:
        return page.get_by_role("group", name=re.compile(rf" {wanted}(;|,|$)"))

    return node


def ended(page: Page, studio: Studio, project: ProjectId, many: int) -> list[str]:
    """Wait until so many runs have ended and the page knows; the jobs of the newest that really ran."""

    def are_there() -> bool:
        found = studio.client.runs.listing(project=project)
        return len(found) >= many and all(run.state in RUN_ENDS for run in found)

    until(are_there, f"{many} ended runs")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    newest = studio.client.runs.show(studio.client.runs.listing(project=project)[0].id)
    return [job.name for job in newest.jobs if not job.cached]


def jobs(studio: Studio, project: ProjectId) -> list[str]:
    newest = studio.client.runs.listing(project=project)[0]
    return [job.name for job in studio.client.runs.show(newest.id).jobs]


def test_ux_23_a_pipeline_runs_whole_to_a_node_and_from_a_node(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    node("add").click()
    page.keyboard.press("Alt+Enter")
    assert ended(page, studio, sums, 1) == ["make", "add"]
    assert jobs(studio, sums) == ["make", "add"]
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 2) == ["other", "save"]
    expect(node("add")).to_contain_text("cached")
    page.keyboard.press("Shift+Enter")
    assert ended(page, studio, sums, 3) == ["add"]


def test_ux_24_each_node_tells_before_a_run_what_it_will_do_and_why(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    expect(node("make")).to_contain_text("will run")
    node("make").get_by_text("will run", exact=True).hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("Will run: never ran")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.get_by_role("button", name="Run the pipeline").click()
    ended(page, studio, sums, 1)
    expect(node("other")).to_contain_text("success")
    node("add").click()
    panel = page.get_by_role("complementary", name="Properties")
    panel.get_by_label("offset").fill("5")
    page.keyboard.press("Enter")
    expect(node("add")).to_contain_text("stale")
    expect(panel).to_contain_text("offset 0 → 5")
    expect(node("add")).to_contain_text("Will run: offset 0 → 5")
    expect(node("save")).to_contain_text("depends on what add gives")
    node("add").get_by_text("stale", exact=True).hover()
    expect(card).to_contain_text("Will run: offset 0 → 5")
    node("save").locator("footer").hover()
    expect(card).to_contain_text("depends on what add gives")
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    expect(node("make")).to_contain_text("success")
    expect(node("make").get_by_role("img", name="Cached: a run now takes what it gave.")).to_be_visible()


def test_ux_24_changed_code_is_told_with_its_line(page: Page, studio: Studio, sums: ProjectId) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    name = studio.client.runs.listing(project=sums)[0].project_name
    file = studio.projects / name / "operations" / "make.py"
    file.write_text(MAKE.replace("range(count)", "range(1, count)"))
    node("make").click()
    panel = page.get_by_role("complementary", name="Properties")
    link = panel.get_by_role("link", name="code: operations/make.py line 4")
    expect(link).to_have_attribute("href", re.compile(r"path=operations%2Fmake.py&line=4"))


def test_ux_24_another_input_is_told_with_the_node_it_came_from(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    node("make").click()
    panel = page.get_by_role("complementary", name="Properties")
    panel.get_by_role("textbox", name="count").fill("9")
    page.keyboard.press("Enter")
    expect(node("make")).to_contain_text("count 4 → 9")
    node("make").click()
    page.keyboard.press("Alt+Enter")
    assert ended(page, studio, sums, 2) == ["make"]
    expect(node("make")).to_contain_text("success")
    expect(node("add")).to_contain_text(re.compile(r"Will run: input numbers"))


def test_ux_25_what_has_not_changed_runs_nothing_nor_does_a_comment(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 1) == ["make", "add", "other", "save"]
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 2) == []
    name = studio.client.runs.listing(project=sums)[0].project_name
    file = studio.projects / name / "operations" / "make.py"
    file.write_text(MAKE.replace("numbers = list(", "# as many as wanted\n    numbers  =  list("))
    page.reload()
    expect(node("make")).to_contain_text("cached")
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 3) == []


def test_ux_25_a_renamed_and_moved_node_runs_nothing(page: Page, studio: Studio, sums: ProjectId) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    node("add").click()
    page.keyboard.press("ArrowRight")
    panel = page.get_by_role("complementary", name="Properties")
    panel.get_by_label("Name", exact=True).fill("addition")
    page.keyboard.press("Enter")
    expect(node("addition")).to_contain_text("cached")
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 2) == []


def test_ux_26_the_cache_of_a_node_is_cleared_after_asking(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    node("make").click()
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Clear cache here and downstream").click()
    dialog = page.get_by_role("dialog", name="Clear the cache?")
    expect(dialog).to_contain_text("make and of all that depends on it")
    dialog.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("3 results forgotten: 4 nodes will run again.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 2) == ["make", "add", "other"]


def test_ux_26_the_cache_survives_a_server_that_is_killed(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    studio.kill()
    studio.start()
    page.reload()
    expect(node("add")).to_contain_text("success")
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 2) == []
    node("other").click()
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Clear cache here", exact=True).click()
    page.get_by_role("dialog", name="Clear the cache?").get_by_role(
        "button", name="Clear", exact=True
    ).click()
    expect(page.get_by_text("1 result forgotten: 1 node will run again.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    assert ended(page, studio, sums, 3) == ["other"]


def test_ux_27_a_running_node_shows_time_progress_and_the_course_of_its_loss(
    page: Page, studio: Studio, sums: ProjectId, gate: Path
) -> None:
    told: list[int] = []

    def heard(message: str | bytes) -> None:
        event = json.loads(message) if isinstance(message, str) and message.startswith("{") else {}
        if event.get("kind") == "metrics":
            told.append(event["data"]["x"])

    page.on("websocket", lambda socket: socket.on("framereceived", heard))
    node = open_pipeline(page, studio, sums, "slow")
    page.keyboard.press("Control+Enter")
    expect(node("slow")).to_contain_text(re.compile(r"running \d+ s"))
    expect(node("slow").get_by_role("progressbar")).to_be_visible()
    expect(node("slow")).to_contain_text(re.compile(r"step \d/10"))
    course = node("slow").locator("polyline")
    expect(course).to_have_count(1)
    course.evaluate(KEEP_LENGTHS)
    before = len(told)
    drawn = until(
        lambda: len(found := page.evaluate("window.lengths")) > 6 < len(told) - before and found,
        "a line that grows",
    )
    # The job logs five points a second, and each is told and drawn by itself, or at most with one other.
    assert median(steps(told[before:])) * median(steps(drawn)) <= 2
    expect(node("after")).to_contain_text("pending")
    gate.touch()
    expect(node("after")).to_contain_text("success")


KEEP_LENGTHS = """(line) => {
    window.lengths = [line.points.length];
    new MutationObserver(() => lengths.push(line.points.length)).observe(line, {attributeFilter: ["points"]});
}"""
"""Keeps how many points a line has whenever it is drawn anew."""


def steps(values: list[int]) -> list[int]:
    return [later - sooner for sooner, later in pairwise(values)]


def test_ux_28_a_failed_node_shows_its_last_line_and_leads_to_the_code(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    node = open_pipeline(page, studio, sums, "failing")
    page.keyboard.press("Control+Enter")
    expect(node("bad")).to_contain_text("failed")
    expect(node("bad")).to_contain_text("IndexError: list index out of range")
    expect(node("save")).to_contain_text("skipped")
    expect(node("bad")).to_have_accessible_description(
        re.compile("failed.*IndexError: list index out of range")
    )
    frame = node("bad").locator("> div").first
    for scheme, red in (("dark", "rgb(255, 129, 131)"), ("light", "rgb(201, 42, 48)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(frame).to_have_css("border-top-color", red)
    page.keyboard.press("m")
    expect(page.get_by_label("Map of the pipeline").locator("rect[style*='--failed']")).to_have_count(1)
    page.keyboard.press("m")
    ended(page, studio, sums, 1)
    drawer = page.get_by_role("region", name="Run")
    follow(drawer.get_by_role("link", name="operations/bad.py line 4"))
    page.go_back()
    node("bad").click()
    panel = page.get_by_role("complementary", name="Properties")
    expect(panel).to_contain_text("IndexError: list index out of range")
    expect(frame).to_have_css("border-top-color", "rgb(201, 42, 48)")
    follow(panel.get_by_role("link", name="operations/bad.py line 4"))
    page.go_back()
    expect(node("bad")).to_contain_text("failed")
    follow(node("bad").get_by_role("link", name="IndexError: list index out of range"))
    page.go_back()
    expect(node("bad")).to_contain_text("failed")
    follow(node("bad").locator("small"), clicks=2)


def follow(way: Locator, clicks: int = 1) -> None:
    """Go to the line that failed, and see it marked with what was said."""
    page = way.page
    way.click(click_count=clicks)
    page.wait_for_url("**/code?path=operations%2Fbad.py&line=4")
    expect(page.locator(".cm-line.cm-failed")).to_have_text("    result = numbers[100]")
    expect(page.get_by_role("note")).to_contain_text("IndexError: list index out of range")


def test_ux_29_a_second_browser_sees_the_same_run_from_its_first_line(
    page: Page, open_page: OpenPage, studio: Studio, sums: ProjectId, gate: Path
) -> None:
    node = open_pipeline(page, studio, sums, "slow")
    page.keyboard.press("Control+Enter")
    expect(node("slow")).to_contain_text("running")
    page.close()
    other = open_page()
    there = open_pipeline(other, studio, sums, "slow")
    expect(there("slow")).to_contain_text("running")
    other.get_by_role("tab", name="Logs").click()
    expect(other.get_by_text("step 1").first).to_be_visible()
    gate.touch()
    expect(there("slow")).to_contain_text("success")


def test_ux_34_a_run_is_stopped(page: Page, studio: Studio, sums: ProjectId) -> None:
    node = open_pipeline(page, studio, sums, "slow")
    page.keyboard.press("Control+Enter")
    expect(node("slow")).to_contain_text("running")
    page.get_by_role("tab", name="Outputs").click()
    nothing = page.get_by_role("tabpanel", name="Outputs")
    expect(nothing).to_contain_text("No outputs yet")
    expect(nothing.get_by_role("button")).to_have_text("Show the jobs")
    page.get_by_role("button", name="Stop").click()
    expect(node("slow")).to_contain_text("canceled")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    nothing.get_by_role("button", name="Show the jobs").click()
    expect(page.get_by_role("tabpanel", name="canceled")).to_contain_text("slow")


def test_ux_34_what_failed_runs_again_alone(page: Page, studio: Studio, sums: ProjectId) -> None:
    node = open_pipeline(page, studio, sums, "failing")
    page.keyboard.press("Control+Enter")
    expect(node("bad")).to_contain_text("failed")
    ended(page, studio, sums, 1)
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Run again what failed").click()
    assert ended(page, studio, sums, 2) == ["bad", "save"]
    newest = studio.client.runs.show(studio.client.runs.listing(project=sums)[0].id)
    assert [(job.name, job.cached) for job in newest.jobs] == [
        ("make", True),
        ("bad", False),
        ("save", False),
    ]


def test_ux_58_what_a_run_gave_leads_to_where_it_is_shown_and_the_way_back_to_the_same_tab(
    page: Page, studio: Studio, sums: ProjectId
) -> None:
    open_pipeline(page, studio, sums, "sums")
    page.keyboard.press("Control+Enter")
    ended(page, studio, sums, 1)
    steps = page.evaluate("history.length")
    for name in ("Log", "Figures", "Outputs"):
        page.get_by_role("tab", name=name).click()
        expect(page).to_have_url(re.compile(f"&tab={name.lower()}$"))
    assert page.evaluate("history.length") == steps
    outputs = page.get_by_role("tabpanel", name="Outputs")
    artifact = outputs.get_by_role("link", name="total@1").get_attribute("href")
    expect(outputs.get_by_role("link", name="add.total")).to_have_attribute("href", artifact or "")
    outputs.get_by_role("link", name="total@1").click()
    page.wait_for_url("**/artifacts/*?version=1")
    page.go_back()
    outputs.get_by_role("link", name="make.numbers").click()
    page.wait_for_url("**/runs/*?tab=outputs&job=*")
    expect(page.get_by_role("navigation", name="Outputs").locator("[aria-current]")).to_contain_text(
        "make.numbers"
    )
    page.go_back()
    page.reload()
    expect(outputs.get_by_role("link", name="make.numbers")).to_be_visible()
    page.get_by_role("tab", name=re.compile("success")).click()
    expect(page).to_have_url(re.compile("name=sums$"))


def test_the_editor_is_accessible_while_a_run_is_shown(page: Page, studio: Studio, sums: ProjectId) -> None:
    node = open_pipeline(page, studio, sums, "failing")
    page.keyboard.press("Control+Enter")
    expect(node("bad")).to_contain_text("failed")
    node("bad").click()
    assert_accessible(page, "section[aria-label=Run]")
    assert_accessible(page, "aside[aria-label=Properties]")
