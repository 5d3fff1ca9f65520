"""Graphs and images that change while a job runs.

graph = Graph("Loss")
line = graph.line("train")
line.add(1, 0.7)
"""

from __future__ import annotations

import json
import time
from typing import Any, Dict, Optional, Tuple

from deepforge.runtime import pixels, session
from deepforge.runtime.figure import publish, publish_picture

GRAPH = "application/vnd.deepforge.graph+json"


class Line:
    """One line of a graph: the series `<title of the graph>/<name of the line>`."""

    def __init__(self, series: str) -> None:
        self.series = series

    def add(self, x: float, y: float) -> None:
        """Add a point."""
        session.active().journal.point((self.series,), float(x), time.time(), (float(y),))


_graphs: Dict[str, Tuple[Dict[str, str], Dict[str, Line]]] = {}
"""The labels and the lines of each graph, by its title."""


class Graph:
    """A plot of lines that grow. Graphs with the same title are one."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.labels, self.lines = _graphs.setdefault(title, ({"xlabel": "", "ylabel": ""}, {}))
        self._publish()

    def line(self, name: str) -> Line:
        """The line of this name, new when there was none."""
        if name not in self.lines:
            self.lines[name] = Line("%s/%s" % (self.title, name))
            self._publish()
        return self.lines[name]

    def xlabel(self, text: str) -> None:
        """Label the x axis."""
        self.labels["xlabel"] = text
        self._publish()

    def ylabel(self, text: str) -> None:
        """Label the y axis."""
        self.labels["ylabel"] = text
        self._publish()

    def _publish(self) -> None:
        lines = [{"name": name, "series": line.series} for name, line in self.lines.items()]
        content = json.dumps(dict(self.labels, title=self.title, lines=lines)).encode()
        publish("graph %s" % self.title, self.title, {GRAPH: content})


class Image:
    """A picture that can be replaced: an array or tensor [height, width], or with channels first or last."""

    def __init__(self, title: str, tensor: Any = None) -> None:
        self.name = "image %s" % title
        self._title = title
        self._picture: Optional[bytes] = None
        if tensor is not None:
            self.update(tensor)

    def title(self, text: str) -> None:
        """Give it another title; it stays the same figure."""
        self._title = text
        self._publish()

    def update(self, tensor: Any) -> None:
        """Show this instead. Raises ValueError when it is no picture."""
        self._picture = pixels.to_png(tensor)
        self._publish()

    def _publish(self) -> None:
        if self._picture is not None:
            publish_picture(self.name, self._title, self._picture)
