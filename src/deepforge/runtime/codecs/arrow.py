"""pandas tables and columns, as Feather (Arrow) files, when pyarrow is there and would lose nothing."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any, BinaryIO

COLUMN = b"deepforge.column"
"""The key of the schema's metadata that says: this is a column (pandas.Series), and its name."""

FREQUENCY = b"deepforge.frequency"
"""The key that says how far the times of the index are apart, in the words of pandas, such as `MS`."""


def accepts(value: Any) -> bool:
    """Whether it is a table or a column whose names, index and types all come back as they are."""
    pandas = sys.modules.get("pandas")
    if pandas is None or type(value) not in (
        getattr(pandas, "DataFrame", None),
        getattr(pandas, "Series", None),
    ):
        return False
    if len(value) == 0:  # the file of an empty table forgets its categories
        return False
    try:
        importlib.import_module("pyarrow.feather")
        first = value.iloc[:1]
        back = _from_arrow(_to_arrow(first))
    except Exception:  # noqa: BLE001 — whatever pyarrow says about it, pickle takes what it does not
        return False
    columns = [value[name] for name in value.columns] if value.ndim == 2 else [value]
    return (
        type(back) is type(first)
        and not value.attrs
        and value.flags.allows_duplicate_labels
        and type(back.index) is type(first.index)
        and back.index.dtype == first.index.dtype
        and getattr(back.index, "freq", None) == getattr(first.index, "freq", None)
        and all(_is_exact(pandas, part) for part in [*columns, value.index])
        and back.equals(first)
        and _heads(back) == _heads(first)
    )


def _is_exact(pandas: Any, values: Any) -> bool:
    """Whether the values are of one type, or all text: other objects would come back as something else."""
    return str(values.dtype) != "object" or pandas.api.types.infer_dtype(values, skipna=False) == "string"


def _heads(value: Any) -> Any:
    if value.ndim == 1:
        return value.name, value.dtype, list(value.index.names)
    return (
        list(value.columns),
        type(value.columns),
        list(value.dtypes),
        list(value.index.names),
        value.columns.name,
    )


def _to_arrow(value: Any) -> Any:
    if value.ndim == 1 and value.name is not None and type(value.name) is not str:
        raise TypeError("a column named by something else than text")
    frame = value if value.ndim == 2 else value.to_frame("values")
    table = sys.modules["pyarrow"].Table.from_pandas(frame)
    marked = dict(table.schema.metadata or {})
    if value.ndim == 1:
        marked[COLUMN] = json.dumps(value.name).encode()
    pandas = sys.modules["pandas"]
    times = isinstance(value.index, (pandas.DatetimeIndex, pandas.TimedeltaIndex))
    if times and value.index.freq is not None:
        marked[FREQUENCY] = value.index.freqstr.encode()
    return table.replace_schema_metadata(marked)


def _from_arrow(table: Any) -> Any:
    marked = table.schema.metadata or {}
    frame = table.to_pandas()
    if FREQUENCY in marked:
        frame.index.freq = marked[FREQUENCY].decode()
    if COLUMN not in marked:
        return frame
    column = frame["values"]
    column.name = json.loads(marked[COLUMN])
    return column


def write(value: Any, file: BinaryIO) -> None:
    """Write uncompressed, so that it can be mapped."""
    sys.modules["pyarrow.feather"].write_feather(_to_arrow(value), file, compression="uncompressed")


def read(path: str, name: str) -> Any:
    """Read it back, mapping the file."""
    feather = importlib.import_module("pyarrow.feather")
    importlib.import_module("pandas")
    return _from_arrow(feather.read_table(path, memory_map=True))
