"""Other interpreters: a project's environment may have an older or a newer Python than the server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deepforge.runtime import journal
from tests.runtime.conftest import Bench, WarmParent

NAMES = ("python3.9", "python3.10", "python3.12", "python3.13", "python3.14")


def works(name: str) -> str | None:
    """The path of an interpreter of this name that runs, on the path or in a pyenv whose shims are."""
    found = shutil.which(name)
    if found is None:
        return None
    version = name.removeprefix("python")
    behind_shim = sorted(map(str, Path(found).parent.parent.glob(f"versions/{version}.*/bin/{name}")))
    ask = ["-c", "import sys; print('python%d.%d' % sys.version_info[:2])"]
    for path in (found, *behind_shim):
        asked = subprocess.run([path, *ask], capture_output=True, text=True, check=False)
        if asked.stdout.strip() == name:
            return path
    return None


@pytest.mark.parametrize("name", NAMES)
def test_a_job_runs_from_end_to_end_with_any_python_from_3_9_on(
    bench: Bench, tmp_path: Path, name: str
) -> None:
    python = works(name)
    if python is None:
        pytest.skip(f"there is no {name} here that runs")
    bench.parent = WarmParent(tmp_path, python)
    bench.write("utils/maths.py", "def double(x): return 2 * x\n")
    bench.write("operations/other.py", "class Other:\n    pass\n")
    bench.write(
        "operations/old.py",
        """
        import deepforge
        from operations import Other
        from utils.maths import double

        class Old:
            def __init__(self, fail=False):
                self.fail = fail

            def execute(self, x):
                for step in deepforge.progress(range(3), label=Other.__name__):
                    deepforge.log(step=step, loss=1 / (step + 1))
                deepforge.Graph("Graph").line("line").add(1, 2)
                deepforge.artifact("kept").write_text("kept")
                if self.fail:
                    raise ValueError("on purpose")
                print("done")
                return double(x), {1: 2}
        """,
    )
    job = bench.run("operations.old.Old", inputs={"x": 21}, outputs=("doubled", "pickled"))
    assert job.outputs == {"doubled": 42, "pickled": {1: 2}}
    assert "python" + ".".join(job.content(journal.STARTED)["python"].split(".")[:2]) == name
    assert job.points == {"loss": [(0.0, 1.0), (1.0, 0.5), (2.0, 1 / 3)], "Graph/line": [(1.0, 2.0)]}
    assert (job.folder / "artifacts" / "kept").read_text() == "kept"
    assert (job.log, job.exit["code"]) == ("done\n", 0)
    failed = bench.run("operations.old.Old", attributes={"fail": True}, inputs={"x": 1})
    assert [(frame["project_file"], frame["line"]) for frame in failed.error["frames"]] == [
        ("operations/old.py", 16)
    ]
    assert failed.log.splitlines()[1].startswith('  File "operations/old.py", line 16, in execute')
    assert bench.parent.close() == 0
