"""Run benchmarks and put the tables they print into docs/performance.md.

python benchmarks/refresh.py                    all of them; a quarter of an hour with all peers
python benchmarks/refresh.py logging startup
python benchmarks/refresh.py --peers /path/to/python
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import re
import subprocess

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
BENCHMARKS = (
    "overhead",
    "logging",
    "arrays",
    "uploading",
    "reading",
    "responsiveness",
    "cancelling",
    "startup",
)
WITH_PEERS = ("overhead", "logging")


def replace(page: str, name: str, tables: str) -> str:
    """The page with new tables where comments name a benchmark. Raises ValueError when they do not."""
    place = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    changed, count = place.subn(lambda found: f"{found[1]}\n{tables.strip()}\n\n{found[2]}", page)
    if count != 1:
        raise ValueError(f"{PAGE.name} has {count} places for {name}; it needs one")
    return changed


def main() -> None:
    """Measure, and write the page after each benchmark."""
    parser = argparse.ArgumentParser(description="Measure again what docs/performance.md shows.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which of {', '.join(BENCHMARKS)}")
    parser.add_argument(
        "--peers", default=sys.executable, metavar="PYTHON", help="the interpreter that has the peers"
    )
    options = parser.parse_args()
    for name in options.names or BENCHMARKS:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name}; there are {', '.join(BENCHMARKS)}")
        command = [sys.executable, str(HERE / f"{name}.py")]
        command += ["--peers", options.peers] if name in WITH_PEERS else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout)
        PAGE.write_text(replace(PAGE.read_text(), name, done.stdout))


if __name__ == "__main__":
    main()
