"""Code is understood by processes of their own: they answer, end, die and come back; nothing of it is run."""

from __future__ import annotations

import os
import signal
import sysconfig
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from deepforge.adapters.analysis.answerer import MOST_WAITING
from deepforge.adapters.analysis.local import LocalAnalysis
from deepforge.core.code import Completions, Definition, EditRequest, Ground, InterfaceEdit, PlaceRequest
from deepforge.core.errors import BadInput, Conflict, Unavailable
from deepforge.core.ports import Analysis
from tests.support.waiting import until

SCALE = '''
def up(values: list[float], factor: float = 2.0) -> list[float]:
    """Scale all values."""
    return [value * factor for value in values]
'''
SOURCE = """
import os
import utils.scale
import json


def train(numbers, *, epochs: int = 3):
    scaled = utils.scale.up(numbers)
    évènement = "😀"; scaled.ap
    return scaled
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project."""
    folder = tmp_path_factory.mktemp("project")
    for path, text in {"operations/train.py": SOURCE, "utils/scale.py": SCALE}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def ground(folder: Path) -> Ground:
    return Ground(str(folder), (sysconfig.get_paths()["purelib"],))


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAnalysis]:
    """An analysis with all the time it needs."""
    made = LocalAnalysis(tmp_path_factory.mktemp("analysis"), seconds=60)
    yield made
    made.close()


def at(words: str, source: str = SOURCE, path: str = "operations/train.py") -> PlaceRequest:
    """The place behind some words of a source."""
    before = source[: source.index(words) + len(words)]
    line = before.rpartition("\n")[2]
    return PlaceRequest(path, source, before.count("\n") + 1, len(line.encode("utf-16-le")) // 2)


def test_it_is_what_the_port_asks_for(analysis: LocalAnalysis) -> None:
    port: Analysis = analysis
    assert port is analysis


def test_modules_of_the_project_complete(analysis: LocalAnalysis, ground: Ground) -> None:
    names = [item.name for item in analysis.complete(ground, at("utils.scale.u")).items]
    assert names == ["up"]


def test_a_completion_tells_where_it_starts_in_the_units_of_browsers(
    analysis: LocalAnalysis, ground: Ground
) -> None:
    found = analysis.complete(ground, at("scaled.ap"))
    assert [item.name for item in found.items] == ["append"]
    line = SOURCE.split("\n")[8]
    assert found.start == len(line[: line.index(".ap") + 1].encode("utf-16-le")) // 2


def test_hovering_tells_signature_and_documentation(analysis: LocalAnalysis, ground: Ground) -> None:
    told = analysis.hover(ground, at("utils.scale.up"))
    assert told.signature == "up(values: list[float], factor: float=2.0) -> list[float]"
    assert told.doc == "Scale all values."


def test_a_definition_in_the_project_has_a_path(analysis: LocalAnalysis, ground: Ground) -> None:
    assert analysis.definition(ground, at("utils.scale.up")) == (
        Definition("up", "utils.scale", "utils/scale.py", 2, 4),
    )


def test_the_places_of_a_name_in_a_source_are_found(analysis: LocalAnalysis, ground: Ground) -> None:
    source = "x = '😀'; y = x\ndef f(x):\n    return x\n"
    found = analysis.references(ground, PlaceRequest("utils/x.py", source, 1, 0))
    assert [(one.line, one.column, one.end_column) for one in found] == [(1, 0, 1), (1, 14, 15)]


def test_a_definition_elsewhere_has_no_path(analysis: LocalAnalysis, ground: Ground) -> None:
    (found,) = analysis.definition(ground, at("import os"))
    assert (found.path, found.module) == (None, "os")


def test_numpy_is_understood_from_its_stubs(analysis: LocalAnalysis, ground: Ground) -> None:
    source = "import numpy as np\nvalues = np.linsp"
    assert [item.name for item in analysis.complete(ground, at("np.linsp", source)).items] == ["linspace"]


def test_nothing_is_imported(analysis: LocalAnalysis, folder: Path, ground: Ground) -> None:
    marker = folder / "imported"
    (folder / "trap.py").write_text(f"open({str(marker)!r}, 'w').close()\nvalue = 1\n")
    (folder / "jedi.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    for kind in (".so", sysconfig.get_config_var("EXT_SUFFIX")):
        (folder / f"native{kind}").write_bytes(b"no library")
    source = "import trap, native, jedi\ntrap.value.re"
    assert "real" in [item.name for item in analysis.complete(ground, at("value.re", source)).items]
    analysis.hover(ground, at("native", source))
    assert not marker.exists()


def test_nothing_outside_of_the_project_is_read_or_listed(
    analysis: LocalAnalysis, folder: Path, ground: Ground
) -> None:
    vault = folder.parent / "elsewhere" / "vault.py"
    vault.parent.mkdir()
    vault.write_text("PASSWORD = 'hunter2'\n")
    (folder / "utils" / "link.py").symlink_to(vault)
    sources = [f"from {'.' * dots}elsewhere.vault import PASSWORD\nPASSWORD" for dots in (2, 3, 4)]
    sources += ["from utils.link import PASSWORD\nPASSWORD", "import os\nfrom ... import "]
    for source in (*sources, "import os\nfrom ...elsewhere import "):
        request = PlaceRequest("operations/x.py", source, 2, len(source.split("\n")[1]))
        for ask in (analysis.hover, analysis.definition, analysis.complete):
            try:
                told = str(ask(ground, request))
            except Unavailable as refusal:
                told = refusal.message
            assert "hunter2" not in told
            assert "vault" not in told
            assert "'elsewhere'" not in told


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\x00\x00",
        "def f(:\n  x.",
        "(" * 5000,
        "x = " + "[" * 300 + "]" * 300,
        "\ufeffimport os\r\nos.pa",
        "\tif x:\n    y",
        "a" * 1_000_000,
        "'''" + "\n" * 20_000,
    ],
    ids=range(9),
)
def test_hostile_sources_are_answered_or_refused(
    analysis: LocalAnalysis, ground: Ground, source: str
) -> None:
    for line, column in ((1, 0), (1, 10**6), (10**6, 3), (2, 5)):
        request = PlaceRequest("operations/x.py", source, line, column)
        try:
            assert isinstance(analysis.complete(ground, request), Completions)
        except Unavailable as refusal:
            assert refusal.message.startswith("The code could not be looked at")  # noqa: PT017
    assert analysis.complete(ground, at("utils.scale.u")).items


