"""Committing: the count beside the branch, the dialog, what is committed, and back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from deepforge.core.ids import ProjectId
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot

Git = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def nobody() -> Iterator[None]:
    """git knows nobody on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield


@pytest.fixture
def project(studio: Studio) -> ProjectId:
    """A project in which a pipeline and a file were changed, and a note was added."""
    made = studio.client.projects.create(f"digits {len(studio.client.projects.listing())}", "digits")
    folder = studio.projects / made.folder
    for name, value in (("name", "Ada"), ("email", "ada@example.org")):
        subprocess.run(["git", "-C", str(folder), "config", f"user.{name}", value], check=True)
    train = folder / "operations" / "train.py"
    train.write_text(train.read_text().replace("epochs: int = 12", "epochs: int = 20"))
    pipeline = folder / "pipelines" / "train.yaml"
    pipeline.write_text(pipeline.read_text().replace("{epochs: 12}", "{epochs: 20}"))
    (folder / "notes.md").write_text("# Longer\n")
    return made.id


@pytest.fixture
def folder(studio: Studio, project: ProjectId) -> Path:
    """Where it lies."""
    return studio.projects / studio.client.projects.show(project).folder


@pytest.fixture
def git(folder: Path) -> Git:
    """git by hand, in the folder of the project."""

    def run(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


def dialog_of(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Commit to main")


def test_ux_50_what_changed_is_committed_from_the_header_and_taken_back(
    studio: Studio, page: Page, project: ProjectId, git: Git
) -> None:
    before = git("rev-parse", "HEAD")
    page.goto(f"{studio.url}/projects/{project}/history")
    header = page.get_by_role("navigation", name="Where you are")
    header.get_by_role("button", name="3 changed").click()
    dialog = dialog_of(page)
    send = dialog.get_by_role("button", name="Commit 3 files")
    expect(send).to_be_disabled()
    expect(dialog.get_by_text("Write what it changes.")).to_be_visible()
    expect(dialog.get_by_text("By Ada <ada@example.org>")).to_be_visible()
    dialog.get_by_role("button", name="operations/train.py modified").click()
    expect(dialog.locator("mark").filter(has_text="20")).to_be_visible()
    dialog.get_by_role("button", name="pipelines/train.yaml modified").click()
    expect(dialog.get_by_role("group", name="The pipeline train: 1 changed")).to_be_visible()
    message = dialog.get_by_label("Message")
    message.fill("Trains longer " + "x" * 70)
    expect(dialog.get_by_text("first line 84 of 72 letters")).to_be_visible()
    message.fill("Trains longer\n\nIt had not converged.")
    message.press("Escape")
    expect(dialog).to_be_hidden()
    header.get_by_role("button", name="3 changed").click()
    dialog.get_by_role("checkbox", name="Commit notes.md").uncheck()
    expect(dialog.get_by_role("button", name="Commit 2 files")).to_be_enabled()
    message.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(f"Committed {git('rev-parse', 'HEAD')[:7]}")).to_be_visible()
    assert (
        git("log", "-1", "--format=%an %ae %B")
        == "Ada ada@example.org Trains longer\n\nIt had not converged."
    )
    assert git("status", "--porcelain") == "?? notes.md"
    line = page.get_by_role("button", name="Trains longer").and_(page.locator("[data-version]"))
    expect(line.get_by_label("Commit of your own")).to_be_visible()
    expect(header.get_by_role("button", name="1 changed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(header.get_by_role("button", name="3 changed")).to_be_visible()
    expect(line).to_be_hidden()
    assert git("rev-parse", "HEAD") == before


def test_what_is_typed_is_committed_at_once_by_keyboard(
    studio: Studio, page: Page, project: ProjectId, folder: Path, git: Git
) -> None:
    git("add", ".")
    git("commit", "-q", "-m", "All")
    page.goto(f"{studio.url}/projects/{project}/code?path=notes.md")
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("Typed.")
    expect(page.locator(".cm-content")).to_contain_text("Typed.")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    page.keyboard.type("commit")
    expect(page.get_by_role("option", name="Commit…")).to_be_visible()
    page.keyboard.press("Enter")
    dialog = dialog_of(page)
    box = dialog.get_by_role("checkbox", name="Commit notes.md")
    expect(box).to_be_checked()
    expect(dialog.get_by_label("Message")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Committed ")).to_be_visible()
    assert git("show", "HEAD:notes.md") == "# Longer\nTyped."


def test_without_a_branch_one_is_made_and_then_committed_to(
    studio: Studio, page: Page, project: ProjectId, git: Git
) -> None:
    git("switch", "-q", "--detach")
    page.goto(f"{studio.url}/projects/{project}/history")
    page.get_by_role("button", name="Commit 3 files…").click()
    dialog = page.get_by_role("dialog", name="Commit")
    expect(dialog.get_by_text("No branch is checked out.")).to_be_visible()
    dialog.get_by_label("Name of the branch").fill("try/longer")
    dialog.get_by_role("button", name="Make branch").click()
    dialog = page.get_by_role("dialog", name="Commit to try/longer")
    dialog.get_by_label("Message").fill("On a branch")
    dialog.get_by_role("button", name="Commit 3 files").click()
    expect(dialog).to_be_hidden()
    assert git("log", "-1", "--format=%s", "try/longer") == "On a branch"


def test_a_project_outside_of_git_is_kept_in_it(studio: Studio, page: Page, tmp_path: Path) -> None:
    project = studio.example("starter", "plain")
    page.goto(f"{studio.url}/projects/{project}/history")
    page.get_by_role("navigation", name="Where you are").get_by_role("button", name="Keep in git…").click()
    dialog = page.get_by_role("dialog", name="Keep this project in git")
    dialog.get_by_label("Author's name").fill("Grace")
    dialog.get_by_label("E-mail").fill("grace@example.org")
    assert_accessible(page)
    dialog.get_by_role("button", name="Keep in git").click()
    expect(page.get_by_role("link", name="Branch main")).to_be_visible()
    said = ["git", "-C", str(studio.projects / "plain"), "log", "--format=%ae %s"]
    text = subprocess.run(said, check=True, capture_output=True, text=True).stdout
    assert text == "grace@example.org First commit\n"


def test_a_branch_that_needs_git_leads_into_it_and_is_then_made(studio: Studio, page: Page) -> None:
    project = studio.example("starter", "outside of git")
    page.goto(f"{studio.url}/projects/{project}/history")
    studio.client.projects.name_version(project, "The first", "now")
    page.get_by_role("button", name="The first").and_(page.locator("[data-version]")).click()
    page.get_by_role("button", name="Branch").click()
    branching = page.get_by_role("dialog", name="New branch")
    expect(branching.get_by_text("is not under git")).to_be_visible()
    keep = branching.get_by_role("button", name="Keep in git…")
    expect(keep).to_be_focused()
    keep.press("Enter")
    keeping = page.get_by_role("dialog", name="Keep this project in git")
    expect(keeping).to_be_visible()
    expect(branching).to_be_hidden()
    expect(keeping.get_by_label("Author's name")).to_be_focused()
    page.keyboard.type("Grace")
    keeping.get_by_label("E-mail").fill("grace@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The project is in git")).to_be_visible()
    expect(keeping).to_be_hidden()
    page.get_by_role("button", name="Branch").click()
    branching.get_by_label("Name of the branch").fill("try/it")
    branching.get_by_label("Switch to it, from main").check()
    branching.get_by_role("button", name="Make branch").click()
    expect(page.get_by_text("Working on the branch try/it")).to_be_visible()
    git = ["git", "-C", str(studio.projects / "outside of git")]
    words = [*git, "log", "--format=%an %ae", "main"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == (
        "Grace grace@example.org\n"
    )
    words = [*git, "branch", "--show-current"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "try/it\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_is_accessible_and_fits(
    studio: Studio, open_page: OpenPage, project: ProjectId, git: Git, folder: Path, scheme: str
) -> None:
    (folder / ".gitattributes").write_text("*.bin filter=lfs\n")
    (folder / "weights.bin").write_bytes(b"w")
    (folder / "operations" / "load_digits.py").unlink(missing_ok=True)
    git("config", "commit.gpgSign", "true")
    page = open_page(scheme=scheme)
    page.goto(f"{studio.url}/projects/{project}/history")
    page.get_by_role("button", name="Commit").first.click()
    dialog = dialog_of(page)
    expect(dialog.get_by_text("It goes through the filter “lfs”")).to_be_visible()
    expect(dialog.get_by_text("From here the commit is not signed.")).to_be_visible()
    first = dialog.get_by_role("button", name=".gitattributes added")
    first.click()
    expect(dialog.get_by_text("*.bin filter=lfs")).to_be_visible()
    first.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("region", name="Difference of ")).to_be_visible()
    assert_accessible(page)
    shoot(page, f"commit-{scheme}")
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, f"commit-{scheme}-narrow")
