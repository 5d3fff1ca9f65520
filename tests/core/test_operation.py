"""The interface of an operation, read from its source."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from deepforge.core.environment import Declared
from deepforge.core.operation import (
    REQUIRED,
    Attribute,
    Expression,
    Input,
    Operation,
    Output,
    operation_name,
    read_operation,
)
from deepforge.core.problem import Place, Problem

PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
EXAMPLES = Path(__file__).parents[2] / "examples"


def read(source: str, file: str = "operations/train.py") -> Operation:
    reading = read_operation(dedent(source), file)
    assert reading.problems == ()
    assert reading.operation is not None
    return reading.operation


def problems(source: str, file: str = "operations/train.py") -> list[str]:
    reading = read_operation(dedent(source), file)
    assert reading.operation is None
    return [str(problem) for problem in reading.problems]


def outputs(body: str, head: str = "def train(x):", before: str = "") -> list[str]:
    """The names of the outputs of a function with this body."""
    source = (
        f"{before}\n{head}\n" + "\n".join(f"    {line}" for line in dedent(body).strip().splitlines()) + "\n"
    )
    return [output.name for output in read(source).outputs]


def test_a_class_with_execute_is_read_whole() -> None:
    source = '''
    """Training."""
    import numpy as np
    from torch import nn
    from utils.data import batches

    class Train:
        """Train a small network.

        It takes a while.
        """

        resources = {"cpus": 2, "memory": "4 GB"}
        cache = False

        def __init__(self, epochs: int = 5, rate=1e-3, *, name):
            self.epochs = epochs

        def execute(self, images: np.ndarray, labels: "np.ndarray | None", weights=None) -> nn.Module:
            model = nn.Linear(1, 1)
            return model
    '''
    operation = read(source)
    assert operation == Operation(
        name="Train",
        file="operations/train.py",
        module="operations.train",
        form="class",
        inputs=(
            Input("images", "np.ndarray"),
            Input("labels", "np.ndarray | None", required=False),
            Input("weights", None, required=False, default=None),
        ),
        outputs=(Output("model", "nn.Module"),),
        attributes=(
            Attribute("epochs", "int", 5, line=16),
            Attribute("rate", None, 0.001, line=16),
            Attribute("name", None, REQUIRED, line=16),
        ),
        doc="Train a small network.\n\nIt takes a while.",
        line=7,
        resources={"cpus": 2, "memory": "4 GB"},
        cache=False,
        imports=("numpy", "torch", "utils"),
        project_imports=("numpy", "torch", "torch.nn", "utils", "utils.data", "utils.data.batches"),
        source_digest_text=operation.source_digest_text,
    )


def test_a_function_takes_inputs_by_position_and_attributes_by_keyword() -> None:
    operation = read(
        """
        resources = {"gpus": 1}

        def load_digits(folder: str = "digits", *, test_fraction: float = 0.2, seed: int | None = None):
            '''Load them.'''
            return images, labels
        """,
        "operations/load_digits.py",
    )
    assert (operation.name, operation.form, operation.module) == (
        "load_digits",
        "function",
        "operations.load_digits",
    )
    assert operation.inputs == (Input("folder", "str", required=False, default="digits"),)
    assert operation.attributes == (
        Attribute("test_fraction", "float", 0.2, line=4),
        Attribute("seed", "int | None", None, line=4),
    )
    assert operation.outputs == (Output("images"), Output("labels"))
    assert (operation.doc, operation.resources) == ("Load them.", {"gpus": 1})


def test_the_file_suggests_the_name() -> None:
    assert operation_name("operations/load_digits.py") == "LoadDigits"


# Which one it is


def test_the_class_that_is_named_like_the_file_is_the_operation() -> None:
    source = """
    class First:
        def execute(self): return a
    class LoadDigits:
        def execute(self): return b
    """
    assert read(source, "operations/load_digits.py").name == "LoadDigits"
    assert read(source, "operations/loaddigits.py").name == "LoadDigits"
    assert read(source, "operations/other.py").name == "First"


def test_a_class_may_inherit_execute_and_its_attributes_inside_the_file() -> None:
    operation = read(
        """
        class Base:
            def __init__(self, epochs=3): self.epochs = epochs
            def execute(self, data): return model
        class Train(Base):
            pass
        """
    )
    assert (operation.name, [a.name for a in operation.attributes]) == ("Train", ["epochs"])
    assert operation.outputs == (Output("model"),)


def test_of_a_method_with_overloads_the_last_counts() -> None:
    operation = read(
        """
        class Train:
            @overload
            def execute(self, data: int) -> int: ...
            @overload
            def execute(self, data: str) -> str: ...
            def execute(self, data): return model
        """
    )
    assert (operation.inputs, operation.outputs) == ((Input("data"),), (Output("model"),))


def test_the_function_that_is_named_like_the_file_is_the_operation() -> None:
    source = """
    def helper(x): return x
    def train(data): return model
    """
    assert read(source).name == "train"


def test_the_only_public_function_is_the_operation() -> None:
    source = """
    def _helper(x): return x
    def fit(data): return model
    """
    assert read(source).name == "fit"


def test_it_is_told_when_no_function_stands_out() -> None:
    assert problems("def fit(x): return x\ndef test(x): return x") == [
        "operations/train.py:1: It is not clear which function is the operation: fit, test. "
        "Name one of them train, and those that only help with an underscore in front."
    ]


def test_it_is_told_when_a_class_has_no_execute() -> None:
    assert problems("class Train:\n    def run(self): pass\n") == [
        "operations/train.py:1: The class Train has no method execute. "
        "Add def execute(self, …) that returns the outputs."
    ]


def test_that_the_methods_of_another_file_are_not_seen_is_told_with_it() -> None:
    (told,) = problems("from utils.base import Base\nclass Train(Base):\n    pass\n")
    assert told.endswith("What a base class of another file has is not seen: write it here, and call that.")
    (told,) = problems("class Base: ...\nclass Train(Base):\n    pass\n")
    assert told.endswith("Add def execute(self, …) that returns the outputs.")


def test_a_class_of_another_name_without_execute_is_told_when_there_is_nothing_else() -> None:
    assert problems("class Fit:\n    def run(self): pass\n")[0].startswith(
        "operations/train.py:1: The class Fit has no method execute."
    )
    assert problems("class Data: pass\ndef fit(x): return x\ndef test(x): return x")[0].startswith(
        "operations/train.py:1: It is not clear which function is the operation: fit, test."
    )


def test_it_is_told_when_there_is_no_operation() -> None:
    assert problems("EPOCHS = 5") == [
        "operations/train.py:1: There is no operation in this file. "
        "Write a class Train with a method execute, or a function train."
    ]


def test_the_names_of_built_in_operations_are_taken() -> None:
    assert problems("class Output:\n    def execute(self, data): pass", "operations/output.py") == [
        "operations/output.py:1: Output is the name of a built-in operation. Rename it."
    ]


# Inputs and attributes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("None", None),
        ("True", True),
        ("-1", -1),
        ("1.5e-3", 0.0015),
        ("'text'", "text"),
        ("[1, [2, None]]", [1, [2, None]]),
        ("{'a': [1], 2: ()}", {"a": [1], 2: ()}),
        ("(1, 2)", (1, 2)),
        ("{1, 2}", {1, 2}),
        ("b'x'", b"x"),
        ("2 ** 10", Expression("2 ** 10")),
        ("os.cpu_count()", Expression("os.cpu_count()")),
        ("[x for x in y]", Expression("[x for x in y]")),
        ("{[]: 1}", Expression("{[]: 1}")),
    ],
)
def test_a_default_is_kept_as_it_is(text: str, value: object) -> None:
    (attribute,) = read(f"def train(*, x={text}): return x").attributes
    assert attribute == Attribute("x", None, value, line=1)
    assert type(attribute.default) is type(value)
    assert not attribute.required


@pytest.mark.parametrize(
    ("parameter", "required"),
    [
        ("x", True),
        ("x: int", True),
        ("x: Union[int, str]", True),
        ("x: 'list[None]'", True),
        ("x=3", False),
        ("x: None", False),
        ("x: int | None", False),
        ("x: 'None | int'", False),
        ("x: Optional[int]", False),
        ("x: typing.Optional['np.ndarray']", False),
        ("x: Union[int, None]", False),
        ("x: Annotated[int | None, 'why']", False),
    ],
)
def test_an_input_has_to_be_connected_unless_its_parameter_can_do_without(
    parameter: str, required: bool
) -> None:
    assert read(f"def train({parameter}): return y").inputs[0].required is required


def test_a_static_execute_has_no_self() -> None:
    source = """
    class Train:
        @staticmethod
        def execute(data): return model
    """
    assert [port.name for port in read(source).inputs] == ["data"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "def train(*data): return x",
            "operations/train.py:1 (data): train takes *data, so its interface cannot be read.",
        ),
        (
            "def train(**words): return x",
            "operations/train.py:1 (words): train takes **words, so its interface",
        ),
        ("async def train(data): return x", "operations/train.py:1: train is async. Write a plain def."),
        ("def train(data):\n    yield data", "operations/train.py:2: train yields, but an operation returns"),
        (
            "class Train:\n    def __init__(self, *sizes): pass\n    def execute(self): return x",
            "operations/train.py:2 (sizes): __init__ takes *sizes, so its interface cannot be read.",
        ),
        (
            "class Train:\n    def execute(): return x",
            "operations/train.py:2: execute takes no self. Write def execute(self, …).",
        ),
        (
            "class Train:\n    def execute(self, *, data): return x",
            "operations/train.py:2 (data): execute takes data by keyword only, but inputs come by position.",
        ),
        (
            "class Train:\n    def __init__(self, x, /): pass\n    def execute(self): return x",
            "operations/train.py:2: __init__ has positional-only parameters.",
        ),
        (
            "class Train:\n    resources = limits()\n    def execute(self): return x",
            'operations/train.py:2: resources is limits(). Write it as a literal: resources = {"cpus": 2}.',
        ),
        (
            "class Train:\n    cache = 'no'\n    def execute(self): return x",
            "operations/train.py:2: cache is 'no'. Write it as a literal: cache = False.",
        ),
        (
            "class Train:\n    outputs = 3\n    def execute(self): return x",
            'operations/train.py:2: outputs is 3. Write names: outputs = ("a", "b").',
        ),
    ],
)
def test_what_cannot_be_an_interface_is_told(source: str, message: str) -> None:
    (told,) = problems(source)
    assert told.startswith(message)


def test_settings_of_a_class_may_be_annotated() -> None:
    operation = read(
        """
        class Train:
            resources: ClassVar[dict[str, int]] = {"gpus": 1}
            cache: bool = False
            outputs: tuple[str, ...]
            def execute(self): return x
        """
    )
    assert (operation.resources, operation.cache, operation.outputs) == ({"gpus": 1}, False, (Output("x"),))


def test_relative_imports_stay_inside_the_project() -> None:
    found = read("from .load import digits\nfrom ..utils import data\ndef train(x): return y").project_imports
    assert found == ("operations", "operations.load", "operations.load.digits", "utils", "utils.data")


def test_other_variables_of_a_module_may_have_any_name() -> None:
    operation = read("cache = {}\noutputs = []\nresources = None\ndef train(x): return y")
    assert (operation.cache, operation.outputs, operation.resources) == (True, (Output("y"),), {})


# Outputs


def test_the_names_that_are_returned_are_the_outputs() -> None:
    assert outputs("return model") == ["model"]
    assert outputs("return model, loss") == ["model", "loss"]
    assert outputs("return self.model, loss", "def train(self):") == ["model", "loss"]


def test_what_has_no_name_is_a_result() -> None:
    assert outputs("return f(x)") == ["result"]
    assert outputs("return model.get_weights()") == ["result"]
    assert outputs("return f(x), y, x[0]") == ["result", "y", "result_2"]


def test_a_dict_and_a_list_are_one_output() -> None:
    assert outputs("return {'a': 1, 'b': 2}") == ["result"]
    assert outputs("return [a, b]") == ["result"]


def test_a_name_that_is_returned_twice_is_told_apart() -> None:
    assert outputs("return x, x") == ["x", "x_1"]


def test_nothing_returned_is_no_output() -> None:
    assert outputs("print(x)") == []
    assert outputs("if x:\n    return\nreturn None") == []


def test_all_returns_are_considered_and_the_first_with_plain_names_names_them() -> None:
    body = """
    if x:
        return f(x), 2
    for y in x:
        try:
            return model, loss
        finally:
            pass
    return a, b
    """
    assert outputs(body) == ["model", "loss"]


def test_returns_of_inner_functions_do_not_count() -> None:
    body = """
    def inner():
        return a, b, c
    class Inner:
        def method(self):
            yield 1
            return 1, 2
    key = lambda z: (yield)
    return model
    """
    assert outputs(body) == ["model"]


def test_returns_that_do_not_agree_are_told_with_both_lines() -> None:
    source = """
    def train(x):
        if x:
            return model
        return model, loss
    """
    assert problems(source) == [
        "operations/train.py:5: train returns 1 value in line 4 but 2 values in line 5. "
        "Let every return give the same outputs; None stands for one that is missing."
    ]


def test_none_stands_for_the_only_output() -> None:
    assert outputs("if x:\n    return None\ny = 1\nreturn y") == ["y"]
    assert outputs("y = 1\nif x:\n    return y\nreturn None") == ["y"]


def test_a_bare_return_does_not_agree_with_a_value() -> None:
    source = """
    def train(x):
        if x:
            return
        return model
    """
    assert problems(source)[0].startswith(
        "operations/train.py:5: train returns nothing in line 4 but 1 value in line 5."
    )


def test_a_starred_return_cannot_be_counted() -> None:
    assert problems("def train(x):\n    return a, *rest")[0].startswith(
        "operations/train.py:2: train returns *rest, so its outputs cannot be counted."
    )


def test_declared_outputs_win() -> None:
    assert outputs("return f(x)", before='outputs = ("model", "loss")') == ["model", "loss"]
    assert outputs("return a, b", before='outputs = ["pair"]') == ["pair"]
    operation = read(
        "class Train:\n    outputs = ('a', 'b')\n    def execute(self) -> tuple[int, str]: return split()"
    )
    assert operation.outputs == (Output("a", "int"), Output("b", "str"))


def test_declared_outputs_have_to_agree_with_a_returned_tuple() -> None:
    source = "class Train:\n    outputs = ('a', 'b')\n    def execute(self):\n        return 1, 2, 3"
    assert problems(source) == [
        "operations/train.py:4: execute returns 3 values but declares the outputs a, b. "
        "Let the declared outputs and the return agree."
    ]


@pytest.mark.parametrize(
    ("annotation", "values", "types"),
    [
        ("np.ndarray", "a", ["np.ndarray"]),
        ("'np.ndarray'", "a", ["np.ndarray"]),
        ("tuple[int, str]", "a, b", ["int", "str"]),
        ("Tuple[int, 'np.ndarray']", "a, b", ["int", "np.ndarray"]),
        ("typing.Tuple[int, dict[str, int]]", "a, b", ["int", "dict[str, int]"]),
        ("tuple[int, str]", "a", ["tuple[int, str]"]),
        ("tuple[int, ...]", "a, b", [None, None]),
        ("tuple", "a, b", [None, None]),
        ("None", "a", [None]),
    ],
)
def test_the_annotation_of_the_function_types_its_outputs(
    annotation: str, values: str, types: list[str | None]
) -> None:
    operation = read(f"def train() -> {annotation}: return {values}")
    assert [output.annotation for output in operation.outputs] == types


@pytest.mark.parametrize(("annotation", "count"), [("tuple[int, int, int]", 3), ("tuple[int]", 1)])
def test_an_annotation_of_another_length_is_a_warning(annotation: str, count: int) -> None:
    reading = read_operation(f"def train() -> {annotation}:\n    return a, b", "operations/train.py")
    assert reading.operation is not None
    assert reading.operation.outputs == (Output("a"), Output("b"))
    assert [(problem.severity, problem.message) for problem in reading.problems] == [
        ("warning", f"train is annotated to return {count} values but returns 2.")
    ]


# Source that cannot be read


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("def test(self:", "'(' was never closed"),
        ("return model", "'return' outside function"),
        ("break", "'break' outside loop"),
        ("def fit(x, x): ...", "duplicate argument 'x' in function definition"),
        ("await fit()", "'await' outside function"),
    ],
)
def test_a_syntax_error_names_the_line_also_where_only_the_compiler_finds_it(line: str, said: str) -> None:
    reading = read_operation(f"def train(x):\n    return model\n\n\n{line}\n", "operations/train.py")
    assert reading.operation is None
    assert reading.problems == (
        Problem(
            "syntax",
            f"This is not Python: {said} (read by {PYTHON}).",
            Place("operations/train.py", 5),
            f"Correct the line: {line}",
        ),
    )


def test_what_is_only_doubtful_is_no_problem_and_no_warning() -> None:
    source = "def train(x):\n    model = '\\d' if x is 1 else x\n    assert (x, 'never')\n    return model\n"
    assert read_operation(source, "operations/train.py").problems == ()


@pytest.mark.parametrize(
    "source", ["\0", "x" * 10 + "(" * 5000, "-" * 100_000 + "1", "def train(x):\n\treturn 1\n  return 2"]
)
def test_nothing_is_raised_whatever_the_text_is(source: str) -> None:
    reading = read_operation(source, "operations/train.py")
    assert reading.operation is None
    assert [(problem.rule, problem.place.file) for problem in reading.problems] == [
        ("syntax", "operations/train.py")
    ]


def test_comments_and_formatting_do_not_change_the_normal_form() -> None:
    one = read("def train(x):\n    # why\n    return  model\n")
    other = read("def train( x ):\n\n\n    return (model) # this\n")
    assert one.source_digest_text == other.source_digest_text
    assert read("def train(x):\n    return model2\n").source_digest_text != one.source_digest_text


def test_the_dependencies_at_the_head_are_read() -> None:
    operation = read("# /// script\n# dependencies = ['numpy']\n# ///\ndef train(x): return y")
    assert operation.declared is not None
    assert operation.declared == Declared(("numpy",), None, "operations/train.py", operation.declared.digest)


def test_dependencies_that_cannot_be_read_are_a_problem() -> None:
    assert problems("# /// script\n# dependencies = 3\n# ///\ndef train(x): return y") == [
        'operations/train.py:1: dependencies is 3. Write a list, such as ["numpy"].'
    ]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/operations/*.py")), ids=lambda path: path.stem)
def test_the_operations_of_the_examples_can_be_read(file: Path) -> None:
    reading = read_operation(file.read_text(), f"operations/{file.name}")
    assert reading.problems == ()
    assert reading.operation is not None
