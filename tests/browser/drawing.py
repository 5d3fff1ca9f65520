"""A canvas as stories see it: nodes, ports and connections by name, and what stands in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Position, TimeoutError, expect
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from deepforge.core.ids import ProjectId
from tests.browser.conftest import Studio
from tests.support.waiting import until

_SELECTED = re.compile(r"\bselected\b")
OPERATIONS = {
    "load": """
        import numpy as np

        class Load:
            \"\"\"Load images.\"\"\"

            def __init__(self, count: int = 100):
                self.count = count

            def execute(self) -> tuple[np.ndarray, np.ndarray]:
                images = np.zeros((self.count, 8))
                labels = np.zeros(self.count)
                return images, labels
    """,
    "blur": """
        import numpy as np

        def blur(image: np.ndarray, *, radius: float = 1.0) -> np.ndarray:
            return image
    """,
    "train": """
        import numpy as np
        import torch.nn as nn

        class Train:
            def __init__(self, epochs: int = 5):
                self.epochs = epochs

            def execute(self, images: np.ndarray, labels: np.ndarray) -> nn.Module:
                model = nn.Linear(1, 1)
                return model
    """,
    "describe": """
        import pandas as pd

        def describe(table: pd.DataFrame) -> str:
            return str(table)
    """,
}
PIPELINE = """
    # What people wrote stays.
    nodes:
      load: {operation: Load, attributes: {count: 20}, at: [0, 0]}
      train: {operation: Train, inputs: {images: load.images, labels: load.labels}, at: [400, 0]}
      saved: {operation: Output, attributes: {name: net}, inputs: {data: train.model}, at: [800, 0]}
