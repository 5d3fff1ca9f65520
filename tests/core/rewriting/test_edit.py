"""An edit of an interface changes what it says and nothing else."""

from __future__ import annotations

import textwrap

import pytest

from deepforge.core.code import Edited, InterfaceEdit
from deepforge.core.errors import BadInput, Conflict, DeepForgeError, TooLarge, UnknownName
from deepforge.core.rewriting import rewrite

TRAIN = '''
"""Training."""

import numpy as np  # arrays


@timed  # how long it takes
class Train:
    """Train a network."""

    def __init__(self, epochs: int = 12, *, rate: float = 1e-3):  # attributes
        self.epochs = epochs
        self.rate = rate

    def execute(self, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
        for epoch in range(self.epochs):  # loop
            images = images * self.rate
        if images.size == 0:
            return images, 0.0
        model = [images for images in labels]
        score = float(images.sum())
        return model, score
'''
SCALE = """
def scale(
    array: list,  # what to scale
    mask=None,
    *,
    factor: float = 2.0,  # by how much
):
    def inner(array):
        return array + factor

    scaled = [factor * value for value in array if inner(value)]
    return scaled
"""


def clean(text: str) -> str:
    """A source as it is indented in a test."""
    return textwrap.dedent(text).lstrip("\n")


def edited(source: str, path: str = "operations/x.py", **edit: object) -> str:
    """The source after an edit."""
    return rewrite(clean(source), path, InterfaceEdit(**edit)).source  # type: ignore[arg-type]


def changes(source: str, **edit: object) -> list[tuple[str, str]]:
    """The lines that differ, when no line was added or removed."""
    before, after = clean(source).split("\n"), edited(source, **edit).split("\n")
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


def test_an_input_is_added_where_it_fits() -> None:
    assert changes(TRAIN, deed="add", part="input", name="weights", annotation="np.ndarray") == [
        (
            "    def execute(self, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:",
            "    def execute(self, images: np.ndarray, labels: np.ndarray, weights: np.ndarray)"
            " -> tuple[np.ndarray, float]:",
        )
    ]


def test_an_input_without_default_goes_before_those_that_have_one() -> None:
    assert edited(SCALE, deed="add", part="input", name="shift") == clean(SCALE).replace(
        "    mask=None,\n", "    shift,\n    mask=None,\n"
    )


def test_a_parameter_in_a_list_of_lines_gets_a_line() -> None:
    assert edited(SCALE, deed="add", part="attribute", name="power", annotation="int", default="1") == clean(
        SCALE
    ).replace(
        "    factor: float = 2.0,  # by how much\n",
        "    factor: float = 2.0,  # by how much\n    power: int = 1,\n",
    )


def test_renaming_an_input_follows_its_uses_and_only_those() -> None:
    assert changes(SCALE, deed="rename", part="input", name="array", value="numbers") == [
        ("    array: list,  # what to scale", "    numbers: list,  # what to scale"),
        (
            "    scaled = [factor * value for value in array if inner(value)]",
            "    scaled = [factor * value for value in numbers if inner(value)]",
        ),
    ]


def test_renaming_an_attribute_follows_into_closures() -> None:
    assert changes(SCALE, deed="rename", part="attribute", name="factor", value="by") == [
        ("    factor: float = 2.0,  # by how much", "    by: float = 2.0,  # by how much"),
        ("        return array + factor", "        return array + by"),
        (
            "    scaled = [factor * value for value in array if inner(value)]",
            "    scaled = [by * value for value in array if inner(value)]",
        ),
    ]


def test_renaming_an_attribute_of_a_class_follows_in_self() -> None:
    assert changes(TRAIN, deed="rename", part="attribute", name="epochs", value="rounds") == [
        (
            "    def __init__(self, epochs: int = 12, *, rate: float = 1e-3):  # attributes",
            "    def __init__(self, rounds: int = 12, *, rate: float = 1e-3):  # attributes",
        ),
        ("        self.epochs = epochs", "        self.rounds = rounds"),
        (
            "        for epoch in range(self.epochs):  # loop",
            "        for epoch in range(self.rounds):  # loop",
        ),
    ]


def test_renaming_an_input_that_is_returned_keeps_the_output() -> None:
    source = """
    def keep(data, *, times=1):
        data = data * times
        return data
    """
    after = edited(
        "import math\n\n\n" + clean(source), deed="rename", part="input", name="data", value="table"
    )
    assert after == clean("""
    import math

    outputs = ("data",)


    def keep(table, *, times=1):
        table = table * times
        return table
    """)


