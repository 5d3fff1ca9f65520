"""Runs side by side: what differs, curves over one another, code line by line, figures in a row."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from deepforge.core.ids import ProjectId
from deepforge.core.run import RunView
from tests.browser.conftest import Studio, assert_accessible
from tests.browser.running import PROJECT, done, row, tab


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """The project of these stories."""
    return studio.add("compared", PROJECT)


@pytest.fixture(scope="module")
def three(studio: Studio, project: ProjectId) -> list[RunView]:
    """Three runs: the second has another attribute, the third other code."""
    runs = [done(studio, project, "train"), done(studio, project, "train", train={"rate": 0.25})]
    file = studio.projects / "compared" / "operations" / "train.py"
    file.write_text(file.read_text().replace("1 - losses[-1])", "1 - losses[-1] / 2)"))
    return [*runs, done(studio, project, "train")]


def test_runs_are_chosen_in_the_table_and_what_differs_is_told(
    page: Page, studio: Studio, project: ProjectId, three: list[RunView]
) -> None:
    page.goto(f"{studio.url}/projects/{project}/runs")
    for run in three:
        row(page, run).get_by_role("checkbox").click()
    page.keyboard.press("c")
    page.wait_for_url("**/runs/compare?runs=*")
    differs = page.get_by_role("table")
    expect(differs.get_by_role("row", name=re.compile(r"^train\.rate"))).to_contain_text("0.25")
    expect(differs.get_by_role("row", name=re.compile(r"^operations.train\.py"))).to_be_visible()
    expect(differs.get_by_role("row", name=re.compile("^accuracy"))).to_be_visible()
    expect(differs.get_by_role("row", name=re.compile(r"^train\.steps"))).to_have_count(0)
    page.get_by_role("switch", name="Show also what is the same").click()
    expect(differs.get_by_role("row", name=re.compile(r"^train\.steps"))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=f"Leave out {str(three[2].id)[-6:]}").click()
    expect(differs.get_by_role("columnheader")).to_have_count(3)
    page.go_back()
    expect(differs.get_by_role("columnheader")).to_have_count(4)


def test_ux_32_curves_of_several_runs_lie_over_one_another_and_point_together(
    page: Page, studio: Studio, project: ProjectId, three: list[RunView]
) -> None:
    open_comparison(page, studio, project, three[:2])
    tab(page, "Metrics")
    loss = page.get_by_role("figure").filter(has_text="loss")
    accuracy = page.get_by_role("figure").filter(has_text="accuracy")
    for chart in (loss, accuracy):
        expect(chart.get_by_role("row", name=re.compile(r"^rate [\d.]+"))).to_have_count(2)
    loss.locator(".u-over").hover(position={"x": 100, "y": 40})
    pointed = loss.get_by_role("columnheader", name=re.compile(r"step \d+"))
    expect(pointed).to_be_visible()
    expect(accuracy.get_by_role("columnheader", name=pointed.inner_text())).to_be_visible()
    assert_accessible(page)


def test_code_and_figures_of_runs_stand_side_by_side(
    page: Page, studio: Studio, project: ProjectId, three: list[RunView]
) -> None:
    open_comparison(page, studio, project, [three[0], three[1]])
    tab(page, "Code")
    expect(page.get_by_role("heading", name="The same code")).to_be_visible()
    expect(page.get_by_role("link", name="Choose other runs")).to_have_attribute(
        "href", f"/projects/{project}/runs"
    )
    open_comparison(page, studio, project, [three[0], three[2]])
    page.get_by_role("button", name="operations/train.py").click()
    shown = page.get_by_role("tabpanel")
    expect(shown).to_contain_text("1 - losses[-1])")
    expect(shown).to_contain_text("1 - losses[-1] / 2)")
    tab(page, "Figures")
    both = page.get_by_role("region", name="course").locator("figure")
    expect(both).to_have_count(2)
    for at in range(2):
        expect(both.nth(at).locator(".js-plotly-plot .gtitle")).to_have_text("After 12 steps")
    tools = both.first.locator(".modebar-btn")
    expect(tools.and_(page.get_by_role("button", name="Download plot as a PNG"))).to_have_count(1)
    expect(tools.and_(page.get_by_role("button", name=re.compile("share|cloud", re.I)))).to_have_count(0)
    both.first.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(both.first.locator(".js-plotly-plot .gtitle")).to_have_text("After 6 steps")


def test_one_run_is_nothing_to_compare(
    page: Page, studio: Studio, project: ProjectId, three: list[RunView]
) -> None:
    open_comparison(page, studio, project, three[:1])
    expect(page.get_by_role("heading", name="Nothing to compare")).to_be_visible()
    page.get_by_role("link", name="Choose runs").click()
    page.wait_for_url(f"**/projects/{project}/runs")
    page.goto(f"{studio.url}/projects/{project}/runs/compare?runs={three[0].id},{'0' * 26}")
    expect(page.get_by_role("heading", name="The runs cannot be compared")).to_be_visible()


def open_comparison(page: Page, studio: Studio, project: ProjectId, runs: list[RunView]) -> None:
    """Open the comparison of runs."""
    ids = ",".join(str(run.id) for run in runs)
    page.goto(f"{studio.url}/projects/{project}/runs/compare?runs={ids}")
