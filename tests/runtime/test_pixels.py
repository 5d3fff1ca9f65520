"""Pixels: pictures from arrays and tensors."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from deepforge.runtime import pixels

image_module: Any = pytest.importorskip("PIL.Image")


def back(value: Any) -> tuple[str, Any]:
    with image_module.open(io.BytesIO(pixels.to_png(value))) as image:
        return image.mode, np.asarray(image)


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_bytes_are_taken_as_they_are(channels: int, mode: str) -> None:
    array = np.arange(5 * 6 * channels, dtype=np.uint8).reshape(5, 6, channels)
    read_mode, read = back(array)
    assert read_mode == mode
    np.testing.assert_array_equal(read.reshape(array.shape), array)


def test_without_channels_it_is_grey() -> None:
    array = np.arange(30, dtype=np.uint8).reshape(5, 6)
    assert back(array)[0] == "L"
    np.testing.assert_array_equal(back(array)[1], array)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0.0, 0.5, 1.0]], [[0, 128, 255]]),
        ([[0.25, 0.75]], [[64, 191]]),
        ([[-1.0, 0.0, 1.0]], [[0, 128, 255]]),
        ([[10.0, 20.0]], [[0, 255]]),
        ([[7.0, 7.0]], [[0, 0]]),
        ([[np.nan, 1.0, np.inf]], [[0, 255, 0]]),
        ([[False, True]], [[0, 255]]),
    ],
)
def test_other_numbers_are_stretched_unless_they_lie_between_0_and_1(values: Any, expected: Any) -> None:
    assert back(np.array(values))[1].tolist() == expected


def test_whole_numbers_are_stretched_too() -> None:
    assert back(np.array([[0, 1000], [500, 250]]))[1].tolist() == [[0, 255], [128, 64]]


def test_tensors_have_their_channels_first_and_arrays_last_when_both_are_possible() -> None:
    torch = pytest.importorskip("torch")
    values = np.random.default_rng(0).integers(0, 255, (3, 5, 3)).astype(np.uint8)
    np.testing.assert_array_equal(back(values)[1], values)
    np.testing.assert_array_equal(back(torch.from_numpy(values))[1], np.moveaxis(values, 0, -1))


def test_channels_first_are_known_in_arrays_when_last_is_not_possible() -> None:
    values = np.random.default_rng(0).integers(0, 255, (3, 5, 6)).astype(np.uint8)
    np.testing.assert_array_equal(back(values)[1], np.moveaxis(values, 0, -1))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "uint8"])
def test_tensors_of_any_dtype_that_require_gradients_or_not_are_pictures(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.ones(4, 5).to(getattr(torch, dtype))
    if tensor.is_floating_point():
        tensor.requires_grad_()
    assert back(tensor)[1].tolist() == [[1 if dtype == "uint8" else 255] * 5] * 4


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4, 5), (0, 5), (5, 6, 7), (5, 0, 3)])
def test_what_has_another_shape_is_no_picture(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="is no picture"):
        pixels.to_png(np.zeros(shape))


def test_what_has_other_values_is_no_picture() -> None:
    with pytest.raises(ValueError, match="complex128"):
        pixels.to_png(np.zeros((2, 2), dtype=complex))
