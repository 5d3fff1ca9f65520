"""The pipelines of a project: shown as pictures, made, copied, renamed, deleted and brought back."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from deepforge.core.ids import RunId
from deepforge.core.run import RunRequest
from deepforge.store import tables
from tests.browser.conftest import OpenPage, Studio, assert_accessible
from tests.support.waiting import until

FILES = {
    "operations/make.py": "def make():\n    numbers = [1]\n    return numbers\n",
    "pipelines/first.yaml": "nodes:\n  make: {operation: make, at: [0, 0]}\n",
}


def test_a_pipeline_is_made_copied_renamed_deleted_and_brought_back(page: Page, studio: Studio) -> None:
    project = studio.add("pictures", FILES)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    expect(page.get_by_role("img", name="Picture of first")).to_be_visible()
    assert_accessible(page)

    def act(name: str, deed: str) -> None:
        page.get_by_role("button", name=f"Actions for {name}", exact=True).click()
        page.get_by_role("menuitem", name=deed).click()
        expect(page.get_by_role("menu")).to_have_count(0)

    act("first", "Duplicate")
    expect(page.get_by_role("link", name="first-2", exact=True)).to_be_visible()
    act("first-2", "Rename")
    dialog = page.get_by_role("dialog", name="Rename first-2")
    dialog.get_by_label("Name").fill("first")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("There is a pipeline first already.")
    dialog.get_by_label("Name").fill("second")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="second", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="first-2", exact=True)).to_be_hidden()
    act("second", "Delete")
    expect(page.get_by_role("link", name="second", exact=True)).to_be_hidden()
    told = page.get_by_role("status").filter(has_text="second is deleted.")
    told.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="second", exact=True)).to_be_visible()
    page.get_by_role("link", name="second", exact=True).click()
    page.wait_for_url(re.compile(r"/pipelines/edit\?name=second"))
    expect(page.locator(".react-flow__node")).to_have_count(1)


def test_a_file_that_cannot_be_read_has_a_card_to_repair_rename_or_delete_it(
    page: Page, studio: Studio
) -> None:
    files = {"pipelines/list.yaml": "- make\n", "pipelines/marks.yaml": "nodes:\n  a: {}\n  a: {}\n"}
    project = studio.add("unreadable", files)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    card = page.get_by_role("listitem").filter(has_text="list")
    expect(card).to_contain_text("Line 1 is no pipeline")
    expect(card).to_contain_text("cannot be read")
    expect(page.get_by_role("listitem").filter(has_text="marks")).to_contain_text("Line 3 has 'a' twice")
    assert_accessible(page)
    page.get_by_role("button", name="Actions for marks").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("link", name="marks")).to_be_hidden()
    page.get_by_role("button", name="Actions for list").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("other")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="other").click()
    expect(page.get_by_role("textbox", name="Text of pipelines/other.yaml")).to_contain_text("- make")


def test_an_empty_project_offers_the_first_pipeline(page: Page, studio: Studio) -> None:
    project = studio.add("blank", {"deepforge.toml": ""})
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    expect(page.get_by_role("heading", name="No pipelines yet")).to_be_visible()
    page.get_by_role("button", name="New pipeline").click()
    page.get_by_role("dialog", name="New pipeline").get_by_label("Name").fill("train")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pipelines/edit\?name=train"))
    assert (studio.projects / "blank" / "pipelines" / "train.yaml").exists()
    expect(page.get_by_role("button", name="Add an operation").first).to_be_visible()
    expect(page.get_by_text("Nothing has run yet")).to_be_visible()
    expect(page.get_by_role("button", name="Run the pipeline")).to_have_count(0)


def test_of_a_pipeline_that_is_not_there_nothing_is_said_to_be_saved_or_not(
    page: Page, studio: Studio
) -> None:
    project = studio.add("without", {"deepforge.toml": ""})
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=gone")
    expect(page.get_by_role("alert")).to_contain_text("There is no file pipelines/gone.yaml.")
    expect(page.get_by_text(re.compile("saved"))).to_have_count(0)


def test_a_run_shows_on_its_card_at_once(page: Page, open_page: OpenPage, studio: Studio) -> None:
    project = studio.add("cards", FILES)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    expect(page.get_by_text("1 node, never run")).to_be_visible()
    other = open_page()
    other.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=first")
    expect(other.locator(".react-flow__node")).to_have_count(1)
    other.keyboard.press("Control+Enter")
    expect(page.get_by_text("success")).to_be_visible()


def test_a_card_knows_a_last_run_behind_many_others_and_one_that_was_made_meanwhile(
    page: Page, studio: Studio
) -> None:
    nodes = FILES["pipelines/first.yaml"]
    project = studio.add("long ago", {**FILES, "pipelines/second.yaml": nodes, "pipelines/third.yaml": nodes})
    runs = studio.client.runs

    def run(pipeline: str) -> RunId:
        started = runs.start(RunRequest(project, pipeline)).id
        until(lambda: runs.show(started).state == "success", "the run")
        return started

    rare = run("first")
    add_copies(studio, run("second"), 300)
    assert rare not in [one.id for one in runs.listing(project=project, limit=300)]
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    cards = page.get_by_role("listitem").filter(has=page.get_by_role("img"))
    expect(cards.filter(has_text="never run")).to_have_count(1)
    for name in ("first", "second"):
        expect(cards.filter(has_text=name)).to_contain_text("success")
    page.get_by_role("link", name="third", exact=True).click()
    expect(page.locator("[data-canvas]")).to_have_attribute("data-placed", "")
    run("third")
    page.go_back()
    expect(cards.filter(has_text="third")).to_contain_text("success")


def add_copies(studio: Studio, run: RunId, count: int) -> None:
    """So many more runs like this one, which began at the same time."""
    with contextlib.closing(studio.database()) as database, database.write() as connection:
        one = dict(connection.execute(select(tables.runs).where(tables.runs.c.id == run)).one()._mapping)
        copies = [one | {"id": f"{run[:-4]}{number:04}", "idempotency_key": None} for number in range(count)]
        connection.execute(tables.runs.insert(), copies)


def test_the_picture_follows_what_is_edited_elsewhere(page: Page, studio: Studio) -> None:
    project = studio.add("followed", FILES)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    picture = page.get_by_role("img", name="Picture of first")
    expect(picture).to_contain_text("make")
    expect(picture).not_to_contain_text("another")
    file = studio.projects / "followed" / "pipelines" / "first.yaml"
    file.write_text(file.read_text() + "  another: {operation: make, at: [300, 0]}\n")
    expect(picture).to_contain_text("another")
    expect(page.get_by_text("2 nodes, never run")).to_be_visible()


def test_many_pipelines_are_found_by_name(page: Page, studio: Studio) -> None:
    files = {f"pipelines/line {number}.yaml": "nodes: {}\n" for number in range(5)}
    project = studio.add("many", files)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    page.get_by_label("Find a pipeline").fill("line 3")
    expect(page.get_by_role("link", name=re.compile("^line"))).to_have_count(1)
    page.get_by_label("Find a pipeline").fill("nothing")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("link", name=re.compile("^line"))).to_have_count(5)


def test_names_that_cannot_be_are_refused_in_words(page: Page, studio: Studio) -> None:
    project = studio.add("refused", FILES)
    page.goto(f"{studio.url}/projects/{project}/pipelines")
    page.get_by_role("button", name="New pipeline").click()
    dialog = page.get_by_role("dialog", name="New pipeline")
    field = dialog.get_by_label("Name")
    for name, reason in (
        ("../../etc/passwd", "Use letters, digits, spaces, - and _; a slash makes a folder."),
        ("/absolute", "Use letters, digits, spaces, - and _; a slash makes a folder."),
        ("train 🚂", "Use letters, digits, spaces, - and _; a slash makes a folder."),
        ("x" * 300, "A name has at most 100 characters."),
        ("   ", "A pipeline needs a name."),
        ("FIRST", "There is a pipeline first already."),
    ):
        field.fill(name)
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text(reason)
        expect(field).to_have_value(name)
    field.fill("nested/größe 2")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pipelines/edit\?name=nested"))
    expect(page.get_by_text("This pipeline is empty")).to_be_visible()
    assert sorted(path.name for path in (studio.projects / "refused").rglob("*.yaml")) == [
        "first.yaml",
        "größe 2.yaml",
    ]
