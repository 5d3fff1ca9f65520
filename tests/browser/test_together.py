"""Together: two people in one project, each in a browser of their own, and other programs in its folder."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from deepforge.services.documents.wire import word
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot, shoot_themes
from tests.browser.drawing import PIPELINE, Drawing, Drawings
from tests.support.waiting import until

READ_SCREEN = """() => ({
  nodes: Object.fromEntries([...document.querySelectorAll(".react-flow__node-operation")].map((node) => [
    node.querySelector("h4").innerText.trim(),
    node.style.transform.match(/-?[\\d.]+/g).map((part) => Math.round(Number(part))),
  ])),
  wires: [...document.querySelectorAll(".react-flow__edge")]
    .map((wire) => wire.getAttribute("aria-label")).sort(),
})"""
BANNER = "The server cannot be reached"


@pytest.fixture
def pair(studio: Studio, open_page: OpenPage, request: pytest.FixtureRequest) -> tuple[Drawing, Drawing]:
    """One pipeline, open in the browsers of Ada and Bob."""
    name = re.sub(r"\W+", "-", request.node.name)[:60]
    ada = Drawings(studio).make(open_page(), name)
    bob = Drawing(studio, open_page(), ada.project, studio.projects / name)
    for drawing, called in ((ada, "Ada"), (bob, "Bob")):
        expect(drawing.node("saved")).to_be_visible()
        introduce(drawing.page, called)
    expect(ada.page.get_by_role("button", name="Follow Bob")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Follow Ada")).to_be_visible()
    return ada, bob


def introduce(page: Page, name: str, shown: str = "") -> None:
    """Choose a name; as much of it is `shown`."""
    page.get_by_role("button", name="choose another name").click()
    page.get_by_label("Your name, as the others see it").fill(name)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name=f"You are {shown or name}")).to_be_visible()


def screen(drawing: Drawing) -> dict[str, Any]:
    """What is drawn: where the nodes are, and the connections."""
    return dict(drawing.page.evaluate(READ_SCREEN))


def place(drawing: Drawing, name: str) -> list[int]:
    """Where a node is drawn."""
    return list(screen(drawing)["nodes"].get(name) or [])


def pull(drawing: Drawing, name: str, x: float, y: float, *, release: bool = True) -> None:
    """Drag a node by so much."""
    start = drawing.grip(name)
    drawing.drag(start, (start[0] + x, start[1] + y), release=release)


def agree(*drawings: Drawing) -> dict[str, Any]:
    """Wait until all screens show the same, and the file says it too."""

    def same() -> dict[str, Any] | None:
        first, *others = [screen(drawing) for drawing in drawings]
        nodes = drawings[0].content().get("nodes") or {}
        written = {name: [round(part) for part in node.get("at", [])] for name, node in nodes.items()}
        return first if all(other == first for other in others) and written == first["nodes"] else None

    return until(same, "the same on all screens and in the file")


def test_ux_07_undo_takes_back_my_own_last_gesture_while_others_go_on(pair: tuple[Drawing, Drawing]) -> None:
    ada, bob = pair
    before = agree(ada, bob)["nodes"]
    pull(ada, "load", 40, 120)
    until(lambda: place(bob, "load") != before["load"], "the move on the other screen")
    moved = agree(ada, bob)["nodes"]["load"]
    pull(bob, "train", 20, 160)
    until(lambda: place(ada, "train") != before["train"], "Bob's move")
    bobs = agree(ada, bob)["nodes"]["train"]
    ada.page.keyboard.press("Control+z")
    until(lambda: place(bob, "load") == before["load"], "one gesture taken back")
    assert agree(ada, bob)["nodes"] == before | {"train": bobs}
    ada.page.keyboard.press("Control+Shift+z")
    until(lambda: place(bob, "load") == moved, "it done again")
    agree(ada, bob)


def test_ux_08_undo_never_removes_what_somebody_else_did(pair: tuple[Drawing, Drawing]) -> None:
    ada, bob = pair
    before = agree(ada, bob)["nodes"]
    pull(ada, "load", 40, 120)
    until(lambda: place(bob, "load") != before["load"], "Ada's move")
    adas = agree(ada, bob)["nodes"]["load"]
    pull(bob, "load", 60, 60)
    until(lambda: place(ada, "load") != adas, "Bob's move of the same node")
    bobs = agree(ada, bob)["nodes"]["load"]
    ada.page.keyboard.press("Control+z")
    expect(ada.page.get_by_text("Somebody else has worked on that since")).to_be_visible()
    assert agree(ada, bob)["nodes"]["load"] == bobs
    bob.page.keyboard.press("Control+z")
    until(lambda: place(ada, "load") == adas, "Bob's own step taken back")
    agree(ada, bob)


def test_ux_47_people_are_seen_on_the_canvas_and_can_be_followed(pair: tuple[Drawing, Drawing]) -> None:
    """Each in a colour that is nobody else's, and the same wherever that person goes."""
    ada, bob = pair
    until(lambda: colour(ada, "You are Ada") != colour(bob, "You are Bob"), "two colours")
    bobs = colour(bob, "You are Bob")
    until(lambda: colour(ada, "Follow Bob") == bobs, "Bob's colour on Ada's screen")
    assert colour(bob, "Follow Ada") == colour(ada, "You are Ada")
    bob.page.mouse.move(*bob.free())
    cursor = ada.page.locator(".react-flow__viewport-portal").get_by_text("Bob", exact=True)
    expect(cursor).to_be_visible()
    there = ada.middle(cursor)
    bob.page.mouse.move(bob.free()[0] + 200, bob.free()[1] - 60)
    until(lambda: ada.middle(cursor)[0] > there[0] + 100, "the pointer to move")
    bob.select("load")
    expect(ada.node("load").get_by_text("Bob", exact=True)).to_be_visible()
    expect(bob.node("load").get_by_text("Bob", exact=True)).to_have_count(0)
    shoot(ada.page, "together")
    assert_accessible(ada.page)

    before = place(ada, "train")
    pull(bob, "train", 40, 130, release=False)
    until(lambda: place(ada, "train") == place(bob, "train") != before, "the node in Bob's hand")
    assert ada.content()["nodes"]["train"]["at"] == before
    bob.page.mouse.up()
    agree(ada, bob)

    ada.page.get_by_role("button", name="Follow Bob").click()
    following = ada.page.get_by_role("button", name="Stop following Bob").first
    expect(following).to_be_visible()
    bob.page.mouse.move(*bob.free())
    bob.page.mouse.wheel(0, -300)
    until(lambda: alike(view(ada), view(bob)), "Ada to see what Bob sees")
    bob.page.mouse.click(*bob.free())
    bob.page.keyboard.press("1")
    until(lambda: abs(view(bob)[2] - 1) < 0.01 and alike(view(ada), view(bob)), "both at 100 %")
    ada.page.mouse.move(*ada.free())
    ada.page.mouse.wheel(0, 200)
    expect(following).to_have_count(0)

    bob.page.goto(f"{bob.studio.url}/projects/{bob.project}/code?path=operations/train.py")
    expect(ada.page.get_by_role("button", name="Follow Bob")).to_have_count(0)
    expect(cursor).to_have_count(0)
    assert colour(bob, "You are Bob") == bobs


