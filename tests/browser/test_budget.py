"""What a page may load before it is of use, and what waits until it is shown."""

from __future__ import annotations

import gzip

from playwright.sync_api import Page, expect

from deepforge.server import editor
from tests.browser.conftest import OpenPage, Studio
from tests.browser.running import PROJECT

MOST = 350_000
"""Bytes of script, compressed, for the canvas."""


def test_ux_55_the_canvas_needs_few_scripts_and_none_of_plots_or_code(
    open_page: OpenPage, studio: Studio
) -> None:
    project = studio.add("budget", PROJECT)
    page = open_page(thrifty=True)
    loaded = scripts(page, f"{studio.url}/projects/{project}/pipelines/edit?name=train", ".react-flow__node")
    sizes = {name: len(gzip.compress((editor.FOLDER / "assets" / name).read_bytes(), 9)) for name in loaded}
    assert sum(sizes.values()) <= MOST, sizes
    assert_without(loaded, "plotly", "uPlot", "cm-content", "elkjs")


def test_ux_55_the_table_of_runs_loads_no_plots(open_page: OpenPage, studio: Studio) -> None:
    project = studio.add("budget of runs", PROJECT)
    page = open_page(thrifty=True)
    loaded = scripts(page, f"{studio.url}/projects/{project}/runs", "h2")
    assert_without(loaded, "plotly", "uPlot", "cm-content", "xyflow__")


def scripts(page: Page, address: str, shown: str) -> set[str]:
    """The names of the scripts that a new page asks for until this is shown."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(address)
    expect(page.locator(shown).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    return {url.rpartition("/")[2] for url in asked if "/assets/" in url and url.endswith(".js")}


def assert_without(loaded: set[str], *words: str) -> None:
    """None of the scripts is one of these libraries."""
    texts = {name: (editor.FOLDER / "assets" / name).read_text(encoding="utf-8") for name in loaded}
    found = {(name, word) for name, text in texts.items() for word in words if f"{word}" in text}
    assert found == set()
