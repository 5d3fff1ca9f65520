"""Bodies of requests."""

from __future__ import annotations

import pytest

from deepforge.core.errors import BadInput
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from deepforge.server.body import DEEPEST, decode


def test_a_body_becomes_a_fact() -> None:
    data = b'{"project": "P", "pipeline": "train", "attributes": {"train": {"epochs": 5, "name": null}}}'
    expected = RunRequest(ProjectId("P"), "train", {"train": {"epochs": 5, "name": None}})
    assert decode(data, RunRequest) == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "missing required field `project`"),
        (b"[]", "not a JSON object"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"project": "P", "pipeline": NaN}', "not JSON"),
        (b'{"project": "P", "pipeline": "p", "attributes": {"a": {"b": 1e999}}}', "not JSON"),
        (b'{"project": "P", "pipeline": "p", "cache": "yes"}', "Expected `bool`"),
        (b'{"project": "P", "pipeline": 3}', "Expected `str`"),
        (b'{"project": "P", "pipelin": "p"}', "'pipelin', which means nothing here"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not JSON"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        decode(data, RunRequest)
    assert message in str(caught.value)


def test_values_may_not_be_nested_without_bottom() -> None:
    nested = b"[" * DEEPEST + b"]" * DEEPEST
    with pytest.raises(BadInput, match="nested more than 64 deep"):
        decode(b'{"project": "P", "pipeline": "p", "attributes": {"a": {"b": ' + nested + b"}}}", RunRequest)


def test_a_mistyped_word_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadInput) as caught:
        decode(b'{"pipelin": "train"}', RunRequest)
    assert caught.value.hint == "Did you mean pipeline?"