def test_an_attribute_that_is_added_is_kept_in_self() -> None:
    assert edited(TRAIN, deed="add", part="attribute", name="seed", annotation="int", default="0") == clean(
        TRAIN
    ).replace("rate: float = 1e-3)", "rate: float = 1e-3, seed: int = 0)").replace(
        "        self.rate = rate\n", "        self.rate = rate\n        self.seed = seed\n"
    )


def test_a_class_without_init_gets_one() -> None:
    source = '''
    class Add:
        """Add."""

        def execute(self, a, b):
            total = a + b
            return total
    '''
    assert edited(source, deed="add", part="attribute", name="bias", default="0") == clean('''
    class Add:
        """Add."""

        def __init__(self, bias=0):
            self.bias = bias

        def execute(self, a, b):
            total = a + b
            return total
    ''')


def test_removing_an_attribute_tells_where_it_is_still_used() -> None:
    found = rewrite(clean(TRAIN), "operations/x.py", InterfaceEdit("remove", "attribute", "epochs"))
    assert found == Edited(
        clean(TRAIN).replace("epochs: int = 12, ", "").replace("        self.epochs = epochs\n", ""), (14,)
    )
    assert "self.epochs" in found.source.split("\n")[13]


def test_removing_the_last_attribute_leaves_a_body() -> None:
    source = """
    class A:
        def __init__(self, x):
            self.x = x

        def execute(self):
            return
    """
    assert edited(source, deed="remove", part="attribute", name="x") == clean(source).replace(
        "(self, x)", "(self)"
    ).replace("self.x = x", "pass")


def test_an_output_is_added_to_every_return() -> None:
    assert edited(TRAIN, deed="add", part="output", name="report", annotation="dict") == clean(TRAIN).replace(
        "tuple[np.ndarray, float]", "tuple[np.ndarray, float, dict]"
    ).replace("return images, 0.0", "return images, 0.0, report").replace(
        "return model, score", "return model, score, report"
    ).replace("        for epoch", "        report = None\n        for epoch")


def test_an_output_that_is_a_variable_already_is_just_returned() -> None:
    assert edited(SCALE, deed="add", part="output", name="mask") == clean(SCALE).replace(
        "return scaled", "return scaled, mask"
    )


def test_none_that_stands_for_the_only_output_stays_where_it_is() -> None:
    source = """
    def f(x):
        y = x
        if not x:
            return None
        return y
    """
    found = edited(source, deed="add", part="output", name="z", at=0)
    assert found.count("return z, None\n") == found.count("return z, y\n") == 1
    assert found.index("z = None") < found.index("if not x:")
    left = edited(found, deed="remove", part="output", name="z")
    assert left.replace("    z = None\n", "") == clean(source)


COMMENTED = """
def work(
    # before a
    a: int,  # the a
    *,
    # before c
    c: float = 1.0,  # the c
    # last
):  # end
    if a:
        return a, c  # out
    return (
        a,  # this
        c,  # that
    )
"""


def test_comments_stay_between_parameters_and_outputs() -> None:
    for edit, gone in (
        ({"deed": "add", "part": "attribute", "name": "d", "default": "1"}, []),
        ({"deed": "add", "part": "input", "name": "d"}, []),
        ({"deed": "add", "part": "output", "name": "d"}, []),
        ({"deed": "add", "part": "output", "name": "d", "at": 0}, []),
        ({"deed": "move", "part": "output", "name": "c", "at": 0}, []),
        ({"deed": "remove", "part": "output", "name": "c"}, ["that"]),
        ({"deed": "remove", "part": "output", "name": "a"}, ["this"]),
        ({"deed": "remove", "part": "attribute", "name": "c"}, ["before c", "the c"]),
    ):
        found = edited(COMMENTED, "operations/work.py", **edit)
        comments = ["before a", "the a", "before c", "the c", "last", "end", "out", "this", "that"]
        assert [one for one in comments if f"# {one}\n" not in found] == gone, found


def test_the_first_output_makes_the_function_return() -> None:
    source = """
    def show(image):
        print(image)
    """
    assert edited(source, deed="add", part="output", name="count", annotation="int") == clean("""
    def show(image) -> int:
        count = None
        print(image)
        return count
    """)


def test_removing_an_output_leaves_one_value() -> None:
    after = edited(TRAIN, deed="remove", part="output", name="score")
    assert after == clean(TRAIN).replace("tuple[np.ndarray, float]", "np.ndarray").replace(
        "return images, 0.0", "return images"
    ).replace("return model, score", "return model").replace(
        '    """Train a network."""\n', '    """Train a network."""\n    outputs = ("model",)\n'
    ), "the first return would now be the one that names the output"


