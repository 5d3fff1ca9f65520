"""Artifacts in a browser: found, looked into, traced, brought here piece by piece, deleted and restored."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from tests.browser.conftest import OpenPage, Studio, assert_accessible, shoot
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

MEASURE = """
    def measure(images):
        size = images.size
        return size
"""
REUSE = """
    nodes:
      images: {operation: Input, attributes: {artifact: images}, at: [80, 80]}
      measure: {operation: measure, inputs: {images: images}, at: [320, 80]}
      size: {operation: Output, attributes: {name: size}, inputs: {data: measure}, at: [560, 80]}
"""


@pytest.fixture(scope="module")
def project(studio: Studio) -> ProjectId:
    """A project in which a run has saved pictures and counts, and another has taken the pictures."""
    files = {
        "operations/make.py": MAKE,
        "operations/count.py": COUNT,
        "operations/measure.py": MEASURE,
        "pipelines/train.yaml": PIPELINE,
        "pipelines/reuse.yaml": REUSE,
    }
    project = studio.add("traced", files)
    for pipeline in ("train", "reuse"):
        ran(studio, project, pipeline)
    return project


def ran(studio: Studio, project: ProjectId, pipeline: str) -> None:
    """Run a pipeline to its good end."""
    run = studio.client.runs.start(RunRequest(project, pipeline))
    until(lambda: studio.client.runs.show(run.id).state == "success", f"{pipeline} has ended well")


def put(studio: Studio, project: ProjectId, name: str, file: Path, **kind: str) -> ArtifactVersion:
    """Save a file as an artifact."""
    return studio.client.artifacts.put(project, name, file, **{"type": "bytes", "codec": "bytes", **kind})


def artifacts_of(page: Page, studio: Studio, project: ProjectId) -> None:
    page.goto(f"{studio.url}/projects/{project}/artifacts")
    expect(page.get_by_role("heading", name="Artifacts", exact=True)).to_be_visible()


def open_artifact(page: Page, studio: Studio, project: ProjectId, name: str) -> None:
    artifacts_of(page, studio, project)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def lines(page: Page) -> list[str]:
    return (
        page.get_by_role("table", name="Artifacts").get_by_role("row").get_by_role("link").all_inner_texts()
    )


def cells(page: Page, name: str) -> dict[str, str]:
    """What the line of an artifact says in the columns of its facts."""
    table = page.get_by_role("table", name="Artifacts")
    heads = table.get_by_role("columnheader").all_inner_texts()
    row = table.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    said = dict(zip(heads, row.get_by_role("cell").all_inner_texts(), strict=True))
    return {head: said[head].strip() for head in ("Type", "Size", "Versions")}


def test_ux_31_a_preview_shows_what_is_in_the_data(page: Page, studio: Studio, project: ProjectId) -> None:
    open_artifact(page, studio, project, "images")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_text("12 × 16 × 16")).to_be_visible()
    expect(preview.get_by_role("img", name="How often values occur")).to_be_visible()
    picture = preview.get_by_role("img", name="The first 12 pictures")
    expect(picture).to_be_visible()
    until(lambda: picture.evaluate("(image) => image.naturalWidth") > 0, "the picture has come")
    expect(preview.get_by_role("region", name="First values")).to_be_visible()
    expect(page.get_by_role("link", name="size@1")).to_be_visible()
    assert_accessible(page)
    shoot(page, "artifact-light")
    open_artifact(page, studio, project, "counts")
    tree = page.get_by_role("list", name="Values")
    expect(tree).to_contain_text("dict, 3 items")
    tree.get_by_role("button", name="dict").click()
    expect(tree).not_to_contain_text("4")


def test_ux_31_a_picture_is_shown_as_it_is(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    for ending in ("png", "jpg"):
        file = tmp_path / f"photo.{ending}"
        Image.new("RGB", (48, 32), "teal").save(file)
        put(studio, project, f"photo-{ending}", file)
        open_artifact(page, studio, project, f"photo-{ending}")
        picture = page.get_by_role("region", name="Preview").get_by_role("img").first
        expect(picture).to_have_js_property("naturalWidth", 48)
        expect(picture).to_have_js_property("naturalHeight", 32)


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


def test_the_lineage_leads_down_to_what_came_of_an_artifact(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    open_artifact(page, studio, project, "images")
    expect(page.get_by_role("region", name="Facts")).to_contain_text("1 run")
    lineage = page.get_by_role("navigation", name="Lineage")
    expect(lineage.get_by_role("link", name="measure")).to_be_visible()
    lineage.get_by_role("link", name="size@1").click()
    expect(page.get_by_role("heading", name="size", exact=True)).to_be_visible()
    expect(page.get_by_role("list", name="Values")).to_contain_text("3072")
    page.get_by_role("navigation", name="Lineage").get_by_role("link", name="images@1").click()
    expect(page.get_by_role("heading", name="images", exact=True)).to_be_visible()


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
    for name, times in (("apple", 5), ("pear", 300), ("pear", 400)):
        file = tmp_path / name
        file.write_text(name * times)
        put(studio, project, name, file)
    open_artifact(page, studio, project, "pear")
    tags = page.get_by_placeholder("add a tag")
    tags.fill("ripe")
    tags.press("Enter")
    until(lambda: [one.tags for one in studio.client.artifacts.listing(name="pear")] == [("ripe",)], "a tag")
    artifacts_of(page, studio, project)
    page.get_by_role("button", name="Name").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("table", name="Artifacts").get_by_role("link").first).to_have_text("apple")
    assert cells(page, "apple") == {"Type": "bytes", "Size": "25 bytes", "Versions": "1"}
    assert cells(page, "pear") == {"Type": "bytes", "Size": "1.6 kB", "Versions": "2"}
    assert cells(page, "images") == {"Type": "array", "Size": "12 kB", "Versions": "1"}
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


def test_an_artifact_is_renamed_and_says_why_not(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    put(studio, project, "before", file)
    open_artifact(page, studio, project, "before")
    for name, said in (("../up", "Not renamed"), ("a/b", "Not renamed"), ("x" * 300, "Not renamed")):
        page.keyboard.press("F2")
        field = page.get_by_label("Name", exact=True)
        field.fill(name)
        field.press("Enter")
        told = page.get_by_role("alert").filter(has_text=said)
        expect(told).to_be_visible()
        told.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_role("heading", name="before", exact=True)).to_be_visible()
    page.keyboard.press("F2")
    page.get_by_label("Name", exact=True).fill("🎉 größe 数字")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="🎉 größe 数字", exact=True)).to_be_visible()


def test_what_was_saved_is_downloaded_again(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("the very same bytes")
    put(studio, project, "kept", file)
    open_artifact(page, studio, project, "kept")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    assert started.value.suggested_filename == "kept"
    assert started.value.path().read_text() == "the very same bytes"


def test_pages_and_drawings_with_scripts_are_shown_as_text(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = tmp_path / "drawing.svg"
    script = "<script>document.title = 'owned'</script>"
    file.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>{script}</svg>")
    put(studio, project, "drawing", file)
    open_artifact(page, studio, project, "drawing")
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text(script)
    expect(preview.locator("svg, iframe, object, embed")).to_have_count(0)
    expect(page).to_have_title(re.compile("^drawing"))


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


def npy(file: Path, megabytes: int) -> Path:
    numpy.save(file, numpy.arange(megabytes << 17, dtype="int64"))
    return file


def test_an_upload_that_is_cut_goes_on_where_it_broke_off(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = npy(tmp_path / "large.npy", 9)
    sent: list[int] = []

    def cut(route: Route) -> None:
        offset = int(route.request.url.partition("offset=")[2])
        sent.append(offset)
        if offset == 4 << 20 and sent.count(offset) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*?offset=*", cut)
    artifacts_of(page, studio, project)
    page.locator("input[type=file]").first.set_input_files(file)
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("Uploaded")
    assert sent == [0, 4 << 20, 4 << 20, 8 << 20]
    uploads.get_by_role("link", name="large").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("int64")
    found = studio.client.artifacts.find(project, "large")
    assert (found.codec, found.size) == ("npy", file.stat().st_size)


def test_uploads_that_are_done_are_dismissed_together(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    files = [tmp_path / "nothing.csv", tmp_path / "words.txt"]
    files[0].write_text("")
    files[1].write_text("words")
    artifacts_of(page, studio, project)
    page.locator("input[type=file]").first.set_input_files(files)
    uploads = page.get_by_role("region", name="Uploads")
    link = uploads.get_by_role("link", name="nothing.csv")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    uploads.get_by_role("button", name="Dismiss the 2 that are uploaded").click()
    expect(uploads).to_have_count(0)
    page.goto(f"{studio.url}{address}")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("It is empty.")


def test_an_upload_outlives_a_reload_when_the_same_file_is_given_again(
    page: Page, studio: Studio, project: ProjectId, tmp_path: Path
) -> None:
    file = npy(tmp_path / "again.npy", 9)
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
    expect(page.get_by_role("heading", name="Artifacts", exact=True)).to_be_visible()
    blocked = False
    sent.clear()
    page.locator("input[type=file]").first.set_input_files(file)
    expect(uploads).to_contain_text("Uploaded")
    assert sent == [4 << 20, 8 << 20]


DROP = """([name, text, times]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text.repeat(times)], name));
    const place = document.querySelector("h1");
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
        place.dispatchEvent(new DragEvent(kind, options));
    }
}"""


def test_files_can_be_dropped_anywhere_on_the_screen_and_tell_how_far_they_are(
    page: Page, studio: Studio, project: ProjectId
) -> None:
    """1. A small one. 2. One of two pieces and a half: it stands still as long as the network does."""
    held: list[Route] = []
    page.route("**/api/v1/uploads/*?offset=*", lambda piece: held.append(piece))

    def piece_of(name: str) -> Route:
        until(lambda: page.title() and held, f"a piece of {name}")
        return held.pop()

    artifacts_of(page, studio, project)
    uploads = page.get_by_role("region", name="Uploads")
    bar = uploads.get_by_role("progressbar")
    page.evaluate(DROP, ["dropped.json", "[1, 2, 3]", 1])
    expect(bar).to_have_attribute("aria-valuenow", "0")
    piece_of("dropped").continue_()
    expect(page.get_by_role("link", name="dropped", exact=True).first).to_be_visible()
    assert studio.client.artifacts.find(project, "dropped").type == "list"
    uploads.get_by_role("button", name="Dismiss dropped").click()

    page.evaluate(DROP, ["long.txt", "0123456789abcdef", 10 << 16])
    for share, said in ((0, "0 bytes"), (40, "4.2 MB"), (80, "8.4 MB")):
        piece = piece_of("long.txt")
        expect(bar).to_have_attribute("aria-valuenow", str(share))
        expect(uploads).to_contain_text(f"{share} %")
        expect(uploads).to_contain_text(f"Uploading · {said} of 10 MB")
        if share == 40:
            assert_accessible(page, "[aria-label=Uploads]")
        piece.continue_()
    expect(uploads).to_contain_text("Uploaded")
    expect(bar).to_have_attribute("aria-valuenow", "100")
    expect(uploads).to_contain_text("100 %")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[str]:
    """The URL of a storage with one file in it."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "numbers.json").write_text("[1, 2, 3]")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "shelf"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_lies_in_a_storage_is_imported_without_a_copy(
    page: Page, studio: Studio, project: ProjectId, shelf: str
) -> None:
    pytest.importorskip("aiohttp")
    artifacts_of(page, studio, project)
    page.get_by_role("button", name="More ways to add artifacts").click()
    page.get_by_role("menuitem", name="Import from a URL").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill(f"{shelf}/numbers.json")
    expect(dialog.get_by_label("Name")).to_have_value("numbers")
    dialog.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="numbers", exact=True).click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text(f"{shelf}/numbers.json")
    expect(preview).to_contain_text("9 bytes")
    assert studio.client.artifacts.find(project, "numbers").codec == "reference"


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ux_53_any_screen_shows_all_of_it_in_both_themes(
    open_page: OpenPage, studio: Studio, project: ProjectId, scheme: str
) -> None:
    page = open_page(scheme=scheme)
    artifacts_of(page, studio, project)
    page.get_by_role("link", name="counts", exact=True).click()
    expect(page.get_by_role("list", name="Values")).to_be_visible()
    expect(page.get_by_role("navigation", name="Lineage").get_by_role("listitem")).to_have_count(3)
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    artifacts_of(page, studio, project)
    expect(page.get_by_role("link", name="counts", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


KINDS = """
    class Recipe:
        def __init__(self):
            self.steps = ["mix", "bake"]

        def __repr__(self):
            return f"Recipe of {len(self.steps)} steps"

    def kinds():
        import pandas
        import torch

        table = pandas.DataFrame({"age": [20, 40, 60], "site": ["Oslo", "Lyon", "Oslo"]})
        model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
        recipe = Recipe()
        return table, model, recipe
"""


def test_ux_31_tables_models_and_classes_of_the_project_are_looked_into_by_a_worker(
    page: Page, studio: Studio
) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("torch")
    saved = "\n".join(
        f"      {name}s: {{operation: Output, attributes: {{name: {name}s}}, inputs: {{data: kinds.{name}}}}}"
        for name in ("table", "model", "recipe")
    )
    nodes = f"    nodes:\n      kinds: {{operation: kinds}}\n{saved}\n"
    project = studio.add("kinds", {"operations/kinds.py": KINDS, "pipelines/all.yaml": nodes})
    ran(studio, project, "all")
    preview = page.get_by_role("region", name="Preview")
    open_artifact(page, studio, project, "tables")
    expect(preview.get_by_role("columnheader", name="age")).to_contain_text("20 to 60")
    expect(preview.get_by_role("columnheader", name="site")).to_contain_text("2 different")
    expect(preview.get_by_role("cell", name="Lyon")).to_be_visible()
    open_artifact(page, studio, project, "models")
    expect(preview.get_by_role("row").filter(has_text="Linear").first).to_contain_text("weight 3×4, bias 3")
    expect(preview.get_by_role("row").last).to_contain_text("23")
    shoot(page, "artifact-model")
    open_artifact(page, studio, project, "recipes")
    expect(preview).to_contain_text("Recipe of 2 steps")
    expect(preview.get_by_role("row", name="steps")).to_contain_text("mix")
