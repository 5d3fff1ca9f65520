"""The data directory: one owner, and files that may be damaged but never mislead."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deepforge.core.errors import AlreadyRunning, InvalidSetting, NoSpace, Unavailable
from deepforge.store.data_directory import DataDirectory, ServerFile
from tests.support.disk import small_disk

SERVER = ServerFile("http://127.0.0.1:8888", 4711, "2026-01-02T03:04:05.678Z", "dfx_secret")


@pytest.fixture
def data(home: Path) -> DataDirectory:
    found = DataDirectory(home)
    found.prepare()
    return found


def test_preparing_makes_folders_that_only_their_owner_may_enter(home: Path) -> None:
    data = DataDirectory(home)
    data.prepare()
    data.prepare()
    folders = (data.home, data.blobs, data.projects, data.worker)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 4
    assert data.database_url == f"sqlite:///{home}/deepforge.db"


def test_a_directory_that_cannot_be_made_is_said_not_to_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be written") as caught:
        DataDirectory(tmp_path / "file" / "home").prepare()
    assert "DEEPFORGE_HOME" in (caught.value.hint or "")


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    data = DataDirectory(tmp_path / "home")
    for use in (data.prepare, data.read_config):
        with pytest.raises(Unavailable, match="home is a file, and the data directory has to be") as caught:
            use()
        assert caught.value.hint == "Move it away, or set DEEPFORGE_HOME to a folder."


def test_a_folder_in_place_of_the_server_file_is_named_and_left_alone(data: DataDirectory) -> None:
    data.server_file.mkdir()
    for write in (data.prepare, lambda: data.write_server(SERVER), lambda: data.mend_server(SERVER)):
        with pytest.raises(Unavailable, match=r"server\.json is a folder") as caught:
            write()
        assert caught.value.hint == "Move it away."
    data.remove_server()
    assert data.server_file.is_dir()
    assert not list(data.home.glob(".server-*"))


def test_what_the_server_says_can_be_read_by_its_owner_only(data: DataDirectory) -> None:
    data.write_server(SERVER)
    assert stat.S_IMODE(data.server_file.stat().st_mode) == 0o600
    assert json.loads(data.server_file.read_text()) == {
        "url": "http://127.0.0.1:8888",
        "pid": 4711,
        "started": "2026-01-02T03:04:05.678Z",
        "token": "dfx_secret",
    }
    data.remove_server()
    data.remove_server()
    assert not data.server_file.exists()


def test_a_full_disk_leaves_the_server_file_as_it_was(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        data = DataDirectory(disk)
        data.prepare()
        data.write_server(SERVER)
        written = data.server_file.read_bytes()
        with (disk / "filler").open("wb", buffering=0) as filler:
            fill(filler.fileno())
        with pytest.raises(NoSpace, match="is full"):
            data.write_server(ServerFile("http://other", 1, "", "x" * 10_000))
        assert data.server_file.read_bytes() == written
        assert list(disk.glob(".server-*")) == []


def fill(descriptor: int) -> None:
    size = 65536
    while size:
        try:
            os.write(descriptor, b"x" * size)
        except OSError:
            size //= 2


def test_only_one_process_owns_the_directory(data: DataDirectory) -> None:
    with data.lock():
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}") as caught:
            data.lock()
        assert "DEEPFORGE_HOME" in (caught.value.hint or "")
    data.lock().release()


def test_the_lock_of_a_process_that_was_killed_is_free(data: DataDirectory) -> None:
    hold = (
        "import sys, time\nfrom pathlib import Path\n"
        "from deepforge.store.data_directory import DataDirectory\n"
        "lock = DataDirectory(Path(sys.argv[1])).lock(); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, str(data.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {other.pid}"):
            data.lock()
        other.kill()
        other.wait()
    lock = data.lock()
    lock.release()
    lock.release()


def test_settings_are_read_as_text_and_a_damaged_file_is_named(data: DataDirectory) -> None:
    assert data.read_config() is None
    data.config.write_text('port = 9000\nname = "é"\n')
    assert data.read_config() == 'port = 9000\nname = "é"\n'
    data.config.write_bytes(b"port = \xff")
    with pytest.raises(InvalidSetting, match=r"config\.toml"):
        data.read_config()


def test_the_owner_of_a_directory_that_was_removed_holds_nothing_any_more(data: DataDirectory) -> None:
    with data.lock() as lock:
        assert lock.holds()
        (data.home / "server.lock").unlink()
        assert not lock.holds()
        with data.lock() as other:  # somebody made it again
            assert (lock.holds(), other.holds()) == (False, True)
