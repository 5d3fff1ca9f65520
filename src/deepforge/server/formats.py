"""How facts are written for people: times, durations, sizes, numbers, always with their units."""

from __future__ import annotations

import math
from datetime import UTC, datetime

THIN = "\N{NARROW NO-BREAK SPACE}"
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def moment(text: str) -> datetime:
    """A time of the interface: ISO 8601, UTC."""
    return datetime.fromisoformat(text)


def ago(text: str, now: datetime | None = None) -> str:
    """How long ago a time is: `just now`, `14 s ago`, `3 min ago`, `2 h ago`, `5 days ago`, else the date."""
    seconds = ((now or datetime.now(UTC)) - moment(text)).total_seconds()
    if seconds < 5:
        return "just now"
    for limit, unit, length in ((60, "s", 1), (3600, "min", 60), (86400, "h", 3600)):
        if seconds < limit:
            return f"{int(seconds / length)} {unit} ago"
    days = int(seconds / 86400)
    if days < 31:
        return "yesterday" if days == 1 else f"{days} days ago"
    return moment(text).strftime("%-d %B %Y")


def exact(text: str) -> str:
    """A time in full: `14 May 2026, 09:03:11 UTC`."""
    return moment(text).strftime("%-d %B %Y, %H:%M:%S UTC")


def span(started: str | None, ended: str | None, now: datetime | None = None) -> str:
    """How long something took, or has taken so far; empty before it began."""
    if started is None:
        return ""
    end = moment(ended) if ended else (now or datetime.now(UTC))
    return duration((end - moment(started)).total_seconds())


def duration(seconds: float) -> str:
    """`8 ms`, `1.2 s`, `14 s`, `3 min 05 s`, `2 h 10 min`."""
    seconds = max(seconds, 0.0)
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(count: float) -> str:
    """Bytes in the unit that reads best: `812 B`, `1.4 MB`."""
    exponent = 0
    while count >= 999.5 and exponent < len(_SIZES) - 1:
        count /= 1000
        exponent += 1
    return (
        f"{count:.0f} {_SIZES[exponent]}"
        if exponent == 0 or count >= 99.5
        else f"{count:.1f} {_SIZES[exponent]}"
    )


def number(value: float | None) -> str:
    """A measured value with at most four figures; `not a number` for None, which is how NaN is kept."""
    if value is None or math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}".replace(",", THIN).replace("-", "−")
    magnitude = abs(value)
    if magnitude >= 1e6 or magnitude < 1e-4:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa} × 10{_raised(int(exponent))}".replace("-", "−")
    text = f"{value:,.{max(0, 3 - math.floor(math.log10(magnitude)))}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", THIN).replace("-", "−")


def count(value: int, singular: str, plural: str | None = None) -> str:
    """`1 job`, `3 jobs`."""
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}".replace(",", THIN)


def _raised(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
