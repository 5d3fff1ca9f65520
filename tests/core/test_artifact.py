"""References to artifacts."""

from __future__ import annotations

import pytest

from deepforge.core.artifact import parse_artifact_reference
from deepforge.core.errors import BadInput


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("digits", ("digits", None)),
        ("digits@3", ("digits", 3)),
        ("my model (new)", ("my model (new)", None)),
        ("ann@home@12", ("ann@home", 12)),
        ("x" * 200, ("x" * 200, None)),
    ],
)
def test_a_reference_is_a_name_and_perhaps_a_version(text: str, parsed: tuple[str, int | None]) -> None:
    assert parse_artifact_reference(text) == parsed


@pytest.mark.parametrize("text", ["", "a/b", "a\\b", "a\nb", "x" * 201, ".", "..", "@3", "..@1"])
def test_other_text_names_no_artifact(text: str) -> None:
    with pytest.raises(BadInput, match="cannot name an artifact"):
        parse_artifact_reference(text)


@pytest.mark.parametrize("text", ["digits@", "digits@0", "digits@-1", "digits@new", "digits@1.5"])
def test_a_version_is_a_positive_whole_number(text: str) -> None:
    with pytest.raises(BadInput, match="names no version"):
        parse_artifact_reference(text)
