"""What runs show, in a browser: logs, metrics and figures, live and of any length."""

# ruff: noqa: E501 - operations of the project are written as people write them

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.ids import ProjectId
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from tests.browser.conftest import PATIENCE, OpenPage, Studio, assert_accessible, shoot
from tests.support.waiting import until

expect.set_options(timeout=PATIENCE)
LINES = 1_000_000
PROJECT = {
    "operations/big.py": f'''
        """Prints very much."""

        def big(*, lines: int = {LINES}):
            import sys
            for start in range(0, lines, 1000):
                numbers = range(start, start + 1000)
                sys.stdout.write("".join(f"line {{n}} \\x1b[31mred\\x1b[0m word{{n % 1000}}.\\n" for n in numbers))
            print("x" * 10_000_000)
            print("the end")
            done = lines
            return done
        ''',
    "operations/fail.py": """
        def fail():
            import sys
            for step in range(1, 51):
                sys.stderr.write(f"\\r{step}/50")
            sys.stderr.write("\\n<img src=x onerror=alert(1)> see https://example.org/a.\\n")
            raise ValueError("no more")
        """,
    "operations/tell.py": '''
        """Goes on until a file is there, telling what the file says."""

        def tell(*, folder: str):
            import os, time, deepforge
            step = 0
            while not os.path.exists(os.path.join(folder, "stop")):
                wanted = int(open(os.path.join(folder, "count")).read() or 0)
                while step < wanted:
                    print(f"step {step}", flush=True)
                    deepforge.log(step=step, **{"train/loss": 1 / (step + 1), "val/loss": 2 / (step + 1)})
                    step += 1
                time.sleep(0.02)
            return step
        ''',
    "operations/draw.py": """
        def draw(*, points: int = 30_000):
            import base64, json, math, deepforge
            from deepforge.runtime.figure import publish
            png = base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            )
            for version in range(1, 4):
                lines = [{"type": "scatter", "x": [0, 1, 2], "y": [version, 0, version]}]
                document = {"data": lines, "layout": {"title": {"text": f"Version {version}"}}}
                publish("curve", "Curve", {"image/png": png, "application/vnd.plotly.v1+json": json.dumps(document).encode()})
            large = {"data": lines, "layout": {"meta": "x" * 50_000_000}}
            publish("large", "Large", {"application/vnd.plotly.v1+json": json.dumps(large).encode()})
            hostile = b"<h1>Hostile</h1><img src=/api/v1/session onerror='parent.stolen=1'>"
            hostile += b"<script>parent.stolen = document.cookie; fetch('/api/v1/session').then(() => parent.stolen = 2)</script>"
            hostile += b"<iframe src='/api/v1/session'></iframe><form action='/api/v1/runs' method=post><button>go</button></form>"
            hostile += b"<a href='javascript:parent.stolen=3' id=click>click</a><meta http-equiv=refresh content='0;url=/'>"
            publish("page", "Page", {"text/html": hostile})
            svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="parent.stolen=4"><circle id="dot" r="4"/>'
            publish("svg", "Vector", {"image/svg+xml": svg + b"<script>parent.stolen=5</script></svg>"})
            graph = deepforge.Graph("Fit")
            line = graph.line("a")
            for step in range(points):
                value = math.nan if step == 77 else math.inf if step == 99 else math.sin(step / 3000)
                deepforge.log(step=step, wave=value)
                if step % 100 == 0:
                    line.add(step, step)
            return points
        """,
    "pipelines/big.yaml": "nodes:\n  big: {operation: big}\n",
    "pipelines/fail.yaml": "nodes:\n  fail: {operation: fail}\n",
    "pipelines/tell.yaml": "nodes:\n  tell: {operation: tell}\n  again: {operation: tell}\n",
    "pipelines/draw.yaml": "nodes:\n  draw: {operation: draw}\n",
}


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """The project of these stories."""
    return studio.add("feedback", PROJECT)


