"""Attributes: what a pipeline can only say as text or as a list arrives as what the annotation asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import pytest

from deepforge.runtime.attributes import WrongAttribute, converted
from tests.runtime.conftest import Bench

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Path, "data/a.csv", Path("data/a.csv")),
        ("Path", "data/a.csv", Path("data/a.csv")),
        ("Path | None", "a.csv", Path("a.csv")),
        (Path | None, None, None),
        (PurePosixPath, "a", PurePosixPath("a")),
        (str | Path, "a.csv", "a.csv"),
        (Annotated[Path, "where"], "a.csv", Path("a.csv")),
        (date, "2026-11-22", DAY),
        (datetime, "2026-11-22", datetime(2026, 11, 22)),
        (datetime, "2026-11-22T18:30:00Z", datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
        ("set[int]", [1, 2, 2], {1, 2}),
        (frozenset, ["a"], frozenset({"a"})),
        (tuple, [1, [2]], (1, [2])),
        (tuple[int, ...], [1, 2], (1, 2)),
        (tuple[Path, date], ["a", "2026-11-22"], (Path("a"), DAY)),
        (list[Path], ["a"], [Path("a")]),
        (dict[str, date], {"from": "2026-11-22"}, {"from": DAY}),
        (list[tuple[int, int]] | None, [[1, 2]], [(1, 2)]),
        (int | tuple[int, int], [1, 2], (1, 2)),
        (str, "a", "a"),
        (list, [1], [1]),
        (int | str, "a", "a"),
        ("Unknown", "a", "a"),
        ("no type at all", "a", "a"),
        (Any, [1], [1]),
    ],
)
def test_a_value_becomes_what_its_annotation_asks_for(annotation: Any, value: object, expected: Any) -> None:
    def operation(*, given: object) -> None: ...

    operation.__annotations__["given"] = annotation
    found = converted(operation, {"given": value, "other": "a"})
    assert found == {"given": expected, "other": "a"}
    assert type(found["given"]) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (date, "2026-13-01", "the attribute given is '2026-13-01', which cannot be date: "),
        (
            "tuple[int, int] | None",
            [1],
            "the attribute given is [1], which cannot be Optional[tuple[int, int]]: it has 1 values, not 2",
        ),
        (set, [[1]], "the attribute given is [[1]], which cannot be set: unhashable type: 'list'"),
    ],
)
def test_a_value_that_cannot_become_it_is_named(annotation: Any, value: object, message: str) -> None:
    def operation(*, given: object) -> None: ...

    operation.__annotations__["given"] = annotation
    with pytest.raises(WrongAttribute) as caught:
        converted(operation, {"given": value})
    assert str(caught.value).startswith(message)


def test_both_forms_of_operations_get_them_and_enumerations_stay_names_of_members(bench: Bench) -> None:
    bench.write(
        "operations/read.py",
        """
        from __future__ import annotations
        from enum import Enum
        from pathlib import Path

        class Mode(Enum):
            FAST = 1

        def read(*, folder: Path | None = None, sizes: tuple[int, ...] = (), mode: Mode = Mode.FAST):
            return [folder.name, sizes == (1, 2), mode.value]

        class Read:
            def __init__(self, folder: Path | None, sizes: tuple[int, ...], mode: Mode):
                self.all = read(folder=folder, sizes=sizes, mode=mode)

            def execute(self):
                return self.all
        """,
    )
    attributes = {"folder": "data/images", "sizes": [1, 2], "mode": "FAST"}
    for name, form in (("read", "function"), ("Read", "class")):
        job = bench.run(
            f"operations.read.{name}",
            form=form,
            attributes=attributes,
            enumerations={"mode": "operations.read.Mode"},
        )
        assert job.outputs == {"result": ["images", True, 1]}
