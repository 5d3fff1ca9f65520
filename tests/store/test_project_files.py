"""Project files: what belongs to a project, frozen as it was, and written so that nothing is lost."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from deepforge.core.errors import InvalidProject, NoSpace
from deepforge.core.manifest import FileEntry, decode_manifest
from deepforge.store import project_files
from deepforge.store.blobs import Blobs
from deepforge.store.project_files import (
    DigestMemo,
    ProjectFiles,
    Skipped,
    parse_yaml,
    read_files,
    read_text,
    snapshot,
    write_text,
    write_yaml,
)
from tests.support.disk import small_disk

TRAIN = b"class Train:\n    def execute(self): ...\n"
PIPELINE = b"# mine\nnodes:\n  train:  {operation: Train}\n"


def entry(data: bytes) -> FileEntry:
    return FileEntry(blake3(data).hexdigest(), len(data))  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "digits"
    (folder / "operations").mkdir(parents=True)
    (folder / "pipelines").mkdir()
    (folder / "operations" / "train.py").write_bytes(TRAIN)
    (folder / "pipelines" / "train.yaml").write_bytes(PIPELINE)
    return folder


@pytest.fixture
def memo() -> DigestMemo:
    return DigestMemo()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is long after the files were written, so that their digests may be remembered."""
    now = time.time
    monkeypatch.setattr(project_files.time, "time", lambda: now() + 3600)


def test_a_project_is_all_its_files_with_their_digests(project: Path, memo: DigestMemo) -> None:
    expected = {"operations/train.py": entry(TRAIN), "pipelines/train.yaml": entry(PIPELINE)}
    assert read_files(project, memo) == ProjectFiles(expected, ())


def test_a_linked_project_is_read_where_it_is(project: Path, tmp_path: Path, memo: DigestMemo) -> None:
    (tmp_path / "link").symlink_to(project)
    assert read_files(tmp_path / "link", memo) == read_files(project, memo)


def test_what_is_hidden_made_or_not_ours_is_no_part_of_the_project(project: Path, memo: DigestMemo) -> None:
    before = read_files(project, memo)
    for path in (
        ".git/config",
        ".env",
        "__pycache__/train.pyc",
        "operations/__pycache__/x.pyc",
        "node_modules/a.js",
    ):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text("x")
    assert read_files(project, memo) == before


def test_what_is_left_out_is_named_with_the_reason(project: Path, memo: DigestMemo, tmp_path: Path) -> None:
    before = read_files(project, memo)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("secret")
    (project / "venv").mkdir()
    (project / "venv" / "pyvenv.cfg").write_text("")
    (project / "outside").symlink_to(secret / "key")
    (project / "outside folder").symlink_to(secret)
    (project / "folder").symlink_to(project / "operations")
    (project / "nothing").symlink_to(project / "gone")
    (project / "loop").symlink_to(project / "loop")
    (project / "bad\nname").write_text("x")
    os.mkfifo(project / "pipe")
    with (project / "large.bin").open("wb") as file:
        file.truncate(project_files.LARGEST_FILE + 1)
    found = read_files(project, memo)
    assert found.files == before.files
    assert set(found.skipped) == {
        Skipped("venv", "it is a virtual environment"),
        Skipped("outside", "it is a link that leads out of the project"),
        Skipped("outside folder", "it is a link that leads out of the project"),
        Skipped("folder", "it is a link to a folder"),
        Skipped("nothing", "it is a link to nothing"),
        Skipped("loop", "it is a link to nothing"),
        Skipped("bad\nname", "its name cannot be kept"),
        Skipped("pipe", "it is no plain file"),
        Skipped("large.bin", "it has more than 32 MiB"),
    }


def test_a_name_that_is_no_text_is_left_out(project: Path, memo: DigestMemo) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(project) + b"/\xff.py"))).write_text("x")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert read_files(project, memo).skipped == (Skipped("?.py", "its name cannot be kept"),)


