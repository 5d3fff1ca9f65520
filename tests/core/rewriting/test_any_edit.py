"""Any edit of any operation gives exactly the interface that was asked for, or is refused; comments stay."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from deepforge.core.code import InterfaceEdit
from deepforge.core.errors import DeepForgeError
from deepforge.core.interface import change, interface_of
from deepforge.core.operation import read_operation
from deepforge.core.rewriting import rewrite

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
TYPES = (None, "int", "np.ndarray", "list[int]", "'Later'", "dict[str, float] | None")
DEFAULTS = (None, "0", "None", "[1, 2]", "os.sep", '"a, b"')
FILE = "operations/work.py"
Draw = Callable[..., object]


@st.composite
def parameters(draw: st.DrawFn, names: tuple[str, ...], before: str, mark: str) -> str:
    """The text between the brackets of a function: with or without types, defaults, lines and comments."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
    parts, had_default = [], False
    for index, name in enumerate(chosen):
        default = draw(st.sampled_from(DEFAULTS))
        if mark != "*" and had_default and default is None:
            default = "0"
        had_default = had_default or default is not None
        kind = draw(st.sampled_from(TYPES))
        text = f"{name}: {kind}" if kind else name
        if default is not None:
            text += f" = {default}" if kind else f"={default}"
        parts.append((text, f"  # {mark}{index}"))
    return draw(st.sampled_from([True, False])), before, parts  # type: ignore[return-value]


def written(groups: list[tuple[bool, str, list[tuple[str, str]]]], self_: bool, indent: str) -> str:
    """Parameters as text, on one line or one on each."""
    flat: list[tuple[str, str]] = [("self", "")] if self_ else []
    for _, before, parts in groups:
        if before and parts:
            flat.append((before, ""))
        flat += parts
    if groups[0][0] and flat:
        lines = [f"{indent}    {text},{comment}" for text, comment in flat]
        return "\n" + "\n".join(lines) + f"\n{indent}"
    return ", ".join(text for text, _ in flat)


@st.composite
def sources(draw: st.DrawFn) -> str:
    """An operation of either form."""
    inputs = draw(parameters(("images", "labels", "mask"), "", "in"))
    attributes = draw(parameters(NAMES, "*", "*"))
    count = draw(st.integers(0, 3))
    outs = ["model", "self_score" if count < 3 else "score", "sum(range(3))"][:count]
    body = [f"{name} = {index}  # makes {name}" for index, name in enumerate(outs) if name.isidentifier()]
    early = draw(st.booleans()) and count
    if early:
        body.append(f"if 1 > 2: return {', '.join(['None'] * count)}" if count > 1 else "if 1 > 2: return 0")
    body.append(f"return {', '.join(outs)}  # the end" if outs else "print(1)")
    typed = draw(st.booleans()) and count
    annotation = ""
    if typed:
        annotation = " -> " + ("int" if count == 1 else f"tuple[{', '.join(['int'] * count)}]")
    if draw(st.booleans()):
        head = written([inputs, attributes], False, "")  # type: ignore[list-item]
        lines = [f"def work({head}){annotation}:", *(f"    {text}" for text in body)]
        return "import os\n\n\n# before\n" + "\n".join(lines) + "\n# after\n"
    init = [
        f"        self.{text.partition(':')[0].partition('=')[0]} = "
        f"{text.partition(':')[0].partition('=')[0]}"
        for text, _ in attributes[2]
    ]  # type: ignore[index]
    loose = (attributes[0], draw(st.sampled_from(["", "*"])), attributes[2])  # type: ignore[index]
    if loose[1] == "":
        loose = (loose[0], "*" if _disordered(loose[2]) else "", loose[2])
    lines = ["class Work:", '    """Works."""', ""]
    if init:
        lines += [f"    def __init__({written([loose], True, '    ')}):", *init, ""]
    lines += [f"    def execute({written([inputs], True, '    ')}){annotation}:"]  # type: ignore[list-item]
    return "import os\n\n\n" + "\n".join([*lines, *(f"        {text}" for text in body)]) + "\n# after\n"


def _disordered(parts: list[tuple[str, str]]) -> bool:
    have = ["=" in text.replace("==", "") for text, _ in parts]
    return have != sorted(have)


@st.composite
def edits(draw: st.DrawFn) -> InterfaceEdit:
    """An edit that may or may not fit."""
    part = draw(st.sampled_from(["input", "output", "attribute", "reference"]))
    name = draw(st.sampled_from([*NAMES, "images", "labels", "mask", "model", "score", "result_2"]))
    return InterfaceEdit(
        draw(st.sampled_from(["add", "rename", "retype", "remove", "move", "default", "doc", "operation"])),
        part,
        name,
        draw(st.sampled_from(["fresh", "Fresh", "work", "alpha", "images"])),
        draw(st.sampled_from(TYPES)),
        draw(st.sampled_from(DEFAULTS)),
        draw(st.sampled_from([None, 0, 1, 2])),
    )


@settings(max_examples=400, deadline=None)
@given(sources(), edits())
def test_an_edit_gives_what_was_asked_for_or_is_refused(source: str, edit: InterfaceEdit) -> None:
    before = read_operation(source, FILE)
    assert before.operation is not None, before.problems
    try:
        found = rewrite(source, FILE, edit).source
    except DeepForgeError as refusal:
        if "without changing more" in refusal.message and edit.deed != "operation":
            raise
        return
    after = read_operation(found, FILE)
    assert after.operation is not None
    if edit.deed != "add":
        assert interface_of(after.operation) == change(interface_of(before.operation), edit)
    lost = [comment for comment in comments(source) if comment not in comments(found)]
    assert len(lost) <= (1 if edit.deed == "remove" else 0), lost


@settings(max_examples=100, deadline=None)
@given(sources())
def test_an_edit_that_changes_nothing_changes_no_letter(source: str) -> None:
    operation = read_operation(source, FILE).operation
    assert operation is not None
    for port in operation.inputs:
        assert rewrite(source, FILE, InterfaceEdit("rename", "input", port.name, port.name)).source == source


@settings(max_examples=150, deadline=None)
@given(sources(), st.sampled_from(["input", "attribute", "output"]))
def test_adding_and_removing_again_leaves_the_source_as_it_was(source: str, part: str) -> None:
    if part == "output" or ("__init__" not in source and "class" in source):
        part = "input"
    try:
        added = rewrite(source, FILE, InterfaceEdit("add", part, "fresh", default="0")).source  # type: ignore[arg-type]
    except DeepForgeError:
        return
    removed = rewrite(added, FILE, InterfaceEdit("remove", part, "fresh")).source  # type: ignore[arg-type]
    assert re.sub(r"\s", "", removed).replace(",)", ")") == re.sub(r"\s", "", source).replace(",)", ")")


def comments(source: str) -> list[str]:
    """The comments of a source."""
    return re.findall(r"#.*", source)
