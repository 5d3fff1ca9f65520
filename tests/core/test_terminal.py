"""Lines of a log as a terminal would show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deepforge.core.terminal import plain, plain_lines, visible


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain", "plain"),
        ("a\tb", "a\tb"),
        ("windows\r", "windows"),
        (" 10%\r 20%\r100%", "100%"),
        ("longer\rab", "abnger"),
        ("longer\r\x1b[Kab", "ab"),
        ("longer\x1b[2K\rab", "ab"),
        ("abc\b\bX", "aXc"),
        ("abc\x1b[2DX", "aXc"),
        ("abc\x1b[1GX", "Xbc"),
        ("a\x1b[3Cb", "a   b"),
        ("abc\r\x1b[2Pd", "d"),
        ("abc\r\x1b[2Xd", "d c"),
        ("abc\x1b[1Kd", "   d"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[31mred\x1b[0m\rR", "R\x1b[31med\x1b[0m"),
        ("\x1b]0;title\x07x\x1b[2Jy\x1b[?25lz", "xyz"),
        ("a\x00b\x07c", "abc"),
        ("\x1b[99999999Gx\rab", "ab" + " " * 99_998 + "x"),
        ("", ""),
    ],
)
def test_a_line_is_shown_as_it_stands_at_the_end(printed: str, shown: str) -> None:
    assert visible(printed) == shown


def test_plain_lines_have_no_styles_and_stay_where_they_are() -> None:
    assert plain("\x1b[1;31mred\x1b[0m and \x1b[4mmore") == "red and more"
    assert plain_lines("a\r\nb\n\x1b[1mc\x1b[m\n") == "a\nb\nc\n"
    assert plain_lines("a\nb") == "a\nb"


@given(some.text(some.sampled_from("ab \r\b\x1b[;0129mKCDGPX\t\x07"), max_size=60))
def test_no_line_leaves_anything_but_styles(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not set(plain(text)) & set("\r\b\x1b\x07")


@given(some.lists(some.text(some.sampled_from("ab \r\b\x1b[]0;m2K\x07\t"), max_size=20), max_size=6))
def test_lines_together_are_as_each_alone(lines: list[str]) -> None:
    assert plain_lines("\n".join(lines)) == "\n".join(map(plain, lines))
