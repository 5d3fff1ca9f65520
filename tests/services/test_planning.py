"""Planning: which jobs a request makes, and what is taken from the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import InvalidPipeline
from deepforge.core.run import RunView
from deepforge.services.house import House
from tests.services.conftest import PIPELINE, write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]

BRANCHES = """
nodes:
  load: {operation: load}
  train: {operation: Train, inputs: {numbers: load}}
  more: {operation: Train, attributes: {epochs: 6}, inputs: {numbers: load}}
  keep: {operation: Output, attributes: {name: model}, inputs: {data: train.model}}
"""
PASS = "def smooth(numbers: list) -> list:\n    return numbers\n"
SMOOTHED = """
nodes:
  load: {operation: load}
  smooth: {operation: smooth, inputs: {numbers: load}, bypass: true}
  train: {operation: Train, attributes: {epochs: 5}, inputs: {numbers: smooth}}
  keep: {operation: Output, attributes: {name: model}, inputs: {data: train.model}}
"""


@pytest.fixture
def house(quick_house: House) -> House:
    return quick_house


def names(run: RunView) -> list[str]:
    return [job.name for job in run.jobs]


def told(failure: pytest.ExceptionInfo[InvalidPipeline]) -> list[str]:
    return [str(problem) for problem in failure.value.problems if problem.severity == "error"]


def test_a_run_to_a_node_has_what_that_needs_and_nothing_else(folder: Path, start: Start) -> None:
    write_project(folder, **{"pipelines/train.yaml": BRANCHES})
    assert names(start(to=("more",))) == ["load", "more"]
    assert names(start(to=("more", "keep"))) == ["load", "train", "more", "keep"]


def test_what_is_wrong_elsewhere_does_not_keep_a_run_from_a_node(folder: Path, start: Start) -> None:
    text = BRANCHES.replace("epochs: 6", "epochs: many, epoch: 3")
    write_project(folder, **{"pipelines/train.yaml": text})
    assert names(start(to=("keep",))) == ["load", "train", "keep"]
    with pytest.raises(InvalidPipeline):
        start(to=("more",))


@pytest.mark.parametrize("broken", ["def smooth(:\n", "'no operation'\n", None])
@pytest.mark.parametrize("bypass", ["", ", bypass: true"])
def test_an_operation_that_cannot_be_used_does_not_keep_a_run_from_a_node_that_does_not_need_it(
    folder: Path, start: Start, broken: str | None, bypass: str
) -> None:
    nodes = PIPELINE + f"  last: {{operation: smooth, inputs: {{numbers: load}}{bypass}}}\n"
    write_project(
        folder, **{"pipelines/train.yaml": nodes, **({"operations/smooth.py": broken} if broken else {})}
    )
    assert names(start(to=("keep",))) == ["load", "train", "keep"]
    with pytest.raises(InvalidPipeline):
        start()


def test_an_artifact_that_a_run_to_a_node_does_not_save_may_have_the_same_name(
    folder: Path, start: Start
) -> None:
    first = "  early: {operation: Output, attributes: {name: model}, inputs: {data: load}}\n"
    write_project(folder, **{"pipelines/train.yaml": BRANCHES.replace("  keep:", first + "  keep:")})
    assert names(start(to=("keep",))) == ["load", "train", "keep"]
    with pytest.raises(InvalidPipeline):
        start(to=("early", "keep"))


NO_TEXT = b"# caf\xe9\ndef noise(numbers: list) -> list:\n    return numbers\n"
USES_A_MODULE = (
    "import utils.noise\n\n\ndef smooth(numbers: list) -> list:\n    return utils.noise.noise(numbers)\n"
)
USES_A_FILE = (
    "from operations import noise\n\n\ndef smooth(numbers: list) -> list:\n    return noise(numbers)\n"
)
REFERS = (
    "from collections.abc import Callable\n\n\n"
    "def smooth(numbers: list, *, by: Callable) -> list:\n    return by(numbers)\n"
)


@pytest.mark.parametrize("file", ["operations/noise.py", "operations/_noise.py", "utils/noise.py"])
def test_a_file_that_is_no_text_forbids_no_pipeline_that_does_not_use_it(
    folder: Path, start: Start, file: str
) -> None:
    (folder / file).write_bytes(NO_TEXT)
    assert names(start()) == ["load", "train", "keep"]


@pytest.mark.parametrize(
    ("file", "smooth", "node"),
    [
        ("operations/noise.py", "", "operation: noise"),
        ("operations/other.py", "", "operation: noise"),
        ("operations/noise.py", USES_A_FILE, "operation: smooth"),
        ("utils/noise.py", USES_A_MODULE, "operation: smooth"),
        ("utils/noise.py", REFERS, "operation: smooth, references: {by: utils.noise.noise}"),
    ],
)
def test_a_file_that_is_no_text_forbids_the_pipelines_that_use_something_of_it(
    folder: Path, start: Start, file: str, smooth: str, node: str
) -> None:
    (folder / file).write_bytes(NO_TEXT)
    nodes = PIPELINE + f"  last: {{{node}, inputs: {{numbers: load}}}}\n"
    write_project(
        folder, **{"pipelines/train.yaml": nodes, **({"operations/smooth.py": smooth} if smooth else {})}
    )
    with pytest.raises(InvalidPipeline) as failure:
        start()
    assert told(failure) == [f"{file}:1: The file is not UTF-8 text. Save it as UTF-8."]


def test_a_module_that_is_no_text_does_not_keep_a_run_from_a_node_that_does_not_need_it(
    folder: Path, start: Start
) -> None:
    (folder / "utils/noise.py").write_bytes(NO_TEXT)
    text = PIPELINE + "  last: {operation: smooth, inputs: {numbers: load}}\n"
    write_project(folder, **{"pipelines/train.yaml": text, "operations/smooth.py": USES_A_MODULE})
    assert names(start(to=("keep",))) == ["load", "train", "keep"]


def test_a_refreshed_node_and_all_behind_it_run_again(
    house: House, folder: Path, start: Start, worker: HandWorker
) -> None:
    write_project(folder, **{"pipelines/train.yaml": BRANCHES})
    start()
    worker.work()
    again = start(refresh=("train",))
    assert worker.work() == ["train"]
    assert [job.name for job in again.jobs if job.cached] == ["load", "more"]
    start(refresh=("load",))
    assert sorted(worker.work()) == ["load", "more", "train"]


@pytest.mark.parametrize("part", ["to", "refresh"])
@pytest.mark.parametrize(
    ("node", "words"),
    [
        ("trian", "The pipeline has no node trian. Did you mean train?"),
        ("more", "more is muted and does not run. Switch more on again."),
        ("last", "last depends on more, which is muted, and does not run. Switch more on again."),
        ("off", "off is bypassed and does not run. Switch its bypass off."),
    ],
)
def test_a_node_that_does_not_run_cannot_be_asked_for(
    folder: Path, start: Start, part: str, node: str, words: str
) -> None:
    text = BRANCHES.replace("more: {", "more: {mute: true, ")
    text += "  last: {operation: Output, attributes: {name: more}, inputs: {data: more.model}}\n"
    text += "  off: {operation: Train, bypass: true, inputs: {numbers: load}}\n"
    write_project(folder, **{"pipelines/train.yaml": text})
    with pytest.raises(InvalidPipeline) as failure:
        start(**{part: (node,)})
    assert [problem.split(": ", 1)[1] for problem in told(failure)] == [words]


def test_a_muted_node_and_all_behind_it_do_not_run(folder: Path, start: Start) -> None:
    write_project(folder, **{"pipelines/train.yaml": BRANCHES.replace("train: {", "train: {mute: true, ")})
    assert names(start()) == ["load", "more"]


def test_a_pipeline_of_which_all_is_muted_says_so(folder: Path, start: Start) -> None:
    write_project(folder, **{"pipelines/train.yaml": BRANCHES.replace("load: {", "load: {mute: true, ")})
    with pytest.raises(InvalidPipeline) as failure:
        start()
    assert told(failure) == [
        "pipelines/train.yaml: Every node is muted or bypassed. Switch one of them on again."
    ]


def test_a_bypass_that_lets_the_same_data_through_runs_nothing(
    house: House, folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    write_project(folder, **{"pipelines/train.yaml": SMOOTHED, "operations/smooth.py": PASS})
    again = start()
    assert names(again) == ["load", "train", "keep"]
    assert all(job.cached for job in again.jobs)


def test_notes_and_places_run_nothing(folder: Path, start: Start, worker: HandWorker) -> None:
    start()
    worker.work()
    text = PIPELINE.replace("operation: load}", "operation: load, at: [3, 4]}")
    write_project(folder, **{"pipelines/train.yaml": text + "notes: {n: {text: hello, at: [1, 2]}}\n"})
    assert all(job.cached for job in start().jobs)


def test_the_same_request_again_is_known_by_its_key(start: Start) -> None:
    first = start(to=("train",), refresh=("train",), key="k")
    assert start(to=("train",), refresh=("train",), key="k").id == first.id
