"""Templates: the examples that a new project can begin as, with a picture of each."""

from __future__ import annotations

from deepforge.core.project import TemplateView
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.projects import pipeline_view
from deepforge.store import project_files
from deepforge.store.examples import Example, gallery


def listing(house: House, caller: Caller) -> tuple[TemplateView, ...]:
    """All templates, in the order in which they are shown."""
    return tuple(_view(house, example) for example in gallery())


def _view(house: House, example: Example) -> TemplateView:
    files = {path: entry.digest for path, entry in project_files.read_files(example.folder).files.items()}
    reading = house.readings.read(files, lambda path: (example.folder / path).read_bytes())
    pipeline = reading.pipelines.get(example.pipeline) if example.pipeline else None
    return TemplateView(
        name=example.name,
        title=example.title,
        description=reading.settings.description,
        shows=example.shows,
        needs=example.needs,
        seconds=example.seconds,
        pipeline=pipeline_view(example.pipeline or "", pipeline, []) if pipeline else None,
        pipelines=tuple(reading.pipelines),
    )
