"""The side panel and the problems: attributes as fields of their types, what is missing, what is unknown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from deepforge.core.ids import ProjectId
from tests.browser.conftest import Studio, assert_accessible
from tests.support.waiting import until

FIT = '''
from typing import Literal


class Fit:
    """Fits a line. The rate is how fast."""

    def __init__(
        self,
        epochs: int,
        rate: float = 0.1,
        optimizer: Literal["sgd", "adam"] = "adam",
        shuffle: bool = True,
        sizes: list[int] = [32, 64],
        limit: int | None = None,
        extra: dict = {},
    ):
        pass

    def execute(self):
        line = 1
        return line
'''
CHOOSE = """
from collections.abc import Callable
from enum import Enum


class Optimizer(Enum):
    ADAM = 1
    SGD = 2


def choose(*, loss: Callable, model: type | None = None, optimizer: Optimizer = Optimizer.ADAM):
    result = 1
    return result
"""
LOSSES = '''
def focal(predicted):
    """Weighs hard examples more."""


def dice(predicted):
    """One less the overlap."""
'''
RESIZE = '''
from pathlib import Path


def resize(
    *, sizes: list[int] = [32, 64], weights: dict[str, float] = {"red": 0.3}, folder: Path | None = None
):
    """Takes something of everything."""
    result = 1
    return result
'''
PIPELINE = """
# Kept as it is.
nodes:
  fit: {operation: Fit, at: [0, 0]}
"""
GIVEN = """
nodes:
  given: {operation: Input, attributes: {artifact: digits@7}, at: [0, 0]}
"""
UNKNOWN = """
nodes:
  lost: {operation: Fitt, attributes: {epochs: 3}, at: [0, 0]}
  next: {operation: Output, attributes: {name: line}, inputs: {data: lost}, at: [300, 0]}
