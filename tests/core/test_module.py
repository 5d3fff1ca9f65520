"""Modules: what a reference may name in them, and which of their classes are enumerations."""

from __future__ import annotations

import sys
from textwrap import dedent

import pytest

from deepforge.core.catalogue import Catalogue, catalogue_of
from deepforge.core.enumeration import enumeration, with_enumerations
from deepforge.core.module import ModuleReading, ProjectResource, read_module
from deepforge.core.operation import REQUIRED, Attribute, Enumeration, Operation, read_operation

LOSSES = '''
"""Losses."""
from utils.base import Base
import torch.nn as nn


def focal(predicted, target, *, gamma: float = 2.0):
    """Weighs hard examples more.

    Lin et al., 2017.
    """


class Weighted(Base):
    def __init__(self, weight, /, power=2): ...


class Dice(Weighted):
    """One less the overlap."""


try:
    import fast
except ImportError:
    def slow(x): ...

_hidden = 1
def _helper(): ...
'''


def modules(**sources: str) -> dict[str, ModuleReading]:
    files = {name.replace("_in_", "/").replace("_py", ".py"): source for name, source in sources.items()}
    read = [read_module(dedent(source), file) for file, source in files.items()]
    return {each.name: each for each in read}


def test_classes_and_functions_are_found_with_what_they_are_called_with() -> None:
    file = "utils/losses.py"
    assert read_module(LOSSES, file).resources == (
        ProjectResource(
            "utils.losses.focal",
            "function",
            file,
            7,
            "(predicted, target, *, gamma: float=2.0)",
            "Weighs hard examples more.",
        ),
        ProjectResource("utils.losses.Weighted", "class", file, 14, "(weight, /, power=2)"),
        ProjectResource(
            "utils.losses.Dice", "class", file, 18, "(weight, /, power=2)", "One less the overlap."
        ),
        ProjectResource("utils.losses.slow", "function", file, 25, "(x)"),
    )


def test_an_imported_name_stands_for_what_it_is_imported_from() -> None:
    losses = read_module(LOSSES, "utils/losses.py")
    assert losses.path_of("Base") == "utils.base.Base"
    assert losses.path_of("nn.Module") == "torch.nn.Module"
    assert losses.path_of("Dice") == "utils.losses.Dice"
    package = read_module("from .losses import focal\nimport a.b\n", "utils/__init__.py")
    assert (package.path_of("focal"), package.path_of("a.b.c")) == ("utils.losses.focal", "a.b.c")


@pytest.mark.parametrize(
    ("source", "line"), [("def f(:\n", 1), ("x = 1\ny = (\n", 2), ("x = 1\nreturn x\n", 2), ("\0", 1)]
)
def test_a_module_that_cannot_be_read_says_where(source: str, line: int) -> None:
    reading = read_module(source, "utils/broken.py")
    assert reading.problem is not None
    assert (reading.problem.place.file, reading.problem.place.line) == ("utils/broken.py", line)
    assert reading.problem.message.startswith("This is not Python: ")


def test_what_is_not_python_is_told_with_the_python_that_read_it() -> None:
    problem = read_module("def f(:\n", "utils/broken.py").problem
    assert problem is not None
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert problem.message == f"This is not Python: invalid syntax (read by Python {version})."


def catalogue() -> Catalogue:
    return catalogue_of(
        modules(
            utils_in_losses_py=LOSSES,
            utils_in_broken_py="def f(:\n",
            utils_in__private_py="def inside(): ...",
            operations_in_train_py="def train(): ...",
            serialization_py="def dump(): ...",
            models_py="class ConvNet: ...",
        ).values()
    )


def test_a_catalogue_has_what_a_reference_may_name_by_module() -> None:
    found = catalogue().listing()
    assert [each.name for each in found.resources] == [
        *("models.ConvNet", "utils.losses.focal", "utils.losses.Weighted"),
        *("utils.losses.Dice", "utils.losses.slow"),
    ]
    assert [problem.place.file for problem in found.problems] == ["utils/broken.py"]


@pytest.mark.parametrize(
    ("target", "said", "hint"),
    [
        ("utils.losses.focl", "but utils/losses.py has no class or function focl", "Did you mean"),
        ("utils.loses.focal", "but there is no module utils/loses.py", "Did you mean utils.losses.focal"),
        ("nets.big.ConvNet", "but there is no module nets/big.py", "Did you mean models.ConvNet?"),
        ("nets.big.Unheard", "but there is no module nets/big.py", "Write Unheard there."),
        ("utils.broken.f", "but its module cannot be read: ", "Look at utils/broken.py, line 1."),
        ("utils.losses._helper", "whose name is private", "Call it helper."),
        ("operations.train.train", "which is no module for references", "Put train into utils/."),
        ("ConvNet", "which is no class or function of the project", "Did you mean models.ConvNet?"),
        ("architectures/net", "which is no class or function of the project", "Write the import path"),
    ],
)
def test_what_cannot_be_referred_to_is_told_with_what_to_do(target: str, said: str, hint: str) -> None:
    trouble = catalogue().trouble(target, "callable")
    assert trouble is not None
    assert trouble[0].startswith(f"{target}, {said}")
    assert (trouble[1] or "").startswith(hint)


