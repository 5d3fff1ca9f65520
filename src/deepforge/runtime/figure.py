"""Figures: what a job shows, as pictures and as documents that can be drawn interactively."""

from __future__ import annotations

import io
import json
import os
import sys
import time
import weakref
from itertools import count
from typing import Any, Dict, Optional

from deepforge.runtime import pixels, session
from deepforge.runtime.extraction import extract
from deepforge.runtime.journal import FIGURE, MAX_PAYLOAD, frame, pack_figure
from deepforge.runtime.values import type_name

PNG = "image/png"
PLOTLY = "application/vnd.plotly.v1+json"
ENDINGS = {PNG: ".png"}
"""How files are called outside a run; every other part is JSON."""

MOST_BYTES = MAX_PAYLOAD - (1 << 20)
"""What a version of a figure may take; the rest of a record is for its name and title."""

_numbers = count(1)
_pictures = count(1)
_names: "weakref.WeakKeyDictionary[Any, str]" = weakref.WeakKeyDictionary()
_shown: "weakref.WeakSet[Any]" = weakref.WeakSet()
"""Figures of matplotlib that were shown by `figure`."""


def figure(shown: Any = None, title: Optional[str] = None, *, name: Optional[str] = None) -> None:
    """Show a figure of matplotlib or Plotly, an image of Pillow, or an array or tensor of pixels.

    Without `shown`, pyplot's current figure. The same object, or the same `name`, shown again is a new
    version of the same figure. Raises TypeError when it is nothing that can be drawn.
    """
    if shown is None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None or not pyplot.get_fignums():
            raise TypeError("there is no figure to show: pyplot has none open")
        shown = pyplot.gcf()
    if hasattr(shown, "savefig") and hasattr(shown, "axes"):
        _show_matplotlib(shown, title, name)
    elif hasattr(shown, "get_figure") and shown.get_figure() is not None:  # an Axes, or anything drawn on one
        _show_matplotlib(shown.get_figure(), title, name)
    elif hasattr(shown, "to_plotly_json"):
        _publish_plotly(shown, title, name)
    elif hasattr(shown, "save") and hasattr(shown, "getbands"):
        _publish_pillow(shown, title, name)
    elif pixels.is_picture(shown):
        publish_picture(name or "image-%d" % next(_pictures), title, pixels.to_png(shown))
    elif hasattr(shown, "to_jshtml"):
        raise TypeError(
            "a %s cannot be shown as a figure: show its figure with deepforge.figure(fig, name=...) "
            "after each frame is drawn; the frames are then versions of one figure, which the editor plays"
            % type_name(shown)
        )
    else:
        raise TypeError("a %s cannot be shown as a figure" % type_name(shown))


def is_shown(shown: Any) -> bool:
    """Whether a figure of matplotlib was shown by `figure` and has not changed since."""
    return shown in _shown and not shown.stale


def _show_matplotlib(shown: Any, title: Optional[str], name: Optional[str]) -> None:
    publish_matplotlib(shown, title, name)
    if name is not None:
        _names[shown] = name
    shown.stale = False
    _shown.add(shown)


def publish(name: str, title: str, parts: Dict[str, bytes]) -> None:
    """Append one version of a figure to the journal; outside a run also write its parts as files.

    Of a figure that is too large only the picture is kept; when there is none, or it is too large itself,
    nothing is. The log says so: a figure is no reason for a job to fail.
    """
    active = session.active()
    if PNG in parts and len(parts) > 1 and _size(parts) > MOST_BYTES // 2:
        _complain(name, parts, "Only its picture is kept.")
        parts = {PNG: parts[PNG]}
    if _size(parts) > MOST_BYTES:
        _complain(name, parts, "It is not kept: show fewer points, or an image of fewer pixels.")
        return
    header = {"figure": name, "title": title, "time": time.time()}
    active.journal.append(frame(FIGURE, pack_figure(header, parts)))
    if not active.in_run:
        folder = os.path.join(active.folder, "figures")
        os.makedirs(folder, exist_ok=True)
        for media, content in parts.items():
            with open(
                os.path.join(folder, name.replace(os.sep, "_") + ENDINGS.get(media, ".json")), "wb"
            ) as file:
                file.write(content)


def _size(parts: Dict[str, bytes]) -> int:
    return sum(map(len, parts.values()))


def _complain(name: str, parts: Dict[str, bytes], outcome: str) -> None:
    print("The figure %s has %d MB. %s" % (name, _size(parts) // 1_000_000, outcome), file=sys.stderr)


def publish_picture(name: str, title: Optional[str], png: bytes) -> None:
    """Show a PNG file."""
    publish(name, name if title is None else title, {PNG: png})


def publish_matplotlib(shown: Any, title: Optional[str] = None, name: Optional[str] = None) -> None:
    """Show a figure of matplotlib: as PNG, and as a document when all that it shows can be told in one."""
    name = name or _names.get(shown) or shown.get_label() or _name_of(shown)
    buffer = io.BytesIO()
    shown.savefig(buffer, format="png")
    parts = {PNG: buffer.getvalue()}
    try:
        document = extract(shown)
        if document is not None:
            parts[PLOTLY] = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    except Exception as error:  # noqa: BLE001 — what is drawn may be of any library, and its picture is there
        print(
            "The figure %s is kept as its picture only: %s: %s" % (name, type(error).__name__, error),
            file=sys.stderr,
        )
    publish(name, _title_of(shown) or name if title is None else title, parts)


def _publish_plotly(shown: Any, title: Optional[str], name: Optional[str]) -> None:
    content = shown.to_json()
    if title is None:
        title = (json.loads(content).get("layout", {}).get("title") or {}).get("text")
    name = name or _name_of(shown)
    publish(name, title or name, {PLOTLY: content.encode()})


def _publish_pillow(shown: Any, title: Optional[str], name: Optional[str]) -> None:
    buffer = io.BytesIO()
    plain = shown if shown.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else shown.convert("RGB")
    plain.save(buffer, format="PNG")
    publish_picture(name or "image-%d" % next(_pictures), title, buffer.getvalue())


def _name_of(shown: Any) -> str:
    """`figure-1`, `figure-2` … in the order of their first showing; the same object keeps its name."""
    if shown not in _names:
        _names[shown] = "figure-%d" % next(_numbers)
    return _names[shown]


def _title_of(shown: Any) -> str:
    overall = getattr(shown, "_suptitle", None)
    if overall is not None and overall.get_text():
        return str(overall.get_text())
    titles = [axes.get_title() for axes in shown.axes if axes.get_title()]
    return str(titles[0]) if len(titles) == 1 else ""
