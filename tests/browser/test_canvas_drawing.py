"""Drawing on the canvas: palette, connections, splicing, undo, clipboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Studio, sign_in
from tests.browser.drawing import Drawing, Drawings


@pytest.fixture
def drawing(studio: Studio, page: Page, request: pytest.FixtureRequest) -> Drawing:
    name = re.sub(r"\W+", "-", request.node.name)[:60]
    made = Drawings(studio).make(page, name)
    expect(made.node("train")).to_be_visible()
    return made


def add(drawing: Drawing, operation: str) -> None:
    """Add a node of an operation where nothing lies."""
    page = drawing.page
    page.mouse.dblclick(*drawing.free())
    field = page.get_by_role("combobox", name="What to add")
    expect(field).to_be_focused()
    field.fill(operation)
    expect(page.get_by_role("option", selected=True)).to_contain_text(operation)
    page.keyboard.press("Enter")
    expect(field).to_be_hidden()
    expect(drawing.node(operation)).to_be_visible()


CORNERS = """(port) => {
    const { borderRadius, transform } = getComputedStyle(port);
    return [borderRadius, new DOMMatrix(transform).b !== 0];
}"""
"""How far a shape's corners are rounded, and whether it stands on one."""


def assert_near(one: tuple[float, float], other: tuple[float, float]) -> None:
    """Whether two points of the window are about the same."""
    assert abs(one[0] - other[0]) < 60
    assert abs(one[1] - other[1]) < 160


def test_ux_01_a_double_click_opens_the_palette_there_and_enter_inserts(drawing: Drawing) -> None:
    page = drawing.page
    page.mouse.dblclick(*drawing.free())
    field = page.get_by_role("combobox", name="What to add")
    expect(field).to_be_focused()
    field.fill("blr")
    expect(page.get_by_role("option").first).to_contain_text("blur")
    page.keyboard.press("Enter")
    expect(field).to_be_hidden()
    expect(drawing.node("blur")).to_be_visible()
    assert_near(drawing.middle(drawing.node("blur")), drawing.free())
    assert drawing.written(lambda nodes: "blur" in nodes, "the new node")["blur"]["operation"] == "blur"


def test_ux_01_the_palette_of_all_commands_adds_operations_at_the_pointer(drawing: Drawing) -> None:
    page = drawing.page
    page.mouse.move(*drawing.free())
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    field = page.get_by_role("combobox", name="Search or run a command")
    x, y = drawing.middle(field)
    wide, high = drawing.free()
    assert abs(x - wide) < 300
    assert abs(y - high) < 300  # at the pointer, as far as there is room for it
    page.keyboard.type("blur")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Add blur")
    expect(page.get_by_role("option").filter(has_text="Operation").nth(1)).to_be_visible()
    page.keyboard.press("Enter")
    expect(drawing.node("blur")).to_be_visible()
    assert_near(drawing.middle(drawing.node("blur")), drawing.free())


def test_ux_01_space_opens_the_palette_and_escape_gives_the_focus_back(drawing: Drawing) -> None:
    page = drawing.page
    drawing.node("train").focus()
    x, y = drawing.spot(300, 40)
    page.mouse.move(x, y)
    page.keyboard.press("Space")
    expect(page.get_by_role("combobox", name="What to add")).to_be_focused()
    box = page.get_by_role("dialog", name="Add to the pipeline").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"])) == (round(x), round(y)), "it opens at the pointer"
    page.keyboard.press("Escape")
    expect(drawing.node("train")).to_be_focused()


def test_ux_02_a_connection_dropped_on_nothing_offers_what_fits_and_connects_it(drawing: Drawing) -> None:
    page = drawing.page
    drawing.pull(drawing.port("load", "images", "output"), drawing.free())
    expect(page.get_by_role("combobox", name="What to connect with images")).to_be_focused()
    names = page.get_by_role("listbox", name="Operations").get_by_role("option").locator("b")
    expect(names.filter(has_text="describe")).to_have_count(0)
    names.filter(has_text="blur").click()
    expect(drawing.edge("load.images", "blur.image")).to_be_attached()
    drawing.written(
        lambda nodes: nodes.get("blur", {}).get("inputs") == {"image": "load.images"}, "the connection"
    )


