"""The home screen: projects as cards, made, brought in, renamed, copied, deleted and found."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.run import RunRequest
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot, shoot_themes


@pytest.fixture(autouse=True)
def _nothing_stays(studio: Studio) -> Iterator[None]:
    """Every test begins with no projects."""
    yield
    for project in studio.client.projects.listing():
        studio.client.projects.remove(project.id)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name, exact=True)


def more(page: Page, name: str, entry: str) -> None:
    """Choose an entry of a card's menu."""
    page.get_by_role("button", name=f"Actions for {name}", exact=True).click()
    page.get_by_role("menuitem", name=re.compile(entry)).click()


def test_ux_57_who_begins_is_one_click_from_a_project_that_runs(studio: Studio, page: Page) -> None:
    page.goto(f"{studio.url}/")
    expect(page.get_by_role("heading", name="Train your first network")).to_be_visible()
    assert_accessible(page)
    shoot_themes(page, "home-empty")
    page.get_by_role("button", name="Start with digits").click()
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    (made,) = studio.client.projects.listing()
    assert (made.name, made.pipelines) == ("digits", ("train",))


def test_ux_57_the_gallery_shows_what_each_template_is_and_how_long_it_runs(
    studio: Studio, page: Page
) -> None:
    studio.client.projects.create("digits", "digits")
    page.goto(f"{studio.url}/")
    page.get_by_role("button", name="New project").click()
    dialog = page.get_by_role("dialog", name="New project")
    tabular = dialog.get_by_role("radio", name="Tabular data")
    expect(tabular).to_be_visible()
    expect(dialog.get_by_text(re.compile(r"runs in about \d+ s"))).to_have_count(6)
    name = dialog.get_by_label("Name")
    expect(name).to_have_value("digits-2")
    expect(name).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "digits-2", "whoever types has another name"
    assert_accessible(page)
    shoot(page, "gallery-light")
    tabular.check()
    expect(dialog.get_by_label("Name")).to_have_value("tabular")
    dialog.get_by_role("button", name="Create project").click()
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    assert {project.name for project in studio.client.projects.listing()} == {"digits", "tabular"}


def test_a_name_that_cannot_be_is_told_beside_the_field(studio: Studio, page: Page) -> None:
    studio.client.projects.create("digits")
    page.goto(f"{studio.url}/")
    page.get_by_role("button", name="New project").click()
    dialog = page.get_by_role("dialog", name="New project")
    for name, said in (
        ("", "A project needs a name."),
        ("../x", "it looks like a path"),
        ("a/b", "it looks like a path"),
        ("x" * 300, "The name has 300 letters."),
        ("DIGITS", "There is a project digits already. Open that one, or call this one DIGITS-2."),
    ):
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Create project").click()
        expect(dialog.get_by_text(said)).to_be_visible()
    dialog.get_by_label("Name").fill("🖋 pens")
    dialog.get_by_role("button", name="Create project").click()
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    assert "🖋 pens" in {project.name for project in studio.client.projects.listing()}


def test_a_card_follows_the_last_run_of_its_project(studio: Studio, page: Page) -> None:
    made = studio.client.projects.create("dice", "starter")
    page.goto(f"{studio.url}/")
    expect(card(page, "dice")).to_contain_text("Not run yet")
    run = studio.client.runs.start(RunRequest(made.id, "main"))
    expect(card(page, "dice")).to_contain_text("success")
    card(page, "dice").get_by_role("link", name="success").click()
    page.wait_for_url(re.compile(rf"/projects/{made.id}/runs/{run.id}"))


