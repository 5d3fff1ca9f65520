"""What jobs ask for and what machines have."""

from __future__ import annotations

import pytest

from deepforge.core.errors import BadInput
from deepforge.core.resources import Resources, parse_duration, parse_resources, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (0, 0),
        (1024, 1024),
        ("4 GB", 4 * 10**9),
        ("4GiB", 4 * 2**30),
        ("4g", 4 * 2**30),
        ("1.5 KB", 1500),
        ("512", 512),
        ("7 b", 7),
    ],
)
def test_a_size_is_read(text: object, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(90, 90.0), ("90", 90.0), ("30 min", 1800.0), ("1.5h", 5400.0), ("1h30m", 5400.0), ("2 d", 172800.0)],
)
def test_a_duration_is_read(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


def test_every_unit_has_its_size() -> None:
    assert [parse_size(f"1 {unit}") for unit in ("kB", "MB", "GB", "TB")] == [10**3, 10**6, 10**9, 10**12]
    assert [parse_size(f"1 {unit}") for unit in ("KiB", "MiB", "GiB", "TiB")] == [2**10, 2**20, 2**30, 2**40]
    assert [parse_size(f"1{unit}") for unit in "KMGT"] == [2**10, 2**20, 2**30, 2**40]
    assert [parse_duration(f"1 {unit}") for unit in ("s", "sec", "m", "min", "h", "d")] == [
        1,
        1,
        60,
        60,
        3600,
        86400,
    ]


@pytest.mark.parametrize("text", ["", "GB", "4 XB", "-4 GB", "4 GB!", "4..5 GB", True, None, [], -1])
def test_other_text_is_no_size(text: object) -> None:
    with pytest.raises(BadInput, match="is not a size"):
        parse_size(text)


def test_resources_are_read_over_others() -> None:
    base = Resources(cpus=2, retries=3)
    given = {"cpus": 0.5, "gpus": 1, "memory": "4 GB", "timeout": "1 h", "labels": ["a100"]}
    assert parse_resources(given, base) == Resources(0.5, 1, 4 * 10**9, 3600.0, 3, ("a100",))
    assert parse_resources({"timeout": None}, Resources(timeout=3.0)) == Resources()
    assert parse_resources({}) == Resources()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cpu": 2}, "'cpu' is not something a job can ask for\nDid you mean cpus?"),
        ({"cpus": "two"}, "cpus is 'two'\nWrite a number, 0 or more."),
        ({"cpus": True}, "cpus is True\n"),
        ({"gpus": 1.5}, "gpus is 1.5\nWrite a whole number, 0 or more."),
        ({"retries": -1}, "retries is -1\n"),
        ({"retries": float("nan")}, "retries is nan\n"),
        ({"gpus": float("inf")}, "gpus is inf\n"),
        ({"cpus": float("nan")}, "cpus is nan\n"),
        ({"cpus": float("inf")}, "cpus is inf\n"),
        ({"labels": "a100"}, "labels is 'a100'\nWrite a list of words, such as [a100]."),
        ({"labels": 3}, "labels is 3\n"),
        ({"labels": [3]}, "labels is [3]\n"),
        ({"timeout": "soon"}, "'soon' is not a duration\n"),
        ({"memory": float("inf")}, "inf is not a size\n"),
    ],
)
def test_what_cannot_be_asked_for_is_told(given: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_resources(given)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (Resources(), True),
        (Resources(cpus=4, gpus=1, memory=100, labels=("a100",)), True),
        (Resources(cpus=4.5), False),
        (Resources(gpus=2), False),
        (Resources(memory=101), False),
        (Resources(labels=("h200",)), False),
    ],
)
def test_a_job_fits_where_there_is_enough_of_everything(asked: Resources, fits: bool) -> None:
    assert asked.fits(Resources(cpus=4, gpus=1, memory=100, labels=("a100", "fast"))) is fits
