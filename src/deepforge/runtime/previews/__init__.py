"""Previews: what a person sees of a value without loading it. Made in a process of its own, beside user code.

`python -m deepforge.runtime.previews FOLDER` reads `ask.json` there and writes `answer.json`:

    ask      {"file", "type", "codec", "code": folder or null, "seconds"}
    answer   {"state": "ready" | "failed" | "unsupported", "document": {...}}
"""

from __future__ import annotations

import base64
import io
import sys
from typing import Any, Callable, Dict, List, Optional, Tuple

from deepforge.runtime.previews import arrays, models, objects, tables
from deepforge.runtime.values import type_name

Document = Dict[str, Any]

FIGURE_DPI = 110


def describe(value: Any) -> Document:
    """The document of a value: the first kind that knows it tells of it; anything at all is an object."""
    for describe_kind in _KINDS:
        document = describe_kind(value)
        if document is not None:
            return dict(document, type=type_name(value))
    return dict(objects.describe(value), type=type_name(value))


def _figure(value: Any) -> Optional[Document]:
    figures = sys.modules.get("matplotlib.figure")
    if figures is None or not isinstance(value, figures.Figure):
        return None
    file = io.BytesIO()
    value.savefig(file, format="png", dpi=FIGURE_DPI)
    return {"kind": "figure", "png": base64.b64encode(file.getvalue()).decode("ascii")}


_KINDS: Tuple[Callable[[Any], Optional[Document]], ...] = (
    models.describe,
    tables.describe,
    arrays.describe,
    _figure,
    arrays.describe_image,
)
"""In the order in which they are asked."""

__all__: List[str] = ["describe"]
