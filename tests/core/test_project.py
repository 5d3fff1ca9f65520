"""What stands in a project's deepforge.toml."""

from __future__ import annotations

import pytest

from deepforge.core.errors import InvalidProject
from deepforge.core.project import ProjectSettings, read_project_settings


def test_the_settings_of_a_project_are_read() -> None:
    text = 'name = "digits"\ndescription = "Learn digits"\npreload = ["numpy"]\nenvironment = "deps.txt"'
    assert read_project_settings(text) == ProjectSettings("digits", "Learn digits", ("numpy",), "deps.txt")


def test_an_empty_file_says_nothing() -> None:
    assert read_project_settings("") == ProjectSettings(None, "", None, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "deepforge.toml cannot be read: Invalid value (at end of document)."),
        ("nmae = 'x'", "deepforge.toml says nmae, which is no setting of a project.\nDid you mean name?"),
        ("name = 3", "deepforge.toml: name is 3.\nWrite a text in quotation marks."),
        ("name = ' '", "deepforge.toml: name is ' '.\nWrite a text in quotation marks."),
        (
            "preload = 'numpy'",
            "deepforge.toml: preload is 'numpy'.\nWrite a list of modules, such as [\"numpy\"].",
        ),
    ],
)
def test_what_cannot_be_used_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProject) as raised:
        read_project_settings(text)
    assert str(raised.value).startswith(message)