def colour(drawing: Drawing, name: str) -> str:
    """The colour of somebody's avatar."""
    avatar = drawing.page.get_by_role("button", name=name)
    return str(avatar.evaluate("(one) => one.style.background"))


def view(drawing: Drawing) -> list[float]:
    """What part of the canvas is seen: where its corner is, and the zoom."""
    style = drawing.page.locator(".react-flow__viewport").get_attribute("style") or ""
    return [float(part) for part in re.findall(r"-?[\d.]+", style.partition("transform")[2])[:3]]


def alike(one: list[float], other: list[float]) -> bool:
    """Whether two views are the same to the eye."""
    return all(
        abs(a - b) < (0.01 if index == 2 else 2) for index, (a, b) in enumerate(zip(one, other, strict=True))
    )


def test_ux_47_people_are_seen_in_code_and_can_be_followed(studio: Studio, open_page: OpenPage) -> None:
    """And undo in code is each one's own."""
    lines = "\n".join(f"line_{number} = {number}" for number in range(1, 301))
    project = studio.add("words", {"utils/words.py": lines + "\n", "pipelines/main.yaml": PIPELINE})
    file = studio.projects / "words/utils/words.py"
    ada, bob = open_page(), open_page()
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        page.goto(f"{studio.url}/projects/{project}/code?path=utils/words.py")
        expect(page.get_by_text("line_1 = 1", exact=True)).to_be_visible()
        introduce(page, name)
    expect(ada.get_by_role("button", name="Follow Bob")).to_be_visible()
    bob.get_by_text("line_5 = 5", exact=True).click()
    caret = ada.locator(".cm-ySelectionCaret")
    expect(caret).to_have_count(1)
    expect(caret).to_contain_text("Bob")
    bob.keyboard.press("End")
    bob.keyboard.type("  # Bob")
    ada.get_by_text("line_3 = 3", exact=True).click()
    ada.keyboard.press("End")
    ada.keyboard.type("  # Ada")
    expect(bob.get_by_text("line_3 = 3  # Ada")).to_be_visible()
    expect(ada.get_by_text("line_5 = 5  # Bob")).to_be_visible()
    ada.keyboard.press("Control+z")
    until(lambda: "# Ada" not in file.read_text() and "line_5 = 5  # Bob\n" in file.read_text(), "Ada's undo")
    ada.get_by_role("button", name="Follow Bob").click()
    bob.keyboard.press("Control+End")
    expect(bob.get_by_text("line_300 = 300", exact=True)).to_be_visible()
    expect(ada.get_by_text("line_300 = 300", exact=True)).to_be_visible()
    bob.keyboard.press("Control+Home")
    expect(ada.get_by_text("line_2 = 2", exact=True)).to_be_visible()
    ada.get_by_text("line_3 = 3", exact=True).click()
    expect(ada.get_by_role("button", name="Stop following Bob")).to_have_count(0)
    introduce(bob, "../🎉/" + "W" * 300, shown="../🎉/" + "W" * 54)
    ada.get_by_role("button", name="Follow ../🎉/WWW").click()
    expect(ada.get_by_role("button", name="Stop following ../🎉/WWW").first).to_be_visible()
    assert ada.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "a long name pushes nothing out"
    )


