"""Seven sonnets of William Shakespeare (1609), as numbers: one for each letter."""

from pathlib import Path

import numpy as np

SONNETS = Path(__file__).parents[1] / "data" / "sonnets.txt"


class LoadText:
    """Read the text, and number the letters that occur in it."""

    def execute(self) -> tuple[np.ndarray, str]:
        """Codes are int64 [n], places in the alphabet; alphabet holds each letter that occurs once."""
        text = SONNETS.read_text(encoding="utf-8")
        alphabet = "".join(sorted(set(text)))
        codes = np.array([alphabet.index(letter) for letter in text], dtype=np.int64)
        print(f"{len(codes):,} letters, {len(alphabet)} of them different")
        return codes, alphabet
