"""What this machine lacks: elsewhere a reason to skip, but where a change is judged it has to be there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the test, saying what is not there; where `CI` is set (every CI does) it fails instead."""
    if os.environ.get("CI", "false") not in ("", "0", "false"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
