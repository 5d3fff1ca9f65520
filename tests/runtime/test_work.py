"""The work folder: a relative path that leads nowhere is explained, and what is left there is named."""

from __future__ import annotations

import pytest

from tests.runtime.conftest import Bench

FOUND = "A job runs in an empty folder of its own, so {} is not found there. The project has it: read {}."
NOT_FOUND = (
    "A job runs in an empty folder of its own, so {0} is not found there. To read a file, put it into the "
    'project and read Path(__file__).parents[1] / "{1}", or take it as an Input artifact; to keep one, '
    "write it to deepforge.artifact(…)."
)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("data.csv", FOUND.format("data.csv", 'Path(__file__).parents[1] / "data.csv"')),
        ("./data.csv", FOUND.format("./data.csv", 'Path(__file__).parents[1] / "data.csv"')),
        ("../labels.csv", FOUND.format("../labels.csv", 'Path(__file__).parents[1] / "sets/labels.csv"')),
        ("sets", FOUND.format("sets", 'Path(__file__).parents[1] / "sets"')),
        ("elsewhere.csv", NOT_FOUND.format("elsewhere.csv", "elsewhere.csv")),
        ("plots/loss.png", NOT_FOUND.format("plots/loss.png", "loss.png")),
        ("/nowhere/data.csv", None),
    ],
)
def test_a_relative_path_that_leads_nowhere_is_explained(bench: Bench, path: str, hint: str | None) -> None:
    bench.write("data.csv", "1,2\n")
    bench.write("sets/labels.csv", "cat\n")
    bench.write(".hidden/elsewhere.csv", "cat\n")
    bench.write("operations/look.py", "def look(*, path):\n    open(path)\n")
    error = bench.run("operations.look.look", form="function", attributes={"path": path}).error
    assert (error["kind"], error["hint"]) == ("FileNotFoundError", hint)


def test_the_way_begins_at_the_innermost_file_of_the_project(bench: Bench) -> None:
    bench.write("data.csv", "1,2\n")
    bench.write("reading.py", "import os\n\ndef read():\n    return open(os.path.abspath('data.csv'))\n")
    bench.write("operations/look.py", "from reading import read\n\ndef look():\n    return read()\n")
    error = bench.run("operations.look.look", form="function").error
    assert error["hint"] == FOUND.format("data.csv", 'Path(__file__).parent / "data.csv"')


def test_a_program_that_is_not_installed_is_no_file(bench: Bench) -> None:
    bench.write("operations/call.py", "import subprocess\n\ndef call():\n    subprocess.run(['no-such'])\n")
    error = bench.run("operations.call.call", form="function").error
    assert (error["kind"], error["hint"]) == ("FileNotFoundError", None)


def test_files_that_a_job_leaves_in_its_folder_are_named_at_the_end_of_its_log(bench: Bench) -> None:
    bench.write(
        "operations/leave.py",
        """
        import os

        def leave(*, paths):
            print("done", end=".\\n")
            for path in paths:
                os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
                open(path, "w").close()
            os.makedirs("empty")
        """,
    )

    def log(*paths: str) -> str:
        how = {"form": "function", "attributes": {"paths": paths}, "outputs": ()}
        return bench.run("operations.leave.leave", **how).log

    end = ". The folder of a job goes when it ends; what is written to deepforge.artifact"
    assert log() == log(".cache/hub/net.pt", "__pycache__/net.pyc", "tmp/.lock") == "done.\n"
    assert log("net.pt", "plots/loss.png") == f'done.\nNot kept: net.pt, plots/{end}("net.pt") is kept.\n'
    many = log(*(f"{number}.png" for number in range(7)))
    assert many.startswith(f"done.\nNot kept: 0.png, 1.png, 2.png, 3.png, 4.png and 2 more{end}")
    assert "Not kept: a�b.png" in log("a\nb.png")