def test_ux_48_a_killed_server_loses_and_doubles_nothing(pair: tuple[Drawing, Drawing]) -> None:
    """1. Both edit. 2. The server is killed while Ada holds a node. 3. Both go on. 4. It is back: all of it
    is there, once, on both screens and in the file."""
    ada, bob = pair
    studio = ada.studio
    before = agree(ada, bob)["nodes"]
    pull(bob, "saved", 0, 140)
    pull(ada, "load", 40, 120, release=False)
    studio.kill()
    ada.page.mouse.up()
    for drawing in (ada, bob):
        expect(drawing.page.get_by_text(BANNER)).to_be_visible()
        expect(drawing.page.get_by_role("button", name="Follow")).to_have_count(0)
    shoot_themes(ada.page, "together-offline")
    duplicate(bob, "train")
    duplicate(ada, "saved")
    studio.start()
    for drawing in (ada, bob):
        expect(drawing.page.get_by_text(BANNER)).to_have_count(0)
    expect(ada.page.get_by_role("button", name="Follow Bob")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Follow Ada")).to_be_visible()
    until(lambda: len(screen(ada)["nodes"]) == len(screen(bob)["nodes"]) == 5, "what both made offline")
    found = agree(ada, bob)["nodes"]
    assert len(found) == 5
    assert found["saved"] != before["saved"]
    assert found["load"] != before["load"]
    assert found["train"] == before["train"]


def duplicate(drawing: Drawing, name: str) -> None:
    """Make a copy of a node."""
    count = len(screen(drawing)["nodes"])
    drawing.select(name)
    drawing.page.keyboard.press("Control+d")
    until(lambda: len(screen(drawing)["nodes"]) == count + 1, "the copy")


def test_ux_48_what_one_person_edits_offline_comes_in_when_she_is_back(pair: tuple[Drawing, Drawing]) -> None:
    ada, bob = pair
    before = agree(ada, bob)["nodes"]
    ada.page.context.set_offline(True)
    expect(ada.page.get_by_text(BANNER)).to_be_visible()
    expect(bob.page.get_by_role("button", name="Follow Ada")).to_have_count(0)
    pull(ada, "load", 40, 120)
    duplicate(ada, "train")
    expect(ada.page.get_by_text("offline, kept here")).to_be_visible()
    pull(bob, "saved", 0, 140)
    bob.written(lambda nodes: nodes["saved"]["at"] != before["saved"], "Bob's move")
    assert place(ada, "saved") == before["saved"]
    ada.page.context.set_offline(False)
    expect(ada.page.get_by_text(BANNER)).to_have_count(0)
    expect(bob.page.get_by_role("button", name="Follow Ada")).to_be_visible()
    until(lambda: len(screen(bob)["nodes"]) == 4, "the copy")
    found = agree(ada, bob)["nodes"]
    assert found["load"] != before["load"]
    assert found["saved"] != before["saved"]


def test_ux_48_a_node_that_one_deletes_while_the_other_works_on_it_leaves_no_ghost(
    pair: tuple[Drawing, Drawing],
) -> None:
    """1. Ada is offline and deletes a node. 2. Bob moves it and gives it one more connection. 3. Ada is back:
    the node is gone for both, nothing leads to it, and the file can be read. 4. Ada takes it back, and it is
    connected again."""
    ada, bob = pair
    agree(ada, bob)
    ada.page.context.set_offline(True)
    expect(ada.page.get_by_text(BANNER)).to_be_visible()
    ada.select("train")
    ada.page.keyboard.press("Delete")
    expect(ada.node("train")).to_have_count(0)
    duplicate(bob, "saved")
    bob.written(lambda nodes: len(nodes) == 4, "a node that takes from the one deleted")
    pull(bob, "train", 0, 120)
    bob.written(lambda nodes: nodes["train"]["at"][1] > 0, "Bob's move")
    ada.page.context.set_offline(False)
    expect(bob.node("train")).to_have_count(0)
    until(lambda: "train" not in (ada.content().get("nodes") or {"train": 0}), "the file")
    found = agree(ada, bob)
    assert len(found["nodes"]) == 3
    assert found["wires"] == []
    ada.page.keyboard.press("Control+z")
    expect(bob.node("train")).to_be_visible()
    for wire in (("load.images", "train.images"), ("train.model", "saved.data")):
        expect(bob.edge(*wire)).to_have_count(1)
    bob.written(
        lambda nodes: nodes.get("train", {}).get("inputs", {}).get("images") == "load.images", "the node"
    )


def test_ux_48_a_node_that_goes_from_under_the_hand_is_gone(pair: tuple[Drawing, Drawing]) -> None:
    ada, bob = pair
    before = agree(ada, bob)["nodes"]
    pull(ada, "load", 40, 120, release=False)
    until(lambda: place(bob, "load") == place(ada, "load") != before["load"], "the node in Ada's hand")
    bob.select("load")
    bob.page.keyboard.press("Delete")
    expect(ada.node("load")).to_have_count(0)
    ada.page.mouse.up()
    pull(ada, "train", 0, 100)
    found = agree(ada, bob)
    assert sorted(found["nodes"]) == ["saved", "train"]
    assert found["wires"] == ["train.model to saved.data"]


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    own = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True)


