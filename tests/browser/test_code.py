"""Code in the editor: files, live text, the interface both ways, problems, names, failures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot
from tests.browser.drawing import Drawing
from tests.support.waiting import until

SCALE = '''
"""Scaling."""

from utils.maths import times


class Scale:
    """Scale numbers."""

    def __init__(self, factor: float = 2.0):
        self.factor = factor

    def execute(self, numbers: list[float]) -> list[float]:
        scaled = times(numbers, self.factor)
        return scaled
'''
MAKE = """
def make(*, count: int = 3) -> list[float]:
    numbers = [float(number) for number in range(count)]
    return numbers
"""
MATHS = '''
def times(values, factor):
    """Every value times the factor."""
    return [value * factor for value in values]
'''
PIPELINE = """
nodes:
  make: {operation: make}
  scale: {operation: Scale, inputs: {numbers: make.numbers}}
"""


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Each test has a project of its own."""
    return "".join(letter for letter in request.node.name if letter.isalnum() or letter == "_")[:60]


@pytest.fixture
def project(studio: Studio, name: str) -> ProjectId:
    return studio.add(
        name,
        {
            "operations/scale.py": SCALE.lstrip(),
            "operations/make.py": MAKE.lstrip(),
            "utils/maths.py": MATHS.lstrip(),
            "pipelines/main.yaml": PIPELINE,
        },
    )


@pytest.fixture
def folder(studio: Studio, name: str, project: ProjectId) -> Path:
    return studio.projects / name


@pytest.fixture
def opened(page: Page, studio: Studio, project: ProjectId) -> Callable[..., Page]:
    def show(path: str = "operations/scale.py", line: int | None = None, on: Page = page) -> Page:
        more = f"&line={line}" if line else ""
        on.goto(f"{studio.url}/projects/{project}/code?path={path}{more}")
        expect(text(on)).to_be_visible()
        return on

    return show


Opened = Callable[..., Page]


def text(page: Page) -> Locator:
    """The text that is edited."""
    return page.locator(".cm-content")


def asked(page: Page) -> Locator:
    """The dialog that is open."""
    return page.get_by_role("dialog")


def interface(page: Page) -> Locator:
    return page.get_by_role("region", name="Interface")


def saved(file: Path, words: str) -> str:
    """The file, once it says something."""
    return until(lambda: words in (found := file.read_text()) and found, f"{words!r} in {file.name}")


def go_to(page: Page, words: str) -> None:
    """Put the cursor behind the first of some words."""
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    field = page.locator(".cm-search [name=search]")
    expect(field).to_be_focused()
    field.select_text()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    page.keyboard.press("ArrowRight")


def test_ux_45_the_ports_follow_the_source_and_the_source_follows_the_ports(
    opened: Opened, folder: Path, studio: Studio, project: ProjectId
) -> None:
    page = opened()
    panel = interface(page)
    expect(panel.get_by_role("heading", name="Scale")).to_be_visible()

    go_to(page, "numbers: list[float]")
    page.keyboard.type(", bias: float = 0.0")
    expect(panel.get_by_role("region", name="Inputs").get_by_role("listitem")).to_contain_text(
        ["numbers", "bias"]
    )
    saved(folder / "operations" / "scale.py", "bias: float = 0.0")
    scale = until(
        lambda: next(
            (one for one in studio.client.projects.show(project).operations if len(one.inputs) == 2), None
        )
    )
    assert [port.name for port in scale.inputs] == ["numbers", "bias"]

    before = (folder / "operations" / "scale.py").read_text()
    panel.get_by_role("button", name="Add output").click()
    asked(page).get_by_label("Name", exact=True).fill("report")
    asked(page).get_by_role("button", name="Add", exact=True).click()
    expect(panel.get_by_role("region", name="Outputs")).to_contain_text("report")
    after = saved(folder / "operations" / "scale.py", "return scaled, report")
    assert "report = None" in after
    assert "-> tuple[list[float], object]:" in after
    go_to(page, "class Scale")
    page.keyboard.press("Control+z")
    until(lambda: (folder / "operations" / "scale.py").read_text() == before, "one step takes it all back")
    expect(panel.get_by_role("region", name="Outputs")).not_to_contain_text("report")


