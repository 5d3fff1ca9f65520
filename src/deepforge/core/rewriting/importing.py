"""The import that the type of a reference needs."""

from __future__ import annotations

import ast

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, ImportItem

from deepforge.core.annotation import parse_annotation, reference_kind
from deepforge.core.code import InterfaceEdit
from deepforge.core.errors import BadInput
from deepforge.core.module import read_module

CALLABLE = "Callable"


def typed_as_reference(edit: InterfaceEdit) -> str | None:
    """The annotation with which an edit makes a reference. Raises BadInput for one that makes none."""
    annotation = (edit.annotation or "").strip() or CALLABLE
    if reference_kind(annotation) is None:
        raise BadInput(
            f"{annotation} is no type of a reference.",
            "Write Callable, type, or one of them with | None; add an attribute for other values.",
        )
    return annotation


def with_callable(source: str, path: str, annotation: str | None) -> str:
    """The source with `from collections.abc import Callable` when the annotation names it and nothing makes
    it.
    """
    node = parse_annotation(annotation) if annotation else None
    named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} if node is not None else set()
    made = read_module(source, path)
    if CALLABLE not in named or CALLABLE in made.names or CALLABLE in made.classes:
        return source
    context = CodemodContext()
    visitor = AddImportsVisitor(context, [ImportItem("collections.abc", CALLABLE)])
    return visitor.transform_module(cst.parse_module(source)).code
