"""Fixtures of the services: a house over a database of each kind, a project, and a worker played by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest, RunView
from deepforge.core.settings import Settings
from deepforge.core.user import Caller
from deepforge.services import identity, projects, runs
from deepforge.services.house import House
from deepforge.store.blobs import Blobs
from deepforge.store.data_directory import DataDirectory
from deepforge.store.database import Database
from tests.services.hand_worker import HandWorker

LOAD = '''
"""Gives some numbers."""

def load(*, count: int = 3):
    numbers = list(range(count))
    return numbers
'''
TRAIN = """
import numpy
import utils.scale


class Train:
    def __init__(self, epochs: int = 5):
        self.epochs = epochs

    def execute(self, numbers):
        model = utils.scale.up(numpy.array(numbers))
        score = float(model.sum())
        return model, score
"""
SCALE = "def up(values):\\n    return values * 2\\n"
PIPELINE = """
nodes:
  load: {operation: load}
  train: {operation: Train, attributes: {epochs: 5}, inputs: {numbers: load}}
  keep: {operation: Output, attributes: {name: model}, inputs: {data: train.model}}
"""


@pytest.fixture
def house(home: Path, database: Database) -> House:
    """A house with one project, `digits`: load → train → keep."""
    return make_house(home, database)


@pytest.fixture
def quick_house(home: Path, sqlite_database: Database) -> House:
    """The same on SQLite alone, for what has nothing to do with the database."""
    return make_house(home, sqlite_database)


def make_house(home: Path, database: Database) -> House:
    """A house over a data directory, made if need be."""
    data = DataDirectory(home)
    data.prepare()
    folder = data.projects / "digits"
    if not folder.exists():
        write_project(folder)
    settings = replace(Settings(), home=home)
    return House(settings, data, database, Blobs(data.blobs))


def write_project(folder: Path, **more: str) -> Path:
    """Write the files of the project."""
    files = {
        "operations/load.py": LOAD,
        "operations/train.py": TRAIN,
        "utils/scale.py": SCALE,
        "pipelines/train.yaml": PIPELINE,
    }
    for path, text in (files | more).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture
def folder(house: House) -> Path:
    """The folder of the project."""
    return house.data.projects / "digits"


@pytest.fixture
def caller(house: House) -> Caller:
    """The owner."""
    return identity.owner(house)


@pytest.fixture
def project(house: House, caller: Caller) -> ProjectId:
    """The project."""
    return projects.find(house, caller, "digits").id


@pytest.fixture
def start(house: House, caller: Caller, project: ProjectId) -> Callable[..., RunView]:
    """Starts the pipeline `train`, or another."""

    def begin(pipeline: str = "train", **changes: object) -> RunView:
        return runs.start(house, caller, RunRequest(project, pipeline, **changes))  # type: ignore[arg-type]

    return begin


@pytest.fixture
def worker(house: House) -> HandWorker:
    """A worker that has introduced itself."""
    found = HandWorker(house)
    found.register()
    return found