def test_ux_45_a_source_that_cannot_be_read_keeps_its_last_interface_and_shows_the_line(
    opened: Opened,
) -> None:
    page = opened()
    panel = interface(page)
    expect(panel).to_have_attribute("data-current", "true")
    go_to(page, "def execute(")
    page.keyboard.type("((")
    expect(panel).to_have_attribute("data-current", "false")
    expect(panel.get_by_role("alert")).to_contain_text("line 12")
    expect(panel.get_by_role("region", name="Inputs")).to_contain_text("numbers")
    expect(page.get_by_role("region", name="Problems")).to_contain_text("error")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(panel).to_have_attribute("data-current", "true")


def test_ux_45_an_open_canvas_follows_the_code_and_connections_follow_their_ports(
    opened: Opened, open_page: OpenPage, folder: Path, studio: Studio, project: ProjectId
) -> None:
    page = opened()
    canvas = Drawing(studio, open_page(), project, folder)
    expect(canvas.edge("make.numbers", "scale.numbers")).to_have_count(1)
    pipeline = canvas.path.read_text()

    interface(page).get_by_role("button", name="numbers").click()
    asked(page).get_by_label("Name", exact=True).fill("values")
    asked(page).get_by_label("Type", exact=True).fill("list")
    asked(page).get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("numbers is now values, in 1 pipeline too.")).to_be_visible()
    saved(folder / "operations" / "scale.py", "def execute(self, values: list) -> list[float]:")
    saved(canvas.path, "inputs: {values: make.numbers}")
    expect(canvas.edge("make.numbers", "scale.values")).to_have_count(1)

    page.get_by_role("button", name="Undo").click()
    saved(folder / "operations" / "scale.py", "def execute(self, numbers: list[float]) -> list[float]:")
    until(lambda: canvas.path.read_text() == pipeline, "the pipeline is as it was")
    expect(canvas.edge("make.numbers", "scale.numbers")).to_have_count(1)

    opened("operations/make.py")
    go_to(page, "    numbers")
    page.keyboard.press("F2")
    asked(page).get_by_label("New name").fill("made")
    asked(page).get_by_role("button", name="Rename", exact=True).click()
    saved(canvas.path, "inputs: {numbers: make.made}")
    expect(canvas.edge("make.made", "scale.numbers")).to_have_count(1)

    opened("operations/scale.py")
    go_to(page, "numbers: list[float]")
    page.keyboard.type(", bias: float = 0.0")
    expect(canvas.port("scale", "bias", "input")).to_have_count(1)
    go_to(page, "self, num")
    page.keyboard.type("erous_num")
    expect(canvas.port("scale", "numerous_numbers", "input")).to_have_count(1)
    expect(canvas.node("scale")).to_contain_text("no such input")
    wire = canvas.edge("make.made", "scale.numbers").locator(".react-flow__edge-path")
    expect(wire).to_have_css("stroke", "rgb(201, 42, 48)")  # it dangles: still drawn, and marked
    assert wire.evaluate("path => path.getTotalLength()") > 30
    assert "inputs: {numbers: make.made}" in canvas.path.read_text()
    for _ in range(9):
        page.keyboard.press("Backspace")
    expect(canvas.node("scale")).not_to_contain_text("no such input")
    expect(wire).not_to_have_css("stroke", "rgb(201, 42, 48)")


def test_ux_45_renaming_an_operation_takes_its_pipelines_along_and_back(opened: Opened, folder: Path) -> None:
    page = opened()
    interface(page).get_by_role("button", name="Rename the operation").click()
    asked(page).get_by_label("Name, in pipelines too").fill("Stretch")
    asked(page).get_by_role("button", name="Rename", exact=True).click()
    saved(folder / "operations" / "scale.py", "class Stretch:")
    saved(folder / "pipelines" / "main.yaml", "operation: Stretch")
    go_to(page, "class Stretch")
    page.keyboard.press("Control+z")
    saved(folder / "operations" / "scale.py", "class Scale:")
    saved(folder / "pipelines" / "main.yaml", "operation: Scale")


