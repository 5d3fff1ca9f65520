"""Count how often each value comes up."""


def count(values: list) -> dict:
    """A function is an operation too: positional parameters are inputs, keyword-only ones would be attributes."""
    counts: dict[str, int] = {}
    for value in sorted(values):
        counts[str(value)] = counts.get(str(value), 0) + 1
    for value, times in counts.items():
        print(f"{value:>3}  {'#' * times}")
    return counts
