"""The project inside a job: what `import` finds."""

from __future__ import annotations

from deepforge.runtime import journal
from tests.runtime.conftest import Bench


def test_operations_import_modules_layers_and_each_other_by_name(bench: Bench) -> None:
    bench.write("utils/numbers_of.py", "def double(x): return 2 * x\n")
    bench.write("utils/deeper/still.py", "DEPTH = 2\n")
    bench.write("layers/attention.py", "class Attention: pass\n")
    bench.write("operations/train_model.py", "class TrainModel:\n    def execute(self): return 'trained'\n")
    bench.write("operations/normalise.py", "def normalise(x): return x / 10\n")
    bench.write("operations/mixed_bag.py", "class Second: pass\nclass Hidden: pass\n")
    bench.write(
        "operations/everything.py",
        """
        import utils.numbers_of
        import utils.deeper.still as still
        from layers.attention import Attention
        from operations import TrainModel, normalise, Hidden
        import operations.mixed_bag
        import operations

        def everything():
            assert operations.mixed_bag.Hidden is Hidden is operations.Hidden
            four = utils.numbers_of.double(2)
            return [four, still.DEPTH, Attention.__module__, TrainModel().execute(), normalise(5)]
        """,
    )
    job = bench.run("operations.everything.everything", form="function")
    assert job.outputs == {"result": [4, 2, "layers.attention", "trained", 0.5]}


def test_an_operation_that_is_not_there_cannot_be_imported(bench: Bench) -> None:
    bench.write("operations/broken.py", "def (\n")
    bench.write("operations/want.py", "from operations import Missing\n")
    error = bench.run("operations.want.want", form="function").error
    assert (error["kind"], error["frames"][-1]["project_file"]) == ("ImportError", "operations/want.py")
    assert "Missing" in error["message"]


def test_a_package_of_the_projects_own_stays_as_it_is_and_learns_the_names(bench: Bench) -> None:
    bench.write("operations/__init__.py", "OURS = 'ours'\n")
    bench.write("operations/other.py", "class Other: pass\n")
    bench.write(
        "operations/own.py", "from operations import OURS, Other\ndef own(): return [OURS, Other.__name__]\n"
    )
    assert bench.run("operations.own.own", form="function").outputs == {"result": ["ours", "Other"]}


def test_nothing_in_a_project_stands_in_for_a_standard_module(bench: Bench) -> None:
    for name in ("random", "json", "logging", "colorsys", "tempfile"):
        bench.write(f"{name}.py", "raise RuntimeError('this is not the standard module')\n")
    bench.write("operations/random.py", "raise RuntimeError('this is not the standard module')\n")
    bench.write("utils/random.py", "MINE = True\n")
    bench.write(
        "operations/shadow.py",
        """
        import colorsys, json, logging, os, random, tempfile
        import utils.random

        def shadow():
            standard = [each.__file__ for each in (colorsys, json, logging, random, tempfile)]
            return [os.path.dirname(os.__file__) in file for file in standard] + [utils.random.MINE]
        """,
    )
    job = bench.run("operations.shadow.shadow", form="function")
    assert job.outputs == {"result": [True] * 6}


def test_a_module_of_the_project_comes_before_what_is_installed_even_when_that_was_imported_ahead(
    bench: Bench,
) -> None:
    bench.write("sniffio.py", "RESULT = 'mine'\n")
    bench.write("click/__init__.py", "RESULT = 'mine'\n")
    bench.write(
        "operations/ours.py", "import click, sniffio\ndef ours(): return [click.RESULT, sniffio.RESULT]\n"
    )
    folder = bench.prepare("operations.ours.ours", form="function")
    bench.start(folder, preload=("click",))
    assert bench.ended(folder).outputs == {"result": ["mine", "mine"]}


def test_the_folder_of_the_project_comes_between_the_standard_library_and_what_is_installed(
    bench: Bench,
) -> None:
    bench.write("operations/order.py", "import sys\ndef order(): return sys.path\n")
    path = bench.run("operations.order.order", form="function").outputs["result"]
    place = path.index(str(bench.code))
    assert any(entry.endswith("lib-dynload") for entry in path[:place])
    assert not any("site-packages" in entry for entry in path[:place])
    assert any("site-packages" in entry for entry in path[place:])
    assert "" not in path


def test_what_the_project_registers_is_in_force_before_inputs_are_read(bench: Bench) -> None:
    bench.write(
        "utils/point.py",
        """
        class Point:
            def __init__(self, x): self.x = x
            def __reduce__(self): raise TypeError("never pickled")

        class Named(Point):
            pass
        """,
    )
    bench.write(
        "serialization.py",
        """
        import deepforge
        from utils.point import Point

        def dump(point, file):
            with open(file.name, "w") as text:  # as Keras does: by the file's name
                text.write(type(point).__name__ + " " + str(point.x))

        def load(file):
            import utils.point
            name, x = file.read().decode().split()
            return getattr(utils.point, name)(int(x))

        deepforge.serialization.register(Point, dump, load)
        """,
    )
    bench.write(
        "operations/make.py", "from utils.point import Named, Point\ndef make(): return Named(3), Point(4)\n"
    )
    bench.write(
        "operations/use.py", "def use(named, point): return [type(named).__name__, named.x, point.x]\n"
    )
    made = bench.run("operations.make.make", form="function", outputs=("named", "point"))
    assert made.content(journal.RESULT)["outputs"] == [
        {"name": "named", "file": "output-named", "type": "utils.point.Named", "codec": "custom"},
        {"name": "point", "file": "output-point", "type": "utils.point.Point", "codec": "custom"},
    ]
    assert (made.folder / "output-named").read_text() == "Named 3"
    folder = bench.prepare("operations.use.use", form="function", inputs={"named": None, "point": None})
    text = (folder / "job.json").read_text()
    for name, kind in (("named", "Named"), ("point", "Point")):
        (folder / "inputs" / name).symlink_to(made.folder / f"output-{name}")
        given = f'{{"file": "inputs/{name}", "type": "utils.point.{kind}", "codec": "custom"}}'
        text = text.replace(f'"{name}": null', f'"{name}": {given}')
    (folder / "job.json").write_text(text)
    bench.start(folder)
    assert bench.ended(folder).outputs == {"result": ["Named", 3, 4]}


def test_a_serialization_that_fails_fails_the_job_at_its_line(bench: Bench) -> None:
    bench.write("serialization.py", "import deepforge\nraise ValueError('no')\n")
    bench.write("operations/fine.py", "def fine(): return 1\n")
    error = bench.run("operations.fine.fine", form="function").error
    assert [(frame["project_file"], frame["line"]) for frame in error["frames"]] == [("serialization.py", 2)]


def test_a_class_of_an_operation_can_be_an_output_and_come_back(bench: Bench) -> None:
    bench.write(
        "operations/produce.py",
        "class Thing:\n    size = 3\n\nclass Produce:\n    def execute(self):\n        return Thing()\n",
    )
    bench.write("operations/consume.py", "def consume(thing): return thing.size\n")
    made = bench.run("operations.produce.Produce")
    assert made.content(journal.RESULT)["outputs"][0]["type"] == "operations.produce.Thing"
    folder = bench.prepare("operations.consume.consume", form="function", inputs={"thing": None})
    text = (folder / "job.json").read_text()
    given = '{"file": "inputs/thing", "type": "operations.produce.Thing", "codec": "pickle"}'
    (folder / "job.json").write_text(text.replace('"thing": null', f'"thing": {given}'))
    (folder / "inputs" / "thing").symlink_to(made.folder / "output-result")
    bench.start(folder)
    assert bench.ended(folder).outputs == {"result": 3}
