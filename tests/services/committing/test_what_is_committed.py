"""What is committed from the editor: files as git keeps them, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deepforge.core.commit import Changes
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.user import Caller
from deepforge.services import committing, history
from deepforge.services.house import House
from tests.services.committing.conftest import TRAIN_FILE, Person, by_hand

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_a_clean_project_has_nothing_to_commit(person: Person) -> None:
    found = person.changes()
    assert found == Changes(
        True, "main", person.git("rev-parse", "HEAD"), name="Ada", email="ada@example.org"
    )
    with pytest.raises(Conflict, match="Nothing changed"):
        person.commit()


def test_what_was_added_modified_and_deleted_is_committed(person: Person) -> None:
    before = person.git("rev-parse", "HEAD")
    person.write(TRAIN_FILE)
    person.write("utils/new.py")
    (person.folder / "operations/load.py").unlink()
    assert person.changed() == {
        "operations/load.py": "deleted",
        TRAIN_FILE: "modified",
        "utils/new.py": "added",
    }
    made = person.commit(message="  Try it  \n\n\n\nBecause.\n\n")
    assert made.commit == person.git("rev-parse", "main")
    assert (made.branch, made.files, person.status()) == ("main", 3, [])
    assert person.committed() == ["D operations/load.py", f"M {TRAIN_FILE}", "A utils/new.py"]
    assert person.git("log", "-1", "--format=%P|%an|%ae|%cn|%ce|%B") == (
        f"{before}|Grace|g@example.org|Grace|g@example.org|Try it\n\nBecause."
    )
    assert person.git("reflog", "-1", "--format=%gs") == "commit: Try it"
    newest = history.listing(person.house, person.caller, person.project).versions
    assert [version.kind for version in newest if version.id == made.commit] == ["commit"]


def test_only_what_is_chosen_is_committed(person: Person) -> None:
    person.write(TRAIN_FILE)
    person.write("utils/new.py")
    person.write("utils/other.py")
    person.commit("utils/new.py")
    assert person.committed() == ["A utils/new.py"]
    assert person.status() == [f" M {TRAIN_FILE}", "?? utils/other.py"]
    person.commit(without=("utils/other.py",))
    assert (person.committed(), person.status()) == ([f"M {TRAIN_FILE}"], ["?? utils/other.py"])
    with pytest.raises(Conflict, match="is as in the last commit"):
        person.commit("utils/new.py")
    with pytest.raises(BadInput, match="No file"):
        person.commit("utils/other.py", without=("utils/other.py",))


def test_ignored_files_stay_out(person: Person, own: Path) -> None:
    with own.open("a") as config:
        config.write("[core]\n\texcludesFile = ~/mine\n")
    own.with_name("mine").write_text("*.swp\n")
    person.write(".gitignore", "*.log\n")
    person.write("utils/.gitignore", "secret.txt\n")
    (person.folder / ".git/info").mkdir(exist_ok=True)
    (person.folder / ".git/info/exclude").write_text("local.txt\n")
    for path in ("a.log", "utils/secret.txt", "secret.txt", "local.txt", "x.swp"):
        person.write(path)
    assert sorted(person.changed()) == [".gitignore", "secret.txt", "utils/.gitignore"]
    person.commit()
    assert person.status() == []
    person.write("forced.log")
    person.git("add", "--force", "forced.log")
    assert person.changed() == {"forced.log": "added"}
    person.commit()
    assert person.status() == []


def test_what_is_staged_of_other_files_stays_staged(person: Person) -> None:
    person.write(TRAIN_FILE, "staged = 1\n")
    person.write("utils/staged.py")
    person.git("add", ".")
    person.git("rm", "-q", "--cached", "utils/scale.py")
    person.write(TRAIN_FILE, "staged = 1\nedited = 2\n")
    person.write("operations/load.py", "x = 1\n")
    before = person.git("diff", "--cached", "--stat")
    person.commit("operations/load.py")
    assert person.committed() == ["M operations/load.py"]
    assert person.git("diff", "--cached", "--stat") == before
    assert person.status() == [
        f"MM {TRAIN_FILE}",
        "D  utils/scale.py",
        "A  utils/staged.py",
        "?? utils/scale.py",
    ]


def test_a_chosen_file_is_committed_as_it_is_not_as_it_was_staged(person: Person) -> None:
    person.write(TRAIN_FILE, "staged = 1\n")
    person.git("add", ".")
    person.write(TRAIN_FILE, "edited = 2\n")
    person.commit(TRAIN_FILE)
    assert (person.git("show", f"HEAD:{TRAIN_FILE}"), person.status()) == ("edited = 2", [])


def test_modes_and_links_are_kept(person: Person) -> None:
    script = person.write("utils/run.sh", "#!/bin/sh\n")
    script.chmod(0o755)
    (person.folder / "utils/link.py").symlink_to("scale.py")
    (person.folder / "utils/nowhere").symlink_to("/nonexistent/a b")
    person.commit()
    modes = person.git("ls-tree", "-r", "HEAD", "utils/").splitlines()
    assert [line.split()[0] + " " + line.split("\t")[1] for line in modes] == [
        "120000 utils/link.py", "120000 utils/nowhere", "100755 utils/run.sh", "100644 utils/scale.py",
    ]  # fmt: skip
    assert person.git("show", "HEAD:utils/nowhere") == "/nonexistent/a b"
    script.chmod(0o644)
    assert person.changed() == {"utils/run.sh": "modified"}
    person.git("config", "core.fileMode", "false")
    assert person.changed() == {}


def test_a_folder_in_the_place_of_a_file_and_the_other_way_round(person: Person) -> None:
    person.write("data")
    person.write("other/inner")
    person.commit()
    (person.folder / "data").unlink()
    person.write("data/part")
    shutil.rmtree(person.folder / "other")
    (person.folder / "other").symlink_to("utils")
    assert person.changed() == {
        "data": "deleted", "data/part": "added", "other": "added", "other/inner": "deleted",
    }  # fmt: skip
    person.commit("data/part")
    assert person.committed() == ["D data", "A data/part"]
    person.commit()
    assert person.committed() == ["A other", "D other/inner"]
    assert person.status() == []


@pytest.mark.parametrize(
    ("setting", "attributes"),
    [
        ("", "*.txt text eol=crlf\n"),
        ("[core]\n\tautocrlf = true\n", ""),
        ("[core]\n\tautocrlf = input\n", ""),
    ],
)
def test_ends_of_lines_are_kept_as_git_does(person: Person, own: Path, setting: str, attributes: str) -> None:
    with own.open("a") as config:
        config.write(setting)
    if attributes:
        person.write(".gitattributes", attributes)
    person.write("a.txt", "one\r\ntwo\r\n")
    person.commit()
    assert person.git("cat-file", "-s", "HEAD:a.txt") == "8"
    assert person.status() == []
    assert person.changed() == {}


def test_a_linked_worktree_has_a_branch_and_an_index_of_its_own(
    person: Person, house: House, caller: Caller, tmp_path: Path
) -> None:
    place = tmp_path / "second"
    person.git("worktree", "add", "-q", "-b", "second", str(place))
    (house.data.projects / "second").symlink_to(place)
    from deepforge.services import projects

    other = Person(house, caller, projects.find(house, caller, "second").id, place)
    other.write(TRAIN_FILE)
    made = other.commit()
    assert (made.branch, other.status()) == ("second", [])
    assert person.git("rev-parse", "second") == made.commit
    assert person.status() == []


def test_a_folder_of_a_larger_repository_commits_its_own_files(inside: Person) -> None:
    outer = inside.folder.parents[1]
    (outer / "readme.md").write_text("two\n")
    (outer / "work" / "digits-2").mkdir()
    (outer / "work" / "digits-2" / "x").write_text("x\n")
    inside.write(TRAIN_FILE)
    inside.write("new.py")
    assert inside.changed() == {"new.py": "added", TRAIN_FILE: "modified"}
    found = committing.difference(inside.house, inside.caller, inside.project, TRAIN_FILE)
    assert [(one.path, one.change, one.added) for one in found.files] == [(TRAIN_FILE, "changed", 1)]
    made = inside.commit()
    assert inside.committed() == ["A work/digits/new.py", f"M work/digits/{TRAIN_FILE}"]
    assert by_hand(outer, "status", "--porcelain") == " M readme.md\n?? work/digits-2/"
    inside.undo(made)
    assert inside.changed() == {"new.py": "added", TRAIN_FILE: "modified"}


def test_a_repository_of_sha_256(outside: Person) -> None:
    outside.git("init", "-q", "-b", "main", "--object-format=sha256")
    made = outside.commit()
    assert (len(made.commit), outside.status()) == (64, [])
    outside.write(TRAIN_FILE)
    (outside.folder / "operations/load.py").unlink()
    committing.difference(outside.house, outside.caller, outside.project, TRAIN_FILE)
    made = outside.commit()
    assert outside.committed() == ["D operations/load.py", f"M {TRAIN_FILE}"]
    outside.undo(made)
    assert outside.status() == [" D operations/load.py", f" M {TRAIN_FILE}"]


def test_names_may_hold_anything(person: Person) -> None:
    names = ["a b.txt", "ü 日本.txt", "-rf", "new\nline", "quote\"'.txt", "*", "tab\t", ":(top)x", " "]
    for name in names:
        person.write(name)
    assert sorted(person.changed()) == sorted(names)
    person.commit(*names[:5])
    assert sorted(person.committed()) == sorted(f"A {name}" for name in names[:5])
    assert sorted(person.changed()) == sorted(names[5:])
    person.undo(person.commit())
    person.commit()
    assert person.status() == []
    for name in names:
        (person.folder / name).unlink()
    person.commit()
    assert person.status() == []
    assert sorted(person.committed()) == sorted(f"D {name}" for name in names)


def test_more_files_than_are_named_are_committed(person: Person) -> None:
    many = committing.SHOWN + 500
    (person.folder / "data").mkdir()
    for number in range(many):
        (person.folder / "data" / f"{number:05}").write_text(str(number))
    found = person.changes()
    assert (len(found.files), found.changed, found.possible) == (committing.SHOWN, many, many)
    made = person.commit(without=("data/00000",))
    assert (made.files, person.status()) == (many - 1, ["?? data/00000"])
    assert person.undo(made).changed == many


def test_files_that_are_not_checked_out_are_not_deleted(person: Person) -> None:
    person.git("sparse-checkout", "set", "--no-cone", "/operations/")
    assert not (person.folder / "utils").exists()
    person.write(TRAIN_FILE)
    assert person.changed() == {TRAIN_FILE: "modified"}
    person.undo(person.commit())
    person.commit()
    assert person.committed() == [f"M {TRAIN_FILE}"]
    assert person.status() == []


def test_a_changed_pipeline_is_drawn_and_hidden_files_are_compared(person: Person) -> None:
    text = (person.folder / "pipelines/train.yaml").read_text()
    person.write("pipelines/train.yaml", text.replace("epochs: 5", "epochs: 7"))
    person.write(".gitignore", "x\n")
    person.write("data.bin", bytes(range(256)))

    def shown(path: str) -> tuple[str, int, int, bool, int]:
        found = committing.difference(person.house, person.caller, person.project, path)
        (file,) = found.files
        return file.change, file.added, file.removed, file.binary, len(found.pipelines)

    assert shown("pipelines/train.yaml") == ("changed", 1, 1, False, 1)
    assert shown(".gitignore") == ("added", 1, 0, False, 0)
    assert shown("data.bin") == ("added", 0, 0, True, 0)
    (person.folder / "pipelines/train.yaml").unlink()
    assert shown("pipelines/train.yaml")[0] == "removed"
    assert person.status() == [" D pipelines/train.yaml", "?? .gitignore", "?? data.bin"]
    with pytest.raises(Conflict):
        shown(TRAIN_FILE)
