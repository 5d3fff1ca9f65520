"""`deepforge.log`: one point of each metric it names."""

from __future__ import annotations

import errno
import math
import os
import warnings
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import deepforge
from deepforge.runtime import log as log_module
from tests.runtime.reading import points


@pytest.fixture(autouse=True)
def fresh_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "_counters", {})


def test_a_point_has_a_step_and_a_value_of_each_metric(local: Path) -> None:
    deepforge.log(step=3, loss=0.5, accuracy=1)
    deepforge.log(step=3.5, loss=0.25, accuracy=True)
    assert points(local) == [
        (("loss", "accuracy"), 3.0, (0.5, 1.0)),
        (("loss", "accuracy"), 3.5, (0.25, 1.0)),
    ]


def test_without_a_step_each_set_of_names_counts_for_itself_whatever_the_order(local: Path) -> None:
    deepforge.log(a=1.0, b=2.0)
    deepforge.log(b=3.0, a=4.0)
    deepforge.log(a=5.0)
    deepforge.log(a=6.0, b=7.0)
    assert points(local) == [
        (("a", "b"), 0.0, (1.0, 2.0)),
        (("b", "a"), 1.0, (3.0, 4.0)),
        (("a",), 0.0, (5.0,)),
        (("a", "b"), 2.0, (6.0, 7.0)),
    ]


def test_names_may_be_any_text(local: Path) -> None:
    deepforge.log(step=0, **{"train/loss": 1.0, "häß \ud800": 2.0, "": 3.0})
    assert points(local) == [(("train/loss", "häß \ud800", ""), 0.0, (1.0, 2.0, 3.0))]


def test_values_that_are_not_finite_are_kept(local: Path) -> None:
    deepforge.log(step=0, a=math.inf, b=-math.inf, c=math.nan)
    ((_, _, values),) = points(local)
    assert values[:2] == (math.inf, -math.inf)
    assert math.isnan(values[2])


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float32(2), np.int64(2), np.array(2.0), np.array([[2]]), Decimal(2), Fraction(2)]
)
def test_whatever_is_one_number_can_be_logged(local: Path, value: Any) -> None:
    deepforge.log(step=value, a=value)
    assert points(local) == [(("a",), 2.0, (2.0,))]


def test_tensors_can_be_logged_without_a_warning_even_when_they_require_a_gradient(local: Path) -> None:
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = (torch.ones(3, requires_grad=True) * 2).mean()
        deepforge.log(step=torch.tensor(4), loss=loss, half=torch.tensor([1.5], dtype=torch.bfloat16))
    assert points(local) == [(("loss", "half"), 4.0, (2.0, 1.5))]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.5", "loss is str '0.5', which is not one number"),
        (None, "loss is NoneType None, which is not one number"),
        ([1.0], "loss is list [1.0], which is not one number"),
        (1j, "loss is complex 1j, which is not one number"),
        (np.zeros((2, 3)), "loss is numpy.ndarray of shape (2, 3), which is not one number"),
        (10**400, "loss is int 1" + "0" * 79 + ", which is not one number"),
        pytest.param(10**5000, "loss is int of too many digits, which is not one number", id="many digits"),
    ],
)
def test_what_is_not_one_number_is_an_error_that_names_the_metric(
    local: Path, value: Any, message: str
) -> None:
    with pytest.raises(TypeError) as raised:
        deepforge.log(step=0, accuracy=1.0, loss=value)
    assert str(raised.value) == message


def test_metrics_may_come_as_a_dictionary(local: Path) -> None:
    deepforge.log({"train/loss": 1.0, "step": 7}, step=3)
    deepforge.log({"a": 1.0}, 4, b=2.0)
    deepforge.log(5, a=1.0)
    deepforge.log(MappingProxyType({"a": 1.0}))
    deepforge.log(a=2.0)
    assert points(local) == [
        (("train/loss", "step"), 3.0, (1.0, 7.0)),
        (("a", "b"), 4.0, (1.0, 2.0)),
        (("a",), 5.0, (1.0,)),
        (("a",), 0.0, (1.0,)),
        (("a",), 1.0, (2.0,)),
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: deepforge.log({"loss": {"train": 1.0}}),
            "loss is dict {'train': 1.0}, which is not one number",
        ),
        (lambda: deepforge.log({1: 2.0}), "metrics are named by text, not by int 1"),
        (lambda: deepforge.log(3, step=4, loss=1.0), "log() takes one step, not both int 3 and int 4"),
        (lambda: deepforge.log([("loss", 1.0)]), "step is list [('loss', 1.0)], which is not one number"),
    ],
)
def test_what_cannot_be_told_apart_is_an_error(local: Path, call: Callable[[], None], message: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert str(raised.value) == message
    assert not (local / "journal").exists() or points(local) == []


@pytest.mark.parametrize("step", [10**400, -(10**400)], ids=["positive", "negative"])
def test_a_step_that_is_too_large_for_a_number_is_an_error_about_the_step(local: Path, step: int) -> None:
    with pytest.raises(TypeError) as raised:
        deepforge.log(step=step, loss=1.0)
    assert str(raised.value) == f"step is int {repr(step)[:80]}, which is not one number"
    deepforge.log(step=10**300, loss=1.0)
    assert points(local) == [(("loss",), 1e300, (1.0,))]


def test_nothing_to_log_writes_nothing(local: Path) -> None:
    deepforge.log(step=1)
    deepforge.log()
    assert not (local / "journal").exists() or points(local) == []


def test_a_full_disk_is_raised(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deepforge.log(step=0, loss=1.0)

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            deepforge.log(step=1, loss=1.0)
    deepforge.log(step=2, loss=1.0)
    assert [x for _, x, _ in points(local)] == [0.0, 2.0]
