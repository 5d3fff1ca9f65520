"""The socket a server listens on."""

from __future__ import annotations

import contextlib
import os

import psutil
import pytest

from deepforge.core.errors import InvalidSetting, PortTaken
from deepforge.server.listening import address_of, listen


def test_a_free_port_is_taken_and_told() -> None:
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        assert address_of(bound, "127.0.0.1") == f"http://localhost:{bound.getsockname()[1]}"


def test_a_taken_port_is_an_error_that_names_the_program_and_a_way_out() -> None:
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            listen("127.0.0.1", port)
    me = f"{psutil.Process().name()} (process {os.getpid()})"
    assert caught.value.message == f"Port {port} is taken by {me}."
    assert "deepforge start --port" in str(caught.value.hint)


def test_any_port_will_do_when_one_is_started_in_the_background() -> None:
    with contextlib.closing(listen("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        with contextlib.closing(listen("127.0.0.1", port, any_port=True)) as other:
            assert other.getsockname()[1] != port


def test_an_address_of_another_machine_is_a_setting_that_cannot_be_used() -> None:
    with pytest.raises(InvalidSetting, match=r"cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 0)
