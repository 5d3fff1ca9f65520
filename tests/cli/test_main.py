"""The frame of the command line: help that costs nothing, errors with a hint, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call

IMPORTED = """
import sys
from deepforge.cli.main import main
main({words!r})
heavy = {{"rich", "httpx", "msgspec", "fastapi", "sqlalchemy", "blake3", "numpy", "tomlkit"}}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""

SUMMONED = """
import sys
from deepforge.client import server_file

def start(settings):
    print(sorted({"rich", "httpx", "websockets"} & set(sys.modules)), file=sys.stderr)
    raise SystemExit

server_file._start = start
from deepforge.cli.main import main
main(["run", "train"])
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["config"], ["config", "port"]], ids=" ".join)
def test_what_is_called_often_imports_nothing_heavy(words: list[str], home: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(words=words)], capture_output=True, text=True, check=True
    )
    assert answer.stderr.splitlines()[-1] == "[]"


def test_a_run_starts_the_server_before_it_imports_what_talks_and_draws(home: Path) -> None:
    answer = subprocess.run([sys.executable, "-c", SUMMONED], capture_output=True, text=True, check=True)
    assert answer.stderr.splitlines() == ["Starting the server", "[]"]


def test_help_names_every_command(deepforge: Call) -> None:
    answer = deepforge("--help")
    assert answer.code == 0
    named = [line.split()[0] for line in answer.out.partition("Commands:")[2].splitlines() if line.strip()]
    people_need = ["start", "stop", "init", "projects", "history", "run", "runs", "artifacts"]
    assert named == [*people_need, "config", "doctor"]


@pytest.mark.parametrize("command", ["start", "stop", "init", "run", "config", "doctor"])
def test_every_command_has_help_and_takes_json(command: str, deepforge: Call) -> None:
    answer = deepforge(command, "--help")
    assert answer.code == 0
    assert "--json" in answer.out


@pytest.mark.parametrize("group", ["runs", "artifacts"])
def test_every_command_of_a_group_takes_json(group: str, deepforge: Call) -> None:
    listed = deepforge(group, "--help").out.partition("Commands:")[2]
    commands = [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "]
    assert commands
    assert [name for name in commands if "--json" not in deepforge(group, name, "--help").out] == []


def test_an_unknown_command_is_answered_with_the_nearest_and_exit_code_2(deepforge: Call) -> None:
    answer = deepforge("confg")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "Error: There is no command 'confg'. Did you mean config?\nSee deepforge --help\n"


def test_usage_errors_are_a_json_document_when_json_is_asked_for(deepforge: Call) -> None:
    answer = deepforge("run", "--json")
    assert (answer.code, answer.err) == (2, "")
    assert answer.json() == {
        "error": {
            "code": "usage",
            "message": "Missing argument 'PIPELINE'.",
            "hint": "See deepforge run --help",
        }
    }


def test_an_error_is_a_message_and_a_hint_without_a_traceback(deepforge: Call) -> None:
    answer = deepforge("run", "train.py")
    assert (answer.code, answer.out) == (1, "")
    assert "train.py is a script" in answer.err
    assert "Traceback" not in answer.err


def test_a_script_is_refused_with_what_to_do_instead(deepforge: Call) -> None:
    error = deepforge("run", "package::train", "--json").json()["error"]
    assert (error["code"], error["message"]) == (
        "bad_input",
        "package::train is a script, and runs of scripts come with a later version.",
    )
    assert "deepforge init" in error["hint"]


def test_nothing_is_complained_about_when_the_reader_has_had_enough(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    answer = subprocess.run(
        [sys.executable, "-m", "deepforge", "config", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (answer.returncode, answer.stderr) == (1, "")


@pytest.mark.parametrize("words", [(), ("runs",), ("artifacts",)], ids=" ".join)
def test_a_group_alone_shows_its_help_and_is_not_understood(words: tuple[str, ...], deepforge: Call) -> None:
    answer = deepforge(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: deepforge")


def test_modules_of_the_folder_one_is_in_are_not_taken_for_those_of_python(
    home: Path, tmp_path: Path
) -> None:
    for name in ("random", "json", "click"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('this is the project')")
    answer = subprocess.run(
        [sys.executable, "-m", "deepforge", "config", "port"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (answer.returncode, answer.stdout) == (0, "8888\n")


def test_the_command_as_a_module_starts_in_a_folder_that_was_removed(home: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    words = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m deepforge config port"
    answer = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "8888\n"), answer.stderr
