"""Cards: what a drawn box says about a job of a run, or about a node of a pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deepforge.core.project import NodeView
from deepforge.core.run import JobView, Progress
from deepforge.server.formats import count, number, span


@dataclass(frozen=True)
class Card:
    """One box. `word` is the state (empty for a node), `share` how far a running job is, from 0 to 1."""

    name: str
    title: str
    subtitle: str
    word: str
    foot: str
    tip: str
    href: str = ""
    share: float | None = None


def cards_of_jobs(jobs: Iterable[JobView], href: str) -> dict[str, Card]:
    """The cards of a run's jobs; `href` is where each leads, with `{}` for the job's id."""
    return {job.name: _job_card(job, href.format(job.id)) for job in jobs}


def cards_of_nodes(nodes: Iterable[NodeView]) -> dict[str, Card]:
    """The cards of a pipeline's nodes."""
    return {
        node.name: Card(
            node.name, node.name, node.operation, "", _attributes(node), f"{node.name}: {node.operation}"
        )
        for node in nodes
    }


def sources_of(node: NodeView) -> tuple[str, ...]:
    """The names of the nodes that a node takes data from."""
    return tuple(dict.fromkeys(source.partition(".")[0] for source in node.inputs.values()))


def state_word(state: str, cached: bool) -> str:
    """The word for a state; a success that was answered from the cache is called so."""
    return "cached" if cached and state == "success" else state


def progress_share(progress: Progress) -> float | None:
    """How far, from 0 to 1; None when the total is not known."""
    if not progress.total or progress.total <= 0:
        return None
    return min(max(progress.value / progress.total, 0.0), 1.0)


def progress_words(progress: Progress) -> str:
    """`epoch 4 / 5`, or what is known of it."""
    far = (
        number(progress.value)
        if progress.total is None
        else f"{number(progress.value)} / {number(progress.total)}"
    )
    return f"{progress.label} {far}".strip()


def _job_card(job: JobView, href: str) -> Card:
    word = state_word(job.state, job.cached)
    tip = f"{job.name}: {word}" + (f". {job.reason}" if job.reason else "")
    share = progress_share(job.progress) if job.progress and job.state == "running" else None
    return Card(job.name, job.name, job.operation, word, _foot(job), tip, href, share)


def _foot(job: JobView) -> str:
    if job.state == "running":
        return progress_words(job.progress) if job.progress else f"for {span(job.started, None)}"
    if job.state == "failed" and job.error is not None:
        return f"{job.error.kind}: {job.error.message}".replace("\n", " ")
    took = span(job.started, job.ended) if job.state == "success" and not job.cached else ""
    if job.state == "success" and job.metrics:
        name, value = next(iter(job.metrics.items()))
        return " · ".join(part for part in (f"{name} {number(value)}", took) if part)
    if took:
        return f"took {took}"
    return job.reason or ""


def _attributes(node: NodeView) -> str:
    if not node.attributes:
        return ""
    if len(node.attributes) > 3:
        return count(len(node.attributes), "attribute")
    return " · ".join(f"{name} {value}" for name, value in node.attributes.items())
