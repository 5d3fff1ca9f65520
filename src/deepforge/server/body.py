"""Bodies of requests: JSON read strictly into core facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import TypeVar

import msgspec
from starlette.requests import Request

from deepforge.core.errors import BadInput, did_you_mean

T = TypeVar("T")

DEEPEST = 64
"""How deeply the values of a body may be nested."""


def body_as(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency that reads the body as a frozen class. Raises BadInput, naming what does not fit."""

    async def read(request: Request) -> T:
        return decode(await request.body(), kind)

    return read


def decode(data: bytes, kind: type[T]) -> T:
    """A frozen class from JSON bytes: no unknown words, no NaN, no bottomless nesting. Raises BadInput."""
    try:
        content = msgspec.json.decode(data or b"{}")
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(f"The body is not JSON: {error}.") from None
    if not isinstance(content, dict):
        raise BadInput("The body is not a JSON object.")
    if _depth(content) > DEEPEST:
        raise BadInput(f"The values of the body are nested more than {DEEPEST} deep.")
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for word in content:
        if word not in known:
            raise BadInput(f"The body has {word!r}, which means nothing here.", did_you_mean(word, known))
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"The body does not fit: {error}.") from None


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(part, dict):
            waiting.extend((inner, depth + 1) for inner in part.values())
        elif isinstance(part, list):
            waiting.extend((inner, depth + 1) for inner in part)
    return deepest