"""


_CONTRAST = """(ground) => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const light = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = parts.map(linear);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = light(getComputedStyle(document.body).getPropertyValue(ground));
    return [...document.querySelectorAll(".react-flow__edge-path")].map((wire) => {
        const style = getComputedStyle(wire);
        const [high, low] = [light(style.stroke), behind].sort((one, other) => other - one);
        const ratio = Number(style.opacity) === 1 ? (high + 0.05) / (low + 0.05) : 0;
        return ratio;
    });
}"""


def long_chain(count: int, wide: int = 20) -> str:
    """A pipeline of so many nodes, one behind another, in rows; JSON is YAML, too."""
    nodes: dict[str, dict[str, Any]] = {
        f"n{at}": {"operation": "blur", "at": [at % wide * 260, at // wide * 160]} for at in range(count)
    }
    for at in range(1, count):
        nodes[f"n{at}"]["inputs"] = {"image": f"n{at - 1}.image"}
    return json.dumps({"nodes": nodes})


def contrast_of_wires(page: Page) -> list[float]:
    """How well each connection stands out from the canvas, as WCAG measures it; 0: it is see-through."""
    return [float(ratio) for ratio in page.evaluate(_CONTRAST, "--bg")]


class Drawing:
    """One pipeline, open in a browser."""

    def __init__(
        self, studio: Studio, page: Page, project: ProjectId, folder: Path, name: str = "main"
    ) -> None:
        self.studio, self.page, self.project = studio, page, project
        self.path = folder / "pipelines" / f"{name}.yaml"
        self.address = f"{studio.url}/projects/{project}/pipelines/edit?name={name}"
        self.page.goto(self.address)
        self.canvas = page.locator("[data-canvas]")
        expect(self.canvas).to_have_attribute("data-placed", "")  # from now on nothing moves by itself

    def hover(self, name: str, shows: Locator) -> None:
        """Rest on a node until something shows; again when the node was moved away from under the pointer."""

        def rested() -> bool:
            self.node(name).hover()
            return shows.count() > 0

        until(rested, f"what the node {name} shows")

    def node(self, name: str) -> Locator:
        """A node by its name."""
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.page.locator(".react-flow__node").filter(has=heading)

    @property
    def nodes(self) -> Locator:
        """All of them, as far as they are drawn."""
        return self.page.locator(".react-flow__node-operation")

    def port(self, node: str, port: str, side: str) -> Locator:
        """The handle of a port."""
        return self.node(node).locator(f'[data-port="{port}"][data-side="{side}"] .react-flow__handle')

    def edge(self, source: str, target: str) -> Locator:
        """A connection, such as `load.images` to `train.images`."""
        return self.page.get_by_label(f"{source} to {target}", exact=True)

    def end(self, edge: Locator, side: str) -> Locator:
        """Where the end of a connection is taken hold of: that at an `input`, or at an `output`."""
        return edge.locator(f".react-flow__edgeupdater-{'target' if side == 'input' else 'source'}")

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """A point of the window, from the canvas' upper left corner."""
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def free(self) -> tuple[float, float]:
        """A point where nothing lies."""
        box = self.canvas.bounding_box()
        assert box is not None
        return self.spot(box["width"] / 2, box["height"] - 150)

    def middle(self, found: Locator) -> tuple[float, float]:
        """The middle of something, in the window."""
        box = found.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def grip(self, name: str) -> tuple[float, float]:
        """Where a node is taken hold of, once nothing moves any more: its header, beside the name."""
        node = self.node(name)
        node.hover(trial=True, position=_place(node))
        at, box = _place(node), node.bounding_box()
        assert box is not None
        return box["x"] + at["x"], box["y"] + at["y"]

    def pull(self, source: Locator, end: Locator | tuple[float, float], release: bool = True) -> None:
        """Drag a connection out of a port, once nothing moves any more, to another port or to a point."""
        source.hover(trial=True)
        until(lambda: self._take(source), "the connection in the hand")
        self.page.mouse.move(*(end if isinstance(end, tuple) else self.middle(end)), steps=8)
        if release:
            self.page.mouse.up()

    def _take(self, port: Locator) -> bool:
        """Take a connection out of a port; again when the port was moved away from under the pointer."""
        mouse = self.page.mouse
        x, y = self.middle(port)
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 6, y + 2)
        try:
            self.page.locator(".react-flow__connection").wait_for(state="attached", timeout=5000)
        except TimeoutError:
            mouse.up()
            return False
        return True

    def point(self, end: Locator, shows: Locator) -> None:
        """Rest on a port until something shows; again when the port was moved away from under the pointer."""

        def rested() -> bool:
            x, y = self.middle(end)
            self.page.mouse.move(x - 1, y)
            self.page.mouse.move(x, y)
            return shows.is_visible()

        until(rested, "what a port shows")

    def drag(self, start: tuple[float, float], end: tuple[float, float], release: bool = True) -> None:
        """Drag with the left button, in steps as a hand does."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(start[0] + 6, start[1] + 2)
        mouse.move(*end, steps=8)
        if release:
            mouse.up()

    def select(self, name: str) -> None:
        """Click a node."""
        self.page.mouse.click(*self.grip(name))
        expect(self.node(name)).to_have_class(_SELECTED)

    def add_to_selection(self, name: str) -> None:
        """Click a node while Shift is held."""
        self.page.keyboard.down("Shift")
        self.page.mouse.click(*self.grip(name))
        self.page.keyboard.up("Shift")
        expect(self.node(name)).to_have_class(_SELECTED)

    def content(self) -> dict[str, Any]:
        """What stands in the file now."""
        try:
            return dict(YAML(typ="safe").load(self.path.read_text()) or {})
        except (YAMLError, ValueError):  # it is being written
            return {}

    def written(self, that: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait until the nodes in the file are so."""
        return until(lambda: (nodes := self.content().get("nodes") or {}) and that(nodes) and nodes, what)


def _place(node: Locator) -> Position:
    box = node.bounding_box()
    assert box is not None
    return {"x": box["width"] * 0.5, "y": min(12, box["height"] * 0.08)}


class Drawings:
    """Makes projects with a pipeline and opens them."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def make(self, page: Page, name: str, pipeline: str = PIPELINE, **files: str) -> Drawing:
        """A project of that name, open at its pipeline `main`."""
        operations = {f"operations/{key}.py": text for key, text in OPERATIONS.items()}
        project = self.studio.add(name, {**operations, "pipelines/main.yaml": pipeline, **files})
        return Drawing(self.studio, page, project, self.studio.projects / name)
