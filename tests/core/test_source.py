"""Python source as text."""

from __future__ import annotations

import ast

import pytest

from deepforge.core.environment import Declared
from deepforge.core.operation import Operation, read_operation
from deepforge.core.source import (
    camel_case,
    data_files,
    imported_names,
    module_name,
    normalise,
    reach,
    reached_imports,
    read_requirements,
    read_script_block,
    same_name,
)


def operation(source: str, file: str = "operations/train.py") -> Operation:
    found = read_operation(f"{source}\ndef train(x): return y\n", file).operation
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("utils/data.py", "utils.data"),
        ("serialization.py", "serialization"),
        ("utils/__init__.py", "utils"),
        ("utils/deep/er.py", "utils.deep.er"),
        ("__init__.py", None),
        ("utils/my-data.py", None),
        ("utils/data.yaml", None),
    ],
)
def test_a_file_has_a_module_if_it_can_be_imported(file: str, module: str | None) -> None:
    assert module_name(file) == module


def test_names_are_joined_in_camel_case() -> None:
    assert camel_case("load_digits") == "LoadDigits"
    assert camel_case("scatter3d_plots") == "Scatter3dPlots"
    assert camel_case("getDataCIFAR") == "GetDataCIFAR"
    assert same_name("load_digits", "LoadDigits")
    assert not same_name("load", "LoadDigits")


def test_the_normal_form_has_no_comments_and_no_formatting() -> None:
    assert normalise("x  =  1 # one\n\n\ny = (2)\n") == "x = 1\ny = 2"


def test_text_that_is_not_python_stays_as_it_is() -> None:
    assert normalise("x = = 1  # one") == "x = = 1  # one"


def test_every_name_that_may_be_imported_is_found() -> None:
    source = """
import numpy as np, os.path
from torch import nn
from . import local
from .data import load
from ..top import thing
def later():
    from utils import *
    importlib.import_module("plugins.one")
    __import__("plugin")
    importlib.import_module(name)
    importlib.import_module(".relative")
"""
    assert sorted(imported_names(ast.parse(source), "utils.deep.er")) == [
        *("numpy", "os", "os.path", "plugin", "plugins", "plugins.one", "torch", "torch.nn", "utils"),
        *("utils.deep", "utils.deep.data", "utils.deep.data.load", "utils.deep.local"),
        *("utils.top", "utils.top.thing"),
    ]


def test_an_operation_reaches_modules_by_way_of_others() -> None:
    modules = {
        "utils.data": "from utils import files\nimport numpy",
        "utils.files": "from .deep import er",
        "utils.deep": "",
        "utils.deep.er": "import utils.data",
        "utils.unused": "import pandas",
    }
    found = operation("import utils.data")
    assert reach(found, modules) == ("utils.data", "utils.deep", "utils.deep.er", "utils.files")
    assert reached_imports(found, modules) == ("numpy",)


def test_a_package_is_reached_with_what_lies_in_it() -> None:
    modules = {"utils": "", "utils.data": "", "utils.other": ""}
    assert reach(operation("from utils.data import load"), modules) == ("utils", "utils.data")


def test_the_packages_that_an_operation_lies_in_are_reached_with_what_they_import() -> None:
    modules = {
        "operations": "from utils import settings",
        "operations.vision": "",
        "operations.vision.train": "",
        "operations.text": "",
        "utils.settings": "import numpy",
    }
    found = operation("", "operations/vision/train.py")
    assert reach(found, modules) == ("operations", "operations.vision", "utils.settings")
    assert reached_imports(found, modules) == ("numpy",)


def test_the_packages_above_an_operation_that_is_found_by_its_class_are_reached() -> None:
    modules = {"operations.deep": "", "operations.deep.fit": "class Train: ..."}
    assert reach(operation("from operations import Train"), modules) == (
        "operations.deep",
        "operations.deep.fit",
    )


FILES = [
    "README.md",
    "architectures/net.yaml",
    "dashboards/one.json",
    "data/README.md",
    "deepforge.toml",
    "environment.yml",
    "labels.csv",
    "operations/train.py",
    "pipelines/train.yaml",
    "requirements-dev.txt",
    "utils/words.txt",
]


@pytest.mark.parametrize(
    "source",
    [
        "from pathlib import Path\nWORDS = Path(__file__).parent",
        "import utils\nWORDS = utils.__path__[0]",
        "from importlib.resources import files",
        "from importlib import resources",
        "import importlib\nimportlib.resources.files('utils')",
        "import pkgutil",
    ],
)
def test_data_files_count_for_an_operation_that_may_read_them_directly_or_by_a_module(source: str) -> None:
    data = ("data/README.md", "labels.csv", "utils/words.txt")
    alone = {"operations.train": source}
    assert data_files(operation(source), alone, FILES) == data
    by_module = {"operations.train": "import utils.words", "utils.words": source}
    assert data_files(operation("import utils.words"), by_module, FILES) == data


