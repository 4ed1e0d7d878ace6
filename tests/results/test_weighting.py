"""Raking against R's package "survey" (`reference/raking.R`) and against what must hold of it."""

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polls.results.scenario.weighting import (
    NoCounterpart,
    Weights,
    effective_size,
    rake,
    weighted_median,
)
from polls.results.statistics import median_value

REFERENCE = json.loads((Path(__file__).parent / "reference" / "raking.json").read_text())
CASES = {case["name"]: case for case in REFERENCE["cases"]}
BOUNDED = [(name, found) for name, case in CASES.items() for found in case["bounded"]]


def raked(case: dict[str, Any], lower: float = 0.0, upper: float = math.inf) -> Weights:
    cells = case["counts"], case["categories"], case["targets"]
    return rake(*cells, lower=lower, upper=upper, tolerance=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_weights_are_those_of_rake_in_r(name: str) -> None:
    found = raked(CASES[name])
    assert found.converged
    assert found.of_cells == pytest.approx(CASES[name]["raked"]["weights"], rel=0, abs=1e-6)
    assert found.effective == pytest.approx(CASES[name]["raked"]["effective"], rel=1e-9)
    assert found.trimmed == 0


@pytest.mark.parametrize(("name", "bounded"), BOUNDED)
def test_bounded_weights_are_those_of_calibrate_in_r(name: str, bounded: dict[str, Any]) -> None:
    lower, upper = bounded["bounds"]
    found = raked(CASES[name], lower=lower, upper=upper)
    assert found.converged
    assert found.trimmed > 0  # the bounds bite, or nothing would be compared
    assert found.of_cells == pytest.approx(bounded["found"]["weights"], rel=0, abs=1e-6)
    assert found.effective == pytest.approx(bounded["found"]["effective"], rel=1e-9)


def test_bounds_cost_some_closeness_and_gain_effective_size() -> None:
    case = CASES["readers"]
    free, bounded = raked(case), raked(case, lower=0.2, upper=5.0)
    assert free.heaviest > 14
    assert (bounded.lightest, bounded.heaviest) == (0.2, 5.0)
    assert bounded.effective > free.effective * 1.1


def test_bounds_that_no_weights_can_meet_are_not_converged_and_say_how_far_off() -> None:
    found = rake([90, 10], [[0, 1]], [[0.2, 0.8]], lower=0.2, upper=5.0)
    assert not found.converged
    assert found.iterations == 1000
    assert found.of_cells == pytest.approx((20 / 90, 5.0))
    assert found.deviation == pytest.approx(0.8 - 0.1 * 5)
    assert found.trimmed == 10


def test_margins_that_contradict_each_other_do_not_converge() -> None:
    # The same two groups of readers by two items, and the items want different shares.
    found = rake([50, 50], [[0, 1], [0, 1]], [[0.4, 0.6], [0.6, 0.4]])
    assert not found.converged
    assert found.deviation == pytest.approx(0.2)


@pytest.mark.parametrize("target", [[0.0, 1.0], [0.3, 0.3, 0.4], [1.0]])
def test_a_category_without_a_counterpart_is_an_error(target: list[float]) -> None:
    with pytest.raises(NoCounterpart):
        rake([30, 70], [[0, 1]], [target])


def test_a_category_without_readers_and_without_a_share_changes_nothing() -> None:
    with_it = rake([30, 70], [[0, 2]], [[0.5, 0.0, 0.5]])
    assert with_it.of_cells == rake([30, 70], [[0, 1]], [[0.5, 0.5]]).of_cells


@pytest.mark.parametrize("counts", [[], [30, 0], [-1, 5]])
def test_a_cell_has_respondents(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="cells have respondents"):
        rake(counts, [[0, 1][: len(counts)]], [[0.5, 0.5]])


def test_percent_and_shares_are_the_same_target() -> None:
    assert rake([30, 70], [[0, 1]], [[40, 60]]) == rake([30, 70], [[0, 1]], [[0.4, 0.6]])


Table = tuple[list[int], list[list[int]], list[list[float]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A full table of two or three margins; without empty cells there are always weights."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=3))
    cells = list(product(*(range(size) for size in sizes)))
    counts = draw(st.lists(st.integers(1, 60), min_size=len(cells), max_size=len(cells)))
    shares = st.floats(0.05, 1)
    targets = [draw(st.lists(shares, min_size=size, max_size=size)) for size in sizes]
    return counts, [list(of_cells) for of_cells in zip(*cells, strict=True)], targets


def held(table: Table, found: Weights) -> list[list[float]]:
    """What each category holds, as a share of the base: counted here, without NumPy."""
    counts, categories, targets = table
    weighted = [count * weight for count, weight in zip(counts, found.of_cells, strict=True)]
    return [
        [
            sum(w for w, category in zip(weighted, of_cells, strict=True) if category == k)
            / sum(counts)
            for k in range(len(shares))
        ]
        for of_cells, shares in zip(categories, targets, strict=True)
    ]


@given(tables())
def test_margins_are_met_and_weights_positive(table: Table) -> None:
    found = rake(*table, lower=0.0, upper=math.inf)
    assert found.converged
    for shares, wanted in zip(held(table, found), table[2], strict=True):
        assert shares == pytest.approx([share / sum(wanted) for share in wanted], abs=1e-7)
    assert found.lightest > 0


@given(tables(), st.floats(0, 0.9), st.floats(1.1, 9))
def test_weights_stay_within_their_bounds_and_meet_the_margins_or_say_how_far_off(
    table: Table, lower: float, upper: float
) -> None:
    found = rake(*table, lower=lower, upper=upper, most=100)
    assert lower <= found.lightest <= found.heaviest <= upper
    off = [
        abs(share - target / sum(wanted))
        for shares, wanted in zip(held(table, found), table[2], strict=True)
        for share, target in zip(shares, wanted, strict=True)
    ]
    assert found.deviation == pytest.approx(max(off), abs=1e-9)
    assert found.converged == (found.deviation <= 1e-8)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_margins_does_not_matter(table: Table, random: Any) -> None:
    counts, categories, targets = table
    found = rake(*table, lower=0.2, upper=5.0, tolerance=1e-12)
    assume(found.converged)
    cells, margins = list(range(len(counts))), list(range(len(targets)))
    random.shuffle(cells)
    random.shuffle(margins)
    turned = rake(
        [counts[cell] for cell in cells],
        [[categories[margin][cell] for cell in cells] for margin in margins],
        [targets[margin] for margin in margins],
        lower=0.2,
        upper=5.0,
        tolerance=1e-12,
    )
    assert turned.of_cells == pytest.approx([found.of_cells[cell] for cell in cells], abs=1e-6)


@given(st.lists(st.tuples(st.integers(1, 99), st.floats(0.01, 10)), min_size=1, max_size=9))
def test_the_effective_size_is_that_of_all_only_with_equal_weights(
    cells: list[tuple[int, float]],
) -> None:
    counts, weights = zip(*cells, strict=True)
    found = effective_size(counts, weights)
    assert found <= sum(counts) * (1 + 1e-12)
    assert effective_size(counts, [weights[0]] * len(counts)) == pytest.approx(sum(counts))
    if max(weights) > min(weights) * 1.001:
        assert found < sum(counts)


def test_the_effective_size_by_hand() -> None:
    # Kish (1965): nine readers who weigh one and one who weighs eleven: 20² / (9 + 121).
    assert effective_size([9, 1], [1.0, 11.0]) == pytest.approx(400 / 130)
    assert effective_size([], []) == 0.0


@given(st.dictionaries(st.integers(-3, 9), st.integers(0, 50), max_size=6))
def test_the_median_of_equal_weights_is_the_median(counts: dict[int, int]) -> None:
    third = {value: count / 3 for value, count in counts.items()}
    assert weighted_median(third) == median_value(counts)
