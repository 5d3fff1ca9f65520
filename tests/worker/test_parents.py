"""Warm parents: what they see, what they run, and what is said to and by them."""

from __future__ import annotations

import os
import selectors
import sys
from pathlib import Path
from typing import Any

import pytest

import deepforge
from deepforge.worker.attempts import named_among
from deepforge.worker.nursery import IDLE_SECONDS, Nursery
from deepforge.worker.parents import Parent, Python, install_runtime, scrubbed

SOURCE = Path(deepforge.__file__).parent


def test_jobs_see_harmless_variables_and_those_that_a_setting_names() -> None:
    given = {
        "PATH": "/bin",
        "LC_ALL": "C",
        "CUDA_VISIBLE_DEVICES": "0",
        "HF_HOME": "/models",
        "HF_TOKEN": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "DEEPFORGE_HOME": "/home",
        "PYTHONPATH": "/elsewhere",
        "WANDB_MODE": "offline",
        "MY_TOKEN": "wanted",
    }
    assert scrubbed(given, ("WANDB_MODE", "MY_TOKEN")) == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "CUDA_VISIBLE_DEVICES": "0",
        "HF_HOME": "/models",
        "WANDB_MODE": "offline",
        "MY_TOKEN": "wanted",
    }


def test_the_runtime_travels_alone_and_is_named_by_its_content(tmp_path: Path) -> None:
    folder = install_runtime(SOURCE, tmp_path)
    assert install_runtime(SOURCE, tmp_path) == folder
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert {path.name for path in (folder / "deepforge").iterdir()} == {"__init__.py", "runtime"}
    changed = tmp_path / "changed"
    (changed / "runtime").mkdir(parents=True)
    (changed / "__init__.py").write_text("")
    assert install_runtime(changed, tmp_path) != folder


class Ears:
    """Hears what warm parents say."""

    def __init__(self, tmp_path: Path) -> None:
        self.messages: list[dict[str, Any]] = []
        self.ended: list[tuple[Parent, str]] = []
        self.selector = selectors.DefaultSelector()
        self.nursery = Nursery(
            own=sys.executable,
            runtime=install_runtime(SOURCE, tmp_path / "runtime"),
            environment={"PATH": os.environ["PATH"]},
            logs=tmp_path / "parents",
            selector=self.selector,
            heard=self.messages.append,
            ended=lambda parent, words: self.ended.append((parent, words)),
        )

    def listen(self) -> None:
        for key, _ in self.selector.select(20):
            key.data()


@pytest.fixture
def ears(tmp_path: Path) -> Any:
    ears = Ears(tmp_path)
    yield ears
    for parent in list(ears.nursery.parents.values()):
        parent._popen.kill()
    ears.nursery.close()


def test_one_warm_parent_serves_an_environment(ears: Ears) -> None:
    first = ears.nursery.get(None)
    assert ears.nursery.get(Python(sys.executable)) is first
    assert ears.nursery.of(first.process) is first


def test_a_folder_that_cannot_be_used_is_refused(ears: Ears, tmp_path: Path) -> None:
    ears.nursery.get(None).spawn(tmp_path / "missing", [], {})
    ears.listen()
    assert [message["refused"] for message in ears.messages] == [str(tmp_path / "missing")]


def test_the_end_of_a_warm_parent_is_told_with_its_last_words_and_another_takes_its_place(ears: Ears) -> None:
    parent = ears.nursery.get(None)
    parent.log.write_text("Fatal Python error: out of luck\n")
    parent._popen.kill()
    ears.listen()
    assert ears.ended == [(parent, "Fatal Python error: out of luck")]
    assert ears.nursery.get(None) is not parent


def test_after_an_installation_jobs_start_under_a_new_warm_parent(
    ears: Ears, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    os.utime(site, ns=(1, 1))
    monkeypatch.syspath_prepend(str(site))
    before = ears.nursery.get(None)
    (site / "new.dist-info").mkdir()
    ears.nursery._stamped = 0.0
    after = ears.nursery.get(None)
    assert after is not before
    assert ears.nursery.of(before.process) is before
    ears.nursery.sweep({before.process, after.process}, now=1.0)
    assert ears.nursery.of(before.process) is before
    ears.nursery.sweep({after.process}, now=2.0)
    assert ears.nursery.of(before.process) is None
    before._popen.wait(timeout=20)


def test_idle_warm_parents_are_let_go(ears: Ears) -> None:
    parent = ears.nursery.get(None)
    ears.nursery.sweep(set(), now=1.0)
    ears.nursery.sweep(set(), now=IDLE_SECONDS)
    assert ears.nursery.of(parent.process) is parent
    ears.nursery.sweep(set(), now=IDLE_SECONDS + 2.0)
    assert ears.nursery.of(parent.process) is None
    assert parent._popen.wait(timeout=20) == 0


def test_an_interpreter_that_is_not_there_cannot_be_started(ears: Ears, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ears.nursery.get(Python(str(tmp_path / "python")))


def test_a_project_that_names_its_own_modules_has_warm_parents_of_its_own(ears: Ears) -> None:
    shared = ears.nursery.get(None)
    own = ears.nursery.get(None, ("colorsys",))
    assert own is not shared
    assert ears.nursery.get(None, ("colorsys",)) is own
    assert ears.nursery.get(None, ()) not in (own, shared)
    assert ears.nursery.get(None) is shared


def test_a_module_is_imported_beforehand_where_its_package_is_named() -> None:
    wanted = ("torch", "sklearn.ensemble", "numpy")
    assert named_among(wanted, ("numpy", "os", "sklearn")) == ["sklearn.ensemble", "numpy"]
    assert named_among((), ("numpy",)) == []
