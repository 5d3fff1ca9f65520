"""`deepforge projects` and `deepforge history`, against a server of the test."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deepforge.cli.main import main
from tests.support.running_server import RunningServer, running_server

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for the tests of this file."""
    from deepforge.store.data_directory import ServerFile

    with running_server(tmp_path_factory.mktemp("cli") / "home") as running:
        data = running.house.data
        data.write_server(ServerFile(running.url, 1, "", running.token))
        with data.lock():
            yield running


@pytest.fixture
def ask(server: RunningServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command and gives the document that it prints; `code` is what it has to end with."""
    monkeypatch.setenv("DEEPFORGE_HOME", str(server.house.data.home))

    def run(*words: str, code: int = 0) -> Any:
        assert main([*words, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def names(ask: Ask, *words: str) -> list[str]:
    return [project["name"] for project in ask("projects", "list", *words)["projects"]]


def texts(folder: Path) -> dict[str, bytes]:
    """The files of a folder that are not hidden."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if not name.startswith(".")}


def test_a_project_goes_through_its_life(ask: Ask, tmp_path: Path) -> None:
    assert ask("projects", "create", "mine", "--template", "starter")["pipelines"] == ["main"]
    assert ask("projects", "rename", "mine", "ours")["name"] == "ours"
    assert ask("projects", "duplicate", "ours")["name"] == "ours-2"
    ask("projects", "rm", "ours", "ours-2")
    assert (names(ask), sorted(names(ask, "--deleted"))) == ([], ["ours", "ours-2"])
    assert ask("projects", "restore", "ours")["name"] == "ours"
    assert names(ask) == ["ours"]
    wrong = ask("projects", "rm", "our", code=1)["error"]
    assert (wrong["code"], wrong["hint"]) == ("not_found", "Did you mean ours?")
    ask("projects", "rm", "ours")


def test_an_archive_is_imported(ask: Ask, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as out:
        entry = tarfile.TarInfo("sums/pipelines/add.yaml")
        entry.size = 10
        out.addfile(entry, io.BytesIO(b"nodes: {}\n"))
    found = ask("projects", "import", str(tmp_path / "a.tar.gz"))
    assert (found["project"]["name"], found["project"]["pipelines"]) == ("sums", ["add"])
    ask("projects", "rm", "sums")


def test_a_project_is_exported_and_imported_again(ask: Ask, server: RunningServer, tmp_path: Path) -> None:
    made = ask("projects", "create", "mine", "--template", "starter")
    folder = server.house.data.projects / made["folder"]
    found = ask("projects", "export", "mine", "--output", str(tmp_path))
    assert found == {
        "project": made["id"],
        "file": str(tmp_path / "mine.zip"),
        "size": (tmp_path / "mine.zip").stat().st_size,
    }
    there = ask("projects", "export", "mine", "--output", found["file"], code=1)["error"]
    assert (there["code"], there["hint"]) == ("conflict", "Name another with --output, or use --force.")
    ask("projects", "export", "mine", "--output", found["file"], "--force")
    assert ask("projects", "export", "yours", code=1)["error"]["code"] == "not_found"
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == ["mine.zip"]
    before = texts(folder)
    ask("projects", "rm", "mine")
    again = ask("projects", "import", found["file"])["project"]
    assert (again["name"], again["pipelines"]) == ("mine", ["main"])
    assert texts(server.house.data.projects / again["folder"]) == before
    ask("projects", "rm", "mine")


def test_a_folder_is_opened_whatever_its_project_is_called(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    ask("init", str(folder))
    first = ask("projects", "open", str(folder))
    ask("projects", "rename", "elsewhere", "Other")
    assert ask("projects", "open", str(folder)) == first | {"name": "Other"}
    ask("projects", "rm", "Other")
    assert (folder / "deepforge.toml").is_file()
    assert ask("projects", "open", str(folder))["id"] == first["id"]
    ask("projects", "rm", "elsewhere")


def test_what_changed_is_committed(
    ask: Ask, server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    made = ask("projects", "create", "kept", "--template", "starter")
    folder = server.house.data.projects / made["folder"]
    (folder / "new.py").write_text("x = 1\n")
    (folder / "-other.py").write_text("x = 1\n")
    commit = ("projects", "commit", "kept", "-m", "Try it")
    assert ask(*commit, code=1)["error"]["message"] == "git does not know who commits."
    author = ("--author", "Ada Lovelace <ada@example.org>")
    first = ask(*commit, "new.py", *author)
    assert (first["branch"], first["files"]) == ("main", 1)
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Grace\n\temail = grace@example.org\n")
    second = ask(*commit)
    assert second["files"] == 1
    assert ask(*commit, code=1)["error"]["code"] == "conflict"
    shutil.rmtree(folder / ".git")
    assert ask(*commit, code=1)["error"]["message"] == "The project is not in a git repository."
    ask("projects", "rm", "kept")


def test_versions_are_listed_named_and_restored(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    ask("init", str(folder))
    named = ask("history", "name", "Begin", "--project", str(folder))
    file = folder / "operations" / "count.py"
    before = file.read_text()
    file.write_text("x = 1\n")
    back = ask("history", "restore", named["id"][:12], "operations/count.py", "--project", str(folder))
    assert (back["written"], file.read_text()) == (["operations/count.py"], before)
    listed = ask("history", "list", "operations/count.py", "--project", str(folder))["versions"]
    assert [version["kind"] for version in listed] == ["restore", "edit", "named"]
    assert ask("history", "restore", "ffff", "--project", str(folder), code=1)["error"]["code"] == "not_found"
