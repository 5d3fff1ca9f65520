"""The runner: an operation is called, and what it returned, showed or died of is in the job's folder."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepforge.runtime import journal
from tests.runtime.conftest import Bench


def test_an_operation_of_the_class_form_gets_attributes_and_inputs_and_its_value_is_kept(
    bench: Bench,
) -> None:
    bench.write(
        "operations/scale.py",
        """
        class Scale:
            def __init__(self, factor=2, offset=0):
                self.factor, self.offset = factor, offset

            def execute(self, numbers, more=None):
                print("scaling", len(numbers), "numbers, and", more)
                return [number * self.factor + self.offset for number in numbers]
        """,
    )
    job = bench.run(
        "operations.scale.Scale",
        attributes={"factor": 3},
        inputs={"numbers": [1, 2], "more": None},
        outputs=("scaled",),
    )
    assert job.outputs == {"scaled": [3, 6]}
    assert job.log == "scaling 2 numbers, and None\n"
    assert job.kinds == [journal.STARTED, journal.RESULT, journal.EXIT]
    assert job.content(journal.STARTED) == {
        "pid": job.content(journal.STARTED)["pid"],
        "python": sys.version.split()[0],
    }
    assert job.content(journal.RESULT) == {
        "outputs": [{"name": "scaled", "file": "output-scaled", "type": "list", "codec": "json"}]
    }
    assert job.exit == {"code": 0, "signal": None, "reason": None}
    assert job.message == {"exited": str(job.folder), "code": 0, "signal": None, "reason": None}
    assert sorted(path.name for path in job.folder.iterdir()) == [
        "inputs", "job.json", "journal", "log", "output-scaled", "pid", "work",
    ]  # fmt: skip


def test_an_operation_of_the_function_form_gets_inputs_in_order_and_attributes_by_name(bench: Bench) -> None:
    bench.write("operations/join.py", "def join(left, right, *, by='-'):\n    return left + by + right\n")
    job = bench.run(
        "operations.join.join", form="function", attributes={"by": "+"}, inputs={"left": "a", "right": "b"}
    )
    assert job.outputs == {"result": "a+b"}


def test_an_input_that_is_not_connected_is_its_default_as_the_source_has_it(bench: Bench) -> None:
    bench.write(
        "operations/fill.py",
        """
        MISSING = object()

        def fill(first, size=3, other: "int | None" = 4, last=MISSING, none: "int | None" = None):
            return [first, size, other, last is MISSING, none]

        class Fill:
            def execute(self, first, size=3, other=4, last=MISSING, none=None):
                return fill(first, size, other, last, none)
        """,
    )
    inputs = {"first": None, "size": None, "other": 5, "last": None, "none": None}
    for name, form in (("fill", "function"), ("Fill", "class")):
        job = bench.run(f"operations.fill.{name}", form=form, inputs=inputs)
        assert job.outputs == {"result": [None, 3, 5, True, None]}


def test_references_and_members_of_enumerations_are_given_as_what_they_name(bench: Bench) -> None:
    bench.write("utils/losses.py", "def dice(value):\n    return value * 10\n")
    bench.write("operations/score.py", SCORE)
    named = {
        "references": {"loss": "utils.losses.dice"},
        "enumerations": {"mode": "operations.score.Mode", "other": "operations.score.Mode"},
    }
    attributes = {"mode": "FAST", "other": None}
    expected = {"result": [70, "quick", None, True]}
    assert bench.run("operations.score.Score", attributes=attributes, **named).outputs == expected
    assert (
        bench.run("operations.score.score", form="function", attributes=attributes, **named).outputs
        == expected
    )


SCORE = """
from enum import Enum

class Mode(Enum):
    FAST = "quick"

class Score:
    def __init__(self, loss, mode, other):
        self.all = [loss(7), mode.value, other, isinstance(mode, Mode)]
    def execute(self):
        return self.all

def score(*, loss, mode, other):
    return Score(loss, mode, other).all