def test_data_files_do_not_count_for_an_operation_that_does_not_ask_where_its_code_is() -> None:
    modules = {"operations.train": "", "utils.unused": "__file__", "utils.broken": "__file__ (("}
    assert data_files(operation("import utils.broken"), modules, FILES) == ()


def test_another_operation_is_reached_by_its_name() -> None:
    modules = {
        "operations.train": "",
        "operations.load_digits": "LoadDigits = made()",
        "operations.tools": "class Odd: ...",
        "operations.unused": "",
    }
    found = operation("from operations import LoadDigits, Odd")
    assert reach(found, modules) == ("operations.load_digits", "operations.tools")


def test_only_operations_are_found_by_their_class() -> None:
    assert reach(
        operation("from utils import Train"), {"utils": "", "operations.fit": "class Train: ..."}
    ) == ("utils",)


def test_an_operation_does_not_reach_itself() -> None:
    modules = {"operations.train": "", "utils.data": "from operations.train import train"}
    assert reach(operation("import utils.data"), modules) == ("utils.data",)


def test_the_module_that_registers_types_is_always_reached() -> None:
    modules = {
        "serialization": "import deepforge\nfrom utils import types",
        "utils.types": "",
        "utils.data": "",
    }
    assert reach(operation(""), modules) == ("serialization", "utils.types")


def test_a_module_named_like_one_of_the_standard_library_is_never_reached() -> None:
    assert (
        reach(operation("import random, json.decoder"), {"random": "", "json": "", "json.decoder": ""}) == ()
    )


def test_a_module_that_is_not_python_is_reached_and_reaches_nothing() -> None:
    assert reach(operation("import utils.data"), {"utils.data": "import ((", "utils.other": ""}) == (
        "utils.data",
    )


# What it declares to need


def test_a_script_block_declares_dependencies() -> None:
    source = """#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "numpy>=1.26",
#
#   "torch",
# ]
# ///
import numpy
"""
    declared, problems = read_script_block(source, "operations/train.py")
    assert problems == []
    assert declared is not None
    assert declared == Declared(("numpy>=1.26", "torch"), ">=3.11", "operations/train.py", declared.digest)


def test_a_source_without_a_block_declares_nothing() -> None:
    assert read_script_block("import numpy\n# /// pyproject\n# x = 1\n# ///\n", "x.py") == (None, [])


def test_the_digest_looks_at_what_is_needed_and_not_at_how_it_is_written() -> None:
    def digest(source: str) -> str:
        declared, _ = read_script_block(source, "x.py")
        assert declared is not None
        return declared.digest

    one = digest("# /// script\n# dependencies = ['torch', 'numpy >= 1.26']\n# ///\n")
    assert one == digest("import x\n# /// script\n# dependencies = ['numpy>=1.26', 'torch']\n# ///\n")
    assert one != digest("# /// script\n# dependencies = ['numpy>=1.27', 'torch']\n# ///\n")
    assert one != digest(
        "# /// script\n# dependencies = ['torch', 'numpy>=1.26']\n# requires-python = '>=3.12'\n# ///\n"
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("# /// script\n# dependencies = []\nimport x", "x.py:1: The block `# /// script` has no end."),
        ("# /// script\n# dependencies = []", "x.py:1: The block `# /// script` has no end."),
        ("\n# /// script\n# dependencies = [\n# ///", "x.py:2: The block `# /// script` is not TOML:"),
        ("# /// script\n# dependencies = [1]\n# ///", "x.py:1: dependencies is [1]."),
        ("# /// script\n# requires-python = 3\n# ///", "x.py:1: requires-python is 3."),
        ("# /// script\n# ///\n# /// script\n# ///", "x.py:3: There is a second block `# /// script`."),
    ],
)
def test_a_block_that_cannot_be_read_is_told(source: str, message: str) -> None:
    declared, (problem,) = read_script_block(source, "x.py")
    assert declared is None
    assert str(problem).startswith(message)


def test_a_requirements_file_declares_dependencies() -> None:
    text = "# what we need\nnumpy >= 1.26  # arrays\n\ntorch \\\n   >=2.4\n--index-url https://example.org/simple\n"
    declared, problems = read_requirements(text)
    assert problems == []
    assert declared is not None
    assert declared.requirements == ("numpy >= 1.26", "torch >=2.4", "--index-url https://example.org/simple")
    assert (declared.origin, declared.python) == ("requirements.txt", None)


def test_an_empty_requirements_file_declares_nothing() -> None:
    assert read_requirements("# nothing\n\n") == (None, [])


@pytest.mark.parametrize("line", ["-r other.txt", "-e .", "./wheels/x.whl", "--constraint c.txt", "/srv/x"])
def test_requirements_cannot_name_files_of_one_machine(line: str) -> None:
    declared, (problem,) = read_requirements(f"numpy\n{line}\n")
    assert declared is None
    assert (
        str(problem)
        == f"requirements.txt:2: {line} names a file of this machine. Write the requirements out."
    )
