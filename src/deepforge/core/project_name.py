"""Names of projects: what a person may call one, and the folder that goes with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from deepforge.core.errors import BadInput, Conflict

LONGEST = 100
"""Letters of a name."""
_LONGEST_FOLDER = 60
_JOINS_EMOJI = "\u200d\ufe0f"


def parse_project_name(text: str) -> str:
    """The name in its normal form, without spaces around it. Raises BadInput, which says what is wrong.

    >>> parse_project_name("  Digits & letters 🖋 ")
    'Digits & letters 🖋'
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise BadInput("A project needs a name.", "Write one, such as digits.")
    if len(name) > LONGEST:
        raise BadInput(f"The name has {len(name)} letters.", f"It may have at most {LONGEST}.")
    if "/" in name or "\\" in name or name.startswith("."):
        raise BadInput(
            f"{name!r} cannot name a project: it looks like a path.",
            "Leave out slashes, and do not begin with a dot.",
        )
    if not all(letter.isprintable() or letter in _JOINS_EMOJI for letter in name):
        raise BadInput(f"{name!r} holds a character that cannot be shown.", "Leave it out.")
    return name


def refuse_taken(name: str, taken: Iterable[str]) -> None:
    """Raise Conflict when another project has the name; large and small letters count as the same."""
    names = list(taken)
    same = next((known for known in names if known.casefold() == name.casefold()), None)
    if same is not None:
        raise Conflict(
            f"There is a project {same} already.",
            f"Open that one, or call this one {free_name(name, names)}.",
        )


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, with a number when another has it.

    >>> free_name("digits", ["Digits", "digits-2"])
    'digits-3'
    """
    folded = {known.casefold() for known in taken}
    found, number = name, 1
    while found.casefold() in folded:
        number += 1
        ending = f"-{number}"
        found = name[: LONGEST - len(ending)] + ending
    return found


def folder_of_name(name: str) -> str:
    """A plain name for the folder of a project.

    >>> folder_of_name("Digits & letters 🖋")
    'Digits-letters'
    """
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    return plain.encode()[:_LONGEST_FOLDER].decode(errors="ignore").strip("-.") or "project"