def test_ux_45_attributes_are_added_changed_and_removed(opened: Opened, folder: Path) -> None:
    page = opened()
    file = folder / "operations" / "scale.py"
    panel = interface(page).get_by_role("region", name="Attributes")
    panel.get_by_role("button", name="Add attribute").click()
    asked(page).get_by_label("Name", exact=True).fill("no name")
    asked(page).get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("cannot be a name in Python")).to_be_visible()
    asked(page).get_by_label("Name", exact=True).fill("seed")
    asked(page).get_by_label("Type", exact=True).fill("int")
    asked(page).get_by_label("Default", exact=True).fill("0")
    asked(page).get_by_role("button", name="Add", exact=True).click()
    assert "self.seed = seed" in saved(file, "factor: float = 2.0, seed: int = 0")
    panel.get_by_role("button", name="factor").click()
    asked(page).get_by_label("Name", exact=True).fill("by")
    asked(page).get_by_role("button", name="Change", exact=True).click()
    assert "times(numbers, self.by)" in saved(file, "by: float = 2.0")
    panel.get_by_role("button", name="seed").click()
    asked(page).get_by_role("button", name="Remove", exact=True).click()
    until(lambda: "seed" not in file.read_text(), "the attribute is gone")


def test_ux_45_references_are_added_and_renamed_with_their_pipelines(opened: Opened, folder: Path) -> None:
    chosen = PIPELINE.replace("inputs", "references: {rule: utils.maths.times}, inputs")
    (folder / "pipelines" / "main.yaml").write_text(chosen)
    page = opened()
    file = folder / "operations" / "scale.py"
    panel = interface(page).get_by_role("region", name="References")
    panel.get_by_role("button", name="Add reference").click()
    expect(asked(page).get_by_label("Type", exact=True)).to_have_value("Callable")
    asked(page).get_by_label("Name", exact=True).fill("rule")
    asked(page).get_by_role("button", name="Add", exact=True).click()
    assert "from collections.abc import Callable\n" in saved(file, "rule: Callable, factor: float")
    panel.get_by_role("button", name="rule").click()
    asked(page).get_by_label("Type", exact=True).fill("int")
    asked(page).get_by_role("button", name="Change", exact=True).click()
    expect(asked(page)).to_contain_text("int is no type of a reference.")
    asked(page).get_by_label("Type", exact=True).fill("Callable")
    asked(page).get_by_label("Name", exact=True).fill("times_rule")
    asked(page).get_by_role("button", name="Change", exact=True).click()
    saved(file, "self.times_rule = times_rule")
    saved(folder / "pipelines" / "main.yaml", "references: {times_rule: utils.maths.times}")


def test_ux_46_completion_documentation_definition_names_and_format(opened: Opened, folder: Path) -> None:
    page = opened()
    file = folder / "operations" / "scale.py"
    go_to(page, "self.factor)")
    page.keyboard.type("\nscaled.app")
    offer = page.get_by_role("option", name="append")
    expect(offer).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("end( 1.0 )")
    go_to(page, "scaled = times(numbers")
    page.keyboard.press("F2")
    asked(page).get_by_label("New name").fill("many")
    asked(page).get_by_role("button", name="Rename", exact=True).click()
    assert "times(many, self.factor)" in saved(file, "def execute(self, many: list[float])")
    go_to(page, "scaled = times")
    page.keyboard.press("Control+s")
    saved(file, "scaled.append(1.0)")
    page.locator(".cm-line", has_text="scaled = times").get_by_text("times").first.hover()
    expect(page.locator(".cm-hover")).to_contain_text("Every value times the factor.")
    page.keyboard.press("F12")
    page.wait_for_url(lambda url: "maths.py" in url)
    expect(text(page)).to_contain_text("def times")


def test_ux_46_problems_are_marked_and_listed(opened: Opened) -> None:
    page = opened()
    go_to(page, '"""Scaling."""')
    page.keyboard.type("\nimport os\nnobody\n")
    problems = page.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("1 error")
    problems.get_by_role("button").first.click()
    expect(problems.get_by_role("listitem")).to_contain_text(["os", "nobody"])
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)


def test_ux_46_several_cursors_find_and_comments(opened: Opened, folder: Path) -> None:
    page = opened("utils/maths.py")
    file = folder / "utils" / "maths.py"
    go_to(page, "def times(values")
    page.keyboard.press("Control+d")
    for _ in range(2):
        page.keyboard.press("Control+d")
    page.keyboard.type("items")
    assert saved(file, "for value in items").count("items") == 2
    page.keyboard.press("Escape")
    page.keyboard.press("Control+/")
    saved(file, "#")
    page.keyboard.press("Control+f")
    expect(page.locator(".cm-search")).to_be_visible()


