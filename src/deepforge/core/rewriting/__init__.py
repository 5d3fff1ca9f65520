"""Rewriting: the source of an operation after an edit of its interface. Everything else in it stays as it is.

It needs libcst, which is large: the server has it done in a process of its own.
"""

from __future__ import annotations

from deepforge.core.rewriting.edit import rewrite

__all__ = ["rewrite"]
