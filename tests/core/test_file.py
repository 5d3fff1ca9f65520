"""Files of a project by their paths."""

from __future__ import annotations

import pytest

from deepforge.core.errors import BadInput
from deepforge.core.file import pipeline_path


def test_a_pipeline_lies_in_its_folder() -> None:
    assert pipeline_path("older/train é") == "pipelines/older/train é.yaml"


@pytest.mark.parametrize(
    "name",
    ["", " ", "train ", ".hidden", "sub/.x", "../train", "__pycache__/x", "a:b", "x" * 260, "é" * 150],
)
def test_a_name_that_no_file_can_have_names_no_pipeline(name: str) -> None:
    with pytest.raises(BadInput):
        pipeline_path(name)
