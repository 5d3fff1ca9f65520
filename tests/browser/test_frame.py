"""The frame: palette, shortcuts, themes, addresses that lead nowhere, a server that is away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Studio, assert_accessible


@pytest.fixture(scope="module")
def starter(studio: Studio) -> str:
    return studio.example("starter")


@pytest.fixture
def inside(page: Page, studio: Studio, starter: str) -> Page:
    """The history of a project: a view without keys of its own."""
    page.goto(f"{studio.url}/projects/{starter}/nothing")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    return page


def test_ux_21_the_palette_finds_and_runs_any_command(inside: Page, starter: str) -> None:
    inside.keyboard.press("Control+k")
    field = inside.get_by_role("combobox", name="Search or run a command")
    expect(field).to_be_focused()
    field.fill("artf")
    expect(inside.get_by_role("option").first).to_contain_text("Artifacts")
    inside.keyboard.press("Enter")
    inside.wait_for_url(f"**/projects/{starter}/artifacts")
    expect(field).to_be_hidden()


def test_ux_21_escape_closes_the_palette_and_gives_the_focus_back(inside: Page) -> None:
    button = inside.get_by_role("link", name="All projects")
    button.focus()
    inside.keyboard.press("Control+k")
    expect(inside.get_by_role("combobox")).to_be_focused()
    inside.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_ux_21_keys_can_be_changed_and_a_conflict_is_told(inside: Page, starter: str) -> None:
    inside.keyboard.press("?")
    sheet = inside.get_by_role("dialog", name="Keyboard shortcuts")
    sheet.get_by_label("Search shortcuts").fill("redo")
    redo = sheet.get_by_role("button", name="Change the keys of Redo")
    expect(redo.first).to_contain_text("CtrlShiftZ or CtrlY")
    sheet.get_by_label("Search shortcuts").fill("runs")
    change = sheet.get_by_role("button", name="Change the keys of Runs")
    change.click()
    inside.keyboard.press("Alt+4")
    expect(sheet.get_by_role("alert")).to_contain_text("is taken by “Artifacts”")
    change.click()
    inside.keyboard.press("Alt+9")
    expect(change).to_contain_text("9")
    inside.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    inside.keyboard.press("Alt+9")
    inside.wait_for_url(f"**/projects/{starter}/runs**")


def test_ux_51_the_theme_is_kept_is_there_before_anything_is_drawn_and_follows_the_system_again(
    inside: Page,
) -> None:
    root = inside.locator("html")
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    inside.get_by_role("button", name="Theme").click()
    inside.get_by_role("menuitem", name="Dark").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    nothing = "**/assets/index-*.js"
    inside.route(nothing, lambda route: route.fulfill(body="", content_type="text/javascript"))
    inside.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    inside.unroute(nothing)
    inside.reload()
    inside.get_by_role("button", name="Theme").click()
    inside.get_by_role("menuitem", name="System").click()
    for scheme in ("light", "dark", "light"):  # that of the system, which may change at any time
        inside.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(root).to_have_attribute("data-mantine-color-scheme", scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ux_51_the_frame_is_accessible_in_both_themes(
    open_page: OpenPage, studio: Studio, starter: str, scheme: str
) -> None:
    page = open_page(scheme=scheme)
    page.goto(f"{studio.url}/projects/{starter}/nothing")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert_accessible(page)


def test_ux_53_at_320_pixels_the_rail_is_at_the_foot_and_nothing_is_cut(
    open_page: OpenPage, studio: Studio, starter: str
) -> None:
    page = open_page(width=320, height=640)
    page.goto(f"{studio.url}/projects/{starter}/nothing")
    rail = page.get_by_role("navigation", name="Project")
    box = rail.bounding_box()
    assert box is not None
    assert (box["width"], box["y"] + box["height"]) == (320, 640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_project_that_is_not_there_says_so(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/projects/01J0000000000000000000000A/runs")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This project cannot be opened")
    expect(alert.locator("code")).to_have_text("deepforge projects list")
    page.get_by_role("link", name="All projects").click()
    page.wait_for_url(f"{studio.url}/")


def test_the_address_that_the_command_line_prints_leads_to_the_run(
    page: Page, studio: Studio, starter: str
) -> None:
    from deepforge.core.ids import ProjectId
    from deepforge.core.run import RunRequest

    run = studio.client.runs.start(RunRequest(ProjectId(starter), "main"))
    page.goto(f"{studio.url}/runs/{run.id}")
    page.wait_for_url(f"**/projects/{starter}/runs/{run.id}**")


def test_a_server_that_is_away_is_told_and_noticed_when_it_is_back(
    page: Page, studio: Studio, starter: str
) -> None:
    page.goto(f"{studio.url}/projects/{starter}/pipelines")
    expect(page.get_by_role("navigation", name="Project")).to_be_visible()
    banner = page.get_by_text(re.compile(r"cannot be reached\. \w"))  # a view may say as much in its place
    studio.kill()
    expect(banner).to_be_visible()
    studio.start()
    expect(banner).to_be_hidden()
