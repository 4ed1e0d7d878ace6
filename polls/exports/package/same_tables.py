"""A table of a package compared with the same table made of its release, cell by cell."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

from polls.lib.spreadsheet import csv_chunks

from ..figures import NOT_ANSWERED
from ..table import Column, Row
from . import layout

Found: TypeAlias = tuple[str, str | None, str | None]
FIGURES = ("number", "share", "flag")
# Words of this program, in the article's language: another version may say them otherwise.
OWN_WORDS = {"notice", "reached", "row_label", "column_label", "series_label"}
NAMED_BY = {
    layout.FIGURES: ("item", "choice"),
    layout.ITEMS: ("item",),
    layout.COMPARISONS: ("rows_item", "row", "columns_item", "column"),
    layout.TRENDS: ("item", "start", "series"),
}


def table_differences(
    name: str, columns: Sequence[Column], rows: Iterable[Row], lines: Iterable[list[str]]
) -> tuple[int, list[Found]]:
    """How many figures were compared, and the cells that differ: name, wanted, there."""
    header = [column.key for column in columns]
    content = b"".join(csv_chunks(header, rows)).decode("utf-8-sig")
    wanted = list(csv.reader(io.StringIO(content, newline="")))
    differences: list[Found] = []
    for number, (should, there) in enumerate(zip_longest(wanted, lines), start=1):
        if should is None or there is None or len(should) != len(there) or number == 1:
            if should != there:
                differences.append((f"{name}, line {number}", _line(should), _line(there)))
        else:
            differences += _cells(name, number, columns, should, there)
    of_figures = sum(column.kind in FIGURES for column in columns)
    return of_figures * (len(wanted) - 1), differences


def _line(cells: Sequence[str] | None) -> str | None:
    return None if cells is None else ",".join(cells)


def _cells(
    name: str, number: int, columns: Sequence[Column], should: list[str], there: list[str]
) -> Iterator[Found]:
    cells = {column.key: cell for column, cell in zip(columns, should, strict=True)}
    own = OWN_WORDS | ({"label"} if cells.get("row") == NOT_ANSWERED else set())
    about = " ".join(cells[key] for key in NAMED_BY[name] if cells[key])
    for column, one, other in zip(columns, should, there, strict=True):
        if one != other and column.key not in own:
            yield f"{name}, line {number} ({about}), {column.key}", one or None, other or None
