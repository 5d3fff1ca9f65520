"""Docstrings, in the styles that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.docstring import Doc, read_doc
from deepforge.core.operation import read_operation

GOOGLE = """Train a network.

It is small.

Args:
    epochs: How many times
        all images are seen.
    rate (float): How fast it learns.

Returns:
    model: The network.
    losses: One for each epoch.
"""
NUMPY = """Train a network.

It is small.

Parameters
----------
epochs : int
    How many times all images are seen.
rate : float
    How fast it learns.

Returns
-------
model : nn.Module
    The network.
losses : list
    One for each epoch.
"""
SPHINX = """Train a network.

It is small.

:param epochs: How many times all images are seen.
:param float rate: How fast it learns.
"""
PARAMETERS = {"epochs": "How many times all images are seen.", "rate": "How fast it learns."}
RESULTS = {"model": "The network.", "losses": "One for each epoch."}


@pytest.mark.parametrize(("text", "results"), [(GOOGLE, RESULTS), (NUMPY, RESULTS), (SPHINX, {})])
def test_every_style_tells_the_parameters(text: str, results: dict[str, str]) -> None:
    assert read_doc(text) == Doc("Train a network.\n\nIt is small.", PARAMETERS, results)


@pytest.mark.parametrize(
    "text",
    ["", "One line.", "A list:\n  - args: of it\n  - more", "Args:", "Note: this is text.\n    for: ever"],
)
def test_a_text_without_sections_stays_as_it_is(text: str) -> None:
    assert read_doc(text).text in (text, "")
    assert read_doc(text).parameters == {}


_LINES = """
Args:|Returns:|Raises:|Parameters|Notes|----------|
:param x: a|:raises E: no|:type:|@param a: b|@return: x|x : int|x (int): a
|*args: more|:|::|.. deprecated:: 1||    deep
""".replace("\n", "").split("|")


@given(
    st.lists(st.one_of(st.sampled_from(_LINES), st.text(max_size=6)), max_size=14),
    st.sampled_from(["\n", "\n    ", " "]),
)
def test_whatever_is_written_is_read(pieces: list[str], between: str) -> None:
    assert isinstance(read_doc(between.join(pieces)), Doc)


def test_nothing_is_said_where_nothing_is_written() -> None:
    assert read_doc(None) == Doc()


def test_an_operation_takes_its_words_from_the_class_its_init_and_execute() -> None:
    source = '''
class Train:
    """Train a network.

    Args:
        epochs: How many times.
    """

    def __init__(self, epochs: int = 3, rate: float = 0.1):
        """
        Args:
            rate: How fast.
        """

    def execute(self, images):
        """
        Args:
            images: What is learned.

        Returns:
            The network.
        """
        model = images
        return model
'''
    found = read_operation(source, "operations/train.py").operation
    assert found is not None
    assert found.doc == "Train a network."
    assert [attribute.doc for attribute in found.attributes] == ["How many times.", "How fast."]
    assert [port.doc for port in (*found.inputs, *found.outputs)] == ["What is learned.", "The network."]
