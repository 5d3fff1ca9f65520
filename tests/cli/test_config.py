"""`deepforge config`: where values come from, and a config.toml that keeps its comments."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from deepforge.cli import checks, doctor
from deepforge.core.settings import Settings
from tests.cli.conftest import Call


def test_every_setting_is_shown_with_where_it_comes_from(
    deepforge: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "config.toml").write_text("slots = 3\n")
    monkeypatch.setenv("DEEPFORGE_PORT", "9001")
    shown = {
        item["name"]: (item["value"], item["source"])
        for item in deepforge("config", "--json").json()["settings"]
    }
    assert list(shown) == [setting.name for setting in fields(Settings)]
    assert {name: shown[name] for name in ("home", "port", "slots", "host")} == {
        "home": (str(home), "DEEPFORGE_HOME"),
        "port": (9001, "DEEPFORGE_PORT"),
        "slots": (3, "config.toml"),
        "host": ("127.0.0.1", "default"),
    }


def test_one_value_alone_is_printed_for_scripts(deepforge: Call) -> None:
    assert deepforge("config", "port").out == "8888\n"
    assert deepforge("config", "host").out == "127.0.0.1\n"


def test_writing_a_value_keeps_comments_and_order(deepforge: Call, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('# of this laptop\nslots = 2  # two are enough\nhost = "127.0.0.1"\n')
    assert deepforge("config", "slots", "4").code == 0
    assert deepforge("config", "preload", "numpy,torch").code == 0
    assert (home / "config.toml").read_text() == (
        '# of this laptop\nslots = 4  # two are enough\nhost = "127.0.0.1"\npreload = ["numpy", "torch"]\n'
    )


def test_a_value_is_taken_out_again(deepforge: Call, home: Path) -> None:
    deepforge("config", "port", "9000")
    assert deepforge("config", "port").out == "9000\n"
    deepforge("config", "--unset", "port")
    assert deepforge("config", "port").out == "8888\n"
    assert (home / "config.toml").read_text() == ""


def test_what_the_rest_needs_is_not_taken_out(deepforge: Call, home: Path) -> None:
    deepforge("config", "heartbeat_seconds", "2")
    deepforge("config", "lease_seconds", "5")
    answer = deepforge("config", "--unset", "heartbeat_seconds")
    assert (answer.code, answer.err.splitlines()[0]) == (1, "Error: lease_seconds is 5.0 (config.toml).")
    assert deepforge("config", "heartbeat_seconds").out == "2\n"


def test_config_toml_is_readable_for_its_owner_only(deepforge: Call, home: Path) -> None:
    deepforge("config", "database-url", "postgresql+psycopg://me:secret@db/deepforge")
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600


def test_the_list_hides_the_password_of_a_url(deepforge: Call) -> None:
    deepforge("config", "database_url", "postgresql+psycopg://me:secret@db/deepforge")
    listed = deepforge("config").out
    assert "secret" not in listed
    assert "postgresql+psycopg://me:***@db/deepforge" in listed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("config", "prt"), "There is no setting 'prt'."),
        (("config", "port", "many"), "port is 'many'."),
        (("config", "port", "70000"), "port is 70000."),
        (("config", "lease_seconds", "5"), "lease_seconds is 5.0."),
        (("config", "home", "/tmp"), "home cannot stand in config.toml, which lies in it."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    words: tuple[str, ...], message: str, deepforge: Call, home: Path
) -> None:
    answer = deepforge(*words, "--json")
    assert (answer.code, answer.json()["error"]["message"]) == (1, message)
    assert answer.json()["error"]["hint"]
    assert not (home / "config.toml").exists()


@pytest.mark.parametrize("words", [("config",), ("config", "port", "9000"), ("projects", "list"), ("stop",)])
def test_a_file_in_place_of_the_data_directory_is_named(
    words: tuple[str, ...], deepforge: Call, home: Path
) -> None:
    home.write_text("in the way")
    answer = deepforge(*words)
    assert (answer.code, answer.err) == (
        1,
        f"Error: {home} is a file, and the data directory has to be a folder.\n"
        "Move it away, or set DEEPFORGE_HOME to a folder.\n",
    )
    assert home.read_text() == "in the way"
    assert deepforge("doctor").code == 1


def test_a_damaged_config_toml_is_named_and_left_as_it_is(deepforge: Call, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("port = = 1\n")
    for words in (("config",), ("config", "port", "9000"), ("config", "port")):
        answer = deepforge(*words)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err == (
            f"Error: {home}/config.toml, line 1 cannot be read: port = = 1 (Invalid value).\n"
            "Correct it, or set it aside: deepforge config --repair\n"
        )
    assert (home / "config.toml").read_text() == "port = = 1\n"


BROKEN = """\
# of this laptop
slots = 2  # two are enough
port = = 9000
preload = [
  "numpy",
]
database_url = "postgresql+psycopg://me:secret@db
slots = 3
"""
REPAIRED = """\
# of this laptop
slots = 2  # two are enough
# This line could not be read:
# port = = 9000
preload = [
  "numpy",
]
# This line could not be read:
# database_url = "postgresql+psycopg://me:secret@db
# This line could not be read:
# slots = 3
"""


def test_a_damaged_config_toml_is_repaired_with_everything_in_it_kept(deepforge: Call, home: Path) -> None:
    home.mkdir()
    file, kept = home / "config.toml", home / "config.toml.broken"
    file.write_text(BROKEN)
    assert "line 3 cannot be read: port = = 9000 (Invalid value). 2 more cannot" in deepforge("config").err
    answer = deepforge("config", "--repair")
    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            "line 3  port = = 9000  (Invalid value)",
            'line 7  database_url = "postgresql+psycopg://me:***@db  (Unterminated string)',
            "line 8  slots = 3  (Cannot overwrite a value)",
        ],
    )
    assert answer.err == f"These are comments now in {file}. The file as it was: {kept}\n"
    assert (file.read_text(), kept.read_text()) == (REPAIRED, BROKEN)
    assert {place.stat().st_mode & 0o777 for place in (file, kept)} == {0o600}
    assert deepforge("config", "slots").out == "2\n"
    assert "nothing was changed" in deepforge("config", "--repair").err


def test_an_older_file_that_was_kept_is_never_written_over(deepforge: Call, home: Path) -> None:
    home.mkdir()
    for text in (b"port = = 1\n", b"port = = 2\n", b'host = "\xff"\nslots = 1\n'):
        (home / "config.toml").write_bytes(text)
        assert deepforge("config", "--repair", "--json").code == 0
    assert {place.name: place.read_bytes() for place in home.iterdir() if "broken" in place.name} == {
        "config.toml.broken": b"port = = 1\n",
        "config.toml.broken-2": b"port = = 2\n",
        "config.toml.broken-3": b'host = "\xff"\nslots = 1\n',
    }
    assert (home / "config.toml").read_text() == ('# This line could not be read:\n# host = "?"\nslots = 1\n')


def test_a_word_that_is_no_setting_is_taken_out(deepforge: Call, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("prt = 3  # mistyped\nslots = 2\n")
    answer = deepforge("config")
    assert (answer.code, answer.err.splitlines()[1]) == (
        1,
        "Did you mean port? To take it out: deepforge config --unset prt",
    )
    assert "There is no setting prt" in deepforge("config", "--repair").err
    assert deepforge("config", "--unset", "prt").err == "prt is no longer in config.toml.\n"
    assert (home / "config.toml").read_text() == "slots = 2\n"
    assert deepforge("config", "--unset", "prt").code == 1


def test_start_says_the_line_that_it_cannot_read(deepforge: Call, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("port = 0\nslots 2\n")
    answer = deepforge("start", "--no-browser")
    assert (answer.code, answer.err.splitlines()) == (
        1,
        [
            f"Error: {home}/config.toml, line 2 cannot be read: slots 2 "
            "(Expected '=' after a key in a key/value pair).",
            "Correct it, or set it aside: deepforge config --repair",
        ],
    )


def test_a_variable_that_wins_over_what_was_written_is_pointed_out(
    deepforge: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPFORGE_PORT", "9001")
    answer = deepforge("config", "port", "9002")
    assert answer.out == "9001\n"
    assert "DEEPFORGE_PORT wins over it" in answer.err


@pytest.mark.parametrize("words", [("port", "9"), ("--unset", "port")])
def test_a_value_that_cannot_be_is_put_right_by_writing_another(
    words: tuple[str, ...], deepforge: Call, home: Path
) -> None:
    home.mkdir()
    (home / "config.toml").write_text('# mine\nport = "x"\n')
    answer = deepforge("config", *words)
    assert (answer.code, answer.err) == (
        0,
        "A server that is running takes it up when it is started again.\n",
    )
    assert deepforge("config", "port").code == 0


def test_another_value_is_written_beside_a_wrong_one_which_is_told(deepforge: Call, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('port = "x"\n')
    answer = deepforge("config", "slots", "3")
    assert (answer.code, answer.out) == (0, "3\n")
    assert (home / "config.toml").read_text() == 'port = "x"\nslots = 3\n'
    assert answer.err == (
        "It is written, but config.toml cannot be used yet: port is 'x' (config.toml). Give a whole number.\n"
    )
    assert deepforge("config", "slots", "5000", "--json").json()["error"]["message"] == "slots is 5000."
    assert deepforge("config", "slots", "4", "--json").json()["value"] == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = = 1\n", "config.toml, line 1 cannot be read: port = = 1 (Invalid value)."),
        ('port = "x"\n', "port is 'x' (config.toml)."),
        ("prt = 3\n", "There is no setting prt (config.toml)."),
    ],
)
def test_the_doctor_tells_what_is_wrong_with_the_settings_and_looks_at_the_rest(
    text: str, message: str, deepforge: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = [check for check in checks.CHECKS if check in (checks.settings, checks.data_directory)]
    monkeypatch.setattr(doctor, "CHECKS", looked)
    home.mkdir(mode=0o700)
    assert deepforge("doctor").code == 0
    (home / "config.toml").write_text(text)
    answer = deepforge("doctor", "--json")
    wrong, whole = answer.json()["checks"]
    assert (answer.code, wrong["name"], wrong["level"]) == (1, "settings", "problem")
    assert message in wrong["text"]
    assert wrong["hint"]
    assert (whole["name"], whole["level"]) == ("data directory", "ok")