def test_a_link_to_a_file_inside_is_that_file(project: Path, memo: DigestMemo) -> None:
    (project / "operations" / "again.py").symlink_to("train.py")
    assert read_files(project, memo).files["operations/again.py"] == entry(TRAIN)


def test_a_folder_that_is_gone_is_no_project(tmp_path: Path, memo: DigestMemo) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("gone", "file", "loop"):
        with pytest.raises(InvalidProject, match=f"{name} cannot be read") as caught:
            read_files(tmp_path / name, memo)
        assert caught.value.hint


def test_a_folder_with_too_much_in_it_is_no_project(
    project: Path, memo: DigestMemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_files, "MOST_FILES", 1)
    with pytest.raises(InvalidProject, match="more than 1 files") as caught:
        read_files(project, memo)
    assert "artifacts" in (caught.value.hint or "")
    monkeypatch.setattr(project_files, "MOST_FILES", 10)
    monkeypatch.setattr(project_files, "MOST_BYTES", len(TRAIN))
    with pytest.raises(InvalidProject, match="more than"):
        read_files(project, memo)


@pytest.mark.usefixtures("later")
def test_unchanged_files_are_not_read_again(
    project: Path, memo: DigestMemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_files(project, memo)
    monkeypatch.setattr(project_files, "hash_file", None)
    assert read_files(project, memo) == first


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_bytes(TRAIN.replace(b"Train", b"Trail")),
        lambda file: file.write_bytes(TRAIN + b"#"),
        lambda file: (file.with_name("new").write_bytes(TRAIN.upper()), file.with_name("new").rename(file)),
    ],
)
def test_a_changed_file_is_read_again(
    project: Path, memo: DigestMemo, change: Callable[[Path], object]
) -> None:
    read_files(project, memo)
    file = project / "operations" / "train.py"
    change(file)
    assert read_files(project, memo).files["operations/train.py"] == entry(file.read_bytes())


def test_a_file_written_a_moment_ago_is_read_again_even_when_it_looks_the_same(
    project: Path, memo: DigestMemo
) -> None:
    file = project / "operations" / "train.py"
    read_files(project, memo)
    assert memo.find(file.resolve(), file.stat()) is None


def test_a_snapshot_keeps_every_file_and_a_manifest_of_them(
    project: Path, memo: DigestMemo, blobs: Blobs
) -> None:
    taken = snapshot(project, blobs, memo)
    assert taken.files == read_files(project, memo).files
    assert decode_manifest(blobs.read(taken.manifest)) == taken.files
    assert {digest: blobs.size(digest) for digest in taken.sizes} == taken.sizes
    assert set(blobs.digests()) == set(taken.sizes)
    assert blobs.read(taken.files["operations/train.py"].digest) == TRAIN


def test_the_same_files_give_the_same_snapshot_wherever_they_are(
    project: Path, tmp_path: Path, memo: DigestMemo, blobs: Blobs
) -> None:
    first = snapshot(project, blobs, memo)
    project.rename(tmp_path / "moved")
    assert snapshot(tmp_path / "moved", blobs, memo) == first


@pytest.mark.usefixtures("later")
def test_a_snapshot_of_unchanged_files_reads_none_of_them_unless_a_blob_is_gone(
    project: Path, memo: DigestMemo, blobs: Blobs
) -> None:
    first = snapshot(project, blobs, memo)
    blobs.delete(first.files["operations/train.py"].digest)
    assert snapshot(project, blobs, memo) == first
    assert blobs.read(first.files["operations/train.py"].digest) == TRAIN


@pytest.mark.usefixtures("later")
def test_the_blobs_of_a_snapshot_of_unchanged_files_count_as_put_just_now(
    project: Path, memo: DigestMemo, blobs: Blobs
) -> None:
    taken = snapshot(project, blobs, memo)
    for digest in taken.sizes:
        os.utime(blobs.path(digest), (0, 0))
    snapshot(project, blobs, memo)
    assert {blobs.path(digest).stat().st_mtime > 0 for digest in taken.sizes} == {True}


