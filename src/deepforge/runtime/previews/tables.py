"""Tables: columns with their types and statistics, and the first rows."""

from __future__ import annotations

import math
import sys
from typing import Any, Dict, List, Optional

from deepforge.runtime.previews.numbers import sample, summarise
from deepforge.runtime.previews.trees import say

FIRST_ROWS = 200
MOST_COLUMNS = 100

Document = Dict[str, Any]


def describe(value: Any) -> Optional[Document]:
    """The document of a table or a column of pandas, or of an array with fields; None for anything else."""
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None and hasattr(pandas, "DataFrame"):
        if isinstance(value, pandas.Series):
            return _table(pandas, value.to_frame(value.name if value.name is not None else "values"))
        if isinstance(value, pandas.DataFrame):
            return _table(pandas, value)
        if isinstance(value, pandas.Index):
            return _table(pandas, value.to_frame(index=False))
    if numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.names:
        return _fields(numpy, value.reshape(-1))
    return None


def _table(pandas: Any, frame: Any) -> Document:
    numpy = sys.modules["numpy"]
    shown = frame.iloc[:FIRST_ROWS, :MOST_COLUMNS]
    columns = [
        {"name": _name(name), "dtype": str(dtype), **_column(pandas, numpy, frame.iloc[:, number])}
        for number, (name, dtype) in enumerate(zip(shown.columns, shown.dtypes))  # noqa: B905 — newer than 3.9
    ]
    index = [_cell(item) for item in shown.index]
    rows = [[_cell(item) for item in row] for row in shown.itertuples(index=False, name=None)]
    return {
        "kind": "table",
        "rows": len(frame),
        "columns": columns,
        "columns_in_all": int(frame.shape[1]),
        "index": None if index == list(range(len(index))) else index,
        "first": rows,
        "bytes": int(frame.memory_usage().sum()),
    }


def _column(pandas: Any, numpy: Any, column: Any) -> Document:
    facts: Document = {"nulls": int(column.isna().sum())}
    if pandas.api.types.is_numeric_dtype(column.dtype) and not isinstance(
        column.dtype, pandas.CategoricalDtype
    ):
        if not pandas.api.types.is_complex_dtype(column.dtype):
            values = sample(numpy, column.dropna().to_numpy(dtype="float64"))
            kind = "int64" if pandas.api.types.is_integer_dtype(column.dtype) else "float64"
            facts.update(summarise(numpy, values.astype(kind)))
        return facts
    try:
        counts = column.iloc[:200_000].value_counts()
        facts["unique"] = len(counts)
        facts["top"] = [[_cell(item), int(count)] for item, count in counts.iloc[:5].items()]
    except TypeError:  # what is in it cannot be compared
        return facts
    return facts


def _fields(numpy: Any, array: Any) -> Document:
    names = list(array.dtype.names)[:MOST_COLUMNS]
    columns = []
    for name in names:
        field = array[name]
        facts: Document = {"name": name, "dtype": str(field.dtype), "nulls": 0}
        if field.dtype.kind in "buif" and field.ndim == 1 and field.size:
            facts.update(summarise(numpy, sample(numpy, field)))
        columns.append(facts)
    return {
        "kind": "table",
        "rows": len(array),
        "columns": columns,
        "columns_in_all": len(array.dtype.names),
        "index": None,
        "first": [[_cell(row[name]) for name in names] for row in array[:FIRST_ROWS]],
        "bytes": int(array.nbytes),
    }


def _name(name: Any) -> str:
    return name if isinstance(name, str) else say(name, 200)


def _cell(item: Any) -> Any:
    if hasattr(item, "item") and getattr(item, "ndim", 1) == 0:
        item = item.item()
    if item is None or type(item) is bool or (type(item) is int and abs(item) < 1 << 53):
        return item
    if type(item) is float:
        return item if math.isfinite(item) else None if math.isnan(item) else str(item)
    text: List[str] = [
        item if type(item) is str else str(item) if hasattr(item, "isoformat") else say(item, 200)
    ]
    return text[0][:200]
