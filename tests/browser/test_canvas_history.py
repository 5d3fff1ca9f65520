"""The history on the canvas: what differs from a version, live; how it was; one node put back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot_themes
from tests.browser.drawing import Drawings

BEFORE = """
    nodes:
      load: {operation: Load, attributes: {count: 20}, at: [0, 60]}
      soft: {operation: blur, attributes: {radius: 2.5}, inputs: {image: load.images}, at: [330, -60]}
      train:
        operation: Train
        attributes: {epochs: 5}
        inputs: {images: soft, labels: load.labels}
        at: [660, 60]
      saved: {operation: Output, attributes: {name: net}, inputs: {data: train.model}, at: [990, 60]}
"""
NOW = """
    nodes:
      load: {operation: Load, attributes: {count: 20}, at: [0, 100]}
      train:
        operation: Train
        attributes: {epochs: 12}
        inputs: {images: load.images, labels: load.labels}
        resources: {cpus: 2}
        at: [660, 60]
      saved: {operation: Output, attributes: {name: net}, inputs: {data: train.model}, at: [990, 60]}
      rough: {operation: blur, attributes: {radius: 0.5}, inputs: {image: load.images}, at: [330, 260]}
"""


class Compared:
    """A pipeline that is open beside its history."""

    def __init__(self, studio: Studio, page: Page, name: str) -> None:
        self.page = page
        self.studio = studio
        self.project = studio.add(name, {"pipelines/main.yaml": BEFORE})
        self.name("Before the talk")
        self.drawing = Drawings(studio).make(page, name, NOW)
        expect(self.drawing.node("rough")).to_be_visible()
        self.panel = page.get_by_role("complementary", name="History")
        self.bar = page.get_by_role("region", name="Comparison")

    def name(self, title: str) -> None:
        """Keep the files as they are as a version of that name."""
        self.studio.client.projects.name_version(self.project, title, "now")

    def choose(self, title: str = "Before the talk") -> None:
        """Open the history and choose a version."""
        self.drawing.canvas.focus()
        self.page.keyboard.press("Shift+H")
        expect(self.panel).to_be_focused()
        self.version(title).click()
        expect(self.bar).to_contain_text("1 added")

    def version(self, title: str) -> Locator:
        """A line of the timeline."""
        return self.panel.get_by_role("button", name=title).and_(self.page.locator("[data-version]"))

    def change(self, name: str) -> Locator:
        """A change in the panel's list."""
        return self.panel.locator("[data-go]").filter(has_text=name)

    def mark(self, name: str) -> Locator:
        """What stands at a node that differs."""
        return self.page.locator(f'[data-mark][data-name="{name}"]')


def test_ux_50_the_canvas_shows_what_has_changed_since_a_version_while_people_edit(
    studio: Studio, page: Page
) -> None:
    it = Compared(studio, page, "changed")
    it.choose()
    expect(it.mark("rough")).to_have_attribute("data-mark", "added")
    expect(it.mark("soft")).to_have_attribute("data-mark", "removed")
    expect(it.mark("train")).to_contain_text("epochs 5 → 12; images soft → load.images; cpus default → 2")
    expect(it.page.locator("[data-mark]")).to_have_count(3)  # `load` was only moved
    expect(it.drawing.nodes).to_have_count(4)  # the ghost is no node
    card = page.locator("[data-change-card]")
    it.drawing.hover("train", card)
    expect(card).to_contain_text("train was changed")
    expect(card).to_contain_text("5 → 12")
    page.mouse.move(*it.drawing.free())
    expect(card).to_have_count(0)
    it.page.keyboard.press("F7")
    expect(it.bar).to_contain_text("1 of 3")
    it.bar.get_by_role("button", name="1 added").click()
    expect(it.bar).to_contain_text("3 of 3")
    expect(card).to_contain_text("rough was added")
    expect(it.change("rough")).to_have_attribute("aria-current", "true")
    it.change("rough").focus()
    page.keyboard.press("Shift+N")
    expect(it.bar).to_contain_text("2 of 3")
    expect(it.change("soft")).to_have_attribute("aria-current", "true")
    text = it.drawing.path.read_text()
    it.drawing.path.write_text(text.replace("count: 20", "count: 30"))
    expect(it.bar).to_contain_text("2 changed")
    expect(it.mark("load")).to_contain_text("count 20 → 30")
    page.get_by_role("button", name="Show the outline").click()
    tree = page.get_by_role("tree", name="Nodes of this pipeline")
    expect(tree.get_by_role("treeitem", name=re.compile("^soft"))).to_contain_text("removed")
    expect(tree.get_by_role("treeitem", name=re.compile("^rough"))).to_contain_text("added")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator(f"html[data-mantine-color-scheme={scheme}]")).to_have_count(1)
        assert_accessible(page, said=scheme)
    page.get_by_role("button", name="Hide the outline").click()
    it.change("train").click()
    expect(card).to_contain_text("train was changed")
    shoot_themes(page, "canvas-history")


def test_a_version_that_comes_to_lie_under_the_resting_pointer_is_not_compared_with(
    studio: Studio, page: Page
) -> None:
    it = Compared(studio, page, "resting")
    it.choose()
    before = it.version("Before the talk").bounding_box()
    it.drawing.path.write_text(it.drawing.path.read_text().replace("epochs: 12", "epochs: 13"))
    expect(it.mark("train")).to_contain_text("epochs 5 → 13")
    it.name("While they look")
    expect(it.version("While they look")).to_be_visible()
    assert before is not None
    under = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('[data-version]').textContent",
        [before["x"] + before["width"] / 2, before["y"] + before["height"] / 2],
    )
    assert "Before the talk" not in under, "the newer version has pushed it down"
    page.wait_for_timeout(600)  # longer than one has to rest on a version for the canvas to show it
    expect(it.bar).to_contain_text("Compared with Before the talk")
    expect(it.bar).to_contain_text("1 added")
    it.version("While they look").hover(position={"x": 5, "y": 5})
    expect(it.bar).to_contain_text("Nothing differs")  # pointed at, not chosen