def test_ux_50_what_another_program_writes_appears_in_the_open_canvas(studio: Studio, page: Page) -> None:
    """An editor, `git checkout` to and fro, and `sed -i`, which puts another file in its place."""
    drawing = Drawings(studio).make(page, "outside")
    folder = studio.projects / "outside"
    expect(drawing.node("saved")).to_be_visible()
    drawing.canvas.evaluate("(canvas) => { canvas.dataset.same = 'yes' }")
    good = drawing.path.read_text()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    drawing.path.write_text(good.replace("train:", "fit:").replace("train.model", "fit.model"))
    expect(drawing.node("fit")).to_be_visible()
    expect(drawing.node("train")).to_have_count(0)
    expect(page.locator(".react-flow__edge")).to_have_count(3)
    git(folder, "commit", "-qam", "renamed")
    git(folder, "checkout", "-q", "-b", "other", "HEAD~1")
    expect(drawing.node("train")).to_be_visible()
    git(folder, "checkout", "-q", "main")
    expect(drawing.node("fit")).to_be_visible()
    subprocess.run(["sed", "-i", "s/at: \\[400, 0\\]/at: [400, 200]/", drawing.path], check=True)
    until(lambda: place(drawing, "fit") == [400, 200], "the place that stands in the file")
    assert drawing.canvas.get_attribute("data-same") == "yes"
    pull(drawing, "load", 0, 100)
    text = (
        drawing.written(lambda nodes: nodes["load"]["at"] != [0, 0], "the move") and drawing.path.read_text()
    )
    assert "# What people wrote stays." in text


