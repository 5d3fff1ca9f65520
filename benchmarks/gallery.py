"""How long each example of the gallery takes the first time: the numbers of examples/gallery.toml.

python benchmarks/gallery.py [NAME …]      one line of TOML for each; --write enters them into the table
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepforge.store.examples import GALLERY, gallery

COMMAND = Path(sys.executable).with_name("deepforge")


def measure(name: str, folder: Path, pipeline: str) -> float:
    """Seconds of one run in a fresh installation whose server is up already."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"DEEPFORGE_HOME": home, "DEEPFORGE_PORT": "0"}
        ask = {"env": environment, "check": True, "capture_output": True, "text": True}
        subprocess.run([COMMAND, "runs", "list", "--json"], **ask)
        begin = time.perf_counter()
        done = subprocess.run([COMMAND, "run", pipeline, "--project", folder, "--json"], **ask)
        seconds = time.perf_counter() - begin
        subprocess.run([COMMAND, "stop", "--json"], **ask)
        assert json.loads(done.stdout)["state"] == "success", f"{name} failed"
        return seconds


def enter(name: str, seconds: float) -> None:
    """Write the number into the table."""
    file = Path(__file__).parents[1] / "examples" / GALLERY
    text = file.read_text(encoding="utf-8")
    head, title, rest = text.partition(f"[{name}]\n")
    file.write_text(
        head + title + re.sub(r"seconds = .*", f"seconds = {seconds:.0f}", rest, count=1), "utf-8"
    )


def main() -> None:
    """Measure what is named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    for example in gallery():
        if example.pipeline and (not asked.names or example.name in asked.names):
            seconds = measure(example.name, example.folder, example.pipeline)
            print(f"[{example.name}]\nseconds = {seconds:.1f}", flush=True)
            if asked.write:
                enter(example.name, max(1.0, seconds))


if __name__ == "__main__":
    main()
