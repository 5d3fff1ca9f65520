"""Clearing: results that the cache has are forgotten, so that nodes run again."""

from __future__ import annotations

from deepforge.core.errors import UnknownName, did_you_mean
from deepforge.core.graph import downstream
from deepforge.core.ids import ProjectId
from deepforge.core.outlook import Cleared, ClearRequest, PreviewRequest
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.previewing import look
from deepforge.store import last_jobs


def clear(house: House, caller: Caller, project: ProjectId, request: ClearRequest) -> Cleared:
    """Forget what answers for nodes of a pipeline, as its file is, and for all that depends on them if asked.

    Artifacts, logs and figures stay. Raises NotFound, InvalidProject, InvalidPipeline, and UnknownName for a
    node that there is none of.
    """
    findings = look(house, project, PreviewRequest(request.pipeline))
    known = findings.pipeline.nodes
    for name in request.nodes:
        if name not in known:
            raise UnknownName(
                f"The pipeline {request.pipeline} has no node {name}.", did_you_mean(name, known)
            )
    wanted = set(request.nodes)
    if request.downstream:
        wanted = downstream(wanted, findings.pipeline.edges())
    names = tuple(name for name in known if name in wanted)
    keys = [findings.keys[name] for name in names if name in findings.keys]
    with house.writing() as ledger:
        count = last_jobs.forget_results(ledger.connection, project, request.pipeline, names, keys)
        if count:
            ledger.tell("runs", project, "cleared", {"pipeline": request.pipeline, "nodes": list(names)})
    return Cleared(names, count)
