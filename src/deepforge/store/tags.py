"""Tags, which are lists kept as JSON, looked into one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, exists, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class _Elements(GenericFunction[Any]):
    name = "json_each"
    inherit_cache = True


@compiles(_Elements, "postgresql")
def _as_postgresql_says_it(element: _Elements, compiler: Any, **how: Any) -> str:
    return f"json_array_elements_text{compiler.process(element.clause_expr, **how)}"


def has_tag(tags: ColumnElement[Any], tag: str) -> ColumnElement[bool]:
    """Whether this is one of the tags."""
    element = _Elements(tags).table_valued("value")
    return exists().select_from(element).where(element.c.value.cast(Text) == tag)


def has_in_tag(tags: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Whether a tag holds these letters, large or small."""
    element = _Elements(tags).table_valued("value")
    lowered = func.lower(element.c.value.cast(Text))
    return exists().select_from(element).where(lowered.contains(part.lower(), autoescape=True))
