"""Errors over HTTP."""

from __future__ import annotations

from deepforge.core.errors import (
    BlobDamaged,
    DeepForgeError,
    InvalidPipeline,
    LeaseLost,
    NoSpace,
    ServerUnreachable,
    UnknownName,
    error_classes,
)
from deepforge.core.problem import Place, Problem
from deepforge.server.errors import describe, status_of


def test_every_error_of_the_tree_has_a_status() -> None:
    assert {code: status_of(kind("")) for code, kind in error_classes().items()} == {
        "error": 500,
        "bad_input": 422,
        "invalid_project": 422,
        "invalid_pipeline": 422,
        "invalid_setting": 422,
        "unknown_name": 422,
        "not_found": 404,
        "conflict": 409,
        "lease_lost": 409,
        "wrong_offset": 409,
        "already_running": 409,
        "port_taken": 409,
        "unauthenticated": 401,
        "forbidden": 403,
        "too_large": 413,
        "unavailable": 503,
        "server_unreachable": 503,
        "adapter_missing": 503,
        "no_space": 507,
        "damaged": 500,
        "blob_damaged": 410,
        "data_directory_damaged": 500,
    }


def test_an_error_keeps_its_code_its_words_and_its_hint() -> None:
    assert describe(UnknownName("There is no run X.", "Did you mean Y?")) == {
        "error": {"code": "unknown_name", "message": "There is no run X.", "hint": "Did you mean Y?"}
    }


def test_a_pipeline_error_carries_all_its_problems() -> None:
    problem = Problem("acyclic", "a goes round", Place(node="a"), "Remove one of them.")
    assert describe(InvalidPipeline("2 problems", None, [problem, problem])) == {
        "error": {
            "code": "invalid_pipeline",
            "message": "2 problems",
            "hint": None,
            "problems": (problem, problem),
        }
    }


def test_the_nearest_class_of_the_table_decides() -> None:
    found = [
        status_of(kind("")) for kind in (LeaseLost, NoSpace, ServerUnreachable, BlobDamaged, DeepForgeError)
    ]
    assert found == [409, 507, 503, 410, 500]
