"""The table of runs: what it shows, sorting, filters, many thousand rows, and what is done with them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Float, String, cast, func, insert, literal, null, select, true

from deepforge.core.ids import ProjectId
from deepforge.core.run import RunView
from deepforge.store import tables
from deepforge.store.database import fresh_id
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot
from tests.browser.running import PROJECT, begun, done, row

MANY = 100_000


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """The project of these stories."""
    return studio.add("runs", PROJECT)


@pytest.fixture(scope="module")
def made(studio: Studio, project: ProjectId) -> tuple[RunView, RunView, RunView]:
    """Two that succeeded and one that failed, the oldest first."""
    slow = done(studio, project, "train", train={"rate": 0.1})
    fast = done(studio, project, "train", train={"rate": 0.9})
    return slow, fast, done(studio, project, "fail")


def open_table(page: Page, studio: Studio, project: ProjectId, query: str = "") -> Locator:
    """Open the table of runs."""
    page.goto(f"{studio.url}/projects/{project}/runs{query}")
    grid = page.get_by_role("grid", name="Runs")
    expect(grid).to_be_visible()
    return grid


def rows(grid: Locator) -> Locator:
    """Its rows, without the head."""
    return grid.locator("[role=row][id]")


def test_a_project_without_runs_says_so_and_offers_one_thing_to_do(page: Page, studio: Studio) -> None:
    empty = studio.add("no runs", {"pipelines/quiet.yaml": PROJECT["pipelines/quiet.yaml"]})
    page.goto(f"{studio.url}/projects/{empty}/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Go to the pipelines").click()
    page.wait_for_url(f"**/projects/{empty}/pipelines")


def test_runs_stand_in_a_table_that_is_sorted_and_filtered_by_its_address(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    slow, fast, failed = made
    grid = open_table(page, studio, project)
    for run, state, pipeline in (
        (slow, "success", "train"),
        (fast, "success", "train"),
        (failed, "failed", "fail"),
    ):
        line = row(page, run)
        expect(line).to_contain_text(state)
        expect(line).to_contain_text(pipeline)
        expect(line).to_contain_text(run.author)
        expect(line).to_contain_text(str(run.id)[-6:])
        expect(line.locator("time, [title]").first).to_be_attached()
    expect(row(page, slow)).to_contain_text("0.3138")
    expect(row(page, fast)).to_contain_text("1.00e−11")
    assert_accessible(page)
    shoot(page, "runs-table-light")
    loss = grid.get_by_role("columnheader", name="loss")
    loss.get_by_role("button").click()
    expect(loss).to_have_attribute("aria-sort", "descending")
    expect(rows(grid).first).to_have_attribute("id", f"run-{slow.id}")
    loss.get_by_role("button").click()
    expect(loss).to_have_attribute("aria-sort", "ascending")
    expect(rows(grid).first).to_have_attribute("id", f"run-{fast.id}")
    assert page.url.endswith("?sort=metric%3Aloss")
    page.get_by_role("button", name="failed", exact=True).click()
    expect(rows(grid)).to_have_count(1)
    expect(row(page, failed)).to_be_visible()
    page.go_back()
    expect(rows(grid)).to_have_count(3)
    page.get_by_role("textbox", name="Find runs").fill(str(fast.id)[-6:])
    expect(rows(grid)).to_have_count(1)
    page.reload()
    expect(rows(grid)).to_have_count(1)
    page.get_by_role("textbox", name="Find runs").fill("nothing like it")
    expect(page.get_by_role("heading", name="No run is like that")).to_be_visible()
    page.get_by_role("button", name="Show all runs").click()
    expect(rows(grid)).to_have_count(3)


def test_columns_are_chosen_and_stay_so(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    grid = open_table(page, studio, project)
    expect(grid.get_by_role("columnheader", name="accuracy")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitemcheckbox", name="accuracy").click()
    page.get_by_role("menuitemcheckbox", name="Duration").click()
    page.keyboard.press("Escape")
    expect(grid.get_by_role("columnheader", name="accuracy")).to_be_hidden()
    page.reload()
    expect(grid.get_by_role("columnheader", name="loss")).to_be_visible()
    expect(grid.get_by_role("columnheader", name="accuracy")).to_be_hidden()
    expect(grid.get_by_role("columnheader", name="Duration")).to_be_hidden()


def test_a_run_that_begins_elsewhere_appears_and_is_stopped_in_the_table(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    open_table(page, studio, project)
    run = begun(studio, project, tmp_path / "gate")
    expect(row(page, run)).to_contain_text("running")
    row(page, run).get_by_role("checkbox").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(row(page, run)).to_contain_text("canceled")


def test_runs_are_tagged_deleted_and_brought_back(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    slow, fast, failed = made
    grid = open_table(page, studio, project)
    for run in (slow, fast):
        row(page, run).get_by_role("checkbox").click()
    expect(page.get_by_text(re.compile(r"^2 runs of \d+ runs selected$"))).to_be_visible()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tags of 2 runs")
    tags = dialog.get_by_label("Tags")
    tags.fill("x" * 300)
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Save tags").click()
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(r"has 300 letters\.\s*It may have at most 50\.")
    )
    tags.press("Backspace")
    for tag in ("../🎉/" + "W" * 44, "keep"):
        tags.fill(tag)
        page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Save tags").click()
    expect(row(page, slow)).to_contain_text("keep")
    expect(row(page, slow)).to_contain_text("../🎉/WWW")
    cell = row(page, slow).locator("[data-column=tags]")
    assert cell.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "the long one hides no other"
    row(page, slow).get_by_role("button", name="keep").click()
    expect(rows(grid)).to_have_count(2)
    page.get_by_role("button", name="Remove the filter tag keep").click()
    expect(row(page, failed)).to_be_visible()
    page.keyboard.press("Escape")
    row(page, failed).get_by_role("checkbox").click()
    for run in (slow, fast):
        row(page, run).get_by_role("checkbox").set_checked(False)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(row(page, failed)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, failed)).to_be_visible()


def test_the_table_is_used_with_the_keyboard_alone(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    grid = open_table(page, studio, project, "?pipeline=train")
    expect(rows(grid)).to_have_count(2)
    grid.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text("2 runs of 2 runs selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{made[0].id}")


def test_a_filter_is_set_and_removed_with_the_keyboard_alone(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    slow, fast, _ = made
    studio.client.runs.tag(fast.id, ["fastest"])
    grid = open_table(page, studio, project)
    expect(row(page, fast)).to_contain_text("fastest")
    page.keyboard.press("f")
    form = page.get_by_role("dialog", name="Filter")
    expect(form.get_by_label("Pipeline")).to_be_focused()
    assert_accessible(page)
    shoot(page, "runs-filter-light")
    page.keyboard.press("t")
    page.keyboard.press("Tab")
    page.keyboard.type("own")
    expect(form.get_by_role("option", name=slow.author)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form.get_by_role("combobox", name="Who")).to_have_value(slow.author)
    page.keyboard.press("Tab")
    page.keyboard.type("fastest")
    page.keyboard.press("Tab")
    page.keyboard.press("i")
    expect(form.get_by_label("When")).to_have_value("1h")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    expect(rows(grid)).to_have_count(1)
    expect(row(page, fast)).to_be_visible()
    query = f"?pipeline=train&author={slow.author}&tag=fastest&since=1h"
    assert page.url.endswith(query)
    expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    remove = page.get_by_role("button", name="Remove the filter tag fastest")
    remove.focus()
    page.keyboard.press("Enter")
    expect(row(page, slow)).to_be_visible()
    expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    page.get_by_role("button", name="Clear filters").focus()
    page.keyboard.press("Enter")
    expect(row(page, made[2])).to_be_visible()
    who = grid.get_by_role("columnheader", name="Who")
    who.get_by_role("button").click()
    expect(who).to_have_attribute("aria-sort", "descending")
    expect(row(page, slow)).to_be_visible()


def test_of_many_thousand_runs_only_those_in_view_are_drawn_and_asked_for(
    page: Page, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    many = studio.add("many", {"operations/quiet.py": PROJECT["operations/quiet.py"]})
    copy_runs(studio, made[0], many)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/runs?" in request.url else None)
    grid = open_table(page, studio, many)
    expect(grid).to_have_attribute("aria-rowcount", str(MANY + 1))
    expect(rows(grid).first).to_contain_text("pipe-99999")
    assert rows(grid).count() < 60
    grid.focus()
    page.keyboard.press("End")
    expect(rows(grid).last).to_contain_text("pipe-00000")
    grid.evaluate("(box) => { box.scrollTop = box.scrollHeight / 2 }")
    expect(grid.locator("[aria-rowindex='50002']")).to_contain_text("pipe-49999")
    assert rows(grid).count() < 60
    assert len(asked) < 10
    grid.get_by_role("columnheader", name="loss").get_by_role("button").click()
    expect(grid.get_by_role("columnheader", name="loss")).to_have_attribute("aria-sort", "descending")
    grid.evaluate("(box) => { box.scrollTop = box.scrollHeight / 2 }")
    middle = grid.locator("[aria-rowindex='50002']")
    expect(middle).to_be_visible()
    values = [
        float(text.replace("−", "-"))
        for text in rows(grid).locator("[role=gridcell]:last-child").all_inner_texts()
    ]
    assert all(above >= below for above, below in pairwise(values))


def test_on_a_narrow_screen_runs_can_be_watched(
    open_page: OpenPage, studio: Studio, project: ProjectId, made: tuple[RunView, RunView, RunView]
) -> None:
    page = open_page(width=320, height=640, scheme="dark")
    open_table(page, studio, project)
    expect(row(page, made[0])).to_contain_text("success")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)
    row(page, made[0]).get_by_text("train", exact=True).click()
    expect(page.get_by_role("region", name="Jobs")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)


def copy_runs(studio: Studio, like: RunView, project: ProjectId) -> None:
    """Put copies of a run into another project, each of a pipeline of its own and with another last value.

    The database makes them itself, by counting, without what no list reads.
    """
    runs, values = tables.runs.c, tables.last_values.c
    counted = select(literal(0).label("place")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.place + 1).where(counted.c.place < MANY - 1))
    digits = func.substr(cast(MANY + counted.c.place, String), 2)
    own = {
        "id": literal(fresh_id()[:-5]).concat(digits),
        "project_id": literal(project),
        "pipeline": literal("pipe-").concat(digits),
        "idempotency_key": null(),
        "request": literal({}, tables.JSON),
        "document": literal({}, tables.JSON),
    }
    of_each = {
        "run_id": own["id"],
        "project_id": own["project_id"],
        "value": cast(counted.c.place * 7919 % MANY, Float) / MANY,
    }
    made = select(*(own.get(column.name, column) for column in runs))
    made = made.join_from(tables.runs, counted, true()).where(runs.id == like.id)
    last = select(*(of_each.get(column.name, column) for column in values))
    last = last.join_from(tables.last_values, counted, true())
    last = last.where(values.run_id == like.id, values.name == "loss")
    database = studio.database()
    with database.write() as connection:
        connection.execute(insert(tables.runs).from_select(list(runs), made))
        connection.execute(insert(tables.last_values).from_select(list(values), last))
    database.close()
