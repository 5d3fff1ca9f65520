"""Annotations as far as text can tell."""

from __future__ import annotations

import pytest

from deepforge.core.annotation import can_meet, fits, in_words


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        (1, "int"),
        (1, "float"),
        (1.5, "float"),
        (True, "bool"),
        ("x", "str"),
        (None, "None"),
        (None, "int | None"),
        (None, "Optional[int]"),
        (3, "Union[str, int]"),
        (3, "'str | int'"),
        ([1, 2], "list[int]"),
        ([1, None], "List[Optional[int]]"),
        ([], "list[int]"),
        ([1, 2], "tuple[int, int]"),
        ([1, 2, 3], "tuple[int, ...]"),
        ([1, 2], "Sequence[float]"),
        ({"a": 1}, "dict[str, int]"),
        ({"a": [1]}, "Mapping[str, list[int]]"),
        ("sgd", "Literal['sgd', 'adam']"),
        (3, "typing.Literal[1, 2, 3]"),
        ("digits", "Path"),
        ("digits", "pathlib.Path | None"),
        ("2026-11-22", "date"),
        ("2026-11-22T18:30", "datetime.datetime"),
        (1, "Annotated[int, 'how many']"),
        (object(), "Any"),
        ("whatever", "np.ndarray"),
        ("whatever", "Optimizer"),
        ("whatever", "not ! an annotation"),
    ],
)
def test_a_value_fits(value: object, annotation: str) -> None:
    assert fits(value, annotation)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        (1.0, "int"),
        (True, "int"),
        (True, "float"),
        (1, "bool"),
        (1, "str"),
        ("1", "int"),
        (None, "int"),
        ("x", "int | None"),
        ("x", "list[int]"),
        ([1, "x"], "list[int]"),
        ([1, 2, 3], "tuple[int, int]"),
        ([1, "x"], "tuple[int, ...]"),
        ({"a": "x"}, "dict[str, int]"),
        ([], "dict"),
        ("rmsprop", "Literal['sgd', 'adam']"),
        (True, "Literal[1]"),
        (3, "Path"),
        ("tomorrow", "date"),
        ("2026-02-30", "datetime.date | None"),
        ("2026-11-22T18:30", "date"),
        (20261122, "datetime"),
    ],
)
def test_a_value_does_not_fit(value: object, annotation: str) -> None:
    assert not fits(value, annotation)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("int", "int"),
        ("int", "float"),
        ("bool", "int"),
        ("np.ndarray", "numpy.ndarray"),
        ("np.ndarray", "ndarray"),
        ("int", "Any"),
        ("object", "int"),
        ("int | None", "int"),
        ("int", "str | int"),
        ("list[int]", "list"),
        ("list[int]", "list[float]"),
        ("list[int]", "Sequence[str]"),
        ("dict[str, Any]", "dict[str, int]"),
        ("nn.Module", "ConvNet"),
        ("Foo", "int"),
        ("tuple[int, int]", "tuple"),
        ("Literal['a']", "str"),
        ("?", "int"),
    ],
)
def test_two_annotations_can_meet(source: str, target: str) -> None:
    assert can_meet(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("int", "str"),
        ("float", "int"),
        ("str", "list[str]"),
        ("np.ndarray", "torch.Tensor"),
        ("np.ndarray", "int | str"),
        ("pd.DataFrame", "np.ndarray"),
        ("list[int]", "list[str]"),
        ("dict[str, int]", "dict[str, str]"),
        ("dict", "list"),
        ("None", "int"),
        ("Literal['a']", "int"),
        ("int", "Literal['a', 'b']"),
    ],
)
def test_two_annotations_cannot_meet(source: str, target: str) -> None:
    assert not can_meet(source, target)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ("int", "a whole number"),
        ("Optional[float]", "a number or null"),
        ("Literal['sgd', 'adam']", "'sgd' or 'adam'"),
        ("list[int] | str", "list[int] or a text"),
        ("np.ndarray", "np.ndarray"),
        ("pathlib.Path", "a path, as text"),
        ("date | None", "a date, such as 2026-11-22 or null"),
        ("?", "?"),
    ],
)
def test_an_annotation_can_be_said_in_words(annotation: str, words: str) -> None:
    assert in_words(annotation) == words
