"""Text that jobs wrote."""

from __future__ import annotations

import pytest

from deepforge.server.plain_text import plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("epoch 1\nepoch 2\n", "epoch 1\nepoch 2\n"),
        ("\x1b[31mred\x1b[0m \x1b[1;38;5;9mbold\x1b[m", "red bold"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil.com\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]52;c;cm0gLXJm\x07", ""),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1bPdevice\x1b\\x", "x"),
        ("a\x08\x00b\x7f\x9b31m", "ab31m"),
        (" 10%\r 50%\r100%\ndone", "100%\ndone"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("half\r", "half"),
        ("\x1b[", ""),
        ("safe \u202eevil\u2066", "safe evil"),
        ("tab\there <b>&amp;</b>", "tab\there <b>&amp;</b>"),
    ],
)
def test_control_sequences_are_taken_out_and_words_stay(written: str, shown: str) -> None:
    assert plain(written) == shown
