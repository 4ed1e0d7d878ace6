"""Fisher's exact test: plain numbers in, plain numbers out, no Django."""

from math import exp, lgamma

# Floats that should be equal may differ in their last digits (as R's fisher.test allows for).
_NEARLY = 1 + 1e-7


def two_sided(a: int, b: int, c: int, d: int) -> float:
    """How probable a table as uneven as (a b / c d), or more so, is by chance alone.

    With both margins given, the number in the first cell is hypergeometric; summed are all tables
    that are no more probable than the one seen. (R. A. Fisher, Statistical Methods for Research
    Workers, 5th ed. 1934, § 21.02; the two-sided sum as in R's `fisher.test`.) Exact for any
    numbers, also small ones, where a chi-square is not.
    """
    first_row, first_column, total = a + b, a + c, a + b + c + d
    low, high = max(0, first_row + first_column - total), min(first_row, first_column)
    chances = [
        exp(
            _choose(first_row, n)
            + _choose(total - first_row, first_column - n)
            - _choose(total, first_column)
        )
        for n in range(low, high + 1)
    ]
    seen = chances[a - low] * _NEARLY
    return min(1.0, sum(chance for chance in chances if chance <= seen))


def _choose(n: int, k: int) -> float:
    """The logarithm of the binomial coefficient."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
