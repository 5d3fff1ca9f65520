"""What runs were made of: their pipelines and files as they were, compared, and taken up again."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.errors import BadInput
from deepforge.core.frozen import (
    ComparedFile,
    FromRun,
    FrozenFile,
    FrozenText,
    RunDocument,
    RunEnvironment,
    WrittenPipeline,
)
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RunComparison
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import comparing, environments, frozen

routes = Routes("/api/v1", "runs")

Path = Annotated[str, Query(min_length=1, max_length=1000)]


@routes.get("/runs/compare", permission=user.RUNS_READ, answers=RunComparison)
def compare_runs(house: TheHouse, who: Who, ids: Annotated[str, Query(max_length=2000)]) -> Response:
    """What differs between runs; `ids` are separated by commas."""
    return answer(comparing.compare(house, who, tuple(RunId(run) for run in ids.split(",") if run)))


@routes.get("/runs/compare/file", permission=user.RUNS_READ, answers=ComparedFile)
def compare_file(
    house: TheHouse, who: Who, runs: Annotated[str, Query(max_length=100)], path: Path
) -> Response:
    """A file of two runs, as each froze it, and what differs; `runs` are separated by a comma."""
    pair = tuple(RunId(run) for run in runs.split(",") if run)
    if len(pair) != 2:
        raise BadInput(f"A file of {len(pair)} runs cannot be compared.", "Name two runs.")
    return answer(frozen.compare_file(house, who, (pair[0], pair[1]), path))


@routes.get("/runs/{run}/document", permission=user.RUNS_READ, answers=RunDocument)
def read_run_document(house: TheHouse, who: Who, run: str) -> Response:
    """The pipeline of a run as it was."""
    return answer(frozen.document(house, who, RunId(run)))


@routes.get("/runs/{run}/environment", permission=user.RUNS_READ, answers=tuple[RunEnvironment, ...])
def read_run_environment(house: TheHouse, who: Who, run: str) -> Response:
    """What the jobs of a run ran with: declared, resolved, and on which machine."""
    return answer(environments.of_run(house, who, RunId(run)))


@routes.get("/runs/{run}/files", permission=user.RUNS_READ, answers=tuple[FrozenFile, ...])
def list_run_files(house: TheHouse, who: Who, run: str) -> Response:
    """The files of the project as a run froze them, and whether they are the same today."""
    return answer(frozen.files(house, who, RunId(run)))


@routes.get("/runs/{run}/file", permission=user.RUNS_READ, answers=FrozenText)
def read_run_file(house: TheHouse, who: Who, run: str, path: Path) -> Response:
    """What stood in a file when a run froze it."""
    return answer(frozen.file(house, who, RunId(run), path))


@routes.post(
    "/projects/{project}/pipelines/from-run",
    permission=user.PROJECTS_WRITE,
    takes=FromRun,
    answers=WrittenPipeline,
    status=201,
)
def write_pipeline_from_run(
    house: TheHouse, who: Who, project: str, wish: Annotated[FromRun, Depends(body_as(FromRun))]
) -> Response:
    """Write the pipeline of a run as a new pipeline of the project."""
    return answer(frozen.take_up(house, who, ProjectId(project), wish), 201)
