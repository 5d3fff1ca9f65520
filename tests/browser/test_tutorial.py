"""The tutorial, as a newcomer does it: from nothing to two runs side by side."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Studio, assert_accessible, shoot
from tests.browser.drawing import Drawing
from tests.support.waiting import until

KEEP_LOSSES = """() => {
    window.losses = new Set();
    new MutationObserver(() => {
        for (const cell of document.querySelectorAll("td")) {
            const shown = /\\bloss ([\\d.]+)/.exec(cell.textContent);
            if (shown) window.losses.add(Number(shown[1]));
        }
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""Keeps each loss that is shown from now on."""


def test_the_tutorial(page: Page, studio: Studio) -> None:
    # The link that `deepforge start` prints leads to an empty home, which has one thing to do.
    page.goto(studio.client.system.entry().url.replace("127.0.0.1", "localhost"))
    page.wait_for_url(f"{studio.url}/")
    expect(page.get_by_role("heading", name="Train your first network")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Start with digits").click()

    # The project's pipelines; there is one.
    page.wait_for_url("**/pipelines")
    project = studio.project("digits")
    page.get_by_role("link", name=re.compile("train")).first.click()
    page.wait_for_url("**/pipelines/edit?name=train")
    drawing = Drawing(studio, page, project, studio.projects / "digits", "train")
    expect(drawing.nodes).to_have_count(4)

    # Add an operation by typing its name, and say what it is for.
    page.mouse.dblclick(*drawing.free())
    page.get_by_role("combobox").fill("output")
    expect(page.get_by_role("option").first).to_contain_text("Output")
    page.keyboard.press("Enter")
    expect(drawing.nodes).to_have_count(5)
    drawing.select("output")
    page.get_by_role("textbox", name=re.compile("^name")).fill("accuracy")
    page.keyboard.press("Enter")

    # Connect it.
    source, target = drawing.port("evaluate", "accuracy", "output"), drawing.port("output", "data", "input")
    expect(source).to_be_visible()
    drawing.drag(drawing.middle(source), drawing.middle(target))
    expect(drawing.edge("evaluate.accuracy", "output.data")).to_be_attached()
    nodes = drawing.written(
        lambda found: "inputs" in found.get("output", {}), "the connection is in the file"
    )
    assert nodes["output"]["inputs"] == {"data": "evaluate.accuracy"}
    assert nodes["output"]["attributes"] == {"name": "accuracy"}

    # It lies where it was dropped, until all is tidied.
    dropped = nodes["output"]["at"]
    page.get_by_role("button", name="Tidy").click()
    drawing.written(lambda found: found["output"]["at"] != dropped, "the tidy drawing is in the file")

    # Run it, and see the loss move.
    page.evaluate(KEEP_LOSSES)
    page.keyboard.press("Control+Enter")
    expect(drawing.node("train")).to_contain_text("running")
    run = until(lambda: studio.client.runs.listing(project=project), "the run is there")[0].id
    for name in ("digits", "train", "evaluate", "model", "output"):
        expect(drawing.node(name)).to_contain_text("success")
    page.mouse.move(*drawing.free())
    losses = page.evaluate("[...window.losses]")
    assert len(losses) >= 3
    assert losses[-1] < losses[0]
    shoot(page, "trained")

    # The confusion matrix.
    page.get_by_role("tab", name="Figures").click()
    confusion = page.locator("figure", has_text="Confusion matrix")
    expect(confusion.locator(".js-plotly-plot .main-svg").first).to_be_visible()

    # The model, as a file of one's own.
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Artifacts").click()
    page.get_by_role("link", name="digits-convnet").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").or_(
            page.get_by_role("button", name="Download")
        ).first.click()
    assert downloading.value.suggested_filename.startswith("digits-convnet")
    assert (downloading.value.path()).stat().st_size > 10_000

    # Change an attribute: what is stale says why, the rest is kept.
    page.goto(drawing.address)
    drawing.node("train").get_by_role("heading", name="train").click()
    page.get_by_role("textbox", name="epochs").fill("3")
    page.keyboard.press("Enter")
    expect(drawing.node("train")).to_contain_text("stale")
    expect(drawing.node("digits")).not_to_contain_text("stale")
    expect(drawing.node("train")).to_contain_text("epochs 12 → 3")
    shoot(page, "stale")
    page.keyboard.press("Control+Enter")
    until(lambda: len(studio.client.runs.listing(project=project)) == 2, "a second run")
    expect(drawing.node("evaluate")).to_contain_text("success")
    newest = until(
        lambda: (
            (found := studio.client.runs.listing(project=project)[0]) and found.state == "success" and found
        ),
        "the second run has ended",
    )
    expect(drawing.node("digits")).to_contain_text("cached")
    shown = {job.name: job.cached for job in studio.client.runs.show(newest.id).jobs}
    assert (shown["digits"], shown["train"]) == (True, False)

    # The two side by side.
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Runs").click()
    for number in (run, newest.id):
        page.get_by_role("row").filter(has_text=number[-6:]).get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/runs/compare?runs=*")
    row = page.get_by_role("row").filter(has_text="train.epochs")
    expect(row).to_contain_text("12")
    expect(row).to_contain_text("3")
    shoot(page, "compared")
