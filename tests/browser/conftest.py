"""Stories in a real browser: a server process with projects, and Chromium, signed in."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deepforge.client import Client, find_server
from deepforge.core.ids import ProjectId
from deepforge.server import editor
from deepforge.store.data_directory import DataDirectory
from deepforge.store.database import Database
from tests.house.places import ROOT
from tests.support.engine import database_url, variables
from tests.support.lacking import lacking
from tests.support.waiting import until

EXAMPLES = ROOT / "examples"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "docs" / "images" / "editor"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # all pages of one profile are in one process, see Profile
)
PATIENCE = 60_000.0
"""Milliseconds. Only a test that fails waits as long as this."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them start processes. One that hangs ends its process: what is raised in the midst of the
    browser's library leaves that waiting for ever, and the tests after it too.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.acceptance)
            item.add_marker(pytest.mark.timeout(method="thread"))


def find_chromium() -> str | None:
    """The browser of this machine; the one without windows of its own takes a fifth less of the processor."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


class Studio:
    """A server process on a data directory of its own, and the projects in it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.projects = self.home / "projects"
        self.projects.mkdir(parents=True)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Client | None = None

    def start(self) -> None:
        """Start the server; again on the same port when it was killed."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("DEEPFORGE_")}
        with (self.home / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deepforge.server"],
                env=own
                | {
                    "DEEPFORGE_HOME": str(self.home),
                    "DEEPFORGE_PORT": str(self.port),
                }
                | variables(self.home),
                stdout=output,
                stderr=output,
                cwd=self.home,
            )
        pid = self._process.pid
        found = until(lambda: (there := find_server(self.home)) and there.pid == pid and there, "a server")
        self.url = found.url.replace("127.0.0.1", "localhost")
        self.port = int(found.url.rpartition(":")[2])
        self._client = Client.at(found.url, found.token)

    @property
    def client(self) -> Client:
        """A client with the owner's token."""
        assert self._client is not None
        return self._client

    def database(self) -> Database:
        """The server's own database, for what no person could make by hand; the test closes it."""
        return Database(database_url(self.home) or DataDirectory(self.home).database_url)

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the server in good order, and its worker with it."""
        if self._client is not None:
            self._client.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(90)

    def example(self, name: str, called: str | None = None) -> ProjectId:
        """Add a copy of an example."""
        shutil.copytree(EXAMPLES / name, self.projects / (called or name))
        return self.project(called or name)

    def add(self, name: str, files: dict[str, str]) -> ProjectId:
        """Add a project made of these files."""
        for path, text in files.items():
            file = self.projects / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return self.project(name)

    def project(self, name: str) -> ProjectId:
        """The id of a project."""
        return self.client.projects.find(name).id


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server for the tests of one file, with no projects yet."""
    if not (editor.FOLDER / "index.html").exists():
        lacking("the editor is not built: run make web")
    made = Studio(tmp_path_factory.mktemp("studio"))
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. It is closed with each module: as long as it is there, its library keeps an event loop
    running, and tests of other rooms have loops of their own.
    """
    program = find_chromium()
    if program is None:
        lacking("no Chromium on this machine, so nothing was tested in a browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield launched
        launched.close()


class Profile:
    """What the browser of one person keeps. One test after the other has it, and each finds it empty. A tab
    that shows nothing keeps its process alive, in which the scripts of the editor are compiled already.
    """

    def __init__(self, browser: Browser, studio: Studio, *, thrifty: bool = False) -> None:
        self.studio = studio
        self.thrifty = thrifty
        self.context = browser.new_context(
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.set_default_timeout(PATIENCE)
        if thrifty:
            self.context.add_init_script(
                "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
            )
        self.tab = self.context.new_page()
        self.tab.goto(f"{studio.url}/static/nothing")

    def open(self, width: int, height: int, scheme: str) -> Page:
        """A page that is signed in."""
        sign_in(self.context, self.studio)
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        return page

    def empty(self) -> bool:
        """Close and forget what a test made of it. False: nobody can have it again, its clock was changed."""
        for page in self.context.pages:
            if page is not self.tab:
                page.close()
        self.context.set_offline(False)
        self.context.clear_cookies()
        asked = {"origin": self.studio.url, "storageTypes": "local_storage,indexeddb,cache_storage"}
        self.context.new_cdp_session(self.tab).send("Storage.clearDataForOrigin", asked)
        return bool(self.tab.evaluate("/native code/.test(String(Date))"))


OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    """Those that no test has now; they end with the browser."""
    return []


@pytest.fixture
def open_page(browser: Browser, studio: Studio, profiles: list[Profile]) -> Iterator[OpenPage]:
    """Opens one more browser that is signed in; whatever breaks in one of its pages fails the test."""
    broken: list[str] = []
    taken: list[Profile] = []

    def opened(width: int = 1440, height: int = 900, scheme: str = "light", thrifty: bool = False) -> Page:
        """`thrifty`: whoever sits there wants no more to be loaded than is shown."""
        known = profiles and not thrifty
        profile = profiles.pop() if known else Profile(browser, studio, thrifty=thrifty)
        taken.append(profile)
        page = profile.open(width, height, scheme)
        page.on("pageerror", lambda error: broken.append(str(error)))
        return page

    yield opened
    for profile in taken:
        if not profile.thrifty and profile.empty():
            profiles.append(profile)
        else:
            profile.context.close()
    assert broken == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A browser that is signed in."""
    return open_page()


def sign_in(context: BrowserContext, studio: Studio) -> None:
    """Give a browser its session by the link that the server prints; no page is drawn for it."""
    answer = context.request.get(studio.client.system.entry().url.replace("127.0.0.1", "localhost"))
    assert answer.ok, answer.status_text


COLOURS_STAY = """async () => {
    const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    for (let frames = 0; frames < 300 && moving().length > 0; frames += 1)
        await new Promise(requestAnimationFrame);
    return moving().map((one) => `${one.transitionProperty} of ${one.effect.target.outerHTML}`);
}"""
"""Waits until nothing goes on to another colour or place any more (what inherits a colour begins when that
from which it has it has ended) and gives back what still moves. It waits by frames: what is over is taken
from the list with the next frame, which never comes to a script that asks again at once.
"""


OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that may find something in one theme and not in the other."""


def assert_accessible(
    page: Page, within: str | None = None, *, said: str = "", rules: tuple[str, ...] = ()
) -> None:
    """No serious finding of axe in the page, or in a part of it, by these rules, none: by all; `said` names
    the view in what is told.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(COLOURS_STAY) == [], said
    asked = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("([within, asked]) => axe.run(within ?? document, asked)", [within, asked])
    serious = [
        f"{rule['id']}: {rule['help']}\n    " + "\n    ".join(node["html"] for node in rule["nodes"][:4])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert not serious, "\n".join([said, *serious])


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot for the documentation, when these are being made (DEEPFORGE_SCREENSHOTS=1)."""
    if os.environ.get("DEEPFORGE_SCREENSHOTS") == "1":
        SHOTS.mkdir(parents=True, exist_ok=True)
        drawn = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
        drawn.quantize(256).save(SHOTS / f"{name}.png", optimize=True)


def shoot_themes(page: Page, name: str) -> None:
    """Keep one of each theme: `name-light` and `name-dark`."""
    if os.environ.get("DEEPFORGE_SCREENSHOTS") == "1":
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator(f"html[data-mantine-color-scheme={scheme}]")).to_have_count(1)
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            shoot(page, f"{name}-{scheme}")
