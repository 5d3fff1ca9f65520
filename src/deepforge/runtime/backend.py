"""The backend of matplotlib inside a job: `plt.show()` publishes the open figures and closes them.

`plt.pause`, `plt.draw` and interactive mode publish what they drew as a new version, at most one a second of
each figure; the last one is never lost. Nothing waits for a window.
"""

from __future__ import annotations

import importlib
import time
import weakref
from typing import Any, List, Optional

from deepforge.runtime.figure import is_shown, publish_matplotlib

_bases: Any = importlib.import_module("matplotlib.backend_bases")
_agg: Any = importlib.import_module("matplotlib.backends.backend_agg")
_helpers: Any = importlib.import_module("matplotlib._pylab_helpers")

INTERVAL = 1.0
"""Seconds between two versions of a figure that is drawn again and again."""

_drawn: "weakref.WeakKeyDictionary[Any, float]" = weakref.WeakKeyDictionary()
"""When each figure was last published while it was being drawn."""
_pending: "weakref.WeakSet[Any]" = weakref.WeakSet()
"""Figures that have changed since."""


class FigureManager(_bases.FigureManagerBase):  # type: ignore[misc]
    """A window that is never there."""

    def show(self) -> None:
        """Publish the figure (`fig.show()`)."""
        _publish(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, block: Optional[bool] = None) -> None:
        """Publish all open figures and close them; without blocking, as in `plt.pause`, keep them open.

        What `deepforge.figure` has shown as it is now is not shown again.
        """
        for manager in _managers():
            if is_shown(manager.canvas.figure):
                continue
            if block is False:
                _update(manager.canvas.figure)
            else:
                _publish(manager.canvas.figure)
        if block is not False:
            _helpers.Gcf.destroy_all()


class FigureCanvas(_agg.FigureCanvasAgg):  # type: ignore[misc]
    """Draws into memory."""

    manager_class = FigureManager

    def draw_idle(self, *args: Any, **arguments: Any) -> None:
        """Publish the present state (`plt.draw()`), if it has changed since it was last drawn."""
        if self.figure.stale:
            _update(self.figure)

    def print_figure(self, *args: Any, **arguments: Any) -> Any:
        """Write the figure to a file; that pyplot asks for drawing it afterwards shows nothing new."""
        written = super().print_figure(*args, **arguments)
        self.figure.stale = False
        return written

    def flush_events(self) -> None:
        """Publish what `canvas.draw()` drew before."""
        _update(self.figure)

    def start_event_loop(self, timeout: float = 0) -> None:
        """Return at once: there is nobody to wait for (`plt.pause()`)."""


def publish_pending() -> None:
    """Publish what changed since it was last published."""
    for figure in list(_pending):
        if not is_shown(figure):
            _publish(figure)


def _managers() -> List[Any]:
    return list(_helpers.Gcf.get_all_fig_managers())


def _update(figure: Any) -> None:
    if not figure.canvas.is_saving() and time.monotonic() - _drawn.get(figure, -INTERVAL) >= INTERVAL:
        _publish(figure)
    else:
        _pending.add(figure)


def _publish(figure: Any) -> None:
    publish_matplotlib(figure)
    _drawn[figure] = time.monotonic()
    _pending.discard(figure)
