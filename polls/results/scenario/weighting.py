"""Raking with bounded weights, on the cells of a cross-classification. Plain NumPy, no Django.

Raking (Deming and Stephan, 1940, Annals of Mathematical Statistics 11) multiplies each margin's
categories in turn until every margin has its share. The weights stay between two bounds, as in the
truncated multiplicative method of Deville and Särndal (1992, JASA 87) and Deville, Särndal and
Sautory (1993, JASA 88): w = min(max(exp(x'λ), lower), upper). They are unique, meet the margins
where that is possible at all, and are what `calibrate(calfun="raking", bounds=…)` of R's package
"survey" finds. Trimming after raking (Potter, 1990) would leave the margins off by what it took.

The bounds of 1/5 and 5 times the mean weight: ANES cuts at five (DeBell and Krosnick, 2009).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

LOWER, UPPER = 0.2, 5.0
TOLERANCE = 1e-8  # of the base: a hundredth of a respondent in a million
ITERATIONS = 1000
# A multiplier that no bounded weight can satisfy grows for ever, and is stopped before it is inf.
_SMALLEST, _LARGEST = 1e-100, 1e100


class NoCounterpart(ValueError):
    """A category has a share and no respondent, or respondents and no share."""


@dataclass(frozen=True)
class Weights:
    """The weight of each cell's respondents, with mean 1 where `converged`.

    `deviation` is the largest distance of a margin from its target, as a share of the base (0 to
    1), with the weights as they are: bounded. `trimmed` counts the respondents at a bound.
    `effective` is Kish's effective sample size.
    """

    of_cells: tuple[float, ...]
    converged: bool
    iterations: int
    deviation: float
    trimmed: int
    effective: float

    @property
    def lightest(self) -> float:
        return min(self.of_cells)

    @property
    def heaviest(self) -> float:
        return max(self.of_cells)


@dataclass(frozen=True)
class _Margin:
    """For each cell its category, for each category what it must hold (in respondents)."""

    categories: Indices
    wanted: Floats

    def held(self, weighted: Floats) -> Floats:
        sums = np.bincount(self.categories, weighted, minlength=len(self.wanted))
        return sums.astype(np.float64)

    def ratios(self, weighted: Floats) -> Floats:
        """For each category what it must hold by what it holds; 1 where there is nobody."""
        held = self.held(weighted)
        return np.divide(self.wanted, held, out=np.ones_like(held), where=held > 0)


def rake(
    counts: Sequence[int],
    categories: Sequence[Sequence[int]],
    targets: Sequence[Sequence[float]],
    *,
    lower: float = LOWER,
    upper: float = UPPER,
    tolerance: float = TOLERANCE,
    most: int = ITERATIONS,
) -> Weights:
    """The weights with which the cells have the target shares in every margin.

    `counts[c]` is how many respondents the cell c has, at least one. `categories[m][c]` is the
    index of its category in the margin m, `targets[m][k]` the share of the category k: positive
    or zero, of any sum (they are divided by it). Weights stay between `lower` and `upper` times
    their mean. Stops when no margin is off by more than `tolerance` of the base, or after `most`
    rounds, which is not converged. Raises NoCounterpart.
    """
    sizes: Floats = np.asarray(counts, dtype=np.float64)
    if not sizes.size or (sizes <= 0).any() or not 0 <= lower <= 1 <= upper:
        raise ValueError("cells have respondents, and the bounds enclose the mean weight, 1")
    margins = list(_margins(sizes, categories, targets))
    multipliers = np.ones_like(sizes)
    weights, iterations = multipliers, 0
    while (deviation := _deviation(margins, sizes, weights)) > tolerance and iterations < most:
        iterations += 1
        for margin in margins:
            # Never too far: bounded weights answer a multiplier with as much or with less.
            ratios = margin.ratios(sizes * weights)
            multipliers = np.clip(multipliers * ratios[margin.categories], _SMALLEST, _LARGEST)
            weights = np.clip(multipliers, lower, upper)
    return Weights(
        of_cells=tuple(weights.tolist()),
        converged=deviation <= tolerance,
        iterations=iterations,
        deviation=deviation,
        trimmed=int(sizes[weights != multipliers].sum()),
        effective=effective_size(counts, weights),
    )


def _margins(
    sizes: Floats, categories: Sequence[Sequence[int]], targets: Sequence[Sequence[float]]
) -> Iterator[_Margin]:
    for of_cells, shares in zip(categories, targets, strict=True):
        given: Floats = np.asarray(shares, dtype=np.float64)
        margin = _Margin(np.asarray(of_cells, dtype=np.intp), given / given.sum() * sizes.sum())
        held = margin.held(sizes)
        if len(held) != len(given) or ((held > 0) != (given > 0)).any():
            raise NoCounterpart(f"respondents {held.tolist()}, shares {given.tolist()}")
        yield margin


def _deviation(margins: Sequence[_Margin], sizes: Floats, weights: Floats) -> float:
    off = [np.abs(margin.held(sizes * weights) - margin.wanted).max() for margin in margins]
    return float(max(off, default=0.0) / sizes.sum())


def effective_size(counts: ArrayLike, weights: ArrayLike) -> float:
    """Kish's effective sample size (Survey Sampling, 1965): (Σw)² / Σw² over the respondents.

    `counts` are the respondents of each cell, `weights` the weight of each; 0.0 of nobody.
    """
    sizes, each = np.asarray(counts, np.float64), np.asarray(weights, np.float64)
    squares = float((sizes * each**2).sum())
    return float((sizes * each).sum()) ** 2 / squares if squares > 0 else 0.0


def weighted_median(weights: Mapping[int, float]) -> int | None:
    """The lower median of weighted values (`statistics.median_value`); None of nothing.

    Sums of weights are not exact: half is reached where less than a billionth of it is missing.
    """
    half = sum(weights.values()) / 2
    running = 0.0
    for value in sorted(weights):
        running += weights[value]
        if half > 0 and running >= half * (1 - 1e-9):
            return value
    return None
