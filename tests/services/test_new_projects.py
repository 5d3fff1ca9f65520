"""New projects, and those that were deleted."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, Conflict, InvalidProject, NoSpace, NotFound, TooLarge, UnknownName
from deepforge.core.ids import ProjectId
from deepforge.core.project import ProjectView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import (
    artifacts,
    blobs,
    exporting,
    new_projects,
    projects,
    removed_projects,
    runs,
    templates,
)
from deepforge.services.house import House
from deepforge.services.ledger import Ledger
from deepforge.store import archives, git, project_folders
from deepforge.store.data_directory import DataDirectory
from deepforge.store.events import after
from deepforge.store.examples import examples, gallery
from deepforge.store.history import commit_of
from tests.services.conftest import write_project
from tests.services.hand_worker import HandWorker
from tests.support.disk import small_disk


def names(house: House, caller: Caller) -> list[str]:
    return [project.name for project in projects.listing(house, caller)]


def told(house: House, topic: str = "projects") -> list[str]:
    with house.database.read() as connection:
        return [event.kind for event in after(connection, [topic], 0, 100)]


def packed(**files: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as out:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            out.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_a_project_begins_as_a_template_under_git(house: House, caller: Caller) -> None:
    made = new_projects.create(house, caller, "My digits 🖋", "digits")
    folder = house.data.projects / made.folder
    assert (made.name, made.folder, made.pipelines, made.linked) == (
        "My digits 🖋",
        "My-digits",
        ("train",),
        False,
    )
    assert 'name = "My digits 🖋"' in (folder / "deepforge.toml").read_text()
    assert (folder / "operations" / "train.py").read_text() == (
        examples()["digits"] / "operations" / "train.py"
    ).read_text()
    assert commit_of(folder) is not None
    assert projects.show(house, caller, made.id).problems == ()
    assert told(house)[-1] == "added"


def test_an_empty_project_has_a_pipeline_to_begin_with_and_no_problems(house: House, caller: Caller) -> None:
    made = new_projects.create(house, caller, "new")
    shown = projects.show(house, caller, made.id)
    assert ([pipeline.name for pipeline in shown.pipelines], shown.problems) == (["main"], ())
    assert [operation.name for operation in shown.operations] == ["Input", "Output"]


def test_without_git_a_project_is_made_all_the_same(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_program", lambda: None)
    made = new_projects.create(house, caller, "new")
    assert not (house.data.projects / made.folder / ".git").exists()


@pytest.mark.parametrize(
    ("name", "template", "error"),
    [
        ("", None, BadInput),
        ("../x", None, BadInput),
        ("a" * 300, None, BadInput),
        ("DIGITS", None, Conflict),
        ("new", "digit", UnknownName),
        ("new", "../digits", UnknownName),
    ],
)
def test_what_cannot_be_made_leaves_nothing_behind(
    house: House, caller: Caller, name: str, template: str | None, error: type[Exception]
) -> None:
    before = sorted(os.listdir(house.data.projects))
    with pytest.raises(error):
        new_projects.create(house, caller, name, template)
    assert sorted(os.listdir(house.data.projects)) == before


def test_the_gallery_shows_each_template_with_its_pipeline(house: House, caller: Caller) -> None:
    found = templates.listing(house, caller)
    assert {template.name for template in found} == set(examples())
    for template in found:
        assert template.title
        assert template.shows
        assert template.name == "empty" or (
            template.description and template.pipeline and template.pipeline.nodes
        )
        assert template.seconds is None or 0 < template.seconds < 60


def test_every_example_stands_in_the_gallery_with_a_pipeline_that_it_has() -> None:
    assert {example.name for example in gallery()} == set(examples())
    for example in gallery():
        if example.pipeline is not None:
            assert (example.folder / "pipelines" / f"{example.pipeline}.yaml").is_file()


def test_a_project_is_imported(house: House, caller: Caller) -> None:
    data = packed(**{"main/deepforge.toml": 'name = "sums"\n', "main/pipelines/a.yaml": "nodes: {}\n"})
    for name in ("sums", "sums-2"):
        found = new_projects.import_archive(house, caller, [data[:100], data[100:]])
        assert (found.project.name, found.project.pipelines, found.skipped) == (name, ("a",), ())
    assert new_projects.import_archive(house, caller, [data], "Mine").project.name == "Mine"
    assert [path.name for path in house.data.home.iterdir() if path.name.startswith(".import")] == []


def texts(folder: Path) -> dict[str, bytes]:
    """The files of a folder that are not hidden."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if "/." not in f"/{name}"}


