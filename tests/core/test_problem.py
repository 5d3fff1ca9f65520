"""Problems and their places."""

from __future__ import annotations

import pytest

from deepforge.core.problem import Place, Problem, errors_of


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("operations/train.py"), "operations/train.py"),
        (Place("operations/train.py", 3), "operations/train.py:3"),
        (Place("pipelines/train.yaml", 3, "train", "epochs"), "pipelines/train.yaml:3 (train.epochs)"),
        (Place(node="train"), "train"),
        (Place(line=3), ""),
    ],
)
def test_a_place_is_shown_as_far_as_it_is_known(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_is_shown_with_its_place_and_hint() -> None:
    assert str(Problem("syntax", "This is not Python.", Place(), "Correct it.")) == (
        "This is not Python. Correct it."
    )
    assert str(Problem("syntax", "This is not Python.", Place("a.py", 3), "Correct it.")) == (
        "a.py:3: This is not Python. Correct it."
    )


def test_a_problem_names_its_file_once_and_ends_its_sentence_before_the_hint() -> None:
    message = "a.yaml:3 is not YAML: expected ',' but got ':'"
    assert str(Problem("yaml", message, Place("a.yaml"), "Look there.")) == f"{message}. Look there."


def test_warnings_forbid_nothing() -> None:
    error, warning = Problem("a", "A.", Place(), "Do a."), Problem("b", "B.", Place(), "Do b.", "warning")
    assert errors_of([error, warning]) == [error]
