"""Artifacts in a browser: found, looked into, traced, brought here piece by piece, deleted and restored."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy
import pytest
from playwright.sync_api import Page, Route, expect

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from tests.browser.conftest import OpenPage, Studio, assert_accessible
from tests.support.waiting import until

MAKE = """
    import numpy

    def make(*, count: int = 12):
        images = numpy.linspace(0, 1, count * 256, dtype="float32").reshape(count, 16, 16)
        labels = [number % 3 for number in range(count)]
        return images, labels
"""
COUNT = """
    def count(labels):
        counts = {str(label): labels.count(label) for label in sorted(set(labels))}
        return counts
"""
PIPELINE = """
    nodes:
      make: {operation: make, at: [80, 80]}
      count: {operation: count, inputs: {labels: make.labels}, at: [320, 80]}
      images: {operation: Output, attributes: {name: images}, inputs: {data: make.images}, at: [560, 0]}
      counts: {operation: Output, attributes: {name: counts}, inputs: {data: count}, at: [560, 160]}
"""


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """A project in which a run has saved pictures and counts."""
    files = {"operations/make.py": MAKE, "operations/count.py": COUNT, "pipelines/train.yaml": PIPELINE}
    project = studio.add("traced", files)
    run = studio.client.runs.start(RunRequest(project, "train"))
    until(lambda: studio.client.runs.show(run.id).state == "success", "the run has ended well")
    return project


def put(studio: Studio, project: ProjectId, name: str, file: Path, **kind: str) -> ArtifactVersion:
    """Save a file as an artifact."""
    return studio.client.artifacts.put(project, name, file, **{"type": "bytes", "codec": "bytes", **kind})


def artifacts_of(page: Page, studio: Studio, project: ProjectId) -> None:
    page.goto(f"{studio.url}/projects/{project}/artifacts")
    expect(page.get_by_role("heading", name="Artifacts")).to_be_visible()


def open_artifact(page: Page, studio: Studio, project: ProjectId, name: str) -> None:
    artifacts_of(page, studio, project)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def lines(page: Page) -> list[str]:
    return (
        page.get_by_role("table", name="Artifacts").get_by_role("row").get_by_role("link").all_inner_texts()
    )


def test_ux_31_a_preview_shows_what_is_in_the_data(page: Page, studio: Studio, project: ProjectId) -> None:
    open_artifact(page, studio, project, "images")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_text("12 × 16 × 16")).to_be_visible()
    expect(preview.get_by_role("img", name="How often values occur")).to_be_visible()
    picture = preview.get_by_role("img", name="The first 12 pictures")
    expect(picture).to_be_visible()
    until(lambda: picture.evaluate("(image) => image.naturalWidth") > 0, "the picture has come")
    expect(preview.get_by_role("region", name="First values")).to_be_visible()
    assert_accessible(page)
    open_artifact(page, studio, project, "counts")
    tree = page.get_by_role("list", name="Values")
    expect(tree).to_contain_text("dict, 3 items")
    tree.get_by_role("button", name="dict").click()
    expect(tree).not_to_contain_text("4")


def test_the_lineage_leads_from_one_artifact_to_the_operations_and_the_run(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    open_artifact(page, studio, project, "counts")
    lineage = page.get_by_role("navigation", name="Lineage")
    expect(lineage.get_by_role("listitem")).to_have_count(3)
    expect(lineage.locator("[aria-current]")).to_contain_text("counts@1")
    lineage.get_by_role("link", name="make").click()
    expect(page).to_have_url(re.compile(rf"/projects/{project}/runs/\w+\?.*job="))
    page.go_back()
    expect(page.get_by_role("heading", name="counts", exact=True)).to_be_visible()


def test_a_pipeline_is_made_of_the_lineage(page: Page, studio: Studio, project: ProjectId) -> None:
    open_artifact(page, studio, project, "counts")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Make a pipeline of its lineage").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the pipeline").fill("traced-back")
    dialog.get_by_role("button", name="Make the pipeline").click()
    expect(dialog).to_contain_text("3 nodes")
    dialog.get_by_role("link", name="Open the pipeline").click()
    expect(page).to_have_url(re.compile("name=traced-back"))
    assert (studio.projects / "traced" / "pipelines" / "traced-back.yaml").exists()


def test_an_input_is_copied_for_a_canvas(page: Page, studio: Studio, project: ProjectId) -> None:
    open_artifact(page, studio, project, "images")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Use in a pipeline").click()
    expect(page.get_by_text("Copied an Input for images@1")).to_be_visible()
    copied: Any = page.evaluate("async () => JSON.parse(await navigator.clipboard.readText())")
    assert (copied["deepforge"], copied["nodes"][0]["attributes"]) == ("graph", {"artifact": "images@1"})


def test_artifacts_are_sorted_found_and_tagged(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    for name in ("apple", "pear"):
        file = tmp_path / name
        file.write_text(name * len(name))
        put(studio, project, name, file)
    open_artifact(page, studio, project, "pear")
    tags = page.get_by_role("textbox", name="Tags")
    tags.fill("ripe")
    tags.press("Enter")
    until(lambda: [one.tags for one in studio.client.artifacts.listing(name="pear")] == [("ripe",)], "a tag")
    artifacts_of(page, studio, project)
    page.get_by_role("button", name="Name").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("table", name="Artifacts").get_by_role("link").first).to_have_text("apple")
    page.get_by_label("Find by name or tag").fill("RIP")
    expect(page.get_by_role("table", name="Artifacts").get_by_role("link")).to_have_text(["pear"])
    page.get_by_label("Find by name or tag").fill("nothing like it")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("table", name="Artifacts").get_by_role("link")).not_to_have_count(0)
    assert_accessible(page)


def test_ux_59_deleting_several_can_be_undone(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for name in ("gone-1", "gone-2"):
        put(studio, project, name, file)
    artifacts_of(page, studio, project)
    for name in ("gone-1", "gone-2"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("button", name="Delete 2 artifacts").click()
    expect(page.get_by_role("link", name="gone-1", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    for name in ("gone-1", "gone-2"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_an_artifact_is_renamed(page: Page, studio: Studio, project: ProjectId, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    put(studio, project, "before", file)
    open_artifact(page, studio, project, "before")
    page.keyboard.press("F2")
    page.get_by_label("Name", exact=True).fill("after")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="after", exact=True)).to_be_visible()


def test_bytes_that_are_gone_are_said_to_be(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("these will go")
    version = put(studio, project, "lost", file)
    (studio.home / "blobs" / version.digest[:2] / version.digest).unlink()
    artifacts_of(page, studio, project)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="lost", exact=True))
    expect(row).to_contain_text("gone")
    open_artifact(page, studio, project, "lost")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("The bytes are gone")
    expect(page.get_by_role("button", name="Download")).to_be_disabled()
    address = f"{studio.url}/api/v1/artifacts/{version.artifact}/versions/1/download"
    answer = page.request.get(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 410


def npy(megabytes: int) -> bytes:
    file = io.BytesIO()
    numpy.save(file, numpy.arange(megabytes << 17, dtype="int64"))
    return file.getvalue()


def test_an_upload_that_is_cut_goes_on_where_it_broke_off(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    sent: list[int] = []

    def cut(route: Route) -> None:
        offset = int(route.request.url.partition("offset=")[2])
        sent.append(offset)
        if offset == 8 << 20 and sent.count(offset) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*?offset=*", cut)
    artifacts_of(page, studio, project)
    data = npy(15)
    page.locator("input[type=file]").first.set_input_files(
        {"name": "large.npy", "mimeType": "application/octet-stream", "buffer": data}
    )
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("Uploaded")
    assert sent == [0, 4 << 20, 8 << 20, 8 << 20, 12 << 20]
    uploads.get_by_role("link", name="large").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("int64")
    found = studio.client.artifacts.find(project, "large")
    assert (found.codec, found.size) == ("npy", len(data))


def test_an_upload_outlives_a_reload_when_the_same_file_is_given_again(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "again.npy"
    file.write_bytes(npy(11))
    sent: list[int] = []
    blocked = True

    def stop(route: Route) -> None:
        offset = int(route.request.url.partition("offset=")[2])
        sent.append(offset)
        if blocked and offset >= 4 << 20:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*?offset=*", stop)
    artifacts_of(page, studio, project)
    page.locator("input[type=file]").first.set_input_files(file)
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("The connection broke off")
    uploads.get_by_role("button", name="Pause again").click()
    expect(uploads).to_contain_text("Paused")
    page.reload()
    expect(page.get_by_role("heading", name="Artifacts")).to_be_visible()
    blocked = False
    sent.clear()
    page.locator("input[type=file]").first.set_input_files(file)
    expect(uploads).to_contain_text("Uploaded")
    assert sent == [4 << 20, 8 << 20]


def test_files_can_be_dropped_anywhere_on_the_screen(page: Page, studio: Studio, project: ProjectId) -> None:
    artifacts_of(page, studio, project)
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["[1, 2, 3]"], "dropped.json"));
            const place = document.querySelector("h1");
            for (const kind of ["dragenter", "dragover", "drop"]) {
                const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
                place.dispatchEvent(new DragEvent(kind, options));
            }
        }"""
    )
    expect(page.get_by_role("link", name="dropped", exact=True).first).to_be_visible()
    assert studio.client.artifacts.find(project, "dropped").type == "list"


def test_what_cannot_be_imported_says_why(page: Page, studio: Studio, project: ProjectId) -> None:
    artifacts_of(page, studio, project)
    page.get_by_role("button", name="More ways to add artifacts").click()
    page.get_by_role("menuitem", name="Import from a URL").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill("file:///etc/passwd")
    expect(dialog.get_by_label("Name")).to_have_value("passwd")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog).to_contain_text("Files of the server's own machine cannot be referred to")


def test_ux_57_a_project_without_artifacts_says_what_to_do(page: Page, studio: Studio) -> None:
    empty = studio.add("empty", {"operations/make.py": MAKE})
    artifacts_of(page, studio, empty)
    expect(page.get_by_role("heading", name="There are no artifacts yet")).to_be_visible()
    expect(page.get_by_role("button", name="Upload files")).to_be_visible()


def test_ux_53_a_narrow_screen_shows_all_of_it(
    open_page: OpenPage, studio: Studio, project: ProjectId
) -> None:
    page = open_page(width=320, height=640)
    open_artifact(page, studio, project, "images")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("12 × 16 × 16")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    artifacts_of(page, studio, project)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
