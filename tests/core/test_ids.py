"""Names of things."""

from __future__ import annotations

import pytest

from deepforge.core.ids import JobId, attempt_key, is_digest, is_ulid, ulid


def test_a_ulid_is_time_and_chance_in_26_letters() -> None:
    assert ulid(0, bytes(10)) == "0" * 26
    assert ulid((1 << 48) - 1, b"\xff" * 10) == "7" + "Z" * 25
    assert ulid(1469918176385, bytes(10)) == "01ARYZ6S41" + "0" * 16


def test_ulids_sort_by_time() -> None:
    assert ulid(1, b"\xff" * 10) < ulid(2, bytes(10))


def test_a_ulid_takes_48_bits_of_time_and_10_bytes_of_chance() -> None:
    with pytest.raises(ValueError, match="48 bits"):
        ulid(1 << 48, bytes(10))
    with pytest.raises(ValueError, match="48 bits"):
        ulid(-1, bytes(10))
    with pytest.raises(ValueError, match="10 random bytes, not 9"):
        ulid(0, bytes(9))


@pytest.mark.parametrize("text", ["", "0" * 25, "8" + "0" * 25, "U" * 26, "0" * 25 + "l"])
def test_other_text_is_no_ulid(text: str) -> None:
    assert is_ulid("01ARYZ6S41TSV4RRFFQ69G5FAV")
    assert not is_ulid(text)


@pytest.mark.parametrize("text", ["", "a" * 63, "A" * 64, "g" * 64])
def test_other_text_is_no_digest(text: str) -> None:
    assert is_digest("0f" * 32)
    assert not is_digest(text)


def test_an_attempt_is_named_by_its_job_and_its_fence() -> None:
    job = JobId("01ARYZ6S41TSV4RRFFQ69G5FAV")
    assert attempt_key(job, 3) == "01ARYZ6S41TSV4RRFFQ69G5FAV.3"
