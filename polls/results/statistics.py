"""Arithmetic of answers: plain numbers in, plain numbers out, no Django."""

from collections.abc import Mapping


def share(part: int, whole: int) -> float | None:
    """The part of the whole, 0 to 1; None of nothing."""
    return part / whole if whole > 0 else None


def median_value(counts: Mapping[int, int]) -> int | None:
    """The lower median of an ordinal item: the smallest value that at least half don't exceed.

    `counts` maps a scale's values to how often they were given; None where nobody gave one. An
    ordinal scale has no value between two points, so the two middle answers are never averaged
    (the "lower median", Python's `statistics.median_low`).
    """
    total = sum(counts.values())
    running = 0
    for value in sorted(counts):
        running += counts[value]
        if total and 2 * running >= total:
            return value
    return None