def test_one_node_is_put_back_and_that_is_one_step_to_undo(studio: Studio, page: Page) -> None:
    it = Compared(studio, page, "put back")
    it.choose()
    it.panel.get_by_role("button", name="Put back soft").click()
    expect(it.drawing.node("soft")).to_be_visible()
    expect(it.mark("soft")).to_have_count(0)
    it.panel.get_by_role("button", name="Put back train").click()
    expect(it.bar).to_contain_text("1 change")
    expect(it.change("rough")).to_be_focused()
    nodes = it.drawing.written(lambda nodes: "resources" not in nodes["train"], "train as it was")
    assert nodes["train"]["inputs"] == {"images": "soft", "labels": "load.labels"}
    assert nodes["train"]["attributes"] == {"epochs": 5}
    assert nodes["soft"]["inputs"] == {"image": "load.images"}
    page.keyboard.press("Control+z")
    expect(it.mark("train")).to_be_visible()
    expect(it.drawing.node("soft")).to_be_visible()
    it.drawing.written(lambda nodes: nodes["train"]["attributes"] == {"epochs": 12}, "the step undone")
    it.panel.get_by_role("button", name="Restore this file").click()
    expect(it.bar).to_contain_text("Nothing differs")
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(it.mark("rough")).to_be_visible()


def test_ux_58_the_comparison_has_an_address_and_nobody_else_sees_it(
    studio: Studio, page: Page, open_page: OpenPage
) -> None:
    it = Compared(studio, page, "address")
    other = open_page()
    other.goto(it.drawing.address)
    it.choose()
    it.bar.get_by_text("Before", exact=True).click()
    drawn = page.get_by_role("img", name=re.compile("The pipeline in “Before the talk”: load, soft, train"))
    expect(drawn).to_be_visible()
    expect(it.drawing.node("rough")).to_be_hidden()
    it.drawing.canvas.focus()
    for key in ("Control+a", "Delete", "Control+v", "n"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Add an operation")).to_be_disabled()
    assert len(it.drawing.content()["nodes"]) == 4
    same = open_page()
    same.goto(page.url)
    expect(same.get_by_role("img", name=re.compile("The pipeline in “Before the talk”"))).to_be_visible()
    it.bar.get_by_text("Now", exact=True).click()
    expect(it.page.locator("[data-mark]")).to_have_count(0)
    expect(it.drawing.node("rough")).to_be_visible()
    it.bar.get_by_text("Difference", exact=True).click()
    expect(it.mark("rough")).to_be_visible()
    page.go_back()
    expect(it.bar).to_have_count(0)
    expect(it.panel).to_be_visible()
    page.go_back()
    expect(it.panel).to_have_count(0)
    expect(page.get_by_role("complementary", name="Properties")).to_be_visible()
    page.go_forward()
    expect(it.panel).to_be_visible()
    it.drawing.canvas.focus()
    page.keyboard.press("Escape")
    expect(it.panel).to_have_count(0)
    page.get_by_role("button", name="History of this pipeline").click()
    expect(it.panel).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="History of this pipeline")).to_be_focused()
    expect(other.locator(".react-flow__node-operation")).to_have_count(4)
    expect(other.locator("[data-mark], [data-comparison]")).to_have_count(0)


def test_a_version_that_cannot_be_drawn_says_so_and_is_still_compared_as_text(
    studio: Studio, page: Page, open_page: OpenPage
) -> None:
    project = studio.add("broken", {"pipelines/main.yaml": "nodes: [\n"})
    studio.client.projects.name_version(project, "Broken", "now")
    it = Compared(studio, page, "broken")
    it.drawing.canvas.focus()
    page.keyboard.press("Shift+H")
    it.version("Broken").click()
    expect(it.bar).to_contain_text("It cannot be drawn.")
    expect(it.panel.get_by_role("heading", name="This version cannot be drawn")).to_be_visible()
    it.panel.get_by_text("Text", exact=True).click()
    expect(it.panel.get_by_role("region", name="Difference of pipelines/main.yaml")).to_contain_text(
        "nodes: ["
    )
    page.goto(f"{it.drawing.address}&version={'0' * 40}")
    expect(it.panel.get_by_role("heading", name="This version cannot be shown")).to_be_visible()
    expect(it.panel.get_by_role("button", name="Restore this file")).to_have_count(0)
    it.panel.get_by_role("button", name="All versions").click()
    expect(it.bar).to_have_count(0)
    it.version("Before the talk").focus()
    expect(it.bar).to_contain_text("1 added")  # pointed at, not chosen
    narrow = open_page(width=360, height=720)
    narrow.goto(f"{it.drawing.address}&panel=history")
    drawer = narrow.get_by_role("dialog", name="History")
    drawer.get_by_role("button", name="Before the talk").and_(narrow.locator("[data-version]")).click()
    expect(drawer.get_by_role("button", name="Put back train")).to_be_visible()
    assert_accessible(narrow, "[role=dialog]")
    drawer.get_by_role("button", name="Close the history").click()
    expect(drawer).to_be_hidden()
    bar = narrow.get_by_role("region", name="Comparison")
    expect(bar).to_contain_text("1 removed")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360
    shoot_themes(narrow, "narrow-canvas-history")
    bar.get_by_role("button", name="Versions").click()
    expect(drawer).to_be_visible()