def test_ux_47_two_people_see_each_others_carets_and_undo_their_own(
    opened: Opened, open_page: OpenPage, folder: Path
) -> None:
    mine = opened()
    theirs = opened(on=open_page())
    go_to(mine, "class Scale:")
    mine.keyboard.type("  # mine")
    expect(text(theirs)).to_contain_text("# mine")
    expect(theirs.locator(".cm-ySelectionCaret")).to_have_count(1)
    expect(theirs.locator(".cm-ySelectionInfo")).not_to_be_empty()
    mine.keyboard.press("Shift+Home")
    expect(theirs.locator(".cm-ySelection").first).to_contain_text("# mine")
    go_to(theirs, "return scaled")
    theirs.keyboard.type("  # theirs")
    expect(text(mine)).to_contain_text("# theirs")
    go_to(mine, "class Scale:")
    mine.keyboard.press("Control+z")
    expect(text(mine)).not_to_contain_text("# mine")
    expect(text(mine)).to_contain_text("# theirs")
    saved(folder / "operations" / "scale.py", "# theirs")


def test_files_are_made_copied_renamed_and_deleted_with_a_way_back(opened: Opened, folder: Path) -> None:
    page = opened()
    files = page.get_by_role("navigation", name="Files")
    files.get_by_role("button", name="New file").click()
    asked(page).get_by_label("Begin with", exact=True).select_option("training")
    asked(page).get_by_label("Name", exact=True).fill("fit model")
    asked(page).get_by_role("button", name="Create", exact=True).click()
    expect(interface(page).get_by_role("heading", name="FitModel")).to_be_visible()
    assert (folder / "operations" / "fit_model.py").exists()
    menu = page.get_by_label("Actions for operations/fit_model.py")
    menu.click()
    page.get_by_role("menuitem", name="Rename").click()
    asked(page).get_by_label("Path", exact=True).fill("operations/fit.py")
    asked(page).get_by_role("button", name="Rename", exact=True).click()
    expect(files.get_by_role("link", name="fit.py")).to_be_visible()
    until(lambda: (folder / "operations" / "fit.py").exists())
    page.get_by_label("Actions for operations/fit.py").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(files.get_by_role("link", name="fit_2.py")).to_be_visible()
    page.get_by_label("Actions for operations/fit_2.py").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(files.get_by_role("link", name="fit_2.py")).to_have_count(0)
    page.get_by_text("operations/fit_2.py is deleted.").locator("..").get_by_role(
        "button", name="Undo"
    ).click()
    expect(files.get_by_role("link", name="fit_2.py")).to_be_visible()


def test_layers_and_serialization_are_written_in_files_of_their_own(opened: Opened, folder: Path) -> None:
    page = opened()
    for kind, name, path in (
        ("layers", "blocks", "layers/blocks.py"),
        ("serialization", "", "serialization.py"),
    ):
        page.get_by_role("navigation", name="Files").get_by_role("button", name="New file").click()
        asked(page).get_by_label("Kind", exact=True).select_option(kind)
        if name:
            asked(page).get_by_label("Name", exact=True).fill(name)
        asked(page).get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_role("textbox", name=f"Code of {path}")).to_be_visible()
        page.keyboard.press("Control+End")
        text(page).press_sequentially(f"\nKIND = '{kind}'")
        saved(folder / path, f"KIND = '{kind}'")


def test_names_that_cannot_be_are_refused_with_advice(opened: Opened, folder: Path) -> None:
    page = opened()
    before = sorted(folder.rglob("*.py"))
    page.get_by_role("button", name="New file").first.click()
    field = asked(page).get_by_label("Name", exact=True)
    refused = {
        "🚀": "cannot be a name",
        "x" * 300: "longer than 200 letters",
        "scale": "already",
        "../outside": "cannot be a name",
        "a/b": "cannot be a name",
        "Input": "built-in",
    }
    for wanted, told in refused.items():
        field.fill(wanted)
        asked(page).get_by_role("button", name="Create", exact=True).click()
        expect(asked(page).get_by_text(told)).to_be_visible()
    asked(page).get_by_label("Kind", exact=True).select_option("utils")
    for wanted, told in {"🚀": "imported as a module", "../x": "no path inside", "y" * 300: "bytes"}.items():
        asked(page).get_by_label("Name", exact=True).fill(wanted)
        asked(page).get_by_role("button", name="Create", exact=True).click()
        expect(asked(page).get_by_text(told)).to_be_visible()
    assert sorted(folder.rglob("*.py")) == before


