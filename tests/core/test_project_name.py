"""Names of projects."""

from __future__ import annotations

import pytest

from deepforge.core.errors import BadInput, Conflict
from deepforge.core.project_name import folder_of_name, free_name, parse_project_name, refuse_taken


@pytest.mark.parametrize(
    "name", ["digits", "Ziffern für Anfänger", "数字", "🖋 pens", "👩‍🔬 lab", "a" * 100, "v1.2 (old)"]
)
def test_people_call_projects_as_they_like(name: str) -> None:
    assert parse_project_name(f"  {name} ") == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("a" * 300, "300 letters"),
        ("../digits", "looks like a path"),
        ("a/b", "looks like a path"),
        ("a\\b", "looks like a path"),
        (".hidden", "looks like a path"),
        ("two\nlines", "cannot be shown"),
        ("\x00", "cannot be shown"),
    ],
)
def test_a_name_that_cannot_be_used_is_told_with_what_to_do(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        parse_project_name(name)
    assert caught.value.hint


def test_a_name_that_another_has_is_refused_with_one_that_is_free() -> None:
    with pytest.raises(Conflict, match="There is a project Digits already") as caught:
        refuse_taken("digits", ["Digits", "digits-2"])
    assert caught.value.hint == "Open that one, or call this one digits-3."
    assert len(free_name("a" * 100, ["a" * 100])) == 100


@pytest.mark.parametrize(
    ("name", "folder"),
    [("digits", "digits"), ("A & b", "A-b"), ("🖋", "project"), ("数字", "数字"), ("é" * 90, "é" * 30)],
)
def test_a_folder_is_called_like_its_project_as_far_as_folders_can_be(name: str, folder: str) -> None:
    assert folder_of_name(name) == folder