def test_rewriting_answers_and_refuses_with_the_errors_of_the_tree(analysis: LocalAnalysis) -> None:
    source = textwrap.dedent(SCALE)
    edit = InterfaceEdit("rename", "input", "values", "numbers")
    assert "def up(numbers: list[float]" in analysis.rewrite(EditRequest("utils/up.py", source, edit)).source
    with pytest.raises(Conflict, match="used already"):
        analysis.rewrite(
            EditRequest("utils/up.py", source, InterfaceEdit("rename", "input", "values", "value"))
        )
    with pytest.raises(BadInput):
        analysis.rewrite(EditRequest("utils/up.py", "def (", edit))


def test_a_helper_that_died_comes_back(analysis: LocalAnalysis, ground: Ground) -> None:
    analysis.complete(ground, at("utils.scale.u"))
    first = analysis.understanding.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert analysis.complete(ground, at("utils.scale.u")).items
    assert analysis.understanding.pid not in (None, first)


def test_a_helper_ends_when_nobody_asks(tmp_path: Path, ground: Ground) -> None:
    analysis = LocalAnalysis(tmp_path, seconds=60, idle_seconds=0.05)
    request = EditRequest("utils/up.py", SCALE, InterfaceEdit("rename", "input", "values", "numbers"))
    analysis.rewrite(request)
    until(lambda: analysis.rewriting.pid is None, "the helper has ended")
    assert analysis.rewrite(request).source
    analysis.close()


def test_a_question_that_takes_too_long_ends_its_helper(tmp_path: Path, ground: Ground) -> None:
    analysis = LocalAnalysis(tmp_path, seconds=0.001)
    with pytest.raises(Unavailable, match=r"within 0\.001 s"):
        analysis.complete(ground, at("utils.scale.u"))
    assert analysis.understanding.pid is None


def test_a_process_can_be_started_before_the_first_question(tmp_path: Path, ground: Ground) -> None:
    analysis = LocalAnalysis(tmp_path, seconds=60)
    analysis.prepare()
    pid = analysis.understanding.pid
    assert pid is not None
    analysis.prepare()
    assert analysis.complete(ground, at("utils.scale.u")).items
    assert analysis.understanding.pid == pid
    analysis.close()
    analysis.prepare()
    assert analysis.understanding.pid is None


def test_a_slow_question_holds_up_only_a_few_others(tmp_path: Path) -> None:
    analysis = LocalAnalysis(tmp_path, seconds=60)
    request = EditRequest("utils/up.py", SCALE, InterfaceEdit("rename", "input", "values", "numbers"))
    analysis.rewrite(request)
    pid = analysis.rewriting.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(MOST_WAITING + 4) as pool:
        asked = [pool.submit(analysis.rewrite, request) for _ in range(MOST_WAITING + 4)]
        until(lambda: sum(one.done() for one in asked) >= 4, "four are refused at once")
        os.kill(pid, signal.SIGCONT)
    refused = [str(one.exception()) for one in asked if one.exception()]
    assert len(refused) < len(asked)
    assert all(told.startswith("Too much code is being looked at.") for told in refused)
    analysis.close()


def test_helpers_end_with_the_analysis(tmp_path: Path, ground: Ground) -> None:
    analysis = LocalAnalysis(tmp_path, seconds=60)
    analysis.complete(ground, at("utils.scale.u"))
    pid = analysis.understanding.pid
    assert pid is not None
    analysis.close()
    assert not psutil.pid_exists(pid)
    with pytest.raises(Unavailable):
        analysis.complete(ground, at("utils.scale.u"))