CONFLICT = """nodes:
<<<<<<< ours
  load: {operation: Load, attributes: {count: 20}, at: [0, 0]}
=======
  load: {operation: Load, attributes: {count: 30}, at: [0, 0]}
>>>>>>> theirs
"""


@pytest.mark.parametrize(
    ("broken", "line"),
    [("nodes:\n  load: {operation: Load\n  train: [\n", 3), (CONFLICT, 2)],
    ids=["typo", "conflict"],
)
def test_ux_50_a_file_that_cannot_be_read_is_a_text_until_it_is_mended(
    studio: Studio, page: Page, broken: str, line: int
) -> None:
    drawing = Drawings(studio).make(page, f"broken-{line}")
    expect(drawing.node("saved")).to_be_visible()
    drawing.path.write_text(broken)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"pipelines/main.yaml cannot be drawn: line {line}")
    expect(drawing.canvas).to_have_count(0)
    text = page.get_by_label("Text of pipelines/main.yaml")
    expect(text).to_contain_text("load: {operation: Load")
    shoot_themes(page, f"unreadable-{line}")
    assert_accessible(page)
    text.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# mine")
    page.keyboard.press("Enter")
    until(
        lambda: drawing.path.read_text() == f"# mine\n{broken}",
        "what was typed, and nothing else, in the file",
    )
    expect(alert).to_contain_text(f"line {line + 1}")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        "nodes:\n  load: {operation: Load, at: [0, 0]}\n  more: {operation: blur, at: [300, 0]}\n"
    )
    expect(drawing.canvas).to_have_attribute("data-placed", "")
    expect(drawing.node("more")).to_be_visible()
    expect(alert).to_have_count(0)
    pull(drawing, "more", 0, 100)
    drawing.written(
        lambda nodes: sorted(nodes) == ["load", "more"] and nodes["more"]["at"][1] > 0, "the move"
    )


def test_an_open_pipeline_at_rest_asks_for_nothing_and_sends_nothing(
    studio: Studio, open_page: OpenPage
) -> None:
    """1. It is open, and all has come. 2. Five minutes of its clock go by, in which it hears nothing but that
    the server lives."""
    page = open_page()
    said: list[str] = []
    unanswered: set[Request] = set()
    wires: list[WebSocketRoute] = []
    is_resting = False

    def watch(wire: WebSocketRoute) -> None:
        server = wire.connect_to_server()
        wire.on_message(lambda message: (said.append(wire.url), server.send(message)))
        server.on_message(lambda message: is_resting or wire.send(message))
        wires.append(wire)

    page.clock.install()
    page.route_web_socket(re.compile("/api/v1/"), watch)
    page.on("request", lambda request: "/assets/" in request.url or said.append(request.url))
    page.on("request", lambda request: "/assets/" in request.url or unanswered.add(request))
    page.on("requestfinished", lambda request: unanswered.discard(request))
    page.on("requestfailed", lambda request: unanswered.discard(request))
    drawing = Drawings(studio).make(page, "resting")
    expect(drawing.node("saved")).to_be_visible()
    expect(page.get_by_role("button", name="You are owner")).to_be_visible()

    def rests(seconds: int) -> bool:
        said.clear()
        for _ in range(seconds // 10):
            for wire in wires:
                if "/documents/" in wire.url:
                    wire.send(word(kind="here"))
            page.clock.fast_forward(10_000)
        return not said

    def has_all() -> bool:
        """What changes while an answer is out is asked once more when that is there."""
        had_all = not unanswered
        return rests(20) and had_all

    until(has_all, "all that the page loads by itself")
    is_resting = True
    until(has_all, "what it does about what it heard last")
    assert rests(300), said
