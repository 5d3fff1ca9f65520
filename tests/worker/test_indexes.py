"""Where uv looks for packages: where the person has told it, or else pip."""

from __future__ import annotations

from pathlib import Path

from deepforge.worker.indexes import pip_config_files, read_pip_config, uv_environment

NO_FILES = {"PIP_CONFIG_FILE": "/dev/null"}


def test_settings_of_pip_are_passed_on() -> None:
    given = {
        **NO_FILES,
        "PIP_FIND_LINKS": "/a /b",
        "PIP_INDEX_URL": "https://i",
        "PIP_EXTRA_INDEX_URL": "https://j https://k",
    }
    told = uv_environment(given)
    assert {name: value for name, value in told.items() if name.startswith("UV_")} == {
        "UV_FIND_LINKS": "/a,/b",
        "UV_DEFAULT_INDEX": "https://i",
        "UV_EXTRA_INDEX_URL": "https://j https://k",
    }


def test_settings_of_uv_come_first() -> None:
    given = {
        **NO_FILES,
        "PIP_INDEX_URL": "https://i",
        "UV_INDEX_URL": "https://u",
        "UV_FIND_LINKS": "/u",
        "PIP_FIND_LINKS": "/p",
    }
    told = uv_environment(given)
    assert {name: value for name, value in told.items() if name.startswith("UV_")} == {
        "UV_INDEX_URL": "https://u",
        "UV_FIND_LINKS": "/u",
    }


def test_nothing_of_ours_and_nothing_that_names_another_environment_is_passed_on() -> None:
    given = {
        **NO_FILES,
        "DEEPFORGE_HOME": "/h",
        "PYTHONPATH": "/p",
        "VIRTUAL_ENV": "/v",
        "UV_PYTHON": "3.9",
        "PATH": "/bin",
    }
    assert uv_environment(given) == {**NO_FILES, "PATH": "/bin"}


def test_files_of_pip_are_read_the_nearest_last(tmp_path: Path) -> None:
    weak, strong, broken = tmp_path / "weak", tmp_path / "strong", tmp_path / "broken"
    weak.write_text("[global]\nfind-links =\n    /a\n    /b\nindex-url = https://weak\n")
    strong.write_text("[install]\nindex-url = https://strong\n")
    broken.write_text("no section\n")
    files = [weak, tmp_path / "missing", broken, strong]
    assert read_pip_config(files) == {"find-links": "\n/a\n/b", "index-url": "https://strong"}


def test_files_are_where_pip_has_them() -> None:
    files = pip_config_files({"HOME": "/home/a", "PIP_CONFIG_FILE": "/x/pip.conf"})
    assert files[-3:] == [
        Path("/home/a/.pip/pip.conf"),
        Path("/home/a/.config/pip/pip.conf"),
        Path("/x/pip.conf"),
    ]