"""


@pytest.fixture
def project(studio: Studio, request: pytest.FixtureRequest) -> ProjectId:
    return studio.add(
        f"lines {request.node.name}"[:80],
        {
            "operations/fit.py": FIT,
            "operations/resize.py": RESIZE,
            "operations/choose.py": CHOOSE,
            "utils/losses.py": LOSSES.lstrip(),
            "pipelines/choose.yaml": "nodes:\n  choose: {operation: choose, at: [0, 0]}\n",
            "operations/heavy.py": "import not_installed_here\n\n\ndef heavy():\n    x = 1\n    return x\n",
            "pipelines/lines.yaml": PIPELINE,
            "pipelines/resize.yaml": "nodes:\n  resize: {operation: resize, at: [0, 0]}\n",
            "pipelines/given.yaml": GIVEN,
            "pipelines/unknown.yaml": UNKNOWN,
            "pipelines/heavy.yaml": "nodes:\n  heavy: {operation: heavy, at: [0, 0]}\n",
        },
    )


def open_pipeline(page: Page, studio: Studio, project: ProjectId, name: str, node: str) -> Locator:
    """Open the editor with a node selected; gives the side panel."""
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name={name}&node={node}")
    panel = page.get_by_role("complementary", name="Properties")
    expect(panel.get_by_label("Name", exact=True)).to_have_value(node)
    return panel


def saved(studio: Studio, project: ProjectId, name: str, wanted: str) -> None:
    """Wait until the file says so."""
    folder = studio.projects / studio.client.projects.show(project).name
    file = folder / "pipelines" / f"{name}.yaml"
    until(lambda: wanted in file.read_text(), f"{wanted!r} in the file")
    assert "# Kept as it is." in file.read_text()


def written(
    studio: Studio,
    project: ProjectId,
    name: str,
    node: str,
    wanted: dict[str, object],
    part: str = "attributes",
) -> None:
    """Wait until the file has exactly these attributes, or references, of a node."""
    folder = studio.projects / studio.client.projects.show(project).name
    file = folder / "pipelines" / f"{name}.yaml"

    def found() -> object:
        try:
            nodes = (YAML(typ="safe").load(file.read_text()) or {}).get("nodes", {})
        except YAMLError:  # it is being written
            return None
        return nodes.get(node, {}).get(part, {})

    until(lambda: found() == wanted, f"{wanted} in the file")


def test_ux_37_a_missing_attribute_is_marked_and_its_problem_leads_to_the_field(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    expect(panel).to_contain_text("Fits a line. The rate is how fast.")
    expect(panel.locator("[data-field=epochs]")).to_contain_text("needed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run", exact=True).click()
    refused = page.get_by_text("It cannot run: 1 problem to solve first.")
    expect(refused).to_be_visible()
    page.get_by_role("link", name="Runs", exact=True).click()
    page.wait_for_url("**/runs")
    expect(refused).to_be_hidden()
    page.go_back()
    page.get_by_role("tab", name="Problems 1").click()
    problem = page.get_by_role("button", name=re.compile("fit needs a value for the attribute epochs"))
    expect(problem).to_contain_text("Write it into its field.")
    problem.click()
    field = panel.get_by_role("textbox", name=re.compile("^epochs"))
    expect(field).to_be_focused()
    field.fill("twelve")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Write a whole number.")
    field.fill("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Problems 0")).to_be_visible()
    expect(panel.locator("[data-field=epochs]")).not_to_contain_text("needed")
    saved(studio, project, "lines", "epochs: 12")


def test_ux_37_fields_are_made_for_their_types_and_go_back_to_the_default(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    rate = panel.get_by_label("rate", exact=True)
    expect(rate).to_have_attribute("placeholder", "0.1")
    rate.fill("1e-3")
    page.keyboard.press("Enter")
    panel.get_by_label("optimizer", exact=True).select_option("sgd")
    panel.get_by_role("switch", name="shuffle").click(force=True)
    panel.get_by_label("Item 2", exact=True).fill("128")
    page.keyboard.press("Enter")
    panel.get_by_label("limit", exact=True).fill("7")
    page.keyboard.press("Enter")
    for words in ("rate: 0.001", "optimizer: sgd", "shuffle: false", "128", "limit: 7"):
        saved(studio, project, "lines", words)
    panel.get_by_role("button", name="Reset rate").click()
    expect(rate).to_have_value("")
    rate.blur()
    page.keyboard.press("Control+z")
    expect(rate).to_have_value("0.001")


def test_ux_37_lists_mappings_and_paths_are_written_piece_by_piece_or_as_json(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "resize", "resize")
    sizes, weights = panel.locator("[data-field=sizes]"), panel.locator("[data-field=weights]")
    sizes.get_by_role("button", name="Remove item 1").click()
    expect(sizes.get_by_role("textbox")).to_have_count(1)
    sizes.get_by_role("button", name="Add an item").click()
    sizes.get_by_label("Item 2", exact=True).fill("128")
    page.keyboard.press("Enter")
    weights.get_by_role("button", name="Add an entry").click()
    weights.get_by_label("Name 2", exact=True).fill("blue")
    page.keyboard.press("Enter")
    weights.get_by_label("Value of blue", exact=True).fill("0.25")
    page.keyboard.press("Enter")
    weights.get_by_role("button", name="Remove red").click()
    expect(weights.get_by_role("textbox")).to_have_count(2)
    panel.get_by_label("folder", exact=True).fill("data/small images")
    page.keyboard.press("Enter")
    others = {"weights": {"blue": 0.25}, "folder": "data/small images"}
    written(studio, project, "resize", "resize", {"sizes": [64, 128], **others})
    sizes.get_by_role("button", name="Edit as JSON").click()
    text = sizes.get_by_role("textbox")
    expect(text).to_have_value("[64, 128]")
    text.fill("[64")
    text.blur()
    expect(sizes).to_contain_text("Write a list, such as [32, 64].")
    text.fill("[8, 16]")
    text.blur()
    sizes.get_by_role("button", name="Edit as rows").click()
    expect(sizes.get_by_label("Item 2", exact=True)).to_have_value("16")
    written(studio, project, "resize", "resize", {"sizes": [8, 16], **others})


def test_a_reference_is_chosen_among_the_projects_code_and_leads_there(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "choose", "choose")
    row = panel.locator("[data-field=loss]")
    expect(row).to_contain_text("The reference loss of choose is not chosen. Choose it in its field.")
    field = panel.get_by_role("combobox", name=re.compile("^loss"))
    options = page.get_by_role("listbox").get_by_role("option")
    field.click()
    expect(options).to_have_text(
        ["focalfunctionWeighs hard examples more.", "dicefunctionOne less the overlap."]
    )
    field.fill("dic")
    expect(options).to_have_count(1)
    options.click()
    expect(page.get_by_role("tab", name="Problems 0")).to_be_visible()
    panel.get_by_label("optimizer", exact=True).select_option("SGD")
    written(studio, project, "choose", "choose", {"optimizer": "SGD"})
    written(studio, project, "choose", "choose", {"loss": "utils.losses.dice"}, "references")
    expect(page.locator(".react-flow__node")).to_contain_text("optimizer SGD · loss dice")
    assert_accessible(page, said="a node with a reference")
    model = panel.get_by_role("combobox", name="model")
    model.click()
    expect(options).to_have_text(["None"])
    options.click()
    written(studio, project, "choose", "choose", {"optimizer": "SGD", "model": None})
    panel.get_by_role("button", name="Reset model").click()
    written(studio, project, "choose", "choose", {"optimizer": "SGD"})
    row.get_by_role("link", name="Open code of utils.losses.dice").click()
    expect(page.locator(".cm-content")).to_contain_text("One less the overlap.")
    expect(page).to_have_url(re.compile("path=utils(%2F|/)losses.py&line=5"))


def test_an_artifact_is_found_among_many_by_its_letters_and_one_of_its_versions_chosen(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "data"
    names = ["letters", "letters", "digits", *(f"noise {number}" for number in range(30))]
    for number, name in enumerate(names):
        file.write_text(f"{number}")
        studio.client.artifacts.put(project, name, file, type="bytes", codec="bytes")
    panel = open_pipeline(page, studio, project, "given", "given")
    version = panel.get_by_label("version", exact=True)
    expect(version.locator("option")).to_have_text(["newest, now 1", "version 7 is not there", "version 1"])
    field = panel.locator("[data-field=artifact] input")
    options = page.get_by_role("listbox").get_by_role("option")
    field.click()
    expect(options).to_have_count(30)
    expect(options.filter(has_text="letters")).to_have_count(0)
    field.fill("LETT")
    expect(options).to_have_text(["letters"])
    options.click()
    written(studio, project, "given", "given", {"artifact": "letters"})
    expect(version.locator("option")).to_have_text(["newest, now 2", "version 2", "version 1"])
    version.select_option("version 1")
    written(studio, project, "given", "given", {"artifact": "letters@1"})


def test_a_value_that_the_rules_refuse_is_told_at_its_field(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    panel.get_by_label("Item 1", exact=True).fill("many")
    page.keyboard.press("Enter")
    expect(panel.locator("[data-field=sizes]")).to_contain_text("but Fit wants list[int]")


def test_resources_and_cache_are_set_for_a_node(page: Page, studio: Studio, project: ProjectId) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    panel.get_by_label("memory", exact=True).fill("4 GB")
    page.keyboard.press("Enter")
    saved(studio, project, "lines", "4 GB")
    panel.get_by_label("cache", exact=True).select_option("off: run it each time")
    saved(studio, project, "lines", "cache: false")
    panel.get_by_label("cpus", exact=True).fill("-1")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("cpus is -1")


def test_ux_56_an_unknown_operation_is_a_placeholder_that_keeps_its_data(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "unknown", "lost")
    expect(panel).to_contain_text("The project has no operation Fitt.")
    expect(panel).to_contain_text("Did you mean Fit?")
    expect(panel.get_by_label("epochs", exact=True)).to_have_value("3")
    page.get_by_role("tab", name=re.compile("Problems")).click()
    problems = page.get_by_role("list", name="Problems")
    expect(problems).to_contain_text(re.compile(r"There is no operation Fitt\..*Did you mean Fit\?"))


def test_ux_56_packages_that_are_missing_are_told_with_what_to_declare(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    open_pipeline(page, studio, project, "heavy", "heavy")
    page.get_by_role("tab", name="Problems 1").click()
    expect(page.get_by_role("list", name="Problems")).to_contain_text(
        "heavy imports not_installed_here, which is not installed where it would run."
    )


def test_ux_56_what_is_missing_is_declared_with_one_click(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    open_pipeline(page, studio, project, "heavy", "heavy")
    page.get_by_role("tab", name="Problems 1").click()
    page.get_by_role("button", name="Plan what to install").click()
    plan = page.get_by_role("dialog", name="Install what is missing")
    expect(plan.get_by_role("region", name="operations/heavy.py")).to_contain_text('"not-installed-here"')
    file = studio.projects / studio.client.projects.show(project).name / "operations" / "heavy.py"
    before = file.read_text()
    plan.get_by_role("button", name="Declare in 1 file").click()
    expect(plan).to_be_hidden()
    until(lambda: file.read_text().endswith(before) and "# /// script" in file.read_text(), "the lines")
    expect(page.get_by_role("tab", name="Problems 0")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    until(lambda: file.read_text() == before, "the file as it was")


def test_a_problem_shows_within_a_moment_of_drawing_it(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    field = panel.get_by_role("textbox", name=re.compile("^epochs"))
    with page.expect_response("**/pipelines/check") as answered:
        field.fill("3")
        page.keyboard.press("Enter")
    assert answered.value.ok
    expect(page.get_by_role("tab", name="Problems 0")).to_be_visible()
    field.fill("[")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Write a whole number.")
    expect(field).to_have_value("[")


def test_code_that_cannot_be_read_is_told_at_the_node_that_runs_it(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    panel = open_pipeline(page, studio, project, "lines", "fit")
    node = page.get_by_role("group", name=re.compile("^Fit fit"))
    expect(page.get_by_role("tab", name="Problems 1")).to_be_visible()
    file = studio.projects / studio.client.projects.show(project).name / "operations" / "fit.py"
    file.write_text(FIT.replace("line = 1", "line = ("))
    expect(node).to_contain_text("was never closed")
    expect(panel).to_contain_text("Its file cannot be read now.")
    expect(panel).to_contain_text("was never closed")
    file.write_text(FIT)
    expect(node).not_to_contain_text("was never closed")