def test_a_snapshot_on_a_full_disk_says_so(project: Path, memo: DigestMemo, tmp_path: Path) -> None:
    (project / "large").write_bytes(os.urandom(2 * 1024 * 1024))
    with small_disk(tmp_path / "disk", megabytes=1) as disk, pytest.raises(NoSpace):
        snapshot(project, Blobs(disk / "blobs"), memo)


def test_text_is_read_without_its_byte_order_mark(project: Path) -> None:
    (project / "notes.txt").write_bytes(b"\xef\xbb\xbfh\xc3\xa9")
    assert read_text(project, "notes.txt") == "hé"


@pytest.mark.parametrize(
    "path", ["../outside", "/etc/passwd", "", "operations/../../outside", "a\\b", "link"]
)
def test_nothing_outside_of_the_project_is_read_or_written(project: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "outside").write_text("secret")
    (project / "link").symlink_to(tmp_path / "outside")
    for deed in (lambda: read_text(project, path), lambda: write_text(project, path, "x")):
        with pytest.raises(InvalidProject, match="no path inside the project"):
            deed()
    assert (tmp_path / "outside").read_text() == "secret"


def test_what_is_no_utf_8_is_refused_with_its_line(project: Path) -> None:
    (project / "notes.txt").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(InvalidProject, match=r"notes\.txt:2 is not UTF-8"):
        read_text(project, "notes.txt")
    with pytest.raises(InvalidProject, match=r"notes\.txt:2 is not UTF-8"):
        parse_yaml(b"one\ntwo \xff\n", "notes.txt")
    with pytest.raises(InvalidProject, match=r"gone\.txt cannot be read"):
        read_text(project, "gone.txt")


def test_a_pipeline_is_rewritten_where_it_changes_and_only_there(project: Path) -> None:
    assert parse_yaml(PIPELINE, "pipelines/train.yaml") == {"nodes": {"train": {"operation": "Train"}}}
    assert write_yaml(project, "pipelines/train.yaml", {"nodes": {"train": {"operation": "Test"}}})
    assert read_text(project, "pipelines/train.yaml") == "# mine\nnodes:\n  train:  {operation: Test}\n"
    file = project / "pipelines" / "train.yaml"
    place = file.stat().st_ino
    assert not write_yaml(project, "pipelines/train.yaml", {"nodes": {"train": {"operation": "Test"}}})
    assert file.stat().st_ino == place


def test_a_new_file_is_made_with_its_folders_and_an_old_one_keeps_its_rights(project: Path) -> None:
    assert write_yaml(project, "architectures/deep/net.yaml", {"layers": []})
    made = project / "architectures" / "deep" / "net.yaml"
    assert (made.read_text(), stat.S_IMODE(made.stat().st_mode)) == ("layers: []\n", 0o644)
    made.chmod(0o600)
    assert write_yaml(project, "architectures/deep/net.yaml", {"layers": [1]})
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [path.name for path in made.parent.iterdir()] == ["net.yaml"]


def test_a_pipeline_with_a_mistake_of_its_person_is_not_written_over(project: Path) -> None:
    file = project / "pipelines" / "train.yaml"
    file.write_text("nodes: {train: [\n")
    with pytest.raises(InvalidProject, match=r"pipelines/train\.yaml:\d+ is not YAML"):
        write_yaml(project, "pipelines/train.yaml", {"nodes": {}})
    assert file.read_text() == "nodes: {train: [\n"


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        write_text(disk, "notes.txt", "short")
        with pytest.raises(NoSpace, match=r"notes\.txt was not written"):
            write_text(disk, "notes.txt", "x" * 2 * 1024 * 1024)
        assert read_text(disk, "notes.txt") == "short"
        assert [path.name for path in disk.iterdir()] == ["notes.txt"]
