"""Every view there is: accessible in both themes, readable at 320 pixels, and drawn for the documentation."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from pycrdt import Doc, Text

from deepforge.core.ids import RunId
from deepforge.core.run import RunRequest
from tests.browser.conftest import OF_COLOURS, OpenPage, Studio, assert_accessible, shoot, shoot_themes
from tests.support.waiting import until

View = tuple[str, Callable[[Page], Locator]]
Views = dict[str, View]
Opened = Callable[[Page], Locator]
PARTS = 3
"""Among so many tests the views are shared out, so that none of them takes long."""

BROKEN = {
    "operations/count.py": "def count(*, to: int = 3):\n    found = list(range(to))\n    return found\n",
    "operations/divide.py": "def divide(found: list):\n    share = sum(found) / found[0]\n    return share\n",
    "pipelines/fails.yaml": """
        nodes:
          numbers: {operation: count, at: [0, 0]}
          divide: {operation: divide, inputs: {found: numbers}, at: [280, 0]}
          share: {operation: Output, attributes: {name: share}, inputs: {data: divide}, at: [560, 0]}
        """,
}


@pytest.fixture(scope="module", autouse=True)
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Who commits is the same on every machine, as the pictures show it."""
    file = tmp_path_factory.mktemp("git") / "config"
    file.write_text("[user]\n\tname = Ada Byron\n\temail = ada@example.org\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(file))
        yield


@pytest.fixture(scope="module")
def views(studio: Studio) -> Views:
    """Of each view its address, and where it says that it is drawn. The project has two runs."""
    project = studio.example("digits")
    starter = studio.example("starter")
    empty = studio.example("empty")
    broken = studio.add("broken", BROKEN)
    versioned = studio.client.projects.create("versioned", "digits")
    (studio.projects / versioned.folder / "notes.md").write_text("# Notes\n")
    asked = [RunRequest(project, "train", {"train": {"epochs": 4}}), RunRequest(project, "train")]
    runs = [_trained(studio, request) for request in asked]
    _trained(studio, RunRequest(starter, "main"))
    failed = studio.client.runs.start(RunRequest(broken, "fails")).id
    until(lambda: studio.client.runs.show(failed).state == "failed", "the run has failed")
    artifact = studio.client.artifacts.listing(project=project)[0].id
    train = next(job.id for job in studio.client.runs.show(runs[1]).jobs if job.name == "train")
    inside, run = f"/projects/{project}", f"/projects/{project}/runs/{runs[1]}"
    inside_run = f"{run}?tab="
    comparing = f"{inside}/runs/compare?runs={runs[1]},{runs[0]}"
    return {
        "home": ("/", lambda page: page.get_by_role("heading", name="starter")),
        "pipelines": (f"{inside}/pipelines", lambda page: page.get_by_role("link", name="train").first),
        "pipeline": (
            f"{inside}/pipelines/edit?name=train",
            lambda page: page.locator(".react-flow__node").get_by_text("success", exact=True).nth(2),
        ),
        "code": (f"{inside}/code", lambda page: page.get_by_text("train.py").first),
        "operation": (
            f"{inside}/code?path=operations/train.py",
            lambda page: page.locator(".cm-line").get_by_text("learning_rate").first,
        ),
        "runs": (f"{inside}/runs", lambda page: page.get_by_role("row").get_by_text("success").nth(1)),
        "run": (run, lambda page: page.get_by_text("success").first),
        "run-log": (f"{inside_run}log&job={train}", lambda page: page.get_by_text("parameters").first),
        "run-metrics": (f"{inside_run}metrics", lambda page: page.locator("canvas").first),
        "run-figures": (f"{inside_run}figures", lambda page: page.get_by_text("Confusion matrix").first),
        "run-outputs": (f"{inside_run}outputs", lambda page: page.get_by_text("digits-convnet").first),
        "run-lineage": (f"{inside_run}lineage", lambda page: page.get_by_role("link", name="digits-convnet")),
        "run-environment": (f"{inside_run}environment", lambda page: page.get_by_text("Python").first),
        "run-code": (f"{inside_run}code", lambda page: page.get_by_text("train.py").first),
        "compare": (comparing, lambda page: page.get_by_role("row", name="train.epochs")),
        "compare-metrics": (f"{comparing}&tab=metrics", lambda page: page.locator("canvas").first),
        "compare-figures": (
            f"{comparing}&tab=figures",
            lambda page: page.get_by_text("Confusion matrix").first,
        ),
        "compare-code": (f"{comparing}&tab=code", lambda page: page.get_by_text("The same code")),
        "artifacts": (f"{inside}/artifacts", lambda page: page.get_by_role("link", name="digits-convnet")),
        "artifact": (f"{inside}/artifacts/{artifact}", lambda page: page.get_by_text("Conv2d").first),
        "history": (f"{inside}/history", lambda page: page.get_by_role("listitem").first),
        "repository": (
            f"/projects/{versioned.id}/history",
            lambda page: page.get_by_role("button", name="Commit 1 file…"),
        ),
        "text": (
            f"/projects/{versioned.id}/code?path=notes.md",
            lambda page: page.locator(".cm-line").get_by_text("# Notes"),
        ),
        "failed": (
            f"/projects/{broken}/pipelines/edit?name=fails&node=divide",
            lambda page: page.get_by_text("ZeroDivisionError").first,
        ),
        "failed-run": (
            f"/projects/{broken}/runs/{failed}",
            lambda page: page.get_by_text("ZeroDivisionError").first,
        ),
        "no-pipeline": (
            f"/projects/{empty}/pipelines/edit?name=main",
            lambda page: page.get_by_text("This pipeline is empty"),
        ),
        "no-runs": (f"/projects/{empty}/runs", lambda page: page.get_by_role("heading", name="No runs yet")),
        "no-artifacts": (
            f"/projects/{empty}/artifacts",
            lambda page: page.get_by_role("heading", name="There are no artifacts yet"),
        ),
    }


def _trained(studio: Studio, request: RunRequest) -> RunId:
    run = studio.client.runs.start(request).id
    until(lambda: studio.client.runs.show(run).state == "success", "the run has ended well")
    return run


def _open(page: Page, studio: Studio, view: View) -> None:
    address, sign = view
    page.goto(studio.url + address)
    expect(sign(page)).to_be_visible()


def _dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def _pressed(keys: str, name: str) -> Opened:
    def opened(page: Page) -> Locator:
        page.keyboard.press(keys)
        return _dialog(page, name)

    return opened


def _clicked(button: str, name: str) -> Opened:
    def opened(page: Page) -> Locator:
        page.get_by_role("button", name=button, exact=True).first.click()
        return _dialog(page, name)

    return opened


def _commanded(command: str, name: str) -> Opened:
    def opened(page: Page) -> Locator:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search or run a command").fill(command)
        page.get_by_role("option", name=command).first.click()
        return _dialog(page, name)

    return opened


def _with(button: str, opened: Opened) -> Opened:
    """What is opened, once all of it is there: this button is its last part."""

    def filled(page: Page) -> Locator:
        shown = opened(page)
        expect(shown.get_by_role("button", name=button, exact=True)).to_be_visible()
        return shown

    return filled


def _connect_list(page: Page) -> Locator:
    page.locator(".react-flow__node").get_by_role("heading", name="train").click()
    page.keyboard.press("c")
    return _dialog(page, "Connect")


def _context_menu(page: Page) -> Locator:
    page.locator(".react-flow__node").get_by_role("heading", name="train").click(button="right")
    return page.get_by_role("menuitem", name="Bypass")


def _add_palette(page: Page) -> Locator:
    page.get_by_role("button", name="Add an operation").click()
    return page.get_by_role("combobox", name="What to add")


def _tags_of_runs(page: Page) -> Locator:
    page.get_by_role("checkbox", name="Select all").check()
    page.keyboard.press("t")
    return _dialog(page, "Tags of 2 runs")


KEEP = """async ([state, project, path]) => {
    const opened = indexedDB.open("deepforge", 1);
    await new Promise((done) => { opened.onsuccess = done; });
    const {user} = await (await fetch("/api/v1/session")).json();
    const transaction = opened.result.transaction("unsent", "readwrite");
    transaction.objectStore("unsent").put(new Uint8Array(state), [project, path, user, "other", "tab", 1]);
    await new Promise((done) => { transaction.oncomplete = done; });
}"""
"""Leaves on the browser's shelf what a tab edited in a history that the file no longer has."""


def _rescue(page: Page) -> Locator:
    edited: Doc[Text] = Doc(
        {"text": Text("# Notes of mine\n" + "A line that is too long for a telephone.\n" * 3)}
    )
    project = re.search("projects/([^/]+)", page.url)
    assert project is not None
    page.evaluate(KEEP, [list(edited.get_update()), project[1], "notes.md"])
    page.reload()
    return _dialog(page, "Your edits of notes.md")


def _rescue_compared(page: Page) -> Locator:
    shown = _rescue(page)
    shown.get_by_role("button", name="Compare").click()
    expect(shown.get_by_role("row").first).to_be_visible()
    return shown


OPENED: dict[str, dict[str, Opened]] = {
    "home": {"new-project": _pressed("Alt+n", "New project")},
    "pipeline": {
        "palette": _pressed("Control+k", "Search or run a command"),
        "shortcuts": _pressed("?", "Keyboard shortcuts"),
        "connect": _connect_list,
        "context-menu": _context_menu,
        "add": _add_palette,
    },
    "code": {"new-file": _clicked("New file", "New file")},
    "text": {"rescue": _rescue, "rescue-compared": _rescue_compared},
    "runs": {"filter": _pressed("f", "Filter"), "tags-of-runs": _tags_of_runs},
    "run": {"tags": _pressed("t", "Tags")},
    "artifacts": {"import": _commanded("Import from a URL", "Import from a URL")},
    "history": {
        "no-branch": _with("Keep in git…", _clicked("Branch", "New branch")),
        "keep-in-git": _with("Keep in git", _commanded("Commit…", "Keep this project in git")),
    },
    "repository": {
        "branch": _with("Make branch", _clicked("Branch", "New branch")),
        "commit": _with("Commit 1 file", _clicked("Commit 1 file…", "Commit to main")),
    },
}
"""What is opened in a view, and where it shows that it is there."""


@pytest.mark.parametrize("part", range(PARTS))
def test_ux_51_every_view_is_accessible_in_both_themes(
    open_page: OpenPage, studio: Studio, views: Views, part: int
) -> None:
    page = open_page()
    for name, view in list(views.items())[part::PARTS]:
        _open(page, studio, view)
        _assert_in_both_themes(page, name)
        for what, opened in OPENED.get(name, {}).items():
            shown = opened(page)
            expect(shown).to_be_visible()
            _assert_in_both_themes(page, what)
            _close(page, shown)


CLOSE = re.compile("^(Close|Discard)$")


def _close(page: Page, shown: Locator) -> None:
    button = shown.get_by_role("button", name=CLOSE)
    if button.count() > 0:
        button.click()
    else:
        page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def _assert_in_both_themes(page: Page, name: str) -> None:
    shoot(page, f"view-{name}-light")
    assert_accessible(page, said=name)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    shoot(page, f"view-{name}-dark")
    assert_accessible(page, said=f"{name}, dark", rules=OF_COLOURS)
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")


RIGHTLY_WIDE = ", ".join(
    (
        ".cm-editor",
        "[role=log]",
        "[aria-label^='Difference of']",
        "[aria-label=Preview]",
        "[aria-label=Lineage]",
    )
)
"""Code, logs, differences of texts, the data themselves and a drawing: these are moved along."""
CUT = """(rightlyWide) => {
    const found = [];
    const isSeen = (one) => one.checkVisibility({visibilityProperty: true}) && one.clientWidth > 1;
    const tell = (what, one) => found.push(
        `${what}: ${one.tagName} ${one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 40)}`
    );
    for (const one of document.querySelectorAll("body *")) {
        if (!isSeen(one) || one.closest(rightlyWide)) continue;
        const scrolls = /auto|scroll/.test(getComputedStyle(one).overflowX);
        if (scrolls && one.scrollWidth > one.clientWidth + 1) tell("scrolls sideways", one);
        if (!one.matches("button, [role=tab], [role=button]")) continue;
        if (one.closest(".react-flow, .hidden-words")) continue;
        const {left, right, width, height} = one.getBoundingClientRect();
        if (left < 0 || right > innerWidth) tell("out of sight", one);
        if (width < 24 || height < 24) tell("too small to touch", one);
        const isClipped = (part) => part.scrollWidth > part.clientWidth + 1
            && getComputedStyle(part).overflowX !== "visible" && isSeen(part) && part.textContent.trim();
        if ([one, ...one.querySelectorAll("*")].some(isClipped)) tell("clipped", one);
    }
    return found;
}"""
"""What cannot be read without moving it, or not be touched with a finger."""


@pytest.mark.parametrize("part", range(PARTS))
def test_ux_53_every_view_and_dialog_is_readable_at_320_pixels(
    open_page: OpenPage, studio: Studio, views: Views, part: int
) -> None:
    page = open_page(width=320, height=640)
    for name, view in list(views.items())[part::PARTS]:
        _open(page, studio, view)
        _assert_readable(page, name)
        for what, opened in OPENED.get(name, {}).items():
            shown = opened(page)
            expect(shown).to_be_visible()
            _assert_readable(page, what)
            _close(page, shown)


def _assert_readable(page: Page, name: str) -> None:
    shoot_themes(page, f"narrow-{name}")
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"(wide) => ({CUT})(wide).length === 0", arg=RIGHTLY_WIDE, timeout=2_000)
    assert page.evaluate(CUT, RIGHTLY_WIDE) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