def run_to_end(studio: Studio, project: ProjectId, pipeline: str) -> RunView:
    """A run of a pipeline that has ended; the same run again when there was one."""
    done = studio.client.runs.listing(project=project, pipeline=pipeline, limit=1)
    run = done[0].id if done else studio.client.runs.start(RunRequest(project, pipeline)).id
    until(lambda: studio.client.runs.show(run).state in RUN_ENDS, "the run's end", seconds=180)
    return studio.client.runs.show(run)


class Telling:
    """A run of two jobs that go on and tell what they are told to."""

    def __init__(self, studio: Studio, project: ProjectId, name: str) -> None:
        self.folder = studio.home / name
        self.folder.mkdir()
        self.go_to(0)
        attributes = {node: {"folder": str(self.folder)} for node in ("tell", "again")}
        self.run = studio.client.runs.start(RunRequest(project, "tell", attributes, cache=False))
        self.job = next(job.id for job in self.run.jobs if job.name == "tell")

    def go_to(self, count: int) -> None:
        """Have them tell so many steps in all."""
        (self.folder / "new").write_text(str(count))
        (self.folder / "new").replace(self.folder / "count")

    def stop(self) -> None:
        """Have them end."""
        (self.folder / "stop").touch()


def show(page: Page, studio: Studio, run: RunView, tab: str, job: str = "", line: int = 0) -> None:
    """Open a tab of the page of a run."""
    where = f"{studio.url}/projects/{run.project}/runs/{run.id}?tab={tab}"
    page.goto(where + (f"&job={job}" if job else "") + (f"#L{line}" if line else ""))


def log(page: Page) -> Locator:
    """The lines in view."""
    return page.get_by_role("log")


def test_ux_30_a_log_of_a_million_lines_shows_any_of_them_with_few_in_the_page(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    run = run_to_end(studio, project, "big")
    show(page, studio, run, "log")
    expect(log(page)).to_contain_text("the end")
    expect(log(page)).to_contain_text("cut here: the line has 10.0 MB")
    assert page.locator("[data-row]").count() < 150
    show(page, studio, run, "log", run.jobs[0].id, line=500_001)
    page.reload()
    expect(page.locator("[data-marked]")).to_contain_text("line 500000 red")
    log(page).focus()
    page.keyboard.press("Home")
    expect(log(page)).to_contain_text("line 0 red")
    page.keyboard.press("End")
    expect(log(page)).to_contain_text("the end")
    log(page).evaluate("(box) => { box.scrollTop = box.scrollHeight / 2 }")
    expect(log(page)).to_contain_text(re.compile(r"line (49|50)\d{4} red"))
    assert page.locator("[data-row]").count() < 150
    colour = page.get_by_text("red", exact=True).first.evaluate("(word) => getComputedStyle(word).color")
    assert colour == "rgb(179, 38, 30)"


def test_ux_30_a_log_is_searched_through_and_through(page: Page, studio: Studio, project: ProjectId) -> None:
    run = run_to_end(studio, project, "big")
    show(page, studio, run, "log")
    expect(log(page)).to_contain_text("the end")
    page.get_by_label("Search the log").fill("WORD777.")
    found = page.locator("search").get_by_role("status")
    expect(found).to_have_text(re.compile(r"1 of 1.000$"))
    expect(page.locator("[data-found]")).to_contain_text("line 777 red")
    page.keyboard.press("Enter")
    expect(page.locator("[data-found]")).to_contain_text("line 1777 red")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-found]")).to_contain_text("line 999777 red")
    page.get_by_label("Tell capitals apart").click()
    expect(found).to_have_text("nothing")


