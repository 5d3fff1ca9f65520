"""What a page may load before it is of use, and what waits until it is shown."""

from __future__ import annotations

import gzip

from playwright.sync_api import Page, expect

from deepforge.server import editor
from tests.browser.conftest import OpenPage, Studio
from tests.browser.running import PROJECT
from tests.support.waiting import until

MOST = 350_000
"""Bytes of script, compressed, for the canvas."""
USABLE = """new MutationObserver((_, observer) => {
    if (!document.querySelector(".react-flow__node")) return;
    window.usable = performance.now();
    observer.disconnect();
}).observe(document, {childList: true, subtree: true})"""
"""Keeps the moment in which the nodes are there."""
SCRIPTS = """performance.getEntriesByType("resource")
    .filter(({name}) => name.includes("/assets/") && name.endsWith(".js"))
    .map(({name, startTime: at}) => ({name: name.split("/").at(-1), late: at > (window.usable ?? 1e9)}))"""
"""The scripts that were asked for, and whether that was after the nodes were there."""


def test_ux_55_the_canvas_needs_few_scripts_and_none_of_plots_or_code(
    open_page: OpenPage, studio: Studio
) -> None:
    project = studio.add("budget", PROJECT)
    page = open_page(thrifty=True)
    loaded = scripts(page, f"{studio.url}/projects/{project}/pipelines/edit?name=train", ".react-flow__node")
    sizes = {name: len(gzip.compress((editor.FOLDER / "assets" / name).read_bytes(), 9)) for name in loaded}
    assert sum(sizes.values()) <= MOST, sizes
    assert_without(loaded, "plotly", "uPlot", "cm-content", "elkjs")


def test_ux_55_what_is_seldom_shown_is_loaded_when_the_page_is_of_use_already(
    open_page: OpenPage, studio: Studio
) -> None:
    """In a browser that asks for no thrift: until the nodes are there, the scripts are those of the canvas;
    code and plots come afterwards, one part after another, so that they are there when the server is not.
    """
    project = studio.add("budget of idle moments", PROJECT)
    page = open_page()
    page.add_init_script(USABLE)
    page.goto(f"{studio.url}/projects/{project}/pipelines/edit?name=train")
    until(lambda: "cm-content" in "".join(map(text_of, asked_for(page, late=True))), "the editor of code")
    early = asked_for(page, late=False)
    sizes = {name: len(gzip.compress((editor.FOLDER / "assets" / name).read_bytes(), 9)) for name in early}
    assert sum(sizes.values()) <= MOST, sizes
    assert_without(early, "plotly", "uPlot", "cm-content", "elkjs")


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


def asked_for(page: Page, *, late: bool) -> set[str]:
    """The names of the scripts that were asked for after the nodes were there, or before."""
    return {one["name"] for one in page.evaluate(SCRIPTS) if one["late"] == late}


def text_of(script: str) -> str:
    return (editor.FOLDER / "assets" / script).read_text(encoding="utf-8")


def assert_without(loaded: set[str], *words: str) -> None:
    """None of the scripts is one of these libraries."""
    found = {(name, word) for name in loaded for word in words if word in text_of(name)}
    assert found == set()