def test_a_zip_file_becomes_a_project(studio: Studio, page: Page, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sums.zip", "w") as out:
        out.writestr("sums-main/deepforge.toml", 'name = "sums"\n')
        out.writestr("sums-main/pipelines/add.yaml", "nodes: {}\n")
    page.goto(f"{studio.url}/")
    page.get_by_label("Archive to import").set_input_files(tmp_path / "sums.zip")
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    (made,) = studio.client.projects.listing()
    assert (made.name, made.pipelines) == ("sums", ("add",))


def test_ux_50_a_project_is_exported_as_a_zip_file_from_its_card_and_the_palette(
    studio: Studio, page: Page, tmp_path: Path
) -> None:
    made = studio.client.projects.create("digits", "digits")
    page.goto(f"{studio.url}/")
    with page.expect_download() as card_menu:
        more(page, "digits", "Export as a zip file")
    page.get_by_role("link", name="Open digits", exact=True).click()
    expect(page.get_by_role("navigation", name="Project")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or run a command").fill("export the project")
    expect(page.get_by_role("option").first).to_contain_text("Export the project as a zip file")
    with page.expect_download() as palette:
        page.keyboard.press("Enter")
    for download in (card_menu.value, palette.value):
        assert download.suggested_filename == "digits.zip"
        file = tmp_path / "digits.zip"
        download.save_as(file)
        with zipfile.ZipFile(file) as archive:
            text = archive.read("digits/pipelines/train.yaml")
        assert text == (studio.projects / made.folder / "pipelines" / "train.yaml").read_bytes()


def test_a_folder_becomes_a_project_with_long_and_foreign_names(
    studio: Studio, page: Page, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    deep = folder / "utils" / ("d" * 90) / "ünïcode 数字.py"
    deep.parent.mkdir(parents=True)
    deep.write_text("x = 1\n")
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "main.yaml").write_text("nodes: {}\n")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("")
    page.goto(f"{studio.url}/")
    page.get_by_label("Folder to import").set_input_files(folder)
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    (made,) = studio.client.projects.listing()
    there = studio.projects / made.folder
    assert made.name == "mine"
    assert (there / deep.relative_to(folder)).read_text() == "x = 1\n"
    assert not (there / "__pycache__").exists()


def test_what_is_no_project_is_told_and_nothing_is_made(studio: Studio, page: Page) -> None:
    page.goto(f"{studio.url}/")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("../evil.py", "")
    for data, said in (
        (b"no archive", "Nothing was imported"),
        (packed.getvalue(), "no path inside a folder"),
    ):
        page.get_by_label("Archive to import").set_input_files(
            {"name": "a.zip", "mimeType": "application/zip", "buffer": data}
        )
        expect(page.get_by_text(said).last).to_be_visible()
    assert studio.client.projects.listing() == ()


def test_ux_59_a_deleted_project_comes_back_with_one_click(studio: Studio, page: Page) -> None:
    made = studio.client.projects.create("digits", "digits")
    page.goto(f"{studio.url}/")
    more(page, "digits", "Delete")
    expect(card(page, "digits")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "digits")).to_be_visible()
    assert [project.id for project in studio.client.projects.listing()] == [made.id]


def test_a_project_is_renamed_in_place_and_copied(studio: Studio, page: Page) -> None:
    studio.client.projects.create("digits", "starter")
    studio.client.projects.create("taken")
    page.goto(f"{studio.url}/")
    page.get_by_role("link", name="Open digits", exact=True).press("F2")
    field = page.get_by_label("Name of the project")
    field.fill("Taken")
    field.press("Enter")
    expect(page.get_by_text("There is a project taken already.")).to_be_visible()
    field.fill("Ziffern")
    field.press("Enter")
    expect(card(page, "Ziffern")).to_be_visible()
    more(page, "Ziffern", "Duplicate")
    expect(card(page, "Ziffern-2")).to_be_visible()


def test_a_second_browser_sees_projects_come_and_go(studio: Studio, page: Page, open_page: OpenPage) -> None:
    other = open_page()
    for one in (page, other):
        one.goto(f"{studio.url}/")
        expect(one.get_by_role("button", name="Start with digits")).to_be_visible()
    made = studio.client.projects.create("live", "starter")
    expect(card(page, "live")).to_be_visible()
    expect(card(other, "live")).to_be_visible()
    more(page, "live", "Delete")
    expect(card(other, "live")).to_have_count(0)
    studio.client.projects.restore(made.id)
    expect(card(other, "live")).to_be_visible()


def test_projects_are_searched_ordered_and_walked_with_the_keyboard(studio: Studio, page: Page) -> None:
    for name in ("beta", "alpha", "gamma"):
        studio.client.projects.create(name)
    page.goto(f"{studio.url}/?sort=name")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(cards.first).to_have_accessible_name("alpha")
    first = page.get_by_role("link", name="Open alpha")
    first.focus()
    first.press("ArrowRight")
    expect(page.get_by_role("link", name="Open beta")).to_be_focused()
    page.get_by_label("Search projects").fill("mm")
    expect(cards).to_have_count(1)
    expect(page).to_have_url(re.compile("q=mm"))
    page.get_by_label("Search projects").fill("nothing")
    page.get_by_role("button", name="Show all").click()
    expect(cards).to_have_count(3)
    page.get_by_role("link", name="Open gamma").press("Enter")
    page.wait_for_url(re.compile(r"/projects/\w+/pipelines"))
    page.go_back()
    expect(cards).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_home_screen_is_accessible_and_fits(studio: Studio, open_page: OpenPage, scheme: str) -> None:
    for template in ("digits", "tabular", "uncertainty", "starter"):
        studio.client.projects.create(template, template)
    page = open_page(height=700, scheme=scheme)
    page.goto(f"{studio.url}/?sort=name")
    expect(card(page, "digits").get_by_text("evaluate", exact=True)).to_be_attached()
    assert_accessible(page)
    shoot(page, f"home-{scheme}")
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, f"home-{scheme}-narrow")
