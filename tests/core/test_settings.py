"""Settings: what they are, and where each value comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deepforge.core.errors import InvalidSetting
from deepforge.core.settings import (
    Settings,
    as_text,
    describe,
    flag_of,
    read_home,
    read_settings,
    variable_of,
)

HOME = {"HOME": "/homes/ann"}


def test_the_defaults_hold_when_nothing_is_said() -> None:
    resolved = read_settings(None, HOME)
    assert resolved.settings == Settings(home=Path("/homes/ann/.deepforge"))
    assert set(resolved.sources.values()) == {"default"}


def test_a_flag_wins_over_a_variable_over_the_file_over_the_default() -> None:
    text = "port = 1\nslots = 2\nhost = '0.0.0.0'"
    environ = HOME | {"DEEPFORGE_PORT": "3", "DEEPFORGE_SLOTS": "4"}
    resolved = read_settings(text, environ, {"port": 5, "slots": None})
    settings, sources = resolved.settings, resolved.sources
    assert (settings.host, settings.slots, settings.port, settings.log_level) == ("0.0.0.0", 4, 5, "info")
    assert [sources[name] for name in ("host", "slots", "port", "log_level")] == [
        "config.toml",
        "DEEPFORGE_SLOTS",
        "--port",
        "default",
    ]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("home", "/data/deepforge", Path("/data/deepforge")),
        ("home", "~/forge", Path("/homes/ann/forge")),
        ("port", " 0 ", 0),
        ("lease_seconds", "45", 45.0),
        ("open_browser", "no", False),
        ("open_browser", "TRUE", True),
        ("preload", "numpy, torch scipy", ("numpy", "torch", "scipy")),
        ("preload", "", ()),
        ("storage", "", ""),
        ("storage", "s3://bucket/folder", "s3://bucket/folder"),
    ],
)
def test_a_variable_is_read_as_the_kind_of_its_setting(name: str, text: str, value: Any) -> None:
    resolved = read_settings(None, HOME | {variable_of(name): text})
    assert getattr(resolved.settings, name) == value
    assert resolved.sources[name] == variable_of(name)


def test_an_empty_variable_counts_as_not_given_where_empty_means_nothing() -> None:
    empty = {variable_of(name): "" for name in ("home", "port", "lease_seconds", "open_browser")}
    assert read_settings(None, HOME | empty) == read_settings(None, HOME)


def test_variables_that_name_no_setting_are_left_aside() -> None:
    assert read_settings(None, HOME | {"DEEPFORGE_JOB_DIR": "/tmp/job"}) == read_settings(None, HOME)


def test_the_file_holds_every_kind_of_value() -> None:
    text = 'port = 0\nlease_seconds = 60\nopen_browser = false\npreload = ["numpy"]\nstorage = "s3://bucket"'
    settings = read_settings(text, HOME).settings
    assert (settings.port, settings.lease_seconds, settings.open_browser) == (0, 60.0, False)
    assert (settings.preload, settings.storage) == (("numpy",), "s3://bucket")


@pytest.mark.parametrize(
    ("text", "environ", "flags", "message"),
    [
        ("port = 'x'", {}, {}, "port is 'x' (config.toml).\nGive a whole number."),
        ("port = 1.5", {}, {}, "port is 1.5 (config.toml).\nGive a whole number."),
        ("port = true", {}, {}, "port is True (config.toml).\nGive a whole number."),
        ("port = 70000", {}, {}, "port is 70000 (config.toml).\nGive a number from 0 to 65535."),
        ("", {"DEEPFORGE_PORT": "80a"}, {}, "port is '80a' (DEEPFORGE_PORT).\nGive a whole number."),
        ("", {}, {"slots": -1}, "slots is -1 (--slots).\nGive a number from 0 to 1024."),
        (
            "",
            {"DEEPFORGE_OPEN_BROWSER": "maybe"},
            {},
            "open_browser is 'maybe' (DEEPFORGE_OPEN_BROWSER).\nGive true or",
        ),
        ("lease_seconds = true", {}, {}, "lease_seconds is True (config.toml).\nGive a number."),
        ("lease_seconds = nan", {}, {}, "lease_seconds is nan (config.toml).\nGive a number."),
        (
            "lease_seconds = 5",
            {},
            {},
            "lease_seconds is 5.0 (config.toml).\nGive more than heartbeat_seconds, which is 10.",
        ),
        (
            "heartbeat_seconds = 0",
            {},
            {},
            "heartbeat_seconds is 0.0 (config.toml).\nGive more than 0 seconds.",
        ),
        (
            "log_level = 'loud'",
            {},
            {},
            "log_level is 'loud' (config.toml).\nGive one of debug, info, warning, error.",
        ),
        ("host = ' '", {}, {}, "host is ' ' (config.toml).\nGive an address, such as 127.0.0.1."),
        (
            "public_url = 'forge.example.org'",
            {},
            {},
            "public_url is 'forge.example.org' (config.toml).\nGive an address without a path, such as https://",
        ),
        ("", {}, {"public_url": "https://a.example/forge"}, "public_url is 'https://a.example/forge'"),
        ("preload = [1]", {}, {}, "preload is [1] (config.toml).\nGive a list of texts."),
        ("prot = 1", {}, {}, "There is no setting prot (config.toml).\nDid you mean port?"),
        (
            "port = = 1",
            {},
            {},
            "/homes/ann/.deepforge/config.toml, line 1 cannot be read: port = = 1 (Invalid value).",
        ),
        (
            "home = '/x'",
            {},
            {},
            "home cannot stand in config.toml, which lies in it.\nSet DEEPFORGE_HOME instead.",
        ),
        ("", {}, {"prot": 1}, "There is no setting prot.\nDid you mean port?"),
    ],
)
def test_an_unusable_value_is_told_with_its_name_and_source(
    text: str, environ: dict[str, str], flags: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidSetting) as raised:
        read_settings(text, HOME | environ, flags)
    assert str(raised.value).startswith(message)


def test_a_heartbeat_may_be_short_and_a_lease_just_longer() -> None:
    settings = read_settings(
        "heartbeat_seconds = 0.01\nlease_seconds = 0.02\nport = 65535\nslots = 1024", HOME
    ).settings
    assert (settings.heartbeat_seconds, settings.lease_seconds) == (0.01, 0.02)


def test_the_home_is_known_before_its_file_is_read() -> None:
    environ = HOME | {"DEEPFORGE_HOME": "/data", "DEEPFORGE_PORT": "nonsense"}
    assert read_home(environ) == Path("/data")
    assert read_home(environ, {"home": Path("/other")}) == Path("/other")
    assert read_home(HOME) == Path("/homes/ann/.deepforge")


def test_a_home_that_is_named_from_here_is_the_same_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for given in ("data", "./data", "more/../data"):
        assert read_home(HOME | {"DEEPFORGE_HOME": given}) == tmp_path / "data"


def test_every_setting_is_described() -> None:
    described = {setting.name: setting for setting in describe()}
    assert list(described) == list(Settings.__dataclass_fields__)
    port = described["port"]
    assert (port.type, port.default, port.variable) == ("whole number", "8888", "DEEPFORGE_PORT")
    assert port.help == "The port the server listens on; 0 takes any that is free."
    assert described["home"].default == '"~/.deepforge"'
    assert described["lease_seconds"].default == "30"
    assert described["open_browser"].default == "true"
    assert all(setting.help.endswith(".") for setting in described.values())


def test_a_value_is_written_as_in_the_file() -> None:
    assert as_text(("a", 'b"c')) == '["a", "b\\"c"]'
    assert (as_text(0.5), as_text(True), as_text(False), as_text(())) == ("0.5", "true", "false", "[]")


def test_a_setting_has_a_variable_and_a_flag() -> None:
    assert (variable_of("lease_seconds"), flag_of("lease_seconds")) == (
        "DEEPFORGE_LEASE_SECONDS",
        "--lease-seconds",
    )