"""


def test_what_goes_wrong_when_a_reference_is_imported_is_told_at_the_users_line(bench: Bench) -> None:
    bench.write("utils/nets.py", "import math\n\nwidth = math.sqrt(-1)\n")
    bench.write("operations/fit.py", "def fit(*, model):\n    return 1\n")

    def failing(target: str) -> dict[str, Any]:
        return bench.run("operations.fit.fit", form="function", references={"model": target}).error

    error = failing("utils.nets.ConvNet")
    assert (error["kind"], error["message"]) == ("ValueError", "math domain error")
    assert [(frame["project_file"], frame["line"]) for frame in error["frames"]] == [("utils/nets.py", 3)]
    bench.write("utils/nets.py", "if False:\n    class ConvNet: ...\n")
    error = failing("utils.nets.ConvNet")
    assert (error["kind"], error["message"]) == (
        "NoSuchResource",
        "the module utils.nets has no ConvNet",
    )


def test_several_outputs_are_a_tuple_or_a_list_in_the_order_of_their_names(bench: Bench) -> None:
    bench.write("operations/pair.py", "def pair(*, as_list): return [1, 'b'] if as_list else (1, 'b')\n")
    for as_list in (True, False):
        job = bench.run(
            "operations.pair.pair", form="function", attributes={"as_list": as_list}, outputs=("a", "b")
        )
        assert job.outputs == {"a": 1, "b": "b"}


def test_a_single_output_is_the_value_itself_even_when_that_is_a_tuple(bench: Bench) -> None:
    bench.write("operations/one.py", "def one(): return (1, 2)\n")
    assert bench.run("operations.one.one", form="function").outputs == {"result": (1, 2)}


def test_an_operation_without_outputs_keeps_nothing(bench: Bench) -> None:
    bench.write("operations/none.py", "def none(): print('done')\n")
    job = bench.run("operations.none.none", form="function", outputs=())
    assert (job.content(journal.RESULT), job.exit["code"]) == ({"outputs": []}, 0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("(1, 2, 3)", "it returned 3 values; its 2 outputs are a, b"),
        ("[1]", "it returned 1 values; its 2 outputs are a, b"),
        ("{'a': 1, 'b': 2}", "it returned a dict; its 2 outputs are a, b"),
        ("None", "it returned a NoneType; its 2 outputs are a, b"),
    ],
)
def test_another_number_of_values_than_outputs_is_an_error_that_counts(
    bench: Bench, value: str, message: str
) -> None:
    bench.write("operations/wrong.py", f"def wrong(): return {value}\n")
    job = bench.run("operations.wrong.wrong", form="function", outputs=("a", "b"))
    assert (job.error["kind"], job.error["message"], job.exit["code"]) == ("WrongOutputs", message, 1)
    assert list(job.folder.glob("output-*")) == []


def test_each_job_works_in_a_folder_of_its_own(bench: Bench) -> None:
    bench.write(
        "operations/where.py",
        "import os\ndef where():\n    open('here', 'w').close()\n    return os.getcwd()\n",
    )
    first, second = (
        bench.run("operations.where.where", form="function"),
        bench.run("operations.where.where", form="function"),
    )
    assert first.outputs["result"] == str(first.folder / "work") != second.outputs["result"]
    assert (first.folder / "work" / "here").exists()


def test_a_process_that_ends_itself_leaves_only_its_exit(bench: Bench) -> None:
    bench.write(
        "operations/vanish.py", "import os\ndef vanish():\n    print('going', flush=True)\n    os._exit(0)\n"
    )
    job = bench.run("operations.vanish.vanish", form="function")
    assert job.kinds == [journal.STARTED, journal.EXIT]
    assert (job.exit["code"], job.log) == (0, "going\n")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("lambda: 1", "the output result is a function"),
        ("(number for number in [1])", "the output result is a generator"),
        ("open(__file__)", "the output result is a _io.TextIOWrapper"),
        ("threading.Lock()", "the output result is a _thread.lock"),
    ],
)
def test_a_value_that_no_file_can_hold_is_named_with_its_output_and_type(
    bench: Bench, value: str, told: str
) -> None:
    bench.write("operations/hold.py", f"import threading\ndef hold():\n    return 1, {value}\n")
    job = bench.run("operations.hold.hold", form="function", outputs=("number", "result"))
    assert job.error["kind"] == "CannotSaveOutput"
    assert job.error["message"].startswith(told + ", which cannot be kept: ")
    assert "serialization.py" in job.error["hint"]
    assert [path.name for path in job.folder.glob("output-*")] == ["output-number"]


def test_a_writer_and_a_reader_of_the_project_that_fail_are_told_with_their_lines(bench: Bench) -> None:
    bench.write("utils/mesh.py", "class Mesh:\n    pass\n")
    bench.write(
        "serialization.py",
        """
        import deepforge
        from utils.mesh import Mesh

        def write(mesh, file):
            file.write(mesh.corners)

        def read(file):
            raise ValueError("not a mesh")

        deepforge.serialization.register(Mesh, write, read)
        """,
    )
    bench.write("operations/make.py", "from utils.mesh import Mesh\ndef make():\n    return Mesh()\n")
    bench.write("operations/take.py", "def take(mesh):\n    return 1\n")
    made = bench.run("operations.make.make", form="function").error
    assert (made["kind"], made["hint"]) == ("CannotSaveOutput", "Correct the code that failed there.")
    assert (made["frames"][-1]["project_file"], made["frames"][-1]["function"]) == (
        "serialization.py",
        "write",
    )
    assert "file.write(mesh.corners)" in made["traceback"]
    folder = bench.prepare("operations.take.take", form="function", inputs={"mesh": 1})
    job = json.loads((folder / "job.json").read_text())
    job["inputs"]["mesh"].update(codec="custom", type="utils.mesh.Mesh")
    (folder / "job.json").write_text(json.dumps(job))
    bench.start(folder)
    taken = bench.ended(folder).error
    assert (taken["kind"], taken["frames"][-1]["function"]) == ("CannotLoadInput", "read")


def test_an_input_that_cannot_be_read_back_is_named(bench: Bench) -> None:
    bench.write("operations/take.py", "def take(numbers):\n    return numbers\n")
    folder = bench.prepare("operations.take.take", form="function", inputs={"numbers": np.arange(3)})
    (folder / "inputs" / "numbers").write_bytes(b"not an array")
    bench.start(folder)
    error = bench.ended(folder).error
    assert error["kind"] == "CannotLoadInput"
    assert error["message"].startswith("the input numbers, a numpy.ndarray kept as npy, cannot be read: ")


def test_a_disk_that_fills_up_while_saving_fails_the_job_and_leaves_no_half_output(bench: Bench) -> None:
    bench.write(
        "operations/large.py",
        """
        import resource
        import numpy

        def large():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            return numpy.zeros(100), numpy.zeros(1_000_000)
        """,
    )
    job = bench.run("operations.large.large", form="function", outputs=("small", "large"))
    assert (job.error["kind"], job.exit["code"]) == ("OSError", 1)
    assert "disk is full" in job.error["hint"]
    assert [path.name for path in job.folder.glob("output-*")] == ["output-small"]


@pytest.mark.parametrize("end", ["return 1", "raise ValueError('late')"])
def test_an_operation_that_removes_the_folder_of_its_job_fails_with_all_it_told(
    bench: Bench, end: str
) -> None:
    bench.write(
        "operations/clear.py",
        f"""
        import os, shutil
        import deepforge

        def clear():
            print("clearing")
            deepforge.log(left=3)
            shutil.rmtree(os.path.dirname(os.getcwd()))
            print("cleared")
            {end}
        """,
    )
    job = bench.run("operations.clear.clear", form="function")
    kinds = [journal.STARTED, journal.SERIES, journal.POINT, journal.ERROR, journal.EXIT]
    assert job.kinds == kinds
    assert job.points == {"left": [(0, 3)]}
    assert job.log.startswith("clearing\ncleared\n")
    told = ("FolderRemoved", f"the operation removed the folder of its job, {job.folder}")
    assert (job.error["kind"], job.error["message"]) == (
        told if end == "return 1" else ("ValueError", "late")
    )
    assert job.exit == {"code": 1, "signal": None, "reason": None}


def test_threads_are_waited_for_and_exit_functions_called_before_the_result(bench: Bench) -> None:
    bench.write(
        "operations/late.py",
        """
        import atexit, threading, time
        import deepforge

        def work(started):
            started.wait()
            time.sleep(0.05)
            deepforge.log(thread=1.0)

        def late():
            started = threading.Event()
            threading.Thread(target=work, args=(started,)).start()
            atexit.register(lambda: (deepforge.log(exit=2.0), print("goodbye")))
            started.set()
            return 1
        """,
    )
    job = bench.run("operations.late.late", form="function")
    assert job.points == {"thread": [(0.0, 1.0)], "exit": [(0.0, 2.0)]}
    assert job.kinds[-2:] == [journal.RESULT, journal.EXIT]
    assert job.log == "goodbye\n"


def test_forked_children_that_log_write_into_the_same_journal(bench: Bench) -> None:
    bench.write(
        "operations/loaders.py",
        """
        import multiprocessing
        import deepforge

        def load(worker):
            for step in range(50):
                deepforge.log(step=step, **{"worker %d" % worker: step})

        def loaders():
            context = multiprocessing.get_context("fork")
            workers = [context.Process(target=load, args=(worker,)) for worker in range(3)]
            for worker in workers:
                worker.start()
            load(3)
            for worker in workers:
                worker.join()
            return [worker.exitcode for worker in workers]
        """,
    )
    job = bench.run("operations.loaders.loaders", form="function")
    assert job.outputs == {"result": [0, 0, 0]}
    steps = [(float(step), float(step)) for step in range(50)]
    assert job.points == {f"worker {worker}": steps for worker in range(4)}


def test_processes_started_by_spawn_find_the_project_and_the_journal(bench: Bench) -> None:
    bench.write("operations/helper.py", "class Helper:\n    pass\n")
    bench.write(
        "operations/spawned.py",
        """
        import multiprocessing
        import deepforge
        from operations import Helper

        def work(value):
            deepforge.log(worker=value)
            return Helper.__name__

        def spawned():
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                return pool.map(work, [7.0])
        """,
    )
    job = bench.run("operations.spawned.spawned", form="function")
    assert job.outputs == {"result": ["Helper"]}
    assert job.points == {"worker": [(0.0, 7.0)]}


def test_a_fork_that_comes_back_from_the_operation_is_not_taken_for_the_job(bench: Bench) -> None:
    bench.write(
        "operations/twice.py",
        """
        import os

        def twice(*, fail):
            pid = os.fork()
            if pid == 0:
                if fail:
                    raise ValueError("in the fork")
                return "fork"
            os.waitpid(pid, 0)
            return "job"
        """,
    )
    for fail in (False, True):
        job = bench.run("operations.twice.twice", form="function", attributes={"fail": fail})
        assert job.kinds == [journal.STARTED, journal.RESULT, journal.EXIT]
        assert job.outputs == {"result": "job"}


def test_random_numbers_differ_from_job_to_job_unless_a_seed_is_given(bench: Bench) -> None:
    bench.write(
        "operations/dice.py",
        "import random, numpy\ndef dice(): return [random.random(), float(numpy.random.rand())]\n",
    )
    bench.start(folder := bench.prepare("operations.dice.dice", form="function"), preload=("numpy",))
    first, second = (
        bench.ended(folder).outputs["result"],
        bench.run("operations.dice.dice", form="function").outputs["result"],
    )
    assert first[0] != second[0]
    assert first[1] != second[1]
    seeded = [bench.run("operations.dice.dice", form="function", seed=7).outputs["result"] for _ in range(2)]
    assert seeded[0] == seeded[1] == [random.Random(7).random(), float(np.random.RandomState(7).rand())]


def test_standard_output_is_written_line_by_line_in_any_encoding_of_the_machine(bench: Bench) -> None:
    bench.write(
        "operations/words.py",
        """
        import os, sys

        def words():
            print("häß \\ud800")
            sys.stderr.write("warning\\n")
            os.write(1, b"raw\\n")
            os.system("echo shell")
            return sys.stdin.read()
        """,
    )
    job = bench.run("operations.words.words", form="function")
    assert job.log == "häß \\ud800\nwarning\nraw\nshell\n"
    assert job.outputs == {"result": ""}


def test_a_hundred_megabytes_of_output_are_in_the_log(bench: Bench) -> None:
    bench.write(
        "operations/flood.py",
        """
        def flood():
            line = "x" * 99_999
            for _ in range(1_000):
                print(line)
            return 1
        """,
    )
    job = bench.run("operations.flood.flood", form="function")
    assert (job.folder / "log").stat().st_size == 100_000_000
    assert job.outputs == {"result": 1}
    (job.folder / "log").unlink()


def test_streams_that_user_code_closed_do_not_hide_its_failure(bench: Bench) -> None:
    bench.write(
        "operations/silent.py",
        "import sys\ndef silent():\n    sys.stdout.close()\n    sys.stderr = None\n    raise ValueError\n",
    )
    job = bench.run("operations.silent.silent", form="function")
    assert (job.error["kind"], job.log) == ("ValueError", job.error["traceback"])


def test_an_array_passes_from_job_to_job_without_a_copy(bench: Bench, tmp_path: Path) -> None:
    bench.write(
        "operations/change.py",
        """
        import mmap

        def change(array):
            base = array
            while not isinstance(base, mmap.mmap):
                base = base.base
            array[0] = 100
            return float(array.sum())
        """,
    )
    folder = bench.prepare("operations.change.change", form="function", inputs={"array": np.arange(4)})
    before = (folder / "inputs" / "array").read_bytes()
    bench.start(folder)
    assert bench.ended(folder).outputs == {"result": 106.0}
    assert (folder / "inputs" / "array").read_bytes() == before
