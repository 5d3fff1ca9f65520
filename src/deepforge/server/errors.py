"""Errors over HTTP: one table from classes to status codes, one shape of answer.

{"error": {"code", "message", "hint"}}        and "problems" when a pipeline breaks rules,
                                              "received" when an upload goes on from a wrong byte
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import errors
from deepforge.server.answers import answer
from deepforge.server.notices import refusal
from deepforge.server.rendering import wants_page

_log = logging.getLogger("deepforge.server")

STATUS: dict[type[errors.DeepForgeError], int] = {
    errors.BadInput: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.TooLarge: 413,
    errors.NoSpace: 507,
    errors.Unavailable: 503,
    errors.BlobDamaged: 410,
    errors.Damaged: 500,
    errors.DeepForgeError: 500,
}

WORDS: dict[int, tuple[str, str]] = {
    400: ("bad_request", "This is not a request that this server understands."),
    401: ("unauthenticated", "Who is asking is not known."),
    403: ("forbidden", "This is not allowed."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take that method."),
    408: ("too_slow", "The rest of the request did not come in time."),
    413: ("too_large", "The request is larger than this address takes."),
    416: ("bad_range", "The range lies outside the blob."),
    421: ("wrong_host", "This server does not answer to that name."),
    422: ("bad_input", "What was given cannot be used."),
}


class TooSlow(HTTPException):
    """The rest of a request did not come in time."""

    def __init__(self) -> None:
        super().__init__(408)


def status_of(error: errors.DeepForgeError) -> int:
    """The HTTP status of an error: that of the nearest class above it that the table has."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_content(code: str, message: str, hint: str | None = None) -> dict[str, Any]:
    """The one shape of an error."""
    return {"error": {"code": code, "message": message, "hint": hint}}


def describe(error: errors.DeepForgeError) -> dict[str, Any]:
    """An error of the tree in the one shape."""
    content = error_content(error.code, error.message, error.hint)
    if isinstance(error, errors.InvalidPipeline):
        content["error"]["problems"] = error.problems
    if isinstance(error, errors.WrongOffset):
        content["error"]["received"] = error.received
    return content


def plain_error(status: int, message: str | None = None, hint: str | None = None) -> Response:
    """An error that only HTTP knows."""
    code, words = WORDS.get(status, ("error", "The request failed."))
    return answer(error_content(code, message or words, hint), status)


def install(app: FastAPI) -> None:
    """Have the app answer every error in the one shape."""
    app.add_exception_handler(errors.DeepForgeError, _on_known)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_parameters)
    app.add_exception_handler(Exception, _on_unknown)


async def answer_to(request: Request, error: Exception) -> Response:
    """The answer to a request that failed."""
    if isinstance(error, errors.DeepForgeError):
        return await _on_known(request, error)
    if isinstance(error, HTTPException):
        return await _on_http(request, error)
    return await _on_unknown(request, error)


async def _on_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DeepForgeError)
    if wants_page(request):
        return refusal(status_of(error))
    return answer(describe(error), status_of(error))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal(error.status_code) if wants_page(request) else plain_error(error.status_code)


async def _on_parameters(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()
    ]
    return plain_error(422, "; ".join(faults))


async def _on_unknown(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    _log.error("Failure %s while answering %s %s", number, request.method, request.url.path, exc_info=error)
    if wants_page(request):
        return refusal(500)
    hint = f"The server's log has the details under {number}."
    return answer(error_content("internal", "The server failed while answering.", hint), 500)
