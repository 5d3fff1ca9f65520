"""The canvas for everybody: keys in place of a mouse, menus, both themes, narrow screens, addresses."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot
from tests.browser.drawing import PIPELINE, Drawing, Drawings, contrast_of_wires
from tests.browser.running import PROJECT, done
from tests.support.waiting import until

SELECTED = re.compile(r"\bselected\b")


@pytest.fixture
def drawing(studio: Studio, page: Page, request: pytest.FixtureRequest) -> Drawing:
    name = re.sub(r"\W+", "-", request.node.name)[:60]
    made = Drawings(studio).make(page, name)
    expect(made.node("train")).to_be_visible()
    return made


def test_ux_21_keys_are_found_changed_and_kept_apart(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    search = sheet.get_by_role("textbox", name="Search shortcuts")
    search.fill("tidy")
    change = sheet.get_by_role("button", name="Change the keys of Tidy")
    expect(sheet.get_by_role("button", name=re.compile("^Change the keys"))).to_have_count(1)
    change.click()
    page.keyboard.press("Control+d")
    expect(sheet.get_by_role("alert")).to_contain_text("is taken by “Duplicate”")
    change.click()
    page.keyboard.press("Control+Shift+l")
    expect(change).to_contain_text("L")
    search.fill("")
    anew = sheet.get_by_role("button", name="Change the keys of Run everything anew")
    expect(anew).to_have_count(0)
    sheet.get_by_role("button", name=re.compile(r"^Show \d+ more commands")).click()
    expect(anew).to_contain_text("no key")
    search.fill("theme: dark")
    dark = sheet.get_by_role("button", name="Change the keys of Theme: dark")
    expect(dark).to_contain_text("no key")
    dark.click()
    page.keyboard.press("Control+Shift+l")
    expect(sheet.get_by_role("alert")).to_contain_text("is taken by “Tidy”")
    dark.click()
    page.keyboard.press("Alt+8")
    expect(dark).to_contain_text("8")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    before = drawing.content()["nodes"]
    page.keyboard.press("Control+Shift+L")
    drawing.written(lambda nodes: nodes["train"]["at"] != before["train"]["at"], "the tidied drawing")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("undo")
    expect(page.get_by_role("option").first).to_contain_text("Undo")
    page.keyboard.press("Enter")
    drawing.written(lambda nodes: nodes["train"]["at"] == before["train"]["at"], "the command was run")
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.keyboard.press("Alt+8")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_ux_09_ux_21_copy_and_paste_take_other_keys_and_leave_their_own(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    for command, keys in (("Copy", "Alt+c"), ("Paste", "Alt+v")):
        sheet.get_by_role("textbox", name="Search shortcuts").fill(command)
        said = page.get_by_text(f"Change the keys of {command}", exact=True)
        change = sheet.get_by_role("button").filter(has=said)
        change.click()
        page.keyboard.press(keys)
        expect(change).to_contain_text("Alt")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    drawing.select("load")
    page.evaluate("navigator.clipboard.writeText('kept')")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "kept"
    page.keyboard.press("Alt+c")
    until(lambda: '"Load"' in page.evaluate("navigator.clipboard.readText()"), "the node on the clipboard")
    page.keyboard.press("Control+v")
    page.keyboard.press("Alt+v")
    expect(drawing.node("load-2")).to_have_class(SELECTED)
    expect(drawing.nodes).to_have_count(4)


def test_ux_22_every_command_with_a_key_is_in_the_menu(drawing: Drawing) -> None:
    page = drawing.page
    drawing.select("train")
    page.keyboard.press("?")
    lines = page.get_by_role("dialog", name="Keyboard shortcuts").get_by_role(
        "button", name=re.compile("^Change the keys")
    )
    expect(lines.first).to_be_visible()
    texts = lines.locator(".hidden-words").all_inner_texts()
    words = {text.removeprefix("Change the keys of ") for text in texts}
    page.keyboard.press("Escape")
    expect(page.locator("[role=dialog], .mantine-Modal-overlay")).to_have_count(0)
    page.mouse.click(*drawing.grip("train"), button="right")
    expect(page.get_by_role("menuitem", name="Bypass")).to_be_visible()
    offered: set[str] = set()
    for group in page.locator("[role=menuitem][aria-haspopup]").all():
        group.focus()
        page.keyboard.press("ArrowRight")
        expect(group).to_have_attribute("aria-expanded", "true")
        inner = page.get_by_role("menu").filter(has_not=page.locator("[aria-haspopup]"))
        expect(inner.get_by_role("menuitem").first).to_be_visible()
        offered.update(text.split("\n")[0] for text in page.get_by_role("menuitem").all_inner_texts())
    assert len(words) > 30
    assert words - offered == set()


def test_ux_22_the_menu_offers_every_action_with_its_key(drawing: Drawing) -> None:
    page = drawing.page
    page.mouse.click(*drawing.grip("train"), button="right")
    menu = page.get_by_role("menu")
    for label, keys in (
        ("Bypass", "B"),
        ("Mute", "CtrlM"),
        ("Duplicate", "CtrlD"),
        ("Connect…", "C"),
    ):
        expect(menu.get_by_role("menuitem", name=label)).to_contain_text(keys)
    menu.get_by_role("menuitem", name="Duplicate").click()
    expect(drawing.node("train-2")).to_be_visible()


def test_ux_22_a_connection_is_selected_and_deleted_by_mouse_and_menu(drawing: Drawing) -> None:
    page = drawing.page
    wire = drawing.edge("load.images", "train.images")
    at = drawing.middle(wire)
    page.mouse.click(*at)
    expect(wire).to_have_class(SELECTED)
    expect(page.locator(".selected")).to_have_count(1)
    page.keyboard.press("Delete")
    expect(wire).to_have_count(0)
    drawing.written(lambda nodes: nodes["train"]["inputs"] == {"labels": "load.labels"}, "no connection")
    page.keyboard.press("Control+z")
    expect(wire).to_have_class(SELECTED)
    drawing.written(lambda nodes: "images" in nodes["train"]["inputs"], "the connection")
    page.mouse.click(*drawing.free())
    expect(wire).not_to_have_class(SELECTED)
    page.mouse.click(*at, button="right")
    offered = page.get_by_role("menuitem", name="Delete the connection")
    expect(offered).to_contain_text("Delete")
    expect(wire).to_have_class(SELECTED)
    page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    expect(wire).to_be_focused()
    page.mouse.click(*at, button="right")
    offered.click()
    expect(wire).to_have_count(0)
    expect(drawing.nodes).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(wire).to_have_class(SELECTED)


def test_ux_52_a_connection_is_reached_selected_and_deleted_by_keys(drawing: Drawing) -> None:
    page = drawing.page
    wire = drawing.edge("train.model", "saved.data")
    expect(wire).to_be_attached()
    drawing.node("load").focus()
    page.keyboard.press("Shift+Tab")
    expect(wire).to_be_focused()
    expect(wire).to_have_attribute("aria-roledescription", "connection")
    expect(wire).to_have_accessible_description(
        re.compile("Enter selects this connection, Delete removes it")
    )
    page.keyboard.press("ArrowLeft")
    expect(drawing.node("train")).to_be_focused()
    wire.focus()
    page.keyboard.press("Enter")
    expect(wire).to_have_class(SELECTED)
    page.keyboard.press("Shift+F10")
    offered = page.get_by_role("menuitem", name="Delete the connection")
    expect(offered).to_be_enabled()
    expect(page.get_by_role("menuitem", name="Select the connection")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(wire).to_be_focused()
    page.keyboard.press("Escape")
    expect(wire).not_to_have_class(SELECTED)
    page.keyboard.press("Delete")
    expect(wire).to_have_count(0)
    expect(drawing.node("saved")).to_be_focused()
    drawing.written(lambda nodes: "inputs" not in nodes["saved"], "no connection")
    page.keyboard.press("Control+z")
    expect(wire).to_be_attached()


def test_ux_21_what_is_chosen_in_the_palette_has_the_focus_that_it_takes(drawing: Drawing) -> None:
    page = drawing.page
    drawing.node("train").focus()
    for command, field in (
        ("Find in this pipeline", page.get_by_role("textbox", name="Find in this pipeline")),
        ("Add an operation", page.get_by_role("dialog", name="Add to the pipeline").get_by_role("combobox")),
    ):
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
        page.keyboard.type(command)
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        page.keyboard.type("bn")
        expect(field).to_have_value("bn")
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()
    expect(page.locator(".react-flow__node-note")).to_have_count(0)


def test_ux_21_asking_to_find_again_turns_to_the_field(drawing: Drawing) -> None:
    page = drawing.page
    field = page.get_by_role("textbox", name="Find in this pipeline")
    drawing.node("train").focus()
    page.keyboard.press("Control+f")
    expect(field).to_be_focused()
    drawing.node("train").focus()
    page.keyboard.press("Control+f")
    expect(field).to_be_focused()


def test_ux_52_a_pipeline_is_drawn_without_a_mouse(drawing: Drawing) -> None:
    page = drawing.page
    drawing.node("load").focus()
    page.keyboard.press("Tab")
    expect(drawing.node("train")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(drawing.node("load")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(drawing.node("train")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(drawing.node("saved")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(drawing.node("train")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.type("blur")
    page.keyboard.press("Enter")
    expect(drawing.node("blur")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    field = page.get_by_role("combobox", name="Which port of blur")
    expect(field).to_be_focused()
    page.keyboard.type("input image")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Where input image of blur goes")).to_be_focused()
    names = page.get_by_role("listbox", name="Ports that fit").locator("b").all_inner_texts()
    assert names[:2] == ["load.images", "load.labels"]
    page.keyboard.press("Enter")
    expect(drawing.edge("load.images", "blur.image")).to_be_attached()
    expect(drawing.node("blur")).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawing.node("blur")).to_have_class(SELECTED)


def test_ux_52_a_node_is_moved_and_read_out_without_a_mouse(drawing: Drawing) -> None:
    page = drawing.page
    drawing.node("load").focus()
    page.keyboard.press("Control+ArrowRight")
    expect(drawing.node("train")).to_be_focused()
    expect(drawing.node("train")).to_have_class(SELECTED)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    drawing.written(lambda nodes: nodes["train"]["at"] == [600, 20], "the place by keys")
    page.keyboard.press("Control+x")
    expect(drawing.node("train")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(drawing.node("train")).to_be_visible()
    drawing.node("saved").focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("complementary", name="Properties").get_by_label("Name", exact=True)
    expect(field).to_be_focused()
    drawing.node("train").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".react-flow__node.selected")).to_have_count(0)
    page.keyboard.press("Delete")
    expect(drawing.node("saved")).to_contain_text("problem")
    expect(drawing.node("saved")).to_have_accessible_description(
        re.compile("problem.*The input data of saved is not connected|There is no node", re.DOTALL)
    )


def test_ux_51_both_themes_are_legible_and_nothing_flashes(studio: Studio, open_page: OpenPage) -> None:
    files = {
        "operations/tell.py": """
            import pandas as pd

            def tell(data) -> pd.DataFrame:
                table = data
                return table
        """,
    }
    pipeline = """
        nodes:
          given: {operation: Input, attributes: {artifact: digits}, at: [0, 220]}
          load: {operation: Load, at: [0, 0]}
          blur: {operation: blur, bypass: true, inputs: {image: load.images}, at: [300, 0]}
          train: {operation: Train, mute: true, inputs: {images: blur, labels: load.labels}, at: [600, 0]}
          saved: {operation: Output, attributes: {name: net}, inputs: {data: train.model}, at: [900, 0]}
          tell: {operation: tell, inputs: {data: given.data}, at: [300, 220]}
          words: {operation: describe, inputs: {table: tell}, at: [600, 220]}
          kept: {operation: Output, attributes: {name: words}, inputs: {data: words}, at: [900, 220]}
    """
    for scheme, background in (("light", "rgb(246, 247, 249)"), ("dark", "rgb(20, 23, 28)")):
        page = open_page(scheme=scheme)
        drawing = Drawings(studio).make(page, f"theme-{scheme}", pipeline, **files)
        expect(drawing.node("kept")).to_be_visible()
        expect(page.get_by_role("tab", name=re.compile(r"Problems [1-9]"))).to_be_visible()
        assert_accessible(page)
        assert min(contrast_of_wires(page)) >= 3
        page.route(re.compile(r"/assets/(?!theme)[^/]*\.js$"), lambda route: route.abort())
        page.goto(drawing.address, wait_until="domcontentloaded")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == background


def test_ux_52_the_outline_mirrors_the_canvas_and_axe_finds_nothing_serious(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("o")
    tree = page.get_by_role("tree", name="Nodes of this pipeline")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    expect(tree.get_by_role("treeitem").nth(1)).to_contain_text("load.images")
    tree.get_by_role("treeitem").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(drawing.node("saved")).to_be_focused()
    expect(drawing.node("train")).to_have_attribute(
        "aria-label", "Train train; inputs images np.ndarray, labels np.ndarray; outputs model nn.Module"
    )
    assert_accessible(page, "#main")
    shoot(page, "canvas")


def test_ux_53_a_narrow_screen_shows_the_drawing(studio: Studio, open_page: OpenPage) -> None:
    page = open_page(width=320, height=640)
    lost = "      lost: {operation: Output, attributes: {name: lost}, at: [800, 200]}\n    "
    drawing = Drawings(studio).make(page, "narrow", PIPELINE + lost)
    expect(drawing.node("train")).to_be_visible()
    state = drawing.node("lost").locator("[id^=state-]")
    expect(state).to_contain_text("problem")
    mark = state.locator("svg").bounding_box()
    word = state.locator("svg + span").bounding_box()
    assert mark is not None
    assert mark["width"] >= 9, "the mark can be told apart"
    assert word is not None
    assert word["width"] < 1, "a word that cannot be read is not drawn"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    tools = page.get_by_role("toolbar", name="Canvas").get_by_role("button")
    expect(tools.last).to_be_in_viewport(ratio=1)
    tops = tools.evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 10
    assert len(set(tops)) == 1, "the tools are in one row"


def test_ux_58_the_address_names_the_node_that_is_selected(drawing: Drawing) -> None:
    page = drawing.page
    drawing.select("train")
    page.wait_for_url("**&node=train")
    page.reload()
    expect(drawing.node("train")).to_have_class(SELECTED)


def test_a_narrow_screen_keeps_the_details_the_tabs_and_the_jobs_apart(
    open_page: OpenPage, studio: Studio
) -> None:
    project = studio.add("narrow run", PROJECT)
    done(studio, project, "train")
    page = open_page(width=360, height=720)
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=train&node=train")
    details = page.get_by_role("button", name="Details")
    expect(page.get_by_role("link", name="Open the run")).to_be_in_viewport(ratio=1)
    expect(details).to_be_visible()
    box, drawer = details.bounding_box(), page.get_by_role("region", name="Run").bounding_box()
    assert box
    assert drawer
    assert box["y"] + box["height"] <= drawer["y"]
    details.click()
    panel = page.get_by_role("dialog", name="Details")
    panel.get_by_label("Name").fill("a.b")
    expect(panel).to_contain_text("A name has no dot")


def test_copied_code_becomes_an_operation_from_the_palette_of_the_canvas(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or run a command").fill("New operation of copied code")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New file")).to_contain_text("Code that I paste")