def test_an_operation_is_made_of_code_that_is_copied_or_pasted(opened: Opened, folder: Path) -> None:
    page = opened()
    page.evaluate(
        "navigator.clipboard.writeText('def halve(numbers):\\n    half = numbers\\n    return half\\n')"
    )
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("copied code")
    page.get_by_role("option", name="New operation of copied code").click()
    expect(asked(page).get_by_label("Code", exact=True)).to_have_value(
        "def halve(numbers):\n    half = numbers\n    return half\n"
    )
    asked(page).get_by_role("button", name="Create", exact=True).click()
    expect(interface(page).get_by_role("heading", name="halve")).to_be_visible()
    expect(interface(page).get_by_role("region", name="Outputs")).to_contain_text("half")
    assert (folder / "operations" / "halve.py").exists()

    page.get_by_role("button", name="New file").first.click()
    asked(page).get_by_label("Begin with", exact=True).select_option("pasted")
    asked(page).get_by_label("Code", exact=True).fill("area = = 2")
    asked(page).get_by_role("button", name="Create", exact=True).click()
    expect(asked(page).get_by_text("Line 1 is not Python")).to_be_visible()
    asked(page).get_by_label("Code", exact=True).fill("area = width * height")
    asked(page).get_by_label("Name, if it has none of its own").fill("area")
    asked(page).get_by_role("button", name="Create", exact=True).click()
    expect(interface(page).get_by_role("region", name="Inputs").get_by_role("listitem")).to_contain_text(
        ["width", "height"]
    )


def test_line_ends_tabs_and_long_files_stay_as_they_are(opened: Opened, folder: Path) -> None:
    file = folder / "operations" / "windows.py"
    file.write_bytes("\ufeffclass Windows:\r\n\tdef execute(self, a):\r\n\t\treturn a\r\n".encode())
    page = opened("operations/windows.py")
    interface(page).get_by_role("button", name="Add attribute").click()
    asked(page).get_by_label("Name", exact=True).fill("k")
    asked(page).get_by_role("button", name="Add", exact=True).click()
    saved(file, "self.k = k")
    go_to(page, "return a")
    page.keyboard.type("\nb")
    saved(file, "\t\tb")
    data = file.read_bytes()
    assert data.startswith("\ufeffclass Windows:\r\n".encode())
    assert b"\r\n\tdef __init__(self, k):\r\n\t\tself.k = k\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")

    lines = "".join(f"    value_{number} = a * {number}\n" for number in range(5000))
    (folder / "operations" / "long.py").write_text(f"def long(a):\n{lines}    return a\n")
    opened("operations/long.py", line=4999)
    expect(page.locator(".cm-reached")).to_contain_text("value_4997")
    expect(interface(page).get_by_role("heading", name="long")).to_be_visible()
    expect(page.get_by_role("region", name="Problems")).to_contain_text("5000 warnings")
    go_to(page, "value_4998 = a")
    page.keyboard.type(" + 1")
    saved(folder / "operations" / "long.py", "value_4998 = a + 1 * 4998")


def test_a_file_that_is_moved_on_disk_is_told_and_one_that_is_changed_is_followed(
    opened: Opened, folder: Path
) -> None:
    page = opened("utils/maths.py")
    file = folder / "utils" / "maths.py"
    go_to(page, "factor):")
    page.keyboard.type("  # mine")
    saved(file, "# mine")
    file.write_text(file.read_text() + "# theirs\n")
    expect(text(page)).to_contain_text("# theirs")
    expect(text(page)).to_contain_text("# mine")
    file.rename(folder / "utils" / "sums.py")
    expect(page.get_by_text("This file was deleted or renamed")).to_be_visible()
    page.get_by_role("navigation", name="Files").get_by_role("link", name="sums.py").click()
    expect(text(page)).to_contain_text("# mine")