def test_what_stands_in_the_files_of_operations_is_known_by_its_name() -> None:
    found = catalogue_of(
        modules(operations_in_load_py="def load(): ...\ndef _hidden(): ...\nclass Clean: ...\n").values()
    )
    assert {name: one.line for name, one in found.in_operations.items()} == {"load": 1, "Clean": 3}
    assert found.resources == {}


def test_where_a_class_is_wanted_a_function_is_none() -> None:
    assert catalogue().trouble("models.ConvNet", "class") is None
    assert catalogue().trouble("utils.losses.focal", "callable") is None
    assert catalogue().trouble("utils.losses.focal", "class") == (
        "utils.losses.focal, which is a function and no class",
        "Choose a class.",
    )


OPTIONS = """
import enum
from enum import Enum, Flag, IntEnum

class Named(Enum):
    def shown(self): return self.name.lower()

class Optimizer(str, Named):
    ADAM = "adam"
    SGD: str = "sgd"
    A, B = 1, 2
    _ignore_ = ["x"]
    later: int
    helper = enum.nonmember(3)
    times = lambda self: 1

class Size(enum.IntEnum):
    SMALL = 1

class Access(Flag):
    READ = 1

class Plain:
    ADAM = 1
"""
TRAIN = """
from utils import options
from utils.options import Optimizer as Chosen, Access, Plain
from utils import Size
from enum import StrEnum

class Mode(StrEnum):
    FAST = "fast"

class Train:
    def __init__(self, first: Chosen, second: "options.Size | None" = None, third: Mode = Mode.FAST,
                 access: Access = 1, plain: Plain = 1, size: Size = Size.SMALL, many: list[Mode] = []): ...
    def execute(self): ...
"""


def train() -> Operation:
    operation = read_operation(TRAIN, "operations/train.py").operation
    assert operation is not None
    known = modules(
        utils_in_options_py=OPTIONS,
        utils_in___init___py="from .options import Size\n",
        operations_in_train_py=TRAIN,
    )
    return with_enumerations(operation, known)


def test_attributes_annotated_with_an_enumeration_of_the_project_know_its_members() -> None:
    optimizer = Enumeration("utils.options.Optimizer", ("ADAM", "SGD", "A", "B"))
    size = Enumeration("utils.options.Size", ("SMALL",))
    assert {one.name: one.enumeration for one in train().attributes} == {
        "first": optimizer,
        "second": size,
        "third": Enumeration("operations.train.Mode", ("FAST",)),
        "access": None,
        "plain": None,
        "size": size,
        "many": None,
    }


def test_the_default_of_an_enumeration_is_the_name_of_the_member() -> None:
    assert {one.name: one.fallback for one in train().attributes if one.enumeration} == {
        "first": REQUIRED,
        "second": None,
        "third": "FAST",
        "size": "SMALL",
    }


def test_modules_that_import_each_other_in_a_circle_have_no_enumeration() -> None:
    known = modules(
        a_py="from b import X\nclass Y(X):\n    A = 1\n", b_py="from a import X, Y\nclass Z(Y): ...\n"
    )
    assert enumeration("a.X", known) is None
    assert enumeration("a.Y", known) is None


@pytest.mark.parametrize(
    ("annotation", "reference", "may_refer", "required"),
    [
        ("Callable", "callable", True, True),
        ("collections.abc.Callable[..., float]", "callable", True, True),
        ("typing.Callable[[int], int] | None", "callable", True, False),
        ("Optional[Callable]", "callable", True, False),
        ("type", "class", True, True),
        ("typing.Type[nn.Module]", "class", True, True),
        ("type[X] | Callable", "callable", True, True),
        ("type | None", "class", True, False),
        ("Any", None, True, True),
        (None, None, True, True),
        ("Loss", None, True, True),
        ("int", None, False, True),
        ("str | None", None, False, True),
        ("Literal['a']", None, False, True),
        ("Callable | int", None, True, True),
    ],
)
def test_what_can_be_called_is_a_reference(
    annotation: str | None, reference: str | None, may_refer: bool, required: bool
) -> None:
    found = Attribute("loss", annotation)
    assert (found.reference, found.may_refer, found.required) == (reference, may_refer, required)
