"""Failures: what is told of an exception that ends a job."""

from __future__ import annotations

import pytest

from tests.runtime.conftest import Bench


def test_an_exception_is_told_with_the_frames_of_the_project_only(bench: Bench) -> None:
    bench.write("utils/deep.py", "def fall():\n    raise ValueError('too deep: 3')\n")
    bench.write(
        "operations/fail.py",
        "from utils.deep import fall\n\nclass Fail:\n    def execute(self):\n        fall()\n",
    )
    job = bench.run("operations.fail.Fail")
    assert job.exit == {"code": 1, "signal": None, "reason": None}
    error = job.error
    assert (error["kind"], error["message"], error["hint"]) == ("ValueError", "too deep: 3", None)
    assert error["frames"] == [
        {
            "file": str(bench.code / "operations/fail.py"),
            "line": 5,
            "function": "execute",
            "code": "fall()",
            "project_file": "operations/fail.py",
        },
        {
            "file": str(bench.code / "utils/deep.py"),
            "line": 2,
            "function": "fall",
            "code": "raise ValueError('too deep: 3')",
            "project_file": "utils/deep.py",
        },
    ]
    lines = error["traceback"].splitlines()
    assert lines[:2] == [
        "Traceback (most recent call last):",
        '  File "operations/fail.py", line 5, in execute',
    ]
    assert lines[-1] == "ValueError: too deep: 3"
    assert "deepforge" not in error["traceback"]
    assert job.log == error["traceback"]


def test_a_chain_of_exceptions_is_told_whole(bench: Bench) -> None:
    bench.write(
        "operations/chain.py",
        """
        def chain():
            try:
                {}["missing"]
            except KeyError as error:
                raise RuntimeError("no such key") from error
        """,
    )
    traceback = bench.run("operations.chain.chain", form="function").error["traceback"]
    assert traceback.count('File "operations/chain.py"') == 2
    assert "KeyError: 'missing'" in traceback
    assert "direct cause" in traceback


def test_a_wrong_call_of_ours_is_shown_at_the_users_line(bench: Bench) -> None:
    bench.write("operations/bad_log.py", "import deepforge\ndef bad_log():\n    deepforge.log(loss='high')\n")
    error = bench.run("operations.bad_log.bad_log", form="function").error
    assert (error["kind"], error["message"]) == ("TypeError", "loss is str 'high', which is not one number")
    assert [(frame["project_file"], frame["line"]) for frame in error["frames"]] == [
        ("operations/bad_log.py", 3)
    ]


def test_a_syntax_error_is_told_with_the_file_and_the_line(bench: Bench) -> None:
    bench.write("operations/broken.py", "def broken():\n    return (\n")
    error = bench.run("operations.broken.broken", form="function").error
    assert error["kind"] == "SyntaxError"
    assert 'File "operations/broken.py", line 2' in error["traceback"]


def test_a_missing_package_is_told_with_what_to_do(bench: Bench) -> None:
    bench.write("operations/missing.py", "import not_installed_anywhere\n")
    error = bench.run("operations.missing.missing", form="function").error
    assert (error["kind"], error["message"]) == (
        "ModuleNotFoundError",
        "No module named 'not_installed_anywhere'",
    )
    assert "requirements.txt" in error["hint"]


def test_a_backend_of_matplotlib_that_wants_windows_is_told_with_what_to_do(bench: Bench) -> None:
    pytest.importorskip("matplotlib")
    bench.write(
        "operations/draw.py",
        """
        import matplotlib

        def draw():
            import matplotlib.pyplot
            matplotlib.use("QtAgg")
        """,
    )
    error = bench.run("operations.draw.draw", form="function").error
    assert error["kind"] == "ImportError"
    assert error["hint"].startswith("A job has no windows: leave out matplotlib.use")


def test_an_exception_that_cannot_say_what_it_is_is_told_all_the_same(bench: Bench) -> None:
    bench.write(
        "operations/mute.py",
        """
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        def mute():
            raise Mute
        """,
    )
    error = bench.run("operations.mute.mute", form="function").error
    assert (error["kind"], error["message"]) == ("Mute", "(its message cannot be shown: RuntimeError)")


def test_what_an_exception_calls_its_hint_is_told_when_it_is_a_text(bench: Bench) -> None:
    bench.write(
        "operations/hint.py",
        """
        class Hinting(Exception):
            def __init__(self, hint):
                self.given = hint

            @property
            def hint(self):
                return self.given if self.given else self.nothing

        def hint(given):
            raise Hinting(given)
        """,
    )
    for given, told in (("Turn it off and on.", "Turn it off and on."), (5, None), ("", None)):
        error = bench.run("operations.hint.hint", form="function", inputs={"given": given}).error
        assert (error["kind"], error["hint"]) == ("Hinting", told)
        assert error["frames"][-1]["project_file"] == "operations/hint.py"


def test_a_syntax_error_that_names_no_file_is_told(bench: Bench) -> None:
    bench.write("operations/parse.py", "def parse():\n    raise SyntaxError('odd', (1, 2, 3, 'x = '))\n")
    error = bench.run("operations.parse.parse", form="function").error
    assert (error["kind"], error["frames"][-1]["line"]) == ("SyntaxError", 2)


def test_endless_recursion_and_endless_messages_are_told_in_short(bench: Bench) -> None:
    bench.write("operations/again.py", "def again():\n    again()\n")
    bench.write("operations/chatter.py", "def chatter():\n    raise ValueError('x' * 10_000_000)\n")
    again = bench.run("operations.again.again", form="function").error
    assert again["kind"] == "RecursionError"
    assert len(again["frames"]) == 100
    chatter = bench.run("operations.chatter.chatter", form="function").error
    assert len(chatter["message"]) + len(chatter["traceback"]) < 200_000
    assert "characters left out" in chatter["message"]


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        ("sys.exit(3)", 3, "it exited before it returned, by sys.exit(3)"),
        ("sys.exit(0)", 1, "it exited before it returned, by sys.exit(0)"),
        ("sys.exit()", 1, "it exited before it returned, by sys.exit()"),
        ("sys.exit('out of data')", 1, "it exited before it returned, by sys.exit('out of data')"),
        ("sys.exit(256)", 1, "it exited before it returned, by sys.exit(256)"),
    ],
)
def test_sys_exit_is_a_failure_with_its_place(bench: Bench, call: str, code: int, message: str) -> None:
    bench.write("operations/leave.py", f"import sys\ndef leave():\n    {call}\n")
    job = bench.run("operations.leave.leave", form="function")
    assert (job.error["kind"], job.error["message"], job.exit["code"]) == ("SystemExit", message, code)
    assert [frame["line"] for frame in job.error["frames"]] == [3]


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "GeneratorExit", "MemoryError", "BaseException"])
def test_whatever_is_raised_is_told(bench: Bench, raised: str) -> None:
    bench.write("operations/throw.py", f"def throw():\n    raise {raised}\n")
    job = bench.run("operations.throw.throw", form="function")
    assert (job.error["kind"], job.exit["code"]) == (raised, 1)
