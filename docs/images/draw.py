"""Draws the picture of the readme: a real run of the digits example, as the terminal showed it at one moment.

python docs/images/draw.py
"""

from __future__ import annotations

import io
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from deepforge.cli.board import Board
from deepforge.cli.run import plan
from deepforge.cli.running import request_for
from deepforge.cli.session import link_project
from deepforge.cli.tree import draw
from deepforge.client import Client
from deepforge.core.settings import Settings

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "digits"
WIDTH = 112
MOMENT = 0.62
"""How far the training is when the picture is taken."""


def main() -> None:
    """Run the example with a data directory of its own, and draw it once when the training has come far
    enough.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), port=0)
        name = link_project(settings.home, EXAMPLE)
        with Client.of(settings) as client:
            try:
                started = client.runs.start(request_for(client.projects.find(name).id, plan("train", ())))
                board = Board(started)
                for event in client.live(f"run:{started.id}", after=0):
                    assert event is not None
                    board.apply(event.kind, event.data)
                    if event.kind == "progress" and event.data["value"] >= MOMENT * event.data["total"]:
                        break
                (HERE / "run.svg").write_text(picture(board), encoding="utf-8")
                for _ in client.live(f"run:{started.id}", after=0, idle=0.5):
                    if client.runs.show(started.id).ended:
                        break
            finally:
                client.system.stop()


def picture(board: Board) -> str:
    """The board as an SVG that fetches nothing from elsewhere."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text.assemble(("$ ", "dim"), "deepforge run train"))
    console.print(draw(board, datetime.now(UTC), 20, WIDTH))
    own = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(
        title="digits", code_format=own.replace("Fira Code", "ui-monospace"), unique_id="run"
    )


if __name__ == "__main__":
    main()
