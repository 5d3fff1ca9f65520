"""Moving on the canvas: selecting, nudging, tidying, snapping, finding, notes, many nodes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Studio, shoot_themes
from tests.browser.drawing import Drawing, Drawings, long_chain
from tests.support.waiting import until

SELECTED = re.compile(r"\bselected\b")


@pytest.fixture
def drawing(studio: Studio, page: Page, request: pytest.FixtureRequest) -> Drawing:
    name = re.sub(r"\W+", "-", request.node.name)[:60]
    made = Drawings(studio).make(page, name)
    expect(made.node("train")).to_be_visible()
    return made


def chosen(drawing: Drawing) -> list[str]:
    """The names of the nodes that are selected."""
    return sorted(drawing.page.locator(".react-flow__node.selected h4").all_inner_texts())


def test_ux_10_a_box_selects_shift_adds_and_arrows_nudge(drawing: Drawing) -> None:
    page = drawing.page
    load, train = drawing.node("load").bounding_box(), drawing.node("train").bounding_box()
    assert load
    assert train
    drawing.drag((load["x"] - 20, load["y"] - 20), (load["x"] + 30, load["y"] + 30))
    until(lambda: chosen(drawing) == ["load"], "the node in the box")
    page.keyboard.down("Shift")
    drawing.drag((train["x"] - 20, train["y"] - 30), (train["x"] + 30, train["y"] + 30))
    page.keyboard.up("Shift")
    until(lambda: chosen(drawing) == ["load", "train"], "both nodes")
    page.keyboard.press("ArrowDown")
    drawing.written(
        lambda nodes: nodes["load"]["at"] == [0, 20] and nodes["train"]["at"] == [400, 20], "one step"
    )
    page.keyboard.press("Shift+ArrowRight")
    drawing.written(lambda nodes: nodes["load"]["at"] == [200, 20], "ten steps")
    page.keyboard.press("Control+a")
    until(lambda: len(chosen(drawing)) == 3, "all nodes")


def test_ux_10_a_box_selects_the_connections_between_its_nodes_and_no_others(drawing: Drawing) -> None:
    page = drawing.page
    load, train = drawing.node("load").bounding_box(), drawing.node("train").bounding_box()
    assert load
    assert train
    top = min(load["y"], train["y"]) - 30
    connections = page.locator(".react-flow__edge.selected")
    drawing.drag((load["x"] - 20, top), (load["x"] + 30, load["y"] + 30), release=False)
    until(lambda: chosen(drawing) == ["load"], "the node in the box")
    expect(connections).to_have_count(0)
    page.mouse.move(train["x"] + 30, train["y"] + 30)
    until(lambda: chosen(drawing) == ["load", "train"], "both nodes")
    expect(connections).to_have_count(2)
    for port in ("images", "labels"):
        expect(drawing.edge(f"load.{port}", f"train.{port}")).to_have_class(SELECTED)
    page.mouse.move(load["x"] + 30, load["y"] + 30)
    until(lambda: chosen(drawing) == ["load"], "the box is smaller again")
    expect(connections).to_have_count(0)
    page.mouse.up()
    expect(connections).to_have_count(0)


def test_ux_11_tidy_glides_in_one_step_of_undo_and_keeps_what_is_pinned_or_not_selected(
    studio: Studio, page: Page
) -> None:
    page.clock.install()
    page.emulate_media(reduced_motion="no-preference")
    drawing = Drawings(studio).make(
        page,
        "tidy",
        """
        nodes:
          load: {operation: Load, pin: true, at: [300, 300]}
          blur: {operation: blur, inputs: {image: load.images}, at: [310, 310]}
          train: {operation: Train, inputs: {images: blur, labels: load.labels}, at: [290, 330]}
          first: {operation: blur, at: [300, 600]}
          second: {operation: blur, inputs: {image: first}, at: [300, 760]}
        """,
    )
    drawing.select("first")
    drawing.add_to_selection("second")
    with page.expect_worker(lambda worker: "elk-worker" in worker.url):
        page.keyboard.press("Shift+A")
    nodes = drawing.written(lambda nodes: nodes["second"]["at"] != [300, 760], "the tidied selection")
    assert nodes["first"]["at"][0] + 208 < nodes["second"]["at"][0]
    assert [nodes[name]["at"] for name in ("load", "blur", "train")] == [[300, 300], [310, 310], [290, 330]]
    page.keyboard.press("Escape")
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.keyboard.press("Shift+A")
    train = page.locator(".react-flow__node[data-id=n-train]")
    places = [train.get_attribute("style")]

    def frame() -> bool:
        page.clock.run_for(20)
        places.append(train.get_attribute("style"))
        return places[-1] != places[0]

    until(frame, "a node that glides")
    for _ in range(14):  # with the first one 300 ms
        frame()
    assert len(set(places)) > 4
    page.clock.resume()
    nodes = drawing.written(lambda nodes: nodes["train"]["at"] != [290, 330], "the tidied drawing")
    assert "translate({}px, {}px)".format(*nodes["train"]["at"]) in str(places[-1])
    assert nodes["load"]["at"] == [300, 300]
    assert nodes["load"]["at"][0] + 208 < nodes["blur"]["at"][0] < nodes["train"]["at"][0] - 208
    page.keyboard.press("Control+a")
    x, y = drawing.grip("train")
    drawing.drag((x, y), (x + 40, y + 90))
    moved = drawing.written(lambda after: after["train"]["at"] != nodes["train"]["at"], "the pull")
    assert moved["blur"]["at"] != nodes["blur"]["at"]
    assert moved["load"]["at"] == [300, 300]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    drawing.written(
        lambda nodes: nodes["train"]["at"] == [290, 330] and nodes["blur"]["at"] == [310, 310], "before"
    )


def test_ux_12_what_is_dragged_settles_in_line_and_alt_lets_it_go(studio: Studio, page: Page) -> None:
    drawing = Drawings(studio).make(
        page,
        "snapping",
        "nodes: {load: {operation: Load, at: [0, 0]}, blur: {operation: blur, at: [400, 203]}}",
    )
    expect(drawing.node("blur")).to_be_visible()
    grip, goal = drawing.grip("blur"), drawing.grip("load")
    drawing.drag(grip, (grip[0], goal[1] + 3), release=False)
    expect(page.locator("svg line").first).to_be_attached()
    page.mouse.up()
    drawing.written(lambda nodes: nodes["blur"]["at"][1] == 0, "the node in line")
    grip = drawing.grip("blur")
    page.keyboard.down("Alt")
    drawing.drag(grip, (grip[0] + 40, grip[1] + 3))
    page.keyboard.up("Alt")
    drawing.written(lambda nodes: nodes["blur"]["at"][1] not in (0, 203), "the node out of line")


def test_ux_12_equal_distances_are_told(studio: Studio, page: Page) -> None:
    drawing = Drawings(studio).make(
        page,
        "distances",
        """
        nodes:
          one: {operation: blur, at: [0, 0]}
          two: {operation: blur, at: [300, 0]}
          three: {operation: blur, at: [609, 300]}
        """,
    )
    expect(drawing.node("three")).to_be_visible()
    grip, goal = drawing.grip("three"), drawing.grip("two")
    drawing.drag(grip, (grip[0], goal[1]), release=False)
    expect(page.locator("svg[aria-hidden] path[d*='M']").first).to_be_attached()
    page.mouse.up()
    drawing.written(lambda nodes: nodes["three"]["at"][0] == 600, "the same distance")


def test_ux_13_the_map_toggles_with_m_and_goes_where_one_clicks_and_drags(studio: Studio, page: Page) -> None:
    drawing = Drawings(studio).make(
        page,
        "map",
        """
        nodes:
          load: {operation: Load, at: [0, 0]}
          blur: {operation: blur, at: [3000, 0]}
        """,
    )
    expect(drawing.node("blur")).to_be_visible()
    minimap = page.get_by_role("img", name="Map of the pipeline")
    expect(minimap).to_be_hidden()
    page.keyboard.press("m")
    expect(minimap).to_be_visible()
    expect(minimap.locator("circle")).to_have_count(1)
    page.keyboard.press("1")
    until(lambda: zoom(page) == 1.0, "100 %")
    left, right = minimap.locator("rect").first, minimap.locator("rect").last
    page.mouse.click(*drawing.middle(left))
    expect(drawing.node("load")).to_be_in_viewport()
    expect(drawing.node("blur")).not_to_be_in_viewport()
    page.mouse.click(*drawing.middle(right))
    expect(drawing.node("blur")).to_be_in_viewport()
    drawing.drag(drawing.middle(right), drawing.middle(left))
    expect(drawing.node("blur")).not_to_be_in_viewport()
    page.keyboard.press("m")
    expect(minimap).to_be_hidden()


def zoom(page: Page) -> float:
    transform = page.locator(".react-flow__viewport").evaluate(
        "element => new DOMMatrix(getComputedStyle(element).transform).a"
    )
    return round(float(transform), 3)


def centred(drawing: Drawing, name: str) -> bool:
    """Whether the middle of a node is at the middle of the canvas, from left to right."""
    return abs(drawing.middle(drawing.node(name))[0] - drawing.middle(drawing.canvas)[0]) < 40


def test_ux_14_keys_fit_the_view_and_find_in_nodes_values_and_code(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("-")
    page.keyboard.press("-")
    until(lambda: zoom(page) < 0.9, "a smaller drawing")
    page.keyboard.press("1")
    until(lambda: zoom(page) == 1.0, "100 %")
    drawing.select("load")
    page.keyboard.press(".")
    until(lambda: centred(drawing, "load"), "the selected node in the middle")
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    until(lambda: centred(drawing, "train"), "all nodes in view")
    page.keyboard.press("Control+f")
    field = page.get_by_role("textbox", name="Find in this pipeline")
    field.fill("count")
    expect(page.get_by_text(re.compile(r"^1 of \d"))).to_be_visible()
    field.press("Enter")
    expect(drawing.node("load")).to_have_class(SELECTED)
    field.fill("nn.Linear")
    field.press("Enter")
    expect(drawing.node("train")).to_have_class(SELECTED)
    expect(page.get_by_role("search")).to_contain_text("code line")
    field.fill("execute(self")
    count = page.get_by_role("search").get_by_role("status")
    for keys, told, name in (
        ("Enter", "1 of 2", "load"),
        ("Enter", "2 of 2", "train"),
        ("Enter", "1 of 2", "load"),
        ("Shift+Enter", "2 of 2", "train"),
    ):
        field.press(keys)
        expect(count).to_have_text(told)
        until(lambda name=name: centred(drawing, name) and chosen(drawing) == [name], f"{name} in the middle")
    field.press("Escape")
    expect(field).to_be_hidden()


def test_ux_18_bypass_and_mute_are_told_by_words_and_lines(studio: Studio, page: Page) -> None:
    drawing = Drawings(studio).make(
        page,
        "bypass",
        """
        nodes:
          load: {operation: Load, at: [0, 0]}
          blur: {operation: blur, inputs: {image: load.images}, at: [400, 0]}
        """,
    )
    drawing.select("blur")
    page.keyboard.press("b")
    expect(drawing.node("blur")).to_contain_text("bypassed")
    expect(drawing.node("blur").get_by_role("img", name="image gives what image takes")).to_be_attached()
    through = drawing.node("blur").get_by_role("img", name="image gives what image takes").locator("path")
    expect(through).to_have_css("stroke-dasharray", "4px, 4px")
    page.keyboard.press("Control+m")
    expect(drawing.node("blur")).to_contain_text("muted")
    page.keyboard.press("p")
    expect(drawing.node("blur").get_by_label("pinned")).to_be_visible()
    nodes = drawing.written(lambda nodes: nodes["blur"].get("pin"), "the marks")
    assert nodes["blur"]["bypass"] is True
    assert nodes["blur"]["mute"] is True
    why = page.get_by_text("blur is pinned. P unpins it.")
    x, y = drawing.grip("blur")
    drawing.drag((x, y), (x + 60, y + 80), release=False)
    expect(why).to_be_visible()
    page.mouse.up()
    expect(why).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(why).to_be_visible()
    page.keyboard.press("Control+a")
    until(lambda: len(chosen(drawing)) == 2, "both nodes")
    page.keyboard.press("ArrowDown")
    drawing.written(lambda nodes: nodes["load"]["at"] == [0, 20], "the step of the other one")
    assert drawing.content()["nodes"]["blur"]["at"] == [400, 0]


def test_ux_18_what_a_bypassed_node_lets_through_is_chosen(studio: Studio, page: Page) -> None:
    mix = """
        import numpy as np

        def mix(one: np.ndarray, two: np.ndarray) -> np.ndarray:
            both = one + two
            return both
    """
    drawing = Drawings(studio).make(
        page,
        "through",
        """
        nodes:
          load: {operation: Load, at: [0, 0]}
          mix: {operation: mix, bypass: true, inputs: {one: load.images, two: load.labels}, at: [400, 0]}
        """,
        **{"operations/mix.py": mix},
    )
    drawing.select("mix")
    field = page.get_by_role("complementary", name="Properties").get_by_label("both gives")
    expect(field).to_have_value("by rule")
    expect(drawing.node("mix").get_by_role("img", name="both gives what one takes")).to_be_attached()
    field.select_option("two")
    expect(drawing.node("mix").get_by_role("img", name="both gives what two takes")).to_be_attached()
    drawing.written(lambda nodes: nodes["mix"].get("through") == {"both": "two"}, "the choice")
    field.select_option("nothing")
    expect(drawing.node("mix").get_by_role("img", name="both gives nothing")).to_be_attached()
    page.mouse.click(*drawing.free())
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    drawing.written(lambda nodes: "through" not in nodes["mix"], "the rule again")


def test_ux_20_notes_are_markdown_without_html_and_stay_in_the_file(drawing: Drawing) -> None:
    page = drawing.page
    page.mouse.move(*drawing.free())
    page.keyboard.press("n")
    field = page.get_by_role("textbox", name="Text of the note, in Markdown")
    field.fill(
        "# Later\nTry a **wider** net <img src=x onerror=alert(1)>\n"
        "- [docs](https://example.org)\n- [no](javascript:alert(1))"
    )
    field.press("Control+Enter")
    note = page.locator(".react-flow__node-note")
    expect(note.get_by_role("heading", name="Later")).to_be_visible()
    expect(note.locator("strong")).to_have_text("wider")
    expect(note.locator("img")).to_have_count(0)
    expect(note.get_by_role("link")).to_have_count(1)
    box = note.bounding_box()
    assert box
    grip = (box["x"] + box["width"] - 12, box["y"] + box["height"] - 12)
    drawing.drag(grip, (grip[0] - 200, grip[1] - 40))
    until(lambda: (moved := note.bounding_box()) and moved["x"] < box["x"] - 100, "the note elsewhere")
    expect(note.locator("strong")).to_have_text("wider")
    until(
        lambda: any("wider" in one["text"] for one in (drawing.content().get("notes") or {}).values()),
        "the note",
    )


def test_a_double_click_opens_the_code_of_an_operation(drawing: Drawing) -> None:
    box = drawing.node("train").bounding_box()
    assert box is not None
    drawing.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] - 10)
    drawing.page.wait_for_url("**/code?path=operations%2Ftrain.py")


def test_an_empty_pipeline_offers_one_action(studio: Studio, page: Page) -> None:
    Drawings(studio).make(page, "empty", "nodes: {}")
    expect(page.get_by_text("This pipeline is empty")).to_be_visible()
    page.locator("[data-canvas]").get_by_role("button", name="Add an operation").first.click()
    expect(page.get_by_role("combobox", name="What to add")).to_be_focused()


def test_ux_54_three_hundred_nodes_are_drawn_and_one_change_draws_one_node(
    studio: Studio, page: Page
) -> None:
    drawing = Drawings(studio).make(page, "many", long_chain(300))
    expect(page.get_by_label("Map of the pipeline").locator("rect")).to_have_count(300)
    shoot_themes(page, "many-nodes")
    page.evaluate(
        """() => {
            window.touched = new Set();
            const note = ({target}) => {
                const element = target.nodeType === 1 ? target : target.parentElement;
                const node = element?.closest(".react-flow__node");
                if (node) window.touched.add(node.dataset.id);
            };
            const everything = {subtree: true, childList: true, characterData: true};
            const nodes = document.querySelector(".react-flow__nodes");
            new MutationObserver((found) => found.forEach(note)).observe(nodes, everything);
        }"""
    )
    page.keyboard.press("1")
    until(lambda: 0 < drawing.nodes.count() < 60, "only what is in view")
    rectangle = page.get_by_label("Map of the pipeline").locator("rect").last
    page.mouse.click(*drawing.middle(rectangle))
    expect(drawing.node("n299")).to_be_in_viewport()
    page.keyboard.press("Control+f")
    field = page.get_by_role("textbox", name="Find in this pipeline")
    field.fill("n150")
    field.press("Enter")
    field.press("Escape")
    expect(drawing.node("n150")).to_have_class(SELECTED)
    page.evaluate("window.touched.clear()")
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="Name of n150").fill("renamed")
    page.keyboard.press("Enter")
    expect(drawing.node("renamed")).to_be_visible()
    # The one behind it may say by its new name what it waits for.
    touched = set(page.evaluate("[...window.touched]"))
    assert {"n-n150"} <= touched <= {"n-n150", "n-n151"}
    page.add_init_script(
        """window.drawn = new Set();
        new MutationObserver(() => {
            for (const node of document.querySelectorAll(".react-flow__node")) drawn.add(node.dataset.id);
        }).observe(document, {subtree: true, childList: true});"""
    )
    page.reload()
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(drawing.node("renamed")).to_be_visible()
    assert page.evaluate("window.drawn.size") < 60


def test_ux_54_a_crowd_of_nodes_is_seen_as_boxes_and_each_as_a_whole_again(
    studio: Studio, page: Page
) -> None:
    drawing = Drawings(studio).make(page, "crowd", long_chain(501, wide=30))
    expect(drawing.node("n0")).to_contain_text("problem")
    page.keyboard.press(".")
    expect(page.locator(".react-flow__node > [class*=box]")).to_have_count(501)
    expect(page.locator(".react-flow__node h4, .react-flow__handle")).to_have_count(0)
    wires = page.locator(".react-flow__edge-path")
    expect(wires).to_have_count(500)
    first, last = (page.locator(f".react-flow__node[data-id=n-n{at}]") for at in (0, 500))
    expect(first).to_have_accessible_description(re.compile("problem.*image of n0 is not connected"))
    last.click()
    expect(last.locator("> div")).to_have_css("outline-style", "solid")
    page.keyboard.press(".")
    expect(drawing.node("n500").get_by_role("heading", name="n500")).to_be_in_viewport()
    expect(drawing.edge("n499.image", "n500.image")).to_be_attached()
    wire = drawing.edge("n499.image", "n500.image").locator("path").first.bounding_box()
    port = drawing.port("n500", "image", "input").bounding_box()
    assert wire
    assert port
    assert abs(wire["x"] + wire["width"] - port["x"] - port["width"] / 2) < 8
    assert abs(wire["y"] - port["y"] - port["height"] / 2) < 8  # it comes from further below
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    expect(wires).to_have_count(500)
