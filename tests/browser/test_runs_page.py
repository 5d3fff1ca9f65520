"""The page of a run: live states, every tab, running again in each way, stopping, and bringing back."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest, RunView
from tests.browser.conftest import Studio, assert_accessible
from tests.browser.running import PROJECT, begun, done, ended, show, tab
from tests.support.processes import kill, those
from tests.support.waiting import until

MANY = 300
WIDE = "nodes:\n  wait: {operation: wait, attributes: {gate: ''}, at: [0, 0]}\n" + "".join(
    f"  keep{place}: {{operation: Output, attributes: {{name: kept{place}}}, inputs: {{data: wait}}, "
    f"at: [{280 * (place % 20 + 1)}, {160 * (place // 20)}]}}\n"
    for place in range(1, MANY)
)


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """The project of these stories."""
    return studio.add("pages", {**PROJECT, "pipelines/wide.yaml": WIDE})


@pytest.fixture(scope="module")
def trained(studio: Studio, project: ProjectId) -> RunView:
    """A run that has something of everything."""
    return done(studio, project, "train", train={"rate": 0.25})


@pytest.fixture(scope="module")
def failed(studio: Studio, project: ProjectId) -> RunView:
    """A run of which a job failed."""
    return done(studio, project, "fail")


def new_run(page: Page, before: RunView) -> str:
    """The id of the run that the page has turned to."""
    page.wait_for_url(lambda url: "/runs/" in url and str(before.id) not in url)
    return re.search(r"/runs/(\w+)", page.url)[1]  # type: ignore[index]


def test_a_link_to_sign_in_leads_to_the_run_or_the_project_that_it_is_for(
    page: Page, studio: Studio, trained: RunView
) -> None:
    for entry, goal in (
        (studio.client.system.entry(run=trained.id), f"**/projects/{trained.project}/runs/{trained.id}"),
        (studio.client.system.entry(trained.project), f"**/projects/{trained.project}/pipelines"),
    ):
        page.context.clear_cookies()
        page.goto(entry.url.replace("127.0.0.1", "localhost"))
        page.wait_for_url(goal)


def test_a_run_is_followed_live_and_stopped(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    run = begun(studio, project, tmp_path / "gate")
    show(page, studio, run)
    graph = page.get_by_role("region", name="Graph")
    jobs = page.get_by_role("table", name="Jobs")
    expect(graph).to_contain_text("running")
    expect(jobs.get_by_role("row", name="wait")).to_contain_text("waiting")
    expect(jobs.get_by_role("row", name="keep")).to_contain_text("pending")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(jobs.get_by_role("row", name="wait")).to_contain_text("canceled")
    expect(page.locator("header [role=status]").first).to_contain_text("canceled")
    expect(page.get_by_role("button", name="Run the rest again")).to_be_visible()


def test_the_graph_of_a_run_of_many_nodes_shows_how_each_stands(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    wanted = RunRequest(project, "wide", {"wait": {"gate": str(tmp_path / "gate")}}, cache=False)
    run = studio.client.runs.start(wanted)
    show(page, studio, run)
    graph = page.get_by_role("region", name="Graph")
    expect(graph.get_by_role("button", name="wait, wait, running")).to_be_visible()
    expect(graph.get_by_role("button", name=re.compile("^keep.*, pending$"))).to_have_count(MANY - 1)
    whole = graph.get_by_role("group")
    before = whole.bounding_box()
    assert before is not None
    graph.get_by_role("button", name="Zoom in").click()
    expect(graph.get_by_role("button", name="Zoom out")).to_be_enabled()
    after = whole.bounding_box()
    assert after is not None
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.02)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(graph.get_by_role("button", name="wait, wait, canceled")).to_be_visible()
    assert_accessible(page)


def test_a_run_tells_everything_it_was_made_of_and_gave(page: Page, studio: Studio, trained: RunView) -> None:
    show(page, studio, trained)
    expect(page.get_by_role("region", name="Last values")).to_contain_text("accuracy")
    expect(page.get_by_role("table", name="Jobs").get_by_role("row")).to_have_count(4)
    assert_accessible(page)
    page.get_by_role("region", name="Graph").get_by_role("button", name=re.compile("^train")).click()
    expect(page.get_by_role("row", name="train")).to_have_attribute("data-chosen", "true")
    tab(page, "Logs")
    expect(page.get_by_role("log")).to_contain_text("step 11")
    tab(page, "Metrics")
    expect(page.get_by_role("figure")).to_have_count(2)
    tab(page, "Figures")
    expect(page.locator("figure", has_text="Course")).to_contain_text("2 of 2")
    tab(page, "Outputs")
    page.get_by_role("navigation", name="Outputs").get_by_role("button", name="numbers.data").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("3")
    page.reload()
    chosen = page.get_by_role("navigation", name="Outputs").get_by_role("button", name="numbers.data")
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(preview).to_contain_text("3")
    tab(page, "Lineage")
    saved = page.get_by_role("region", name="Saved")
    expect(saved.get_by_role("link", name="model")).to_have_attribute(
        "href", re.compile(r"/artifacts\?find=model%40")
    )
    tab(page, "Environment")
    expect(page.get_by_role("region", name=re.compile("^Environment of"))).to_contain_text("python 3.")
    tab(page, "Code and attributes")
    expect(page.get_by_role("row", name=re.compile("rate"))).to_have_text(re.compile(r"rate0\.25$"))
    expect(page.get_by_role("row", name=re.compile("steps"))).to_have_text(re.compile("steps12 default$"))
    page.get_by_role("button", name="operations/train.py").click()
    expect(page.locator(".cm-content")).to_contain_text("A loss that falls.")
    assert_accessible(page)


def test_the_code_of_a_run_is_that_of_the_run_whatever_the_file_says_now(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    run = done(studio, project, "quiet")
    file = studio.projects / "pages" / "operations" / "quiet.py"
    before = file.read_text()
    file.write_text(before.replace("result = 1", "result = 2"))
    show(page, studio, run, "code")
    chosen = page.get_by_role("button", name="operations/quiet.py")
    expect(chosen).to_contain_text("changed since")
    chosen.click()
    expect(page.locator(".cm-content")).to_contain_text("result = 1")
    page.get_by_role("link", name="Open as it is today").click()
    expect(page.locator(".cm-content").first).to_contain_text("result = 2")
    file.write_text(before)


def test_a_failure_is_told_with_its_lines_and_leads_to_them(
    page: Page, studio: Studio, failed: RunView
) -> None:
    show(page, studio, failed)
    failure = page.get_by_role("region", name="Failure of fail")
    expect(failure).to_contain_text("IndexError: list index out of range")
    expect(page.get_by_role("row", name="keep")).to_contain_text("skipped")
    failure.get_by_role("link", name="as it was").click()
    expect(page.locator(".cm-content")).to_contain_text("result = data[100]")
    page.go_back()
    failure.get_by_role("link", name="Log of fail").click()
    expect(page.get_by_role("log")).to_contain_text("trying")


def test_a_run_is_run_again_whole_from_a_node_and_from_a_job_with_the_code_of_today(
    page: Page, studio: Studio, trained: RunView
) -> None:
    show(page, studio, trained)
    page.get_by_role("button", name="Run again").click()
    again = ended(studio, new_run(page, trained))  # type: ignore[arg-type]
    assert [job.cached for job in again.jobs if job.name != "keep"] == [True, True]
    expect(page.locator("h1 ~ span", has_text="run again from")).to_be_visible()
    show(page, studio, trained)
    page.get_by_role("button", name="Actions for train").click()
    page.get_by_role("menuitem", name="Run again from here, as it was").click()
    again = ended(studio, new_run(page, trained))  # type: ignore[arg-type]
    assert {job.name: job.cached for job in again.jobs if job.name != "keep"} == {
        "numbers": True,
        "train": False,
    }
    show(page, studio, trained)
    page.get_by_role("button", name="Actions for train").click()
    page.get_by_role("menuitem", name="Restart with the code of today").click()
    again = ended(studio, new_run(page, trained))  # type: ignore[arg-type]
    assert (again.origin and again.origin.how, again.state) == ("restart", "success")
    expect(page.locator("h1 ~ span", has_text="restarted from")).to_contain_text("at train")
    show(page, studio, trained, "lineage")
    expect(page.get_by_role("region", name="Runs around it").get_by_role("link")).to_have_count(3)


def test_a_run_is_taken_up_as_a_new_pipeline(page: Page, studio: Studio, trained: RunView) -> None:
    show(page, studio, trained)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Edit as new pipeline").click()
    dialog = page.get_by_role("dialog", name="Edit as new pipeline")
    dialog.get_by_label("Name").fill("train")
    expect(dialog).to_contain_text("There is a pipeline of that name.")
    dialog.get_by_label("Name").fill("quarter")
    dialog.get_by_role("button", name="Make the pipeline").click()
    page.wait_for_url("**/pipelines/edit?name=quarter")
    expect(page.locator(".react-flow__node")).to_have_count(3)
    assert "rate: 0.25" in (studio.projects / "pages" / "pipelines" / "quarter.yaml").read_text()


def test_a_run_is_deleted_and_brought_back(page: Page, studio: Studio, project: ProjectId) -> None:
    run = ended(studio, studio.client.runs.start(RunRequest(project, "quiet")).id)
    show(page, studio, run)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Delete").click()
    page.wait_for_url(f"**/projects/{project}/runs")
    expect(page.locator(f"#run-{run.id}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#run-{run.id}")).to_be_visible()


def test_what_is_empty_says_so_with_one_thing_to_do(page: Page, studio: Studio, project: ProjectId) -> None:
    run = done(studio, project, "quiet")
    show(page, studio, run, "metrics")
    expect(page.get_by_role("heading", name="No metrics")).to_be_visible()
    tab(page, "Figures")
    expect(page.get_by_role("heading", name="No figures")).to_be_visible()
    expect(page.get_by_role("link", name="Open the code")).to_have_attribute(
        "href", f"/projects/{project}/code"
    )
    tab(page, "Logs")
    expect(page.get_by_text("It has printed nothing.")).to_be_visible()
    page.goto(f"{studio.url}/projects/{project}/runs/{'0' * 26}")
    expect(page.get_by_role("heading", name="There is no such run")).to_be_visible()
    page.get_by_role("link", name="All runs").click()
    page.wait_for_url(f"**/projects/{project}/runs")


def test_a_run_outlives_its_worker_and_its_page_tells_what_happened(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    run = begun(studio, project, gate)
    show(page, studio, run)
    waiting = page.get_by_role("table", name="Jobs").get_by_role("row", name="wait")
    expect(waiting).to_contain_text("running")
    worker = until(lambda: worker_of(studio), "a worker")
    kill(worker)
    gate.touch()
    expect(waiting).to_contain_text("success", timeout=120_000)
    assert ended(studio, run.id).state == "success"


def worker_of(studio: Studio) -> psutil.Process | None:
    """The worker that the server started."""

    def works_there(process: psutil.Process) -> bool:
        return "deepforge.worker" in process.cmdline() and str(studio.home) in str(process.environ())

    return next(those(works_there), None)
