"""The digits example as plain classes; as runs it is the story of tests/acceptance/test_digits.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import Shown

STEPS_AN_EPOCH = 23


@pytest.fixture
def digits(inside: Callable[[str], None]) -> tuple[np.ndarray, ...]:
    """The four arrays of LoadDigits. What makes them is imported here, not where tests are collected."""
    pytest.importorskip("sklearn")
    inside("digits")
    from operations.load_digits import LoadDigits

    return tuple(LoadDigits().execute())


def test_digits_are_split_with_the_same_share_of_each_digit(digits: tuple[np.ndarray, ...]) -> None:
    train_images, train_labels, test_images, test_labels = digits
    assert [(array.shape, array.dtype.name) for array in digits] == [
        ((1437, 1, 8, 8), "float32"),
        ((1437,), "int64"),
        ((360, 1, 8, 8), "float32"),
        ((360,), "int64"),
    ]
    assert (train_images.min(), train_images.max(), test_images.min(), test_images.max()) == (0, 1, 0, 1)
    shares = np.bincount(train_labels) / len(train_labels) - np.bincount(test_labels) / len(test_labels)
    assert np.abs(shares).max() < 0.005


def test_training_logs_every_step_and_the_same_seed_gives_the_same_network(
    digits: tuple[np.ndarray, ...], shown: Callable[[], Shown]
) -> None:
    torch = pytest.importorskip("torch")
    from operations.train import Train

    one, two, other = (Train(epochs=1, seed=seed).execute(*digits[:2]) for seed in (3, 3, 4))

    def differs(a: Any, b: Any) -> bool:
        return any(not torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))

    assert not differs(one, two)
    assert differs(one, other)
    assert not one.training
    loss = shown().points["loss"]
    assert [step for step, _ in loss] == [*range(STEPS_AN_EPOCH)] * 3
    assert loss[:STEPS_AN_EPOCH] == loss[STEPS_AN_EPOCH : 2 * STEPS_AN_EPOCH]
    assert loss[0][1] > 2 > 1 > loss[STEPS_AN_EPOCH - 1][1]


def test_evaluation_measures_and_draws_whatever_the_network_answers(
    digits: tuple[np.ndarray, ...], shown: Callable[[], Shown]
) -> None:
    torch = pytest.importorskip("torch")
    from operations.evaluate import Evaluate

    class AlwaysThree(torch.nn.Module):
        def forward(self, images: Any) -> Any:
            return torch.nn.functional.one_hot(torch.full((len(images),), 3), 10).float()

    share_of_threes = float((digits[3] == 3).mean())
    for examples in (24, 5, 0):
        assert Evaluate(examples=examples).execute(AlwaysThree(), *digits[2:]) == share_of_threes

    seen = shown()
    assert [value for _, value in seen.points["test_accuracy"]] == [share_of_threes] * 3
    assert [title for title, _ in seen.figures] == ["Confusion matrix", "The least certain answers"] * 3


def test_a_saved_network_opens_with_pytorch_alone(inside: Callable[[str], None]) -> None:
    torch = pytest.importorskip("torch")
    inside("digits")
    from utils.convnet import make_convnet

    model = make_convnet()
    assert {type(layer).__module__.split(".")[0] for layer in model.modules()} == {"torch"}
    assert model(torch.zeros(2, 1, 8, 8)).shape == (2, 10)