@pytest.mark.parametrize("name", ["digits", "pipelines", "My digits 🖋"])
def test_what_is_exported_is_imported_as_the_same_files(
    house: House, caller: Caller, project: ProjectId, folder: Path, name: str
) -> None:
    (folder / "deepforge.toml").write_text(f'name = "{name}"  # ours\n')
    (folder / "utils" / "empty.py").write_text("")
    (folder / "utils" / "ünïcode 数字.txt").write_text("ä")
    (folder / "run.sh").write_text("exit\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "large.bin").write_bytes(bytes(33 << 20))
    there = texts(folder)
    for left_out in (".env", "utils/.cache/a", "__pycache__/a.pyc", "deepforge-output/a", ".git/config"):
        (folder / left_out).parent.mkdir(parents=True, exist_ok=True)
        (folder / left_out).write_text("secret")
    (folder / "outside.txt").symlink_to("/etc/hostname")
    projects.rename(house, caller, project, name)
    found = exporting.export(house, caller, project)
    data = list(found.chunks)
    with zipfile.ZipFile(io.BytesIO(b"".join(data))) as archive:
        assert {name.partition("/")[2] for name in archive.namelist()} == there.keys()
    removed_projects.remove(house, caller, project)
    made = new_projects.import_archive(house, caller, data)
    again = house.data.projects / made.project.folder
    assert (found.name, made.project.name, made.skipped) == (f"{name}.zip", name, ())
    assert texts(again) == there
    assert os.access(again / "run.sh", os.X_OK)
    assert not os.access(again / "large.bin", os.X_OK)


def test_an_export_leaves_out_the_data_directory_and_what_is_gone_by_its_turn(
    house: House, caller: Caller
) -> None:
    around = write_project(house.data.home.parent)
    os.symlink(around, house.data.projects / "around")
    found = exporting.export(house, caller, projects.find(house, caller, "around").id)
    (around / "operations" / "load.py").unlink()
    with zipfile.ZipFile(io.BytesIO(b"".join(found.chunks))) as archive:
        assert archive.testzip() is None
        names = {name for name in archive.namelist() if "deepforge.db" not in name}  # the test's own
        assert names == {
            "around/operations/train.py",
            "around/pipelines/train.yaml",
            "around/utils/scale.py",
        }


def test_a_file_that_may_not_be_read_is_told_before_anything_is_sent(
    house: House, caller: Caller, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("scale.py"))
    with pytest.raises(InvalidProject, match=r"utils/scale\.py may not be read"):
        exporting.export(house, caller, project)


def test_an_archive_without_a_project_is_told(house: House, caller: Caller) -> None:
    with pytest.raises(BadInput, match="holds no project") as caught:
        new_projects.import_archive(house, caller, [packed(**{"notes.txt": "hello"})])
    assert "deepforge init ." in (caught.value.hint or "")
    with pytest.raises(BadInput, match="no path inside"):
        new_projects.import_archive(house, caller, [packed(**{"../../evil": "hello"})])
    assert names(house, caller) == ["digits"]
    assert not (house.data.home.parent / "evil").exists()


def test_an_archive_that_is_too_large_is_refused_while_it_comes(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST", 1000)
    with pytest.raises(TooLarge):
        new_projects.import_archive(house, caller, (bytes(100) for _ in range(20)))


def test_a_copy_has_the_files_and_a_repository_of_its_own(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    write_project(folder, **{".gitignore": "x\n", ".git/config": "[core]\n", "__pycache__/a.pyc": ""})
    (folder / "out").symlink_to("/etc/passwd")
    made = new_projects.duplicate(house, caller, project)
    copy = house.data.projects / made.folder
    assert (made.name, made.pipelines) == ("digits-2", ("train",))
    assert (copy / ".gitignore").is_file()
    assert not (copy / "out").exists()
    assert not (copy / "__pycache__").exists()
    assert commit_of(copy) is not None
    assert new_projects.duplicate(house, caller, project, "Other").name == "Other"


def test_another_name_leaves_the_folder_where_it_is(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    renamed = projects.rename(house, caller, project, " Ziffern ")
    assert (renamed.id, renamed.name, renamed.folder) == (project, "Ziffern", "digits")
    assert folder.is_dir()
    assert names(house, caller) == ["Ziffern"]
    assert projects.rename(house, caller, project, "ziffern").name == "ziffern"
    assert told(house)[-1] == told(house, f"project:{project}")[-1].replace("project", "renamed") == "renamed"
    new_projects.create(house, caller, "digits")  # the name is free, the folder is not
    with pytest.raises(Conflict):
        projects.rename(house, caller, project, "Digits")


def test_a_folder_whose_name_is_taken_by_a_renamed_project_gets_a_number(
    house: House, caller: Caller, project: ProjectId
) -> None:
    projects.rename(house, caller, project, "sums")
    write_project(house.data.projects / "sums")
    assert names(house, caller) == ["sums", "sums-2"]


def test_a_deleted_project_is_hidden_and_comes_back_as_it_was(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    before = projects.listing(house, caller)
    removed_projects.remove(house, caller, project)
    assert projects.listing(house, caller) == ()
    assert not folder.exists()
    assert [(hidden.id, hidden.name) for hidden in removed_projects.listing(house, caller)] == [
        (project, "digits")
    ]
    with pytest.raises(NotFound, match="was deleted"):
        projects.show(house, caller, project)
    with pytest.raises(NotFound):
        removed_projects.remove(house, caller, project)
    assert removed_projects.restore(house, caller, project) == before[0]
    assert projects.listing(house, caller) == before
    assert told(house)[-2:] == ["removed", "restored"]
    with pytest.raises(Conflict):
        removed_projects.restore(house, caller, project)


def test_a_name_that_was_taken_meanwhile_gets_a_number_when_it_comes_back(
    house: House, caller: Caller, project: ProjectId
) -> None:
    removed_projects.remove(house, caller, project)
    new_projects.create(house, caller, "digits")
    back = removed_projects.restore(house, caller, project)
    assert (back.name, back.folder) == ("digits-2", "digits-2")


def linked(house: House, caller: Caller, folder: Path) -> ProjectView:
    (house.data.projects / "linked").symlink_to(write_project(folder))
    return projects.find(house, caller, "linked")


def test_of_a_linked_folder_only_the_link_is_ever_removed(
    house: House, caller: Caller, tmp_path: Path
) -> None:
    found = linked(house, caller, tmp_path / "elsewhere")
    assert found.linked
    removed_projects.remove(house, caller, found.id)
    assert removed_projects.restore(house, caller, found.id).linked
    removed_projects.remove(house, caller, found.id)
    assert removed_projects.collect(house, kept_seconds=-60) == 1
    assert (tmp_path / "elsewhere" / "operations" / "train.py").is_file()
    with pytest.raises(NotFound, match="gone for good"):
        removed_projects.restore(house, caller, found.id)
    assert list((house.data.projects / ".removed").iterdir()) == []


def test_opening_a_folder_again_brings_its_deleted_project_back(
    house: House, caller: Caller, tmp_path: Path
) -> None:
    found = linked(house, caller, tmp_path / "elsewhere")
    removed_projects.remove(house, caller, found.id)
    assert linked(house, caller, tmp_path / "elsewhere").id == found.id
    assert removed_projects.listing(house, caller) == ()


def test_a_project_whose_runs_go_on_is_not_deleted(
    house: House, caller: Caller, project: ProjectId, start: Callable[..., RunView]
) -> None:
    run = start()
    with pytest.raises(Conflict, match="A run of digits goes on") as caught:
        removed_projects.remove(house, caller, project)
    assert run.id in (caught.value.hint or "")
    runs.stop(house, caller, run.id)
    removed_projects.remove(house, caller, project)


def test_what_is_gone_for_good_takes_its_runs_and_artifacts_along(
    house: House,
    caller: Caller,
    project: ProjectId,
    folder: Path,
    start: Callable[..., RunView],
    worker: HandWorker,
) -> None:
    run = start()
    runs.stop(house, caller, run.id)
    blob = blobs.put(house, caller, [b"1"], None)
    artifacts.put(house, caller, project, "one", blob.digest, 1, "bytes", "raw")
    removed_projects.remove(house, caller, project)
    assert removed_projects.collect(house) == 0
    assert house.data.sources_of(project).exists()
    assert removed_projects.collect(house, kept_seconds=-60) == 1
    assert not folder.exists()
    assert not house.data.sources_of(project).exists()
    with pytest.raises(NotFound):
        runs.show(house, caller, run.id)
    assert names(house, caller) == []
    assert told(house)[-1] == "gone"


def test_a_deleted_folder_that_somebody_removed_by_hand_is_told(
    house: House, caller: Caller, project: ProjectId
) -> None:
    removed_projects.remove(house, caller, project)
    shutil.rmtree(house.data.projects / ".removed")
    with pytest.raises(InvalidProject, match="is gone"):
        removed_projects.restore(house, caller, project)
    assert removed_projects.collect(house, kept_seconds=-60) == 1


def full_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every transaction fail as it does when the disk of the database is full."""

    def full(ledger: Ledger) -> None:
        raise NoSpace("the disk of the database is full")

    monkeypatch.setattr(Ledger, "flush", full)


def test_a_project_that_cannot_be_deleted_or_restored_is_where_it_was(
    house: House, caller: Caller, project: ProjectId, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        full_at_the_end(broken)
        with pytest.raises(NoSpace):
            removed_projects.remove(house, caller, project)
    assert (names(house, caller), (folder / "pipelines").is_dir()) == (["digits"], True)
    removed_projects.remove(house, caller, project)
    with monkeypatch.context() as broken:
        full_at_the_end(broken)
        with pytest.raises(NoSpace):
            removed_projects.restore(house, caller, project)
    assert (names(house, caller), folder.exists()) == ([], False)
    assert removed_projects.restore(house, caller, project).name == "digits"


def test_a_project_that_cannot_be_recorded_leaves_no_folder(
    house: House, caller: Caller, project: ProjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_at_the_end(monkeypatch)
    with pytest.raises(NoSpace):
        new_projects.create(house, caller, "new")
    assert os.listdir(house.data.projects) == ["digits"]


@pytest.mark.parametrize("listed", [False, True])
def test_of_two_people_who_make_the_same_project_one_gets_it(
    house: House, caller: Caller, project: ProjectId, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    make = project_folders.make

    def make_after_another(folder: Path, name: str, fill: project_folders.Fill) -> str:
        monkeypatch.setattr(project_folders, "make", make)
        new_projects.create(house, caller, "Same")
        entry = make(folder, name, fill)
        if listed:
            projects.listing(house, caller)
        return entry

    monkeypatch.setattr(project_folders, "make", make_after_another)
    with pytest.raises(Conflict, match="There is a project Same already"):
        new_projects.create(house, caller, "Same")
    assert names(house, caller) == ["Same", "digits"]
    assert sorted(os.listdir(house.data.projects)) == ["Same", "digits"]


@pytest.mark.parametrize("large", ["the archive", "what is in it"])
def test_a_full_disk_is_told_and_nothing_of_the_archive_stays(
    house: House, caller: Caller, tmp_path: Path, large: str
) -> None:
    data = (
        os.urandom(2 << 20) if large == "the archive" else packed(**{"pipelines/large.yaml": "0" * (2 << 20)})
    )
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        house.data = DataDirectory(disk)
        with pytest.raises(NoSpace, match="is full"):
            new_projects.import_archive(house, caller, [data])
        assert list(disk.iterdir()) == []
