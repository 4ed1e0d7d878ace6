"""Against an oracle that knows nothing of graphs: it looks for every table with the same totals."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polls.results.comparisons.suppression import (
    Cell,
    Table,
    hidden_cells,
    hidden_groups,
    hidden_in_cross,
)

K = 5


def tables(rows: int = 4, columns: int = 4, most: int = 12) -> st.SearchStrategy[list[list[int]]]:
    few = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, most))
    return st.tuples(st.integers(2, rows), st.integers(2, columns)).flatmap(
        lambda size: st.lists(
            st.lists(few, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )


def solutions(table: Table, hidden: Sequence[Cell]) -> Iterator[dict[Cell, int]]:
    """Every way to fill the hidden cells with counts that keep the totals of rows and columns."""
    rows = [sum(table[r][c] for r_, c in hidden if r_ == r) for r in range(len(table))]
    columns = [sum(table[r][c] for r, c_ in hidden if c_ == c) for c in range(len(table[0]))]

    def fill(place: int) -> Iterator[dict[Cell, int]]:
        if place == len(hidden):
            yield {}
            return
        row, column = hidden[place]
        last_of_row = all(r != row for r, _c in hidden[place + 1 :])
        last_of_column = all(c != column for _r, c in hidden[place + 1 :])
        for count in range(min(rows[row], columns[column]) + 1):
            if (last_of_row and count != rows[row]) or (
                last_of_column and count != columns[column]
            ):
                continue
            rows[row] -= count
            columns[column] -= count
            for rest in fill(place + 1):
                yield {(row, column): count, **rest}
            rows[row] += count
            columns[column] += count

    return fill(0)


def determined(table: Table, hidden: frozenset[Cell]) -> set[Cell]:
    """The hidden cells that have one possible value."""
    order = sorted(hidden)
    certain = {cell: table[cell[0]][cell[1]] for cell in order}
    for found in solutions(table, order):
        certain = {cell: n for cell, n in certain.items() if found[cell] == n}
        if not certain:
            break
    return set(certain)


def lines_with_somebody(table: Table) -> tuple[int, int]:
    array = np.array(table)
    return int((array.sum(axis=1) > 0).sum()), int((array.sum(axis=0) > 0).sum())


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_hidden_cell_can_be_worked_out(table: list[list[int]]) -> None:
    assume(min(lines_with_somebody(table)) > 1)
    assert determined(table, hidden_cells(table, K)) == set()


@settings(max_examples=300, deadline=None)
@given(tables(6, 7, 400))
def test_every_small_cell_and_every_cell_of_a_small_line_is_hidden(table: list[list[int]]) -> None:
    hidden, array = hidden_cells(table, K), np.array(table)
    rows, columns = array.sum(axis=1), array.sum(axis=0)
    for (row, column), count in np.ndenumerate(array):
        small = [0 < number < K for number in (count, rows[row], columns[column])]
        if any(small) and rows[row] and columns[column]:
            assert (row, column) in hidden


@settings(max_examples=300, deadline=None)
@given(tables(6, 7, 400))
def test_what_is_hidden_of_a_line_is_never_a_small_group(table: list[list[int]]) -> None:
    array, mask = np.array(table), np.zeros((len(table), len(table[0])), dtype=bool)
    for cell in hidden_cells(table, K):
        mask[cell] = True
    for axis in (0, 1):
        sums, totals = (array * mask).sum(axis=axis), array.sum(axis=axis)
        assert all(
            not hidden or total >= hidden >= min(K, total)
            for hidden, total in zip(sums, totals, strict=True)
        )


@settings(max_examples=200, deadline=None)
@given(tables(6, 7, 400))
def test_the_totals_alone_leave_no_hidden_cell_without_a_second_value(
    table: list[list[int]],
) -> None:
    """By linear algebra, for tables too large to try all: no hidden cell is a fixed coordinate."""
    assume(min(lines_with_somebody(table)) > 1)
    hidden = sorted(hidden_cells(table, K))
    assume(hidden)
    totals = np.zeros((len(table) + len(table[0]), len(hidden)))
    for place, (row, column) in enumerate(hidden):
        totals[row, place] = totals[len(table) + column, place] = 1
    rank = np.linalg.matrix_rank(totals)
    for place in range(len(hidden)):
        unit = np.eye(1, len(hidden), place)
        assert np.linalg.matrix_rank(np.vstack([totals, unit])) == rank + 1


def test_nothing_is_hidden_where_no_group_is_small() -> None:
    assert hidden_cells([[5, 0, 9], [80, 7, 0]], K) == frozenset()


def test_a_small_cell_takes_the_cheapest_rectangle_with_it() -> None:
    table = [[4, 50, 60], [70, 6, 80], [9, 90, 100]]
    assert hidden_cells(table, K) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_zero_is_no_partner_where_another_cell_is() -> None:
    table = [[3, 20, 0], [30, 40, 0], [0, 0, 50]]
    assert hidden_cells(table, K) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_rectangle_of_zeros_would_protect_nothing() -> None:
    """Both neighbours of the 3 are zeros: nobody can be moved there and back."""
    table = [[3, 0, 40], [0, 60, 0], [50, 0, 70]]
    hidden = hidden_cells(table, K)
    assert hidden == {(0, 0), (0, 2), (2, 0), (2, 2)}
    assert determined(table, frozenset({(0, 0), (0, 1), (1, 0), (1, 1)})) == set()
    assert determined([[3, 0], [4, 0]], frozenset({(0, 0), (0, 1), (1, 0), (1, 1)}))


@pytest.mark.parametrize(
    ("totals", "hidden"),
    [
        ([40, 4, 50, 9], {1, 3}),
        ([40, 1, 2, 9], {1, 2, 3}),
        ([40, 4, 3, 9], {1, 2}),
        ([40, 0, 0, 9], set()),
        ([3, 0, 0, 0], {0}),
        ([3, 0, 7, 0], {0, 2}),
        ([5, 6], set()),
        ([], set()),
    ],
)
def test_a_small_group_is_hidden_with_the_smallest_further_ones(
    totals: list[int], hidden: set[int]
) -> None:
    assert hidden_groups(totals, K) == hidden


@given(st.lists(st.integers(0, 40), max_size=9))
def test_the_total_less_what_is_shown_is_never_a_small_group(totals: list[int]) -> None:
    hidden = hidden_groups(totals, K)
    assert hidden >= {group for group, total in enumerate(totals) if 0 < total < K}
    rest = {group for group, total in enumerate(totals) if total} - hidden
    if hidden and rest:
        assert len(hidden) > 1
        assert sum(totals[group] for group in hidden) >= K


people = st.lists(st.tuples(st.sets(st.integers(0, 2)), st.integers(0, 2)), min_size=1, max_size=60)


@settings(max_examples=300, deadline=None)
@given(people, st.booleans())
def test_those_who_did_not_choose_an_option_are_a_group_too(
    answers: list[tuple[set[int], int]], across: bool
) -> None:
    """Options 0 to 2 of a multiple choice, and a last row of those who did not answer it."""
    counts = np.zeros((4, 3), dtype=int)
    for chosen, column in answers:
        for row in chosen or {3}:
            counts[row, column] += 1
    rows = [sum(row in (chosen or {3}) for chosen, _c in answers) for row in range(4)]
    columns = [sum(c == column for _chosen, c in answers) for column in range(3)]
    if across:
        found = hidden_in_cross(counts.T.tolist(), columns, rows, K, columns_overlap=True).cells
        hidden = {(row, column) for column, row in found}
    else:
        hidden = {*hidden_in_cross(counts.tolist(), rows, columns, K, rows_overlap=True).cells}
    for row, cells in enumerate(counts.tolist()):
        rest = [total - count for total, count in zip(columns, cells, strict=True)]
        own = {column for r, column in hidden if r == row}
        if min(lines_with_somebody([cells, rest])) < 2:
            continue  # all or nobody chose it, or all answered alike: the totals say so
        for column in range(3):
            if 0 < cells[column] < K or 0 < rest[column] < K:
                assert column in own
        both = frozenset((side, column) for side in (0, 1) for column in own)
        assert determined([cells, rest], both) <= {(s, c) for s, c in both if not columns[c]}


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_hidden_cell_of_a_cross_can_be_worked_out(table: list[list[int]]) -> None:
    assume(min(lines_with_somebody(table)) > 1)
    rows, columns = ([int(n) for n in np.array(table).sum(axis=axis)] for axis in (1, 0))
    found = hidden_in_cross(table, rows, columns, K)
    assert determined(table, found.cells) == set()
    for totals, hidden in ((rows, found.rows), (columns, found.columns)):
        assert hidden == hidden_groups(totals, K)


def test_a_hidden_group_hides_its_whole_line_and_a_further_one() -> None:
    table = [[2, 2], [30, 40], [300, 400]]
    found = hidden_in_cross(table, [4, 70, 700], [332, 442], K)
    assert found.rows == {0, 1}
    assert found.columns == frozenset()
    assert found.cells == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_the_options_of_a_multiple_choice_bound_one_another() -> None:
    """Five of the first group all chose option 0: so nobody of it left the item out, and the two
    who did are of the second group. Hence all of a group's answers are hidden, or none."""
    table = [[5, 3, 0], [0, 1, 2]]  # options 0 and 1, and not answered; three of five chose both
    found = hidden_in_cross(table, [5, 3], [5, 4, 2], 3, columns_overlap=True).cells
    assert found == {(row, column) for row in (0, 1) for column in (0, 1, 2)}
    turned = [list(column) for column in zip(*table, strict=True)]
    across = hidden_in_cross(turned, [5, 4, 2], [5, 3], 3, rows_overlap=True).cells
    assert across == {(column, row) for row, column in found}


@settings(max_examples=300, deadline=None)
@given(people)
def test_of_a_group_s_answers_to_a_multiple_choice_all_are_hidden_or_none(
    answers: list[tuple[set[int], int]],
) -> None:
    counts = np.zeros((3, 4), dtype=int)
    for chosen, group in answers:
        for option in chosen or {3}:
            counts[group, option] += 1
    groups = [sum(g == group for _chosen, g in answers) for group in range(3)]
    options = [sum(option in (chosen or {3}) for chosen, _g in answers) for option in range(4)]
    found = hidden_in_cross(counts.tolist(), groups, options, K, columns_overlap=True).cells
    given_by_anybody = {option for option, total in enumerate(options) if total}
    for group in {row for row, _option in found}:
        assert {option for row, option in found if row == group} == given_by_anybody