def test_renaming_an_output_renames_the_variable() -> None:
    assert edited(TRAIN, deed="rename", part="output", name="score", value="accuracy") == clean(
        TRAIN
    ).replace("score", "accuracy")


def test_renaming_an_output_without_a_name_declares_it() -> None:
    source = """
    class Total:
        \"\"\"Sum.\"\"\"

        def execute(self, numbers):
            return sum(numbers)
    """
    assert edited(source, deed="rename", part="output", name="result", value="total") == clean(
        source
    ).replace('    """Sum."""\n', '    """Sum."""\n    outputs = ("total",)\n')


def test_outputs_change_places() -> None:
    assert edited(TRAIN, deed="move", part="output", name="score", at=0) == clean(TRAIN).replace(
        "tuple[np.ndarray, float]", "tuple[float, np.ndarray]"
    ).replace("return images, 0.0", "return 0.0, images").replace(
        "return model, score", "return score, model"
    )


def test_types_change_and_go() -> None:
    assert changes(TRAIN, deed="retype", part="input", name="labels", annotation="list[int]")[0][1] == (
        "    def execute(self, images: np.ndarray, labels: list[int]) -> tuple[np.ndarray, float]:"
    )
    assert changes(TRAIN, deed="retype", part="output", name="model", annotation="list")[0][1] == (
        "    def execute(self, images: np.ndarray, labels: np.ndarray) -> tuple[list, float]:"
    )
    assert changes(SCALE, deed="retype", part="attribute", name="factor") == [
        ("    factor: float = 2.0,  # by how much", "    factor=2.0,  # by how much")
    ]


def test_a_default_is_set_and_taken_away() -> None:
    assert changes(TRAIN, deed="default", part="attribute", name="epochs", default="[1, 2]")[0][1] == (
        "    def __init__(self, epochs: int = [1, 2], *, rate: float = 1e-3):  # attributes"
    )
    assert changes(TRAIN, deed="default", part="attribute", name="rate")[0][1] == (
        "    def __init__(self, epochs: int = 12, *, rate: float):  # attributes"
    )


def test_the_documentation_is_set() -> None:
    assert changes(TRAIN, deed="doc", value='Say "no".') == [
        ('    """Train a network."""', '    """Say "no"."""')
    ]
    assert edited(SCALE, deed="doc", value="Scale.\n\nBy a factor.") == clean(SCALE).replace(
        "):\n    def inner", '):\n    """Scale.\n\n    By a factor.\n    """\n    def inner'
    )


def test_an_operation_is_renamed_where_the_file_uses_it() -> None:
    source = """
    class Train:
        def execute(self):
            model = Train
            return model


    Train.name = "Train"
    """
    assert edited(source, deed="operation", value="Fit") == clean(source).replace(
        "class Train", "class Fit"
    ).replace("model = Train", "model = Fit").replace("Train.name", "Fit.name")


def test_fields_of_a_dataclass_are_attributes() -> None:
    source = """
    from dataclasses import dataclass


    @dataclass
    class Make:
        size: int  # letters
        fill: str = "a"

        def execute(self):
            text = self.fill * self.size
            return text
    """
    assert edited(source, deed="rename", part="attribute", name="fill", value="letter") == clean(
        source
    ).replace("fill", "letter")
    assert edited(source, deed="add", part="attribute", name="times", annotation="int") == clean(
        source
    ).replace("    fill: str", "    times: int\n    fill: str")
    assert edited(source, deed="remove", part="attribute", name="size") == clean(source).replace(
        "    size: int  # letters\n", ""
    )


@pytest.mark.parametrize("head", ["@attrs.define\nclass Make:", "class Make(BaseModel):"])
def test_what_is_added_to_attrs_or_a_model_is_a_field(head: str) -> None:
    source = f"{head}\n    size: int\n\n    def execute(self):\n        return self.size\n"
    change = InterfaceEdit("add", "attribute", "fill", annotation="str", default="'a'")
    found = rewrite(source, "operations/make.py", change).source
    assert found == source.replace("size: int\n", "size: int\n    fill: str = 'a'\n")


