"""Errors, and the hints they give."""

from __future__ import annotations

import pytest

from deepforge.core.errors import (
    AdapterMissing,
    DeepForgeError,
    InvalidPipeline,
    NotFound,
    Unavailable,
    did_you_mean,
    error_classes,
)
from deepforge.core.problem import Place, Problem


def test_an_error_has_a_message_a_hint_and_a_code() -> None:
    error = NotFound("There is no run x.", "Look at the list.")
    assert (error.message, error.hint, error.code) == ("There is no run x.", "Look at the list.", "not_found")
    assert str(error) == "There is no run x.\nLook at the list."
    assert str(NotFound("There is no run x.")) == "There is no run x."


def test_an_invalid_pipeline_carries_its_problems() -> None:
    problem = Problem("acyclic", "It goes in a circle.", Place(), "Remove a connection.")
    assert InvalidPipeline("train cannot be run.", problems=[problem]).problems == (problem,)


def test_every_error_is_found_by_its_code() -> None:
    classes = error_classes()
    assert (classes["adapter_missing"], classes["error"]) == (AdapterMissing, DeepForgeError)
    assert issubclass(classes["adapter_missing"], Unavailable)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("Trian", ["Train", "Test"], "Did you mean Train?"),
        ("train", ["Train", "Test"], "Did you mean Train?"),
        ("TRAIN", ["Train", "Test"], "Did you mean Train?"),
        ("epoch", ["epochs", "epoch_size"], "Did you mean epochs or epoch_size?"),
        ("zzz", ["a", "b"], "There is a, b."),
        ("zzz", [], None),
        (
            "zzz",
            [f"name{n}" for n in range(9)],
            "There are 9, among them name0, name1, name2, name3, name4, name5, name6, name7.",
        ),
    ],
)
def test_the_nearest_names_are_the_hint(name: str, known: list[str], hint: str | None) -> None:
    assert did_you_mean(name, known) == hint