def test_a_connection_in_the_hand_stays_there_while_somebody_edits_an_operation(drawing: Drawing) -> None:
    page = drawing.page
    drawing.pull(drawing.port("load", "images", "output"), drawing.free(), release=False)
    file = drawing.path.parents[1] / "operations" / "train.py"
    file.write_text(file.read_text().replace("labels: np.ndarray)", "labels: np.ndarray, weights=None)"))
    expect(drawing.port("train", "weights", "input")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("combobox", name="What to connect with images")).to_be_focused()
    expect(page.locator("[data-welcome], [data-refused]")).to_have_count(0)


def test_ux_02_a_connection_pulled_out_of_an_input_takes_an_output_or_is_offered_what_gives_it(
    drawing: Drawing,
) -> None:
    page = drawing.page
    taking = drawing.port("train", "images", "input")
    drawing.pull(taking, drawing.port("load", "labels", "output"))
    expect(drawing.edge("load.labels", "train.images")).to_be_attached()
    drawing.written(lambda nodes: nodes["train"]["inputs"]["images"] == "load.labels", "the other output")
    drawing.pull(taking, drawing.spot(300, 40))
    expect(page.get_by_role("combobox", name="What to connect with images")).to_be_focused()
    names = page.get_by_role("listbox", name="Operations").get_by_role("option").locator("b")
    expect(names.filter(has_text="blur")).to_have_count(1)
    expect(names.filter(has_text="describe")).to_have_count(0)
    names.filter(has_text="Load").click()
    expect(drawing.edge("load-2.images", "train.images")).to_be_attached()
    expect(drawing.edge("load.labels", "train.images")).to_have_count(0)


def test_a_connection_is_plugged_elsewhere_by_its_ends_or_pulled_off(drawing: Drawing) -> None:
    """1. Its end goes to another port, in one step of undo. 2. It springs back when it is hardly moved.
    3. Its beginning goes to another output. 4. An end that is dropped on nothing takes it away.
    """
    page = drawing.page
    add(drawing, "blur")
    wire = drawing.edge("load.images", "train.images")
    end = drawing.end(wire, "input")
    moved = drawing.edge("load.images", "blur.image")
    drawing.pull(end, drawing.port("blur", "image", "input"))
    expect(moved).to_be_attached()
    drawing.written(lambda nodes: nodes["train"]["inputs"] == {"labels": "load.labels"}, "the end elsewhere")
    page.keyboard.press("Control+z")
    expect(wire).to_be_attached()
    expect(moved).to_have_count(0)

    x, y = drawing.middle(end)
    drawing.pull(end, (x - 9, y - 9))
    expect(wire.locator(".react-flow__edge-path")).to_be_attached()

    drawing.pull(drawing.end(wire, "output"), drawing.port("load", "labels", "output"))
    expect(drawing.edge("load.labels", "train.images")).to_be_attached()
    page.keyboard.press("Control+z")
    expect(wire).to_be_attached()

    warning = page.get_by_text("Release to remove the connection")
    drawing.pull(end, drawing.spot(300, 40), release=False)
    expect(warning).to_be_visible()
    page.mouse.up()
    expect(wire).to_have_count(0)
    expect(warning).to_have_count(0)
    expect(page.get_by_role("dialog", name="Add to the pipeline")).to_have_count(0)
    drawing.written(lambda nodes: nodes["train"]["inputs"] == {"labels": "load.labels"}, "no connection")
    page.keyboard.press("Control+z")
    expect(wire).to_be_attached()


