"""`deepforge stop` where the server cannot be asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepforge.store.data_directory import DataDirectory
from tests.cli.conftest import Call

HOLD = (
    "import sys, time\nfrom pathlib import Path\n"
    "from deepforge.store.data_directory import DataDirectory\n"
    "lock = DataDirectory(Path(sys.argv[1])).lock(); print('held', flush=True); time.sleep(600)"
)


@pytest.fixture
def owner(home: Path) -> Iterator[int]:
    """A process that owns the data directory and answers nobody."""
    DataDirectory(home).prepare()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process.pid
        process.kill()


def test_without_a_server_there_is_nothing_to_stop(deepforge: Call, home: Path) -> None:
    assert deepforge("stop").out == "No server is running.\n"
    assert deepforge("stop", "--json").json() == {"stopped": False, "home": str(home)}


@pytest.mark.parametrize("left", [None, '{"url": "htt', "[]"])
def test_one_that_cannot_be_found_is_ended_by_the_number_in_its_lock(
    deepforge: Call, home: Path, owner: int, left: str | None
) -> None:
    if left is not None:
        (home / "server.json").write_text(left)
    answer = deepforge("stop")
    assert (answer.code, answer.out) == (0, f"Stopped the server (process {owner})\n")
    assert answer.err == (
        f"The server (process {owner}) cannot be found by {home}/server.json; "
        "it is asked to end by a signal.\n"
    )
    assert deepforge("stop").out == "No server is running.\n"


def test_one_that_does_not_answer_is_ended_too(deepforge: Call, home: Path, owner: int) -> None:
    card = f'{{"url": "http://127.0.0.1:9", "pid": {owner}, "started": "", "token": "x"}}'
    (home / "server.json").write_text(card)
    found = deepforge("stop", "--json").json()
    assert found == {"stopped": True, "home": str(home), "url": None, "pid": owner}