def test_ux_30_following_stops_when_somebody_scrolls_up_and_a_button_brings_it_back(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    telling = Telling(studio, project, "follow")
    telling.go_to(300)
    show(page, studio, telling.run, "log", telling.job)
    expect(log(page)).to_contain_text("step 299")
    telling.go_to(301)
    expect(log(page)).to_contain_text("step 300")
    log(page).hover()
    page.mouse.wheel(0, -2000)
    expect(page.get_by_role("button", name="Follow")).to_be_visible()
    shown = log(page).inner_text()
    telling.go_to(400)
    expect(page.get_by_role("log")).not_to_contain_text("step 399")
    until(
        lambda: studio.client.runs.log_lines(telling.run.id, telling.job, first=-1).total == 400,  # type: ignore[arg-type]
        "the lines",
    )
    assert log(page).inner_text() == shown
    page.get_by_role("button", name="Follow").click()
    expect(log(page)).to_contain_text("step 399")
    telling.go_to(401)
    expect(log(page)).to_contain_text("step 400")
    telling.stop()


def test_ux_30_the_logs_of_several_jobs_stand_under_one_another(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    telling = Telling(studio, project, "several")
    telling.go_to(3)
    show(page, studio, telling.run, "log", telling.job)
    expect(log(page)).to_contain_text("step 2")
    expect(log(page)).not_to_contain_text("again")
    page.get_by_role("button", name="tell", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="All jobs").click()
    page.keyboard.press("Escape")
    expect(log(page)).to_contain_text("again")
    expect(log(page).get_by_text("step 2", exact=True)).to_have_count(2)
    telling.stop()


def test_a_traceback_leads_to_the_code_and_nothing_printed_is_markup(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    run = run_to_end(studio, project, "fail")
    show(page, studio, run, "log")
    expect(log(page)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(log(page)).to_contain_text("50/50")
    expect(log(page)).not_to_contain_text("49/50")
    place = page.get_by_role("link", name=re.compile(r'File ".*operations.fail\.py", line \d+'))
    expect(place.first).to_have_attribute(
        "href", re.compile(rf"/projects/{project}/code\?path=operations%2Ffail.py&line=\d+")
    )
    expect(page.get_by_role("link", name="https://example.org/a", exact=True)).to_have_attribute(
        "rel", "noreferrer noopener"
    )
    with page.expect_download() as download:
        page.get_by_label("Download the log").click()
    assert "ValueError: no more" in download.value.path().read_text()
    assert_accessible(page, "[role=log]")


def test_ux_32_charts_of_one_kind_overlay_grow_live_and_are_zoomed_to_single_points(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    telling = Telling(studio, project, "charts")
    telling.go_to(50)
    show(page, studio, telling.run, "metrics", telling.job)
    chart = page.get_by_role("figure").filter(has_text="train/loss")
    expect(chart.get_by_role("row", name="train/loss")).to_contain_text("0.02")
    expect(chart.get_by_role("row", name="val/loss")).to_contain_text("0.04")
    canvas = chart.locator("canvas").element_handle()
    telling.go_to(100)
    expect(chart.get_by_role("row", name="train/loss")).to_contain_text("0.01")
    assert canvas is not None
    assert canvas.evaluate("(canvas) => canvas.isConnected")
    telling.stop()
    page.reload()
    expect(chart.locator("canvas")).to_be_visible()
    chart.locator(".u-over").hover(position={"x": 100, "y": 40})
    expect(chart.get_by_role("columnheader", name=re.compile(r"step \d+"))).to_be_visible()
    shoot(page, "metrics")
    assert_accessible(page, "figure")


def test_ux_32_zooming_asks_the_server_for_what_is_shown(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    run = run_to_end(studio, project, "draw")
    show(page, studio, run, "metrics")
    chart = page.get_by_role("figure").filter(has_text="wave")
    expect(chart).to_contain_text("places are no finite number")
    over = chart.locator(".u-over")
    box = over.bounding_box()
    assert box is not None
    with page.expect_request("**/api/v1/points") as asked:
        page.mouse.move(box["x"] + 5, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 40, box["y"] + 50, steps=4)
        page.mouse.up()
    wanted = asked.value.post_data_json
    assert 0 < wanted["last"] < 10_000
    expect(chart).to_have_attribute("data-zoomed", "true")
    keys = chart.get_by_role("application")
    keys.focus()
    for _ in range(4):
        with page.expect_request("**/api/v1/points") as asked:
            page.keyboard.press("+")
    deep = asked.value.post_data_json
    assert deep["last"] - deep["first"] < (wanted["last"] - wanted["first"]) / 10
    with page.expect_request("**/api/v1/points"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("0")
    expect(chart).not_to_have_attribute("data-zoomed", "true")
    page.get_by_role("button", name="Axes and smoothing").click()
    page.get_by_role("switch", name="Logarithmic y axis").click()
    expect(chart).to_contain_text("not above 0")
    page.get_by_role("switch", name="Logarithmic y axis").click()
    page.keyboard.press("Escape")
    chart.hover()
    chart.get_by_label("Export wave").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Every point as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert (len(lines), lines[0]) == (30_001, "run,job,metric,step,time,value")
    chart.get_by_label("Export wave").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Save as PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_figure_is_drawn_in_each_of_its_versions(page: Page, studio: Studio, project: ProjectId) -> None:
    run = run_to_end(studio, project, "draw")
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "unsafe-eval" in said.text else None)
    show(page, studio, run, "figures")
    figure = page.get_by_role("figure", name="Curve").or_(page.locator("figure", has_text="Curve")).first
    expect(figure).to_contain_text("3 of 3")
    expect(figure.locator(".js-plotly-plot .gtitle")).to_have_text("Version 3")
    assert_accessible(page, "figure:has(.js-plotly-plot)")
    figure.get_by_text("As drawn").click()
    page.reload()
    expect(figure.locator("img")).to_be_visible()
    expect(figure.locator(".js-plotly-plot")).to_have_count(0)
    figure.get_by_text("Interactive").click()
    expect(figure.locator(".js-plotly-plot .gtitle")).to_have_text("Version 3")
    slider = figure.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(figure).to_contain_text("2 of 3")
    expect(figure.locator(".js-plotly-plot .gtitle")).to_have_text("Version 2")
    figure.get_by_label("Follow the newest").click()
    expect(figure.locator(".js-plotly-plot .gtitle")).to_have_text("Version 3")
    slider.focus()
    page.keyboard.press("Home")
    figure.get_by_label("Play the versions").click()
    expect(figure).to_contain_text("3 of 3")
    large = page.locator("figure", has_text="Large")
    expect(large).to_contain_text("The interactive drawing has 50.0 MB")
    large.get_by_role("button", name="Draw it").click()
    expect(large.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    fit = page.locator("figure", has_text="Fit")
    expect(fit.locator("canvas").first).to_be_visible()
    assert refused == []


def test_nothing_of_a_hostile_figure_runs_or_reaches_the_editor(
    open_page: OpenPage, studio: Studio, project: ProjectId
) -> None:
    run = run_to_end(studio, project, "draw")
    page = open_page()
    inside: list[str] = []
    refused: list[str | None] = []
    page.on(
        "response",
        lambda given: inside.append(given.url) if given.frame != page.main_frame else None,
    )
    page.on(
        "requestfailed",
        lambda asked: refused.append(asked.failure) if asked.frame != page.main_frame else None,
    )
    show(page, studio, run, "figures")
    shown = page.locator("figure", has_text="Page")
    shown.scroll_into_view_if_needed()
    frame = shown.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Hostile")).to_be_visible()
    vector = page.locator("figure", has_text="Vector")
    vector.scroll_into_view_if_needed()
    expect(vector.frame_locator("iframe").locator("#dot")).to_be_attached()
    frame.locator("#click").click()
    frame.get_by_role("button", name="go").click()
    expect(frame.get_by_role("heading", name="Hostile")).to_be_visible()
    assert page.evaluate("window.stolen") is None
    assert [url for url in inside if "/figures/page?" not in url] == []
    assert set(refused) <= {"net::ERR_BLOCKED_BY_CSP", "csp"}, refused
    answer = page.request.get(f"{studio.url}/api/v1/runs/{run.id}/figures")
    hostile = next(one for one in answer.json() if one["figure"] == "page")
    alone = open_page()
    query = f"job={hostile['job']}&figure=page&version=1&media=text/html"
    alone.goto(f"{studio.url}/api/v1/runs/{run.id}/figures/page?{query}")
    expect(alone.get_by_role("heading", name="Hostile")).to_be_visible()
    assert alone.evaluate("window.origin") == "null"
