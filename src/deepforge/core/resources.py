"""What jobs ask for and what machines have."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeGuard

from deepforge.core.errors import BadInput, did_you_mean

_SIZES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_SIZES |= {
    "k": 2**10,
    "m": 2**20,
    "g": 2**30,
    "t": 2**40,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True)
class Resources:
    """What a job asks for: `memory` in bytes (0: what there is), `timeout` in seconds (None: no limit)."""

    cpus: float = 1.0
    gpus: int = 0
    memory: int = 0
    timeout: float | None = None
    retries: int = 0
    """How many times to try again after a failure of the job itself. A lost worker is retried anyway."""
    labels: tuple[str, ...] = ()

    def fits(self, free: Resources) -> bool:
        """Whether a machine with `free` left can take a job that asks for this."""
        return (
            self.cpus <= free.cpus
            and self.gpus <= free.gpus
            and self.memory <= free.memory
            and set(self.labels) <= set(free.labels)
        )


MODEST = Resources()
"""What a job asks for that says nothing."""


@dataclass(frozen=True)
class Gpu:
    """A graphics processor: its index for CUDA_VISIBLE_DEVICES, its name, its memory in bytes."""

    index: int
    name: str
    memory: int


@dataclass(frozen=True)
class Machine:
    """What a worker's machine has. `memory` in bytes."""

    hostname: str
    platform: str
    cpus: int
    memory: int
    gpus: tuple[Gpu, ...] = ()
    labels: tuple[str, ...] = field(default=())


def parse_size(value: object) -> int:
    """Bytes from a number, or from text such as `4 GB` (10⁹) or `4 GiB` and `4G` (2³⁰). Raises BadInput."""
    return round(_parse_quantity(value, _SIZES, "a size", "4 GB, 512 MiB or a number of bytes"))


def parse_duration(value: object) -> float:
    """Seconds from a number, or from text such as `90`, `30 min`, `1.5h` or `1h30m`. Raises BadInput."""
    return _parse_quantity(value, _SECONDS, "a duration", "30 s, 10 min, 1.5 h or 1h30m")


def _parse_quantity(value: object, units: Mapping[str, float], what: str, examples: str) -> float:
    if _is_amount(value):
        return float(value)
    if isinstance(value, str):
        text = value.strip().casefold()
        pieces = re.findall(r"(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text)
        rebuilt = re.sub(r"\s+", "", text)
        if (
            pieces
            and "".join(number + unit for number, unit in pieces) == rebuilt
            and all(u in units for _, u in pieces)
        ):
            return sum(float(number) * units[unit] for number, unit in pieces)
    raise BadInput(f"{value!r} is not {what}", f"Write {examples}.")


def parse_resources(given: Mapping[str, Any], base: Resources = MODEST) -> Resources:
    """What a job asks for, from the `resources` of an operation or of a node, over `base`.

    Raises BadInput for an unknown word or an unusable value.
    """
    known = {field.name for field in fields(Resources)}
    changed: dict[str, Any] = {}
    for word, value in given.items():
        if word not in known:
            raise BadInput(f"{word!r} is not something a job can ask for", did_you_mean(word, known))
        changed[word] = _parse_request(word, value)
    return Resources(
        **{field.name: changed.get(field.name, getattr(base, field.name)) for field in fields(Resources)}
    )


def _parse_request(word: str, value: Any) -> Any:
    if word == "memory":
        return parse_size(value)
    if word == "timeout":
        return None if value is None else parse_duration(value)
    if word == "labels":
        if isinstance(value, list | tuple) and all(isinstance(label, str) for label in value):
            return tuple(value)
        raise BadInput(f"labels is {value!r}", "Write a list of words, such as [a100].")
    number: type[int] | type[float] = float if word == "cpus" else int
    if not _is_amount(value) or number(value) != value:
        what = "number" if word == "cpus" else "whole number"
        raise BadInput(f"{word} is {value!r}", f"Write a {what}, 0 or more.")
    return number(value)


def _is_amount(value: object) -> TypeGuard[int | float]:
    """Whether the value is a finite number, 0 or more; a bool is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and math.isfinite(value)