def test_names_and_text_are_searched(opened: Opened) -> None:
    page = opened()
    files = page.get_by_role("navigation", name="Files")
    files.get_by_label("Search names and text").fill("every value")
    files.get_by_role("link", name="utils/maths.py:2").click()
    expect(page.locator(".cm-reached")).to_contain_text("Every value times the factor.")
    files.get_by_label("Search names and text").fill("nobody wrote this")
    files.get_by_role("button", name="Show all files").click()
    expect(files.get_by_role("link", name="maths.py", exact=True)).to_be_visible()


def test_ux_28_the_line_that_failed_is_marked_with_its_message(
    opened: Opened, folder: Path, studio: Studio, project: ProjectId
) -> None:
    file = folder / "utils" / "maths.py"
    file.write_text(MATHS.lstrip() + "    raise ValueError(values)\n")
    file.write_text(file.read_text().replace("    return", '    raise ValueError("too small")\n    return'))
    run = studio.client.runs.start(RunRequest(project, "main"))
    until(lambda: studio.client.runs.show(run.id).state == "failed", "the run has failed")
    page = opened("utils/maths.py", line=3)
    expect(page.locator(".cm-failed")).to_contain_text("raise ValueError")
    expect(page.locator(".cm-reached")).to_contain_text("raise ValueError")
    expect(page.locator(".cm-said")).to_contain_text("ValueError: too small")
    page.get_by_role("link", name="Open the run").click()
    page.wait_for_url(f"**/runs/{run.id}*")


def test_conflicts_that_git_left_are_settled(opened: Opened, folder: Path) -> None:
    file = folder / "utils" / "maths.py"
    file.write_text("a = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\n")
    page = opened("utils/maths.py")
    page.get_by_role("button", name="Keep theirs").click()
    until(lambda: file.read_text() == "a = 1\nb = 3\n", "the conflict is settled")


def test_what_is_no_text_opens_honestly(page: Page, studio: Studio, project: ProjectId, folder: Path) -> None:
    (folder / "utils" / "large.txt").write_bytes(b"x" * (3 << 20))
    (folder / "weights.bin").write_bytes(b"\x00\xff" * 100)
    (folder / "utils" / "latin.py").write_bytes("# é\n".encode("latin-1"))
    for path in ("utils/large.txt", "weights.bin", "utils/latin.py", "utils/nobody.py", "../main/x.py"):
        page.goto(f"{studio.url}/projects/{project}/code?path={path}")
        expect(page.get_by_role("alert").get_by_text("This file cannot be opened")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(open_page: OpenPage, studio: Studio, scheme: str) -> None:
    digits = studio.example("digits", f"digits-{scheme}")
    page = open_page(scheme=scheme)
    page.goto(f"{studio.url}/projects/{digits}/code?path=operations/train.py")
    panel = interface(page)
    expect(panel.get_by_role("heading", name="Train")).to_be_visible()
    expect(page.get_by_role("region", name="Problems")).to_contain_text("No problems")
    kinds = [text(page).get_by_text(word, exact=True).first for word in ("class", "Train", "12", "0")]
    *words, again = [one.evaluate("token => getComputedStyle(token).color") for one in kinds]
    plain = text(page).evaluate("code => getComputedStyle(code).color")
    assert len({*words, plain}) == 4, "keywords, names and numbers have colours of their own"
    assert again == words[-1]
    assert_accessible(page)
    shoot(page, f"code-{scheme}")
    panel.get_by_role("button", name="epochs").click()
    expect(asked(page).get_by_label("Default", exact=True)).to_have_value("12")
    assert_accessible(page)
    shoot(page, f"code-port-{scheme}")


def test_on_a_narrow_screen_the_interface_is_in_a_drawer(opened: Opened, open_page: OpenPage) -> None:
    page = opened(on=open_page(width=320, height=640))
    page.get_by_role("button", name="Interface").click()
    expect(interface(page).get_by_role("heading", name="Scale")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Escape")
    expect(interface(page)).to_have_count(0)
    page.get_by_role("link", name="Files").click()
    expect(page.get_by_role("navigation", name="Files").get_by_role("link", name="make.py")).to_be_visible()
