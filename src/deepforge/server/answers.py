"""Answers: core facts as JSON bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import msgspec
from starlette.responses import Response

from deepforge.core.errors import BadInput, did_you_mean

_ENCODER = msgspec.json.Encoder()


def answer(value: Any, status: int = 200) -> Response:
    """A fact, or a collection of facts, as a JSON answer."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")


def encoded(content: bytes) -> Response:
    """A fact that is JSON already."""
    return Response(content, media_type="application/json")


def listing(values: Sequence[Any], wanted: str | None = None) -> Response:
    """A list of facts; `wanted` names the fields to keep, separated by commas. Raises BadInput for one
    unknown.
    """
    if wanted is None:
        return answer(values)
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    known = [field.name for field in fields(values[0])] if values else names
    for name in names:
        if name not in known:
            raise BadInput(f"There is no field {name!r}.", did_you_mean(name, known))
    return answer([{name: getattr(value, name) for name in names} for value in values])


def nothing() -> Response:
    """The answer of a deed that has nothing to tell."""
    return Response(status_code=204)
