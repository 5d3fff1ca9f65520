"""The first line of code that means something else."""

from __future__ import annotations

import pytest

from deepforge.core.difference import changed_line

CODE = """import numpy


class Train:
    def __init__(self, rate=0.1):
        self.rate = rate

    def execute(self, images):
        for image in images:
            self.rate += 1
        return images
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("", "", None),
        ("import numpy", "# about\nimport   numpy", None),
        ("self.rate += 1", "self.rate += 2", 10),
        ("rate=0.1", "rate=1", 5),
        ("        return images\n", "        images = images[1:]\n        return images\n", 11),
        ("            self.rate += 1\n", "            pass\n", 10),
        ("        return images\n", "", 9),
        ("        return images\n", "        return images\n\n\ndef more():\n    pass\n", 14),
        ("        return images\n", "        return images (\n", 11),
    ],
    ids=["same", "comment", "number", "default", "inserted", "replaced", "removed", "added", "no Python"],
)
def test_the_line_is_told(old: str, new: str, line: int | None) -> None:
    now = CODE.replace(old, new) if old else CODE
    assert changed_line(CODE, now) == line
