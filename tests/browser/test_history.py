"""The history: versions with their authors, what differs, names, going back, branches."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.ids import ProjectId
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot


@pytest.fixture
def project(studio: Studio, request: pytest.FixtureRequest) -> ProjectId:
    """A project with a few versions: begun, trained longer, and one more node."""
    made = studio.client.projects.create(f"digits {len(studio.client.projects.listing())}", "digits")
    folder = studio.projects / made.folder
    name = studio.client.projects.name_version
    name(made.id, "Before the talk", "now")
    train = folder / "operations" / "train.py"
    train.write_text(train.read_text().replace("epochs: int = 12", "epochs: int = 20"))
    name(made.id, "Trains longer", "now")
    pipeline = folder / "pipelines" / "train.yaml"
    text = pipeline.read_text().replace("{epochs: 12}", "{epochs: 20}")
    pipeline.write_text(
        text + "  score:\n    operation: Output\n    attributes: {name: score}\n"
        "    inputs: {data: evaluate.accuracy}\n    at: [920, 240]\n"
    )
    name(made.id, "Keeps the score", "now")
    return made.id


@pytest.fixture
def read(studio: Studio, project: ProjectId) -> Callable[[str], str]:
    """Reads a file of the project."""
    folder = studio.projects / studio.client.projects.show(project).folder
    return lambda path: (folder / path).read_text()


def version(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name).and_(page.locator("[data-version]"))


def test_ux_50_the_timeline_shows_versions_with_their_authors_and_the_persons_own_commits(
    studio: Studio, page: Page, project: ProjectId
) -> None:
    page.goto(f"{studio.url}/projects/{project}/history")
    lines = page.locator("[data-version]")
    expect(lines).to_have_count(4)
    expect(page.get_by_role("region", name="Today")).to_be_visible()
    for name in ("Keeps the score", "Trains longer", "Before the talk", "Begin as digits"):
        expect(version(page, name)).to_contain_text("owner")
    expect(version(page, "Begin as digits").get_by_label("Commit of your own")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{studio.url}/projects/{project}/history?path=utils/nothing.py")
    page.get_by_role("link", name="Versions of all files").click()
    expect(lines).to_have_count(4)


def test_ux_50_a_version_is_compared_in_text_and_on_the_canvas(
    studio: Studio, page: Page, project: ProjectId
) -> None:
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Before the talk").click()
    train = page.get_by_role("region", name="operations/train.py", exact=True)
    expect(train.locator("mark").filter(has_text="12")).to_be_visible()
    expect(train.locator("mark").filter(has_text="20")).to_be_visible()
    drawn = page.get_by_role("region", name="pipelines/train.yaml", exact=True)
    expect(drawn.get_by_role("button", name=re.compile("^score, Output, added"))).to_be_visible()
    changed = drawn.get_by_role("button", name=re.compile("^train, Train, changed"))
    changed.focus()
    changed.press("Enter")
    expect(drawn.locator("figcaption")).to_contain_text("12 → 20")
    drawing = drawn.get_by_role("group", name="The pipeline train: 1 added, 1 changed")
    expect(drawing).to_contain_text("+")
    expect(drawing).to_contain_text("~")
    assert_accessible(page)
    page.get_by_text("Side by side").click()
    expect(train.locator("mark")).to_have_count(2)


def test_ux_58_two_versions_that_are_compared_have_an_address(
    studio: Studio, page: Page, project: ProjectId, open_page: OpenPage
) -> None:
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Before the talk").click()
    version(page, "Trains longer").click(modifiers=["Shift"])
    expect(page.get_by_text("1 file differs")).to_be_visible()
    other = open_page()
    other.goto(page.url)
    expect(other.get_by_text("1 file differs")).to_be_visible()
    expect(other.get_by_role("region", name="operations/train.py", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_text("2 files differ")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Choose a version")).to_be_visible()


def test_ux_59_going_back_is_taken_back_with_one_click(
    studio: Studio, page: Page, project: ProjectId, read: Callable[[str], str]
) -> None:
    before = read("pipelines/train.yaml")
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Before the talk").click()
    page.get_by_role("button", name="Restore", exact=True).click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert "epochs: int = 12" in read("operations/train.py")
    undo.click()
    expect(version(page, "Restored “Before the talk”")).to_be_visible()
    expect(version(page, "Restored “Keeps the score”")).to_be_visible()
    assert "epochs: int = 20" in read("operations/train.py")
    assert read("pipelines/train.yaml") == before


def test_one_file_is_restored_and_the_others_stay(
    studio: Studio, page: Page, project: ProjectId, read: Callable[[str], str]
) -> None:
    page.goto(f"{studio.url}/projects/{project}/history?path=operations/train.py")
    expect(page.locator("[data-version]")).to_have_count(3)
    version(page, "Before the talk").click()
    page.get_by_role("button", name="Restore this file").click()
    expect(version(page, "Restored operations/train.py")).to_be_visible()
    assert "epochs: int = 12" in read("operations/train.py")
    assert "score" in read("pipelines/train.yaml")


def test_ux_50_an_open_file_leads_to_its_history_also_when_it_was_deleted(
    studio: Studio, page: Page, project: ProjectId, read: Callable[[str], str]
) -> None:
    folder = studio.projects / studio.client.projects.show(project).folder
    inside = f"{studio.url}/projects/{project}"
    page.goto(f"{inside}/pipelines/edit?name=train")
    expect(page.locator("[data-canvas]")).to_have_attribute("data-placed", "")
    page.keyboard.press("Alt+h")
    page.wait_for_url(f"{inside}/history?path=pipelines%2Ftrain.yaml")
    expect(page.locator("[data-version]")).to_have_count(3)
    page.goto(f"{inside}/code?path=operations/train.py")
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    files = page.get_by_role("navigation", name="Files")
    files.get_by_role("button", name="Actions for operations/train.py").click()
    expect(page.get_by_role("menuitem", name="History")).to_have_attribute(
        "href", f"/projects/{project}/history?path=operations%2Ftrain.py"
    )
    page.keyboard.press("Escape")
    (folder / "operations" / "train.py").unlink()
    expect(page.get_by_role("heading", name="This file was deleted or renamed")).to_be_visible()
    page.get_by_role("link", name="its history").click()
    version(page, "Trains longer").click()
    page.get_by_role("button", name="Restore this file").click()
    expect(version(page, "Restored operations/train.py")).to_be_visible()
    assert "epochs: int = 20" in read("operations/train.py")


def test_versions_are_named_and_found(studio: Studio, page: Page, project: ProjectId) -> None:
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Trains longer").click()
    page.get_by_role("button", name="Name", exact=True).click()
    field = page.get_by_label("Name of the version")
    field.fill("x" * 300)
    page.get_by_role("button", name="Name it").click()
    expect(page.get_by_text("The name has 300 letters. It may have at most 200.")).to_be_visible()
    for name in ("../" + "W" * 197, "For the paper 🖋"):
        if not field.is_visible():
            page.get_by_role("button", name="Name", exact=True).click()
        field.fill(name)
        page.get_by_role("button", name="Name it").click()
        heading = page.get_by_role("heading", name=name)
        expect(heading).to_be_visible()
        assert heading.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "it is whole"
        expect(field).to_be_hidden()
    expect(version(page, "For the paper 🖋")).to_be_visible()
    expect(page.get_by_text(re.compile("^also named .*“../WWW"))).to_be_visible()
    page.get_by_label("Search versions").fill("PAPER")
    expect(page.locator("[data-version]")).to_have_count(1)
    page.get_by_label("Search versions").fill("nothing like it")
    expect(page.get_by_text("No version is like that")).to_be_visible()


def test_a_branch_is_made_at_a_version(studio: Studio, page: Page, project: ProjectId) -> None:
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Trains longer").click()
    page.get_by_role("button", name="Branch").click()
    dialog = page.get_by_role("dialog", name="New branch")
    dialog.get_by_label("Name of the branch").fill("no good")
    dialog.get_by_role("button", name="Make branch").click()
    expect(dialog.get_by_text("cannot name a branch")).to_be_visible()
    dialog.get_by_label("Name of the branch").fill("try/longer")
    dialog.get_by_role("button", name="Make branch").click()
    expect(page.get_by_text("Made the branch try/longer")).to_be_visible()
    folder = studio.projects / studio.client.projects.show(project).folder
    git = ["git", "-C", str(folder)]
    words = [*git, "show", "try/longer:operations/train.py"]
    assert "epochs: int = 20" in subprocess.run(words, check=True, capture_output=True, text=True).stdout
    header = page.get_by_role("navigation", name="Where you are")
    expect(header.get_by_role("link", name="Branch main")).to_have_attribute(
        "href", f"/projects/{project}/history"
    )
    subprocess.run([*git, "symbolic-ref", "HEAD", "refs/heads/try/longer"], check=True)
    studio.client.projects.name_version(project, "After the switch", "now")
    expect(header.get_by_role("link", name="Branch try/longer")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_history_is_accessible_and_fits(
    studio: Studio, open_page: OpenPage, project: ProjectId, scheme: str
) -> None:
    page = open_page(scheme=scheme)
    page.goto(f"{studio.url}/projects/{project}/history")
    version(page, "Before the talk").click()
    expect(page.get_by_text("2 files differ")).to_be_visible()
    assert_accessible(page)
    shoot(page, f"history-{scheme}")
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, f"history-{scheme}-narrow")
