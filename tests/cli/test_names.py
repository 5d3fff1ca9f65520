"""What people type instead of ids, and values on a command line."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import click
import pytest

from deepforge.cli import history
from deepforge.cli.names import find_job, find_run, parse_changes, parse_value
from deepforge.client import Client
from deepforge.core.errors import BadInput, NotFound, UnknownName
from deepforge.core.ids import ProjectId
from tests.cli.facts import make_id, make_job, make_run


def client_of(count: int) -> Client:
    """A client that lists so many runs, newest first, page by page."""
    ids = [make_id(number) for number in range(count, 0, -1)]

    def listing(limit: int = 50, after: str | None = None, removed: bool = False) -> list[Any]:
        start = ids.index(after) + 1 if after else 0
        return [SimpleNamespace(id=found) for found in ids[start : start + limit]]

    return cast("Client", SimpleNamespace(runs=SimpleNamespace(listing=listing)))


def test_a_run_is_found_by_its_end_whole_id_or_as_last() -> None:
    client = client_of(300)
    assert find_run(client, make_id(7)) == make_id(7)
    assert find_run(client, make_id(7).lower()) == make_id(7)
    assert find_run(client, make_id(7)[-6:].lower()) == make_id(7)
    assert find_run(client, "last") == make_id(300)
    assert find_run(client_of(1), make_id(1)[:12]) == make_id(1)


def test_what_fits_several_runs_or_none_is_refused() -> None:
    with pytest.raises(BadInput, match="may be any of 40 runs"):
        find_run(client_of(40), make_id(1)[:12])
    with pytest.raises(NotFound, match="There is no run 'ZZZZZZ'"):
        find_run(client_of(40), "ZZZZZZ")
    with pytest.raises(NotFound, match="There is no run yet"):
        find_run(client_of(0), "last")


def test_a_job_is_found_by_name() -> None:
    run = make_run(make_job("train"), make_job("evaluate"))
    assert find_job(run, "evaluate") == run.jobs[1]
    with pytest.raises(UnknownName, match="Did you mean train"):
        find_job(run, "trian")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", 6),
        ("1e-3", 1e-3),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ("[1, 2]", [1, 2]),
        ("{'a': 1}", {"a": 1}),
        ('"6"', "6"),
        ("adam", "adam"),
        ("(1, 2)", "(1, 2)"),
        ("__import__('os')", "__import__('os')"),
        ("", ""),
    ],
)
def test_a_value_is_json_a_literal_or_text(text: str, value: object) -> None:
    found = parse_value(text)
    assert (found, type(found)) == (value, type(value))


def test_changes_are_by_node_and_attribute() -> None:
    assert parse_changes(["train.epochs=6", "train.name=a=b", "digits.seed=1"]) == {
        "train": {"epochs": 6, "name": "a=b"},
        "digits": {"seed": 1},
    }
    for text in ("epochs=6", "train.epochs", "train.=6", ".epochs=6"):
        with pytest.raises(click.UsageError, match="sets nothing"):
            parse_changes([text])


def test_a_whole_id_names_a_version_of_any_age() -> None:
    for whole in ("A1" * 20, "a1" * 32):
        assert history._find(client_of(0), ProjectId("P"), whole) == whole.lower()
