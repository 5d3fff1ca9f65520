"""Offline: what was edited while the server was away outlives the tab in which it was."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Studio, assert_accessible, shoot_themes
from tests.browser.drawing import Drawing, Drawings
from tests.support.waiting import until

AWAY = "The server cannot be reached."
UNSAVED = "3 files have edits that are not yet saved on the server; they are kept in this browser."


def test_ux_48_edits_of_closed_tabs_come_in_once_or_are_offered(studio: Studio, page: Page) -> None:
    """1. A drawing and two texts are open, and the server is killed. 2. All are edited, their tabs closed,
    and one file is deleted. 3. The server is back: a new tab tells of all three. 4. The drawing is opened:
    its edit is there once. 5. The others are saved from afar: one is there once, the other is offered.
    6. Another file of that name comes: it is offered again, to compare, to download and to copy."""
    drawing = Drawings(studio).make(
        page, "offline", **{"utils/words.py": "first = 1\n", "utils/lost.py": "lost = 1\n"}
    )
    folder = studio.projects / "offline"
    words, lost = folder / "utils/words.py", folder / "utils/lost.py"
    code = f"{studio.url}/projects/{drawing.project}/code?path=utils/"
    expect(drawing.node("saved")).to_be_visible()
    tabs = [
        open_text(page, f"{code}{name}.py", f"{text} = 1")
        for name, text in (("words", "first"), ("lost",) * 2)
    ]

    studio.kill()
    for tab in (page, *tabs):
        expect(tab.get_by_text(AWAY)).to_be_visible()
    drawing.select("train")
    page.keyboard.press("Control+d")
    expect(drawing.nodes).to_have_count(4)
    for tab in tabs:
        tab.keyboard.press("Control+End")
        tab.keyboard.type("second = 2")
    for tab in (page, *tabs):
        expect(tab.get_by_text(UNSAVED)).to_be_visible()
    fresh = page.context.new_page()
    for tab in (page, *tabs):
        tab.close(run_before_unload=True)

    lost.unlink()
    studio.start()
    fresh.goto(studio.url)
    expect(fresh.get_by_text(UNSAVED)).to_be_visible()
    assert_accessible(fresh)
    shoot_themes(fresh, "together-unsaved")
    again = Drawing(studio, fresh, drawing.project, folder)
    expect(again.nodes).to_have_count(4)
    again.written(lambda nodes: len(nodes) == 4, "the copy")
    fresh.get_by_role("button", name="Save them now").click()
    until(lambda: words.read_text() == "first = 1\nsecond = 2", "the line in the file")
    offered = fresh.get_by_role("dialog", name="Your edits of utils/lost.py")
    expect(offered.get_by_text("The file was deleted or renamed meanwhile")).to_be_visible()
    offered.get_by_role("button", name="Later").click()
    expect(offered).to_have_count(0)
    fresh.goto(f"{code}words.py")
    expect(fresh.get_by_text("second = 2", exact=True)).to_have_count(1)
    expect(fresh.get_by_text("1 file has edits that are not yet saved")).to_be_visible()

    lost.write_text("other = 3\n")
    fresh.goto(f"{code}lost.py")
    expect(offered.get_by_text("The file has begun a new history meanwhile")).to_be_visible()
    expect(offered.get_by_label("What you had")).to_have_value("lost = 1\nsecond = 2")
    shoot_themes(fresh, "together-rescue")
    offered.get_by_role("button", name="Compare").click()
    expect(offered.get_by_text("Lines with − are in the file now, those with + are yours")).to_be_visible()
    expect(offered.get_by_role("row")).to_have_text(["1−other = 3", "2−", "1+lost = 1", "2+second = 2"])
    assert_accessible(fresh)
    with fresh.expect_download() as saved:
        offered.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "lost.py"
    assert saved.value.path().read_text() == "lost = 1\nsecond = 2"
    offered.get_by_role("button", name="Copy and close").click()
    expect(offered).to_have_count(0)
    assert fresh.evaluate("navigator.clipboard.readText()") == "lost = 1\nsecond = 2"
    expect(fresh.get_by_text("not yet saved on the server")).to_have_count(0)
    assert lost.read_text() == "other = 3\n"


def open_text(page: Page, address: str, line: str) -> Page:
    """A file in one more tab of a browser, with the cursor in a line of it."""
    tab = page.context.new_page()
    tab.goto(address)
    tab.get_by_text(line, exact=True).click()
    return tab
