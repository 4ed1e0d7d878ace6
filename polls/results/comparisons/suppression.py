"""Which figures of a comparison must stay hidden, so that no small group can be told from the rest.

Plain numbers in, plain places out, no Django. A group of fewer than `k` people is hidden, and with
it what would give it away by subtraction from the totals, which count as known: those of single
items stand on the results page.

A hidden cell of a two-way table is a line between its row and its column in a graph. It can be
worked out exactly if and only if no cycle passes through it (Gusfield 1988, "A graph theoretic
approach to statistical data security", SIAM J. Comput. 17(3)). Counts are never negative, so a
cycle must be one along which people can be moved: away from cells that have some, into any. Where a
hidden cell has no such cycle, the cheapest one is hidden with it. What is not claimed: that the
range in which a hidden cell must lie is wide.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from operator import itemgetter
from typing import TypeAlias

Table: TypeAlias = Sequence[Sequence[int]]
"""Counts, row by row; every row as long as the first."""
Cell: TypeAlias = tuple[int, int]
"""A row and a column, from 0."""
Node: TypeAlias = tuple[bool, int]
"""A row (False) or a column (True) of the graph."""


@dataclass(frozen=True)
class Hidden:
    """What a cross-table leaves out: totals of whole rows and columns, and single cells."""

    rows: frozenset[int]
    columns: frozenset[int]
    cells: frozenset[Cell]


def is_small(count: int, k: int) -> bool:
    """Whether these are too few to be shown; nobody is no group."""
    return 0 < count < k


def hidden_groups(totals: Sequence[int], k: int) -> frozenset[int]:
    """The groups to hide where the sum of all is known.

    Those under `k` and, while the hidden ones sum to less than `k`, as a single one does, the
    smallest further ones: else the sum less what is shown would be a small group. Where too few
    groups are left for that, all that have anybody.
    """
    hidden = {group for group, total in enumerate(totals) if is_small(total, k)}
    further = sorted((total, group) for group, total in enumerate(totals) if total >= k)
    for _total, group in further if hidden else ():
        if sum(totals[one] for one in hidden) >= k:
            break
        hidden.add(group)
    return frozenset(hidden)


def hidden_cells(counts: Table, k: int, also: Iterable[Cell] = ()) -> frozenset[Cell]:
    """The cells to hide where the totals of rows and columns are known.

    Hidden are cells under `k` and every cell of a row or column under `k`, the cells in `also`, and
    further ones until no hidden cell can be worked out and those of every row and column sum to at
    least `k` (or are the whole of it). Rows and columns without anybody are known zeros and left
    alone. In a table with a single row or column that has anybody the cells are its totals: there
    is nothing that hiding could protect.
    """
    rows, columns = _sums(counts), _sums(_turned(counts))
    hidden = {
        (row, column)
        for row, cells in enumerate(counts)
        for column, count in enumerate(cells)
        if any(is_small(number, k) for number in (count, rows[row], columns[column]))
    }
    hidden |= set(also)
    hidden = {(row, column) for row, column in hidden if rows[row] and columns[column]}
    while True:
        before = set(hidden)
        for cell in sorted(before):
            hidden |= _cycle(counts, cell, hidden)
        if hidden == before:  # only then: a cycle mostly fills its lines, too
            hidden |= _to_fill_lines(counts, k, hidden)
        if hidden == before:
            return frozenset(hidden)


def hidden_in_cross(
    counts: Table,
    rows: Sequence[int],
    columns: Sequence[int],
    k: int,
    *,
    rows_overlap: bool = False,
    columns_overlap: bool = False,
) -> Hidden:
    """What to hide of a cross of two items whose groups count `rows` and `columns` people.

    The options of a multiple choice overlap: a person stands in several of its rows, and those who
    did not choose an option are a group too, known by subtraction. Such a table is protected as if
    its rows were apart, and each row against the rest of its columns as well. The options also
    bound one another (all who answered chose one, none was chosen by more than answered), so that
    what is shown of a group could tell what is hidden of it: of its answers all are shown or none.
    Two people of hidden groups who answered otherwise could then change places, and nothing that is
    shown would change.
    """
    small = hidden_groups(rows, k), hidden_groups(columns, k)
    places = product(range(len(rows)), range(len(columns)))
    found = hidden_cells(counts, k, [(r, c) for r, c in places if r in small[0] or c in small[1]])
    while True:
        wanted = set(found)
        if rows_overlap:
            wanted |= _against_the_rest(counts, columns, k, wanted)
            wanted |= set(product(range(len(rows)), {column for _row, column in wanted}))
        if columns_overlap:
            across = {(column, row) for row, column in wanted}
            across = _against_the_rest(_turned(counts), rows, k, across)
            wanted |= {(row, column) for column, row in across}
            wanted |= set(product({row for row, _column in wanted}, range(len(columns))))
        wanted = set(hidden_cells(counts, k, wanted))
        if wanted == found:
            return Hidden(*small, found)
        found = frozenset(wanted)


def _against_the_rest(
    counts: Table, columns: Sequence[int], k: int, hidden: set[Cell]
) -> set[Cell]:
    """What each row must hide so that neither it nor those of `columns` not in it are a few."""
    found: set[Cell] = set()
    for row, cells in enumerate(counts):
        rest = [total - count for total, count in zip(columns, cells, strict=True)]
        before = {(side, c) for r, c in hidden if r == row for side in (0, 1)}
        pairs = hidden_cells([cells, rest], k, before)
        found |= {(row, column) for side, column in pairs if side == 0}
    return found


def _sums(counts: Table) -> list[int]:
    return [sum(row) for row in counts]


def _turned(counts: Table) -> Table:
    return list(zip(*counts, strict=True))


def _to_fill_lines(counts: Table, k: int, hidden: set[Cell]) -> set[Cell]:
    """The smallest further cells that bring the hidden ones of each row and column to `k`."""
    every = [(row, column) for row, cells in enumerate(counts) for column in range(len(cells))]
    added: set[Cell] = set()
    for axis in (0, 1):
        for line in {cell[axis] for cell in hidden}:
            cells = sorted((counts[r][c], (r, c)) for r, c in every if (r, c)[axis] == line)
            taken = sum(count for count, cell in cells if cell in hidden | added)
            for count, cell in cells:
                if taken < k and count and cell not in hidden | added:
                    added.add(cell)
                    taken += count
    return added


def _cycle(counts: Table, cell: Cell, hidden: set[Cell]) -> set[Cell]:
    """The cheapest further cells with which people can be moved into `cell`, or out of it."""
    row, column = (False, cell[0]), (True, cell[1])
    ways = [_cheapest(counts, column, row, cell, hidden)]
    if counts[cell[0]][cell[1]]:
        ways.append(_cheapest(counts, row, column, cell, hidden))
    found = [way for way in ways if way is not None]
    return min(found, key=itemgetter(0))[1] if found else set()


def _cheapest(
    counts: Table, start: Node, end: Node, without: Cell, hidden: set[Cell]
) -> tuple[int, set[Cell]] | None:
    """Dijkstra's path and its cost; a step from a row to a column adds a person to their cell,
    a step back takes one away. None where there is no path."""
    price = _price(counts, hidden)
    heap: list[tuple[int, Node, tuple[Cell, ...]]] = [(0, start, ())]
    seen: set[Node] = set()
    while heap:
        cost, node, path = heappop(heap)
        if node == end:
            return cost, set(path)
        if node in seen:
            continue
        seen.add(node)
        is_column, index = node
        for other in range(len(counts) if is_column else len(counts[0])):
            cell = (other, index) if is_column else (index, other)
            if cell != without and (counts[cell[0]][cell[1]] or not is_column):
                heappush(heap, (cost + price(cell), (not is_column, other), (*path, cell)))
    return None


def _price(counts: Table, hidden: set[Cell]) -> Callable[[Cell], int]:
    """What hiding a cell costs: its count, nothing for a hidden one. A zero is the last resort:
    whoever guesses it knows the rest."""
    dear = sum(_sums(counts)) + 1

    def price(cell: Cell) -> int:
        return 0 if cell in hidden else counts[cell[0]][cell[1]] or dear

    return price
