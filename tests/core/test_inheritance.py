"""Inheritance: that an operation takes more than is seen in its own file is told."""

from __future__ import annotations

from textwrap import dedent

import pytest

from deepforge.core.inheritance import unseen_attributes
from deepforge.core.module import read_module
from deepforge.core.operation import read_operation
from deepforge.core.problem import Place, Problem

BASES = """
    from dataclasses import dataclass

    class Trainer:
        def __init__(self, rate=0.1): ...

    class Bare:
        def __init__(self): ...

    class Silent:
        pass

    class Loud(Trainer):
        pass

    @dataclass
    class Settings:
        rate: float = 0.1
"""


def told(source: str) -> Problem | None:
    """What is told of an operation beside a module `utils.base`."""
    source = dedent(source).strip() + "\n    def execute(self): return model\n"
    operation = read_operation(source, "operations/train.py").operation
    assert operation is not None
    files = {
        "operations/train.py": source,
        "utils/base.py": dedent(BASES),
        "utils/__init__.py": "from .base import Trainer",
    }
    modules = (read_module(text, file) for file, text in files.items())
    return unseen_attributes(operation, {module.name: module for module in modules})


def test_the_parameters_of_a_base_class_in_another_file_are_told_to_be_unseen() -> None:
    assert told("from utils.base import Trainer\nclass Train(Trainer):") == Problem(
        "unseen_attributes",
        "Train inherits from Trainer in utils/base.py, whose parameters are not seen as attributes.",
        Place("operations/train.py", 2),
        "Write an __init__ that names them, and give them on with super().__init__(…).",
        severity="warning",
    )


@pytest.mark.parametrize(
    "source",
    [
        "import utils\nclass Train(utils.Trainer):",
        "from utils.base import Loud\nclass Train(Loud):",
        "from utils.base import Silent, Trainer\nclass Train(Silent, Trainer):",
        "from utils.base import Trainer\nclass Middle(Trainer): ...\nclass Train(Middle):",
        "from utils.base import Trainer\nclass Train(Trainer[int]):",
        "from utils.base import Settings\n@dataclass\nclass Train(Settings):\n    epochs: int = 5",
    ],
    ids=["by-its-package", "further-up", "the-second", "over-a-class-of-the-file", "generic", "fields"],
)
def test_it_is_told_wherever_the_base_class_is_found(source: str) -> None:
    assert told(source) is not None


@pytest.mark.parametrize(
    "source",
    [
        "class Train:",
        "import torch\nclass Train(torch.nn.Module):",
        "from utils.base import Silent\nclass Train(Silent):",
        "from utils.base import Bare, Trainer\nclass Train(Bare, Trainer):",
        "from utils.base import Trainer\nclass Train(Trainer):\n    def __init__(self, rate): ...",
        "from utils.base import Trainer\nclass Train(Trainer):\n    def __init__(self): ...",
        "class Other(Train): ...\nclass Train(Other):",
    ],
    ids=[
        "no-base",
        "of-a-library",
        "takes-nothing",
        "that-takes-nothing-first",
        "own",
        "own-bare",
        "a-circle",
    ],
)
def test_nothing_is_told_where_nothing_is_missed(source: str) -> None:
    assert told(source) is None