def test_fields_that_a_base_class_has_are_left_to_the_source() -> None:
    source = """
    @dataclass
    class Common:
        size: int

    @dataclass
    class Make(Common):
        _: KW_ONLY
        fill: str = "a"

        def execute(self):
            return self.fill * self.size

    class Same(Common):
        def execute(self):
            return self.size
    """
    assert edited(source, deed="rename", part="attribute", name="fill", value="letter") == clean(
        source
    ).replace("fill", "letter")
    for path, change in (
        ("operations/make.py", InterfaceEdit("rename", "attribute", "size", "length")),
        ("operations/make.py", InterfaceEdit("move", "attribute", "fill", at=0)),
        ("operations/same.py", InterfaceEdit("remove", "attribute", "size")),
    ):
        with pytest.raises(BadInput, match="A base class has size"):
            rewrite(clean(source), path, change)


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("indent", ["\t", "  "])
def test_line_breaks_marks_and_tabs_are_kept(newline: str, mark: str, indent: str) -> None:
    source = mark + clean(TRAIN).replace("    ", indent).replace("\n", newline)
    found = rewrite(source, "operations/x.py", InterfaceEdit("add", "attribute", "seed", default="0")).source
    after = found.replace(", seed=0", "").replace(f"{indent}{indent}self.seed = seed{newline}", "")
    assert found != source
    assert after == source


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (InterfaceEdit("add", "input", "images"), Conflict),
        (InterfaceEdit("add", "input", "no way"), BadInput),
        (InterfaceEdit("add", "input", "class"), BadInput),
        (InterfaceEdit("add", "input", "x", annotation="a b"), BadInput),
        (InterfaceEdit("add", "attribute", "x", default="1 +"), BadInput),
        (InterfaceEdit("add", "attribute", "x", default="1)\nimport os\n("), BadInput),
        (InterfaceEdit("add", "output", "range"), Conflict),
        (InterfaceEdit("add", None, "x"), BadInput),
        (InterfaceEdit("rename", "input", "imges", "x"), UnknownName),
        (InterfaceEdit("rename", "input", "images", "model"), Conflict),
        (InterfaceEdit("rename", "attribute", "epochs", "rate"), Conflict),
        (InterfaceEdit("move", "input", "images", at=7), BadInput),
        (InterfaceEdit("default", "output", "model", default="1"), BadInput),
        (InterfaceEdit("operation", value="Input"), Conflict),
        (InterfaceEdit("operation", value="np"), Conflict),
    ],
)
def test_what_cannot_be_is_refused(edit: InterfaceEdit, error: type[DeepForgeError]) -> None:
    with pytest.raises(error):
        rewrite(clean(TRAIN), "operations/x.py", edit)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def f(:", BadInput),
        ("x = 1", BadInput),
        ("a\x00b", BadInput),
        ("def f():\n    return " + "(" * 300 + ")" * 300, BadInput),
        ("#" * 3_000_000, TooLarge),
        ("def f(*values):\n    return values", BadInput),
    ],
)
def test_a_source_that_cannot_be_read_is_not_edited(source: str, error: type[DeepForgeError]) -> None:
    with pytest.raises(error):
        rewrite(source, "operations/f.py", InterfaceEdit("add", "input", "x"))


def test_a_reference_is_added_with_the_import_that_its_type_needs() -> None:
    assert edited(TRAIN, deed="add", part="reference", name="loss") == clean(TRAIN).replace(
        "import numpy as np  # arrays\n",
        "import numpy as np  # arrays\nfrom collections.abc import Callable\n",
    ).replace("*, rate: float", "*, loss: Callable, rate: float").replace(
        "        self.rate = rate\n", "        self.rate = rate\n        self.loss = loss\n"
    )
    known = "from typing import Callable\n\n\ndef train(images):\n    return images\n"
    assert edited(known, deed="add", part="reference", name="loss").startswith(
        "from typing import Callable\n\n\ndef train(images, *, loss: Callable):"
    )
    only_class = edited(known, deed="add", part="reference", name="model", annotation="type", default="Net")
    assert "def train(images, *, model: type = Net):" in only_class


def test_a_reference_gets_another_type_that_is_one_another_name_and_is_removed() -> None:
    model = "class A:\n    def __init__(self, model: type):  # which\n        self.model = model\n\n"
    model += "    def execute(self):\n        return self.model()\n"
    wider = edited(model, deed="retype", part="reference", name="model", annotation="Callable | None")
    assert wider == "from collections.abc import Callable\n\n" + model.replace("type)", "Callable | None)")
    renamed = edited(model, deed="rename", part="reference", name="model", value="net")
    assert renamed == model.replace("model", "net")
    assert "model" not in edited(model, deed="remove", part="reference", name="model").partition("execute")[0]
    with pytest.raises(BadInput, match="int is no type of a reference"):
        edited(model, deed="retype", part="reference", name="model", annotation="int")