def test_a_connection_dropped_on_nothing_becomes_a_new_operation_whose_code_opens(drawing: Drawing) -> None:
    """Once taken back from there by the toast, which leads back to the canvas, and once for good."""
    page = drawing.page
    file = drawing.path.parents[1] / "operations" / "make_it_sharp.py"

    def make() -> None:
        drawing.pull(drawing.port("load", "images", "output"), drawing.free())
        expect(page.get_by_role("combobox", name="What to connect with images")).to_be_focused()
        page.keyboard.type("make it sharp")
        page.get_by_role("option", name="New operation make it sharp").click()
        page.wait_for_url("**/code?path=operations%2Fmake_it_sharp.py")
        expect(page.locator(".cm-content")).to_contain_text("def make_it_sharp(data")

    make()
    told = page.get_by_role("status").filter(has_text="make_it_sharp is in operations/make_it_sharp.py.")
    told.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/pipelines/edit?name=main*")
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(drawing.node("load")).to_be_visible()
    expect(drawing.node("make-it-sharp")).to_have_count(0)
    assert not file.exists()
    page.get_by_role("button", name="Dismiss").click()
    make()
    page.go_back()
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(drawing.edge("load.images", "make-it-sharp.data")).to_be_attached()
    drawing.select("make-it-sharp")
    page.wait_for_url("**/pipelines/edit?name=main&node=make-it-sharp")


def test_ux_03_a_node_dropped_on_a_connection_goes_into_it_and_alt_takes_it_out(drawing: Drawing) -> None:
    page = drawing.page
    add(drawing, "blur")
    page.mouse.click(*drawing.spot(12, 12))
    expect(page.locator(".react-flow__node.selected")).to_have_count(0)
    drawing.drag(*way_into(drawing, "blur"))
    expect(drawing.edge("load.images", "blur.image")).to_be_attached()
    expect(drawing.edge("blur.image", "train.images")).to_be_attached()
    grip = drawing.grip("blur")
    page.keyboard.down("Alt")
    drawing.drag(grip, (grip[0], grip[1] + 260))
    page.keyboard.up("Alt")
    expect(drawing.edge("load.images", "train.images")).to_be_attached()
    expect(drawing.edge("load.images", "blur.image")).to_have_count(0)
    page.keyboard.press("Delete")
    add(drawing, "describe")
    start, aim = way_into(drawing, "describe")
    drawing.drag(start, aim, release=False)
    why = page.get_by_text(
        "It does not go in here: describe wants table: pd.DataFrame, but load gives images: np.ndarray"
    )
    expect(why).to_be_visible()
    expect(page.locator("path[class*=splicing]")).to_have_count(0)
    page.mouse.up()
    expect(why).to_be_visible()
    drawing.written(lambda nodes: "inputs" not in nodes["describe"], "a node that is connected with nothing")
    assert drawing.content()["nodes"]["train"]["inputs"]["images"] == "load.images"


def way_into(drawing: Drawing, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a node is taken hold of, and where it then lies on the connection from load to train."""
    grip, centre = drawing.grip(name), drawing.middle(drawing.node(name))
    load, train = drawing.port("load", "images", "output"), drawing.port("train", "images", "input")
    (fx, fy), (tx, ty) = drawing.middle(load), drawing.middle(train)
    return grip, ((fx + tx) / 2 + grip[0] - centre[0], (fy + ty) / 2 + grip[1] - centre[1])


def test_ux_04_ports_that_do_not_fit_are_dimmed_and_say_why(drawing: Drawing) -> None:
    page = drawing.page
    add(drawing, "describe")
    table = drawing.port("describe", "table", "input")
    expect(table).to_be_visible()
    drawing.pull(drawing.port("load", "images", "output"), table, release=False)
    expect(table).to_have_attribute("data-refused", "")
    expect(table).to_have_css("opacity", "0.3")
    reason = page.get_by_text("describe wants table: pd.DataFrame, but load gives images: np.ndarray")
    expect(reason).to_be_visible()
    page.mouse.up()
    expect(drawing.edge("load.images", "describe.table")).to_have_count(0)
    expect(table).not_to_have_attribute("data-refused", "")


def test_ux_05_ports_have_shapes_and_tell_their_type_and_producer(drawing: Drawing) -> None:
    add(drawing, "describe")
    shapes = [
        drawing.port("train", "images", "input"),
        drawing.port("train", "model", "output"),
        drawing.port("describe", "table", "input"),
    ]
    assert [one.get_attribute("data-shape") for one in shapes] == ["round", "diamond", "square"]
    assert [one.evaluate(CORNERS) for one in shapes] == [["50%", False], ["2px", True], ["2px", False]]
    colours = [one.evaluate("port => getComputedStyle(port).backgroundColor") for one in shapes]
    assert len(set(colours)) == 3
    card = drawing.page.get_by_role("tooltip")
    drawing.point(drawing.port("train", "images", "input"), card.filter(has_text="load.images"))
    expect(card).to_contain_text("np.ndarray")


def test_ux_05_ux_52_shapes_of_what_went_through_are_read_out_of_nodes_and_shown_at_ports(
    drawing: Drawing,
) -> None:
    page = drawing.page
    asked: list[str] = []
    page.on("request", lambda one: asked.extend(re.findall(r"/previews/(\w+)", one.url)))
    drawing.select("load")
    page.keyboard.press("Alt+Enter")
    expect(drawing.node("load")).to_contain_text("success")
    page.keyboard.press("Escape")
    assert asked == []
    page.keyboard.press("ArrowRight")
    read = "images 20 × 8 float64, labels 20 float64"
    said = page.get_by_role("status").filter(has_text=f"input {read}")
    expect(said).to_be_attached()
    expect(drawing.node("train")).to_have_accessible_description(re.compile(f"will run.*input {read}"))
    many = len(set(asked))
    page.keyboard.press("ArrowLeft")
    expect(drawing.node("load")).to_have_accessible_description(re.compile(f"success.*output {read}"))
    page.keyboard.press("o")
    line = page.get_by_role("tree", name="Nodes of this pipeline").get_by_role("treeitem").nth(1)
    expect(line).to_contain_text(f"input {read}")
    assert many == len(set(asked)) == 2
    for node, side in (("load", "output"), ("train", "input")):
        page.mouse.move(*drawing.spot(8, 8))
        card = page.get_by_role("tooltip")
        drawing.point(drawing.port(node, "images", side), card.filter(has_text="Shape20 × 8"))
        expect(card).to_contain_text("Elementsfloat64")


def test_ux_06_a_circle_is_refused_and_its_path_is_named(studio: Studio, page: Page) -> None:
    drawing = Drawings(studio).make(
        page,
        "circle",
        """
        nodes:
          first: {operation: blur, at: [0, 0]}
          second: {operation: blur, inputs: {image: first}, at: [400, 0]}
          third: {operation: blur, inputs: {image: second}, at: [800, 0]}
        """,
    )
    expect(drawing.node("third")).to_be_visible()
    outputs = drawing.node("third").locator('[data-side="output"] .react-flow__handle')
    start = drawing.port("first", "image", "input")
    drawing.pull(outputs, start, release=False)
    drawing.point(start, page.get_by_text("third → first → second → third"))
    page.mouse.up()
    assert "inputs" not in drawing.content()["nodes"]["first"]


def test_ux_07_undo_takes_back_a_whole_gesture_and_restores_the_selection(drawing: Drawing) -> None:
    page = drawing.page
    before = drawing.content()["nodes"]["train"]["at"]
    x, y = drawing.grip("train")
    drawing.drag((x, y), (x + 40, y + 170))
    drawing.written(lambda nodes: nodes["train"]["at"] != before, "the move")
    drawing.select("load")
    page.keyboard.press("Delete")
    expect(drawing.node("load")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(drawing.node("load")).to_have_class(re.compile(r"\bselected\b"))
    expect(drawing.edge("load.images", "train.images")).to_be_attached()
    page.keyboard.press("Control+z")
    drawing.written(lambda nodes: nodes["train"]["at"] == before, "the place before")
    page.keyboard.press("Control+y")
    drawing.written(lambda nodes: nodes["train"]["at"] != before, "the move again")
    page.keyboard.press("Control+Shift+z")
    expect(drawing.node("load")).to_have_count(0)
    page.keyboard.press("Control+z")
    drawing.select("train")
    field = page.get_by_role("complementary", name="Properties").get_by_label("epochs", exact=True)
    field.fill("7")
    field.press("Enter")
    drawing.written(lambda nodes: nodes["train"].get("attributes") == {"epochs": 7}, "the value")
    page.mouse.click(*drawing.free())
    page.keyboard.press("Control+z")
    drawing.written(lambda nodes: "attributes" not in nodes["train"], "no value")
    expect(drawing.node("train")).to_have_class(re.compile(r"\bselected\b"))
    assert "# What people wrote stays." in drawing.path.read_text()


def test_ux_07_undo_goes_on_after_a_look_elsewhere(studio: Studio, page: Page) -> None:
    page.clock.install()
    drawing = Drawings(studio).make(page, "elsewhere")
    expect(drawing.node("train")).to_be_visible()
    before = drawing.content()["nodes"]["train"]["at"]
    x, y = drawing.grip("train")
    drawing.drag((x, y), (x + 40, y + 170))
    drawing.written(lambda nodes: nodes["train"]["at"] != before, "the move")
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    page.clock.fast_forward(20_000)
    page.go_back()
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(drawing.node("train")).to_be_visible()
    page.keyboard.press("Control+z")
    drawing.written(lambda nodes: nodes["train"]["at"] == before, "the place before")


def test_ux_08_undo_leaves_what_somebody_else_did(drawing: Drawing, open_page: OpenPage) -> None:
    other = Drawing(drawing.studio, open_page(), drawing.project, drawing.path.parents[1])
    expect(other.node("train")).to_be_visible()
    drawing.select("train")
    drawing.page.keyboard.press("b")
    expect(other.node("train")).to_contain_text("bypassed")
    other.select("load")
    other.page.keyboard.press("Control+d")
    expect(drawing.node("load-2")).to_be_visible()
    drawing.page.keyboard.press("Control+z")
    expect(other.node("train")).not_to_contain_text("bypassed")
    expect(drawing.node("load-2")).to_be_visible()
    expect(other.node("load-2")).to_be_visible()


def test_ux_09_nodes_are_copied_to_another_tab_project_and_server_by_the_clipboard(
    drawing: Drawing, studio: Studio, tmp_path: Path
) -> None:
    page = drawing.page
    drawing.select("load")
    drawing.add_to_selection("train")
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    page.keyboard.press("Control+c")
    elsewhere = Studio(tmp_path)
    elsewhere.start()
    try:
        sign_in(page.context, elsewhere)
        for server in (studio, elsewhere):
            tab = page.context.new_page()
            there = Drawings(server).make(tab, "clipboard-there", "nodes: {}")
            expect(tab.get_by_text("This pipeline is empty")).to_be_visible()
            tab.keyboard.press("Control+v")
            expect(there.edge("load.images", "train.images")).to_be_attached()
            nodes = there.written(lambda nodes: "train" in nodes, "what was pasted")
            assert nodes["load"]["attributes"] == {"count": 20}
            tab.close()
    finally:
        elsewhere.stop()


def test_ux_09_incoming_connections_are_kept_on_request(drawing: Drawing) -> None:
    page = drawing.page
    drawing.select("train")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(drawing.node("train-2")).to_be_visible()
    expect(drawing.edge("load.images", "train-2.images")).to_have_count(0)
    page.keyboard.press("Control+Shift+v")
    expect(drawing.edge("load.images", "train-3.images")).to_be_attached()
    drawing.select("load")
    page.keyboard.press("Control+d")
    expect(drawing.node("load-2")).to_have_class(re.compile(r"\bselected\b"))


def test_ux_09_python_that_is_pasted_becomes_an_operation_and_undo_takes_it_back(drawing: Drawing) -> None:
    """1. It is pasted, and the toast takes it back, node and file. 2. It is pasted once more; after a look at
    its code Ctrl+Z takes both away. 3. Ctrl+Shift+Z brings both, and the file is edited: now it stays."""
    page = drawing.page
    code = "def sharpen(image, *, amount=2.0):\n    sharp = image * amount\n    return sharp\n"
    file = drawing.path.parents[1] / "operations" / "sharpen.py"
    port = drawing.port("sharpen", "image", "input")
    made = page.get_by_role("status").filter(has_text="sharpen was made of the pasted code")
    deleted = page.get_by_role("status").filter(has_text="operations/sharpen.py is deleted again.")

    def gone() -> None:
        expect(drawing.node("sharpen")).to_have_count(0)
        expect(deleted).to_be_visible()
        assert not file.exists()
        deleted.get_by_role("button", name="Dismiss").click()

    def back() -> None:
        page.keyboard.press("Control+Shift+z")
        expect(port).to_be_visible()
        assert file.read_text() == code

    page.evaluate("text => navigator.clipboard.writeText(text)", code)
    page.mouse.click(*drawing.free())
    page.keyboard.press("Control+v")
    expect(port).to_be_visible()
    assert file.read_text() == code
    made.get_by_role("button", name="Undo").click()
    gone()
    page.keyboard.press("Control+v")
    expect(port).to_be_visible()
    made.get_by_role("button", name="Open").click()
    page.wait_for_url("**/code?path=operations%2Fsharpen.py")
    expect(page.locator(".cm-content")).to_contain_text("sharp = image * amount")
    page.go_back()
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(port).to_be_visible()
    page.keyboard.press("Control+z")
    gone()
    back()
    file.write_text(f"# Mine.\n{code}")
    page.keyboard.press("Control+z")
    expect(drawing.node("sharpen")).to_have_count(0)
    expect(page.get_by_text("operations/sharpen.py stays: it was edited since.")).to_be_visible()
    assert file.read_text() == f"# Mine.\n{code}"


def test_ux_56_an_operation_that_is_not_here_keeps_its_data(studio: Studio, page: Page) -> None:
    pipeline = """
        nodes:
          load: {operation: Load, at: [0, 0]}
          odd: {operation: Elsewhere, attributes: {depth: 3}, inputs: {thing: load.images}, at: [400, 0]}
    """
    drawing = Drawings(studio).make(page, "placeholder", pipeline)
    expect(drawing.node("odd")).to_contain_text("Elsewhere is not here")
    expect(drawing.edge("load.images", "odd.thing")).to_be_attached()
    drawing.select("odd")
    page.keyboard.press("Control+m")
    nodes = drawing.written(lambda nodes: nodes["odd"].get("mute"), "the mark")
    assert nodes["odd"]["attributes"] == {"depth": 3}


def test_names_that_cannot_be_are_refused_in_words_and_nothing_is_lost(drawing: Drawing) -> None:
    page = drawing.page
    field = page.get_by_role("textbox", name="Name of train")
    for name, reason in (
        ("../secret", "A name has no dot, slash, backslash or equals sign in it."),
        ("a/b", "A name has no dot, slash, backslash or equals sign in it."),
        ("x" * 300, "A name has at most 200 characters."),
        ("  ", "A node needs a name."),
        ("load", "There is a node load already."),
    ):
        drawing.select("train")
        page.keyboard.press("F2")
        field.fill(name)
        expect(
            drawing.node("train").or_(page.locator(".react-flow__node")).get_by_role("alert")
        ).to_have_text(reason)
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(drawing.node("train")).to_be_visible()
    page.keyboard.press("F2")
    field.fill("a/b")
    page.mouse.click(*drawing.free())
    expect(page.get_by_text("train keeps its name.")).to_be_visible()
    expect(drawing.edge("load.images", "train.images")).to_be_attached()
    drawing.select("train")
    page.keyboard.press("F2")
    field.fill("train 🚂 naïve")
    page.keyboard.press("Enter")
    nodes = drawing.written(lambda nodes: "train 🚂 naïve" in nodes, "the name")
    assert nodes["saved"]["inputs"] == {"data": "train 🚂 naïve.model"}


def test_a_file_that_cannot_be_read_is_shown_as_text_until_it_can(drawing: Drawing) -> None:
    page = drawing.page
    good = drawing.path.read_text()
    broken = "<<<<<<< ours\n" + good + "=======\n>>>>>>> theirs\n"
    drawing.path.write_text(broken)
    expect(page.get_by_role("alert")).to_contain_text("cannot be drawn")
    expect(page.get_by_role("textbox", name="Text of pipelines/main.yaml")).to_contain_text("<<<<<<< ours")
    assert drawing.path.read_text() == broken
    drawing.path.write_text(good)
    expect(drawing.node("train")).to_be_visible()
