"""Excel: what the file is, a sheet of rows (further ones where it is full), and the codebook.

Every text is written as a text, and defused as in CSV: a cell that somebody edits, or a sheet that
is saved as CSV, would else make a formula of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from polls.lib.text import defuse

from ..table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_576  # of Excel, the header among them
# Characters of a sheet, about: an archive with more than 4 GiB of it is one that Excel repairs.
SHEET_SIZE = 2_000_000_000
CELL_SIZE = 40  # of which what stands around a cell
LONGEST_CELL = 32_767  # UTF-16 units that a cell may hold
CUT = "[…]"  # at the end of a text that was longer
CODEBOOK = ("column", "description", "code", "label", "value")
WIDTHS = {"text": 60, "identifier": 38, "time": 20}
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel, whose calendar has a 29 February 1900
DAY = 86_400
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_xlsx(table: Table, path: Path) -> None:
    """Row by row, in constant memory. Times are UTC, to the second."""
    import xlsxwriter

    # The library keeps each sheet in a file of its own until it packs them all.
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        memory = {"constant_memory": True, "tmpdir": folder, "use_zip64": True}
        book = xlsxwriter.Workbook(path, memory | PLAIN)
        _fill(book, table)
        book.close()  # not where the reading broke: there is nothing to pack


def _fill(book: "Workbook", table: Table) -> None:
    book.set_properties({"title": _text(table.about.get("title", table.name))})
    bold = book.add_format({"bold": True})
    time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    _small_sheet(book.add_worksheet("about"), (24, 80), table.about.items())
    points = [_points(column) for column in table.columns]
    rows = iter(table.rows)
    first = next(rows, None)
    for number in count(1):
        sheet = book.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
        _head(sheet, table.columns, bold)
        first = _sheet(sheet, points, first, rows, time)
        if first is None:
            break
    if any(column.label for column in table.columns):
        _small_sheet(book.add_worksheet("codebook"), (24, 80, 14, 40, 8), _codebook(table))


def _head(sheet: "Worksheet", columns: Sequence[Column], bold: "Format") -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.kind, 14))
        sheet.write_string(0, place, _text(column.key), bold)


def _sheet(
    sheet: "Worksheet",
    points: Sequence[Mapping[Cell, int]],
    first: Row | None,
    rows: Iterator[Row],
    time: "Format",
) -> Row | None:
    """Write rows until there are none, or the sheet is full: then the next one is returned."""
    size = 0
    for line, row in enumerate(chain([] if first is None else [first], rows), start=1):
        if line >= SHEET_ROWS or size >= SHEET_SIZE:
            return row
        cells = [of.get(cell, cell) if of else cell for of, cell in zip(points, row, strict=True)]
        size += CELL_SIZE * len(row) + _write(sheet, line, cells, time)
    return None


def _points(column: Column) -> Mapping[Cell, int]:
    """The points of a scale whose code is their number: Excel is given the number, so that it can
    make a mean or a chart of it. What isn't a point stays a text, which those leave out."""
    return {
        code.code: code.value
        for code in column.codes
        if code.value is not None and code.code == str(code.value)
    }


def _write(sheet: "Worksheet", line: int, row: Sequence[Cell], time: "Format | None") -> int:
    """A row, and how many characters its texts have."""
    size = 0
    for place, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, str):
            size += len(cell)
            sheet.write_string(line, place, _text(cell))
        elif isinstance(cell, datetime):
            # Days, in UTC, to the second (ECMA-376, part 1, 18.17.4).
            days = int((cell - EPOCH).total_seconds()) / DAY
            sheet.write_number(line, place, days, time)
        else:
            sheet.write_number(line, place, cell)
    return size


def _text(cell: str) -> str:
    """Defused, and what begins like the library's own marks of rich text too: it would write such
    a text into the file as it is."""
    if cell.startswith("<r>"):
        cell = f"'{cell}"
    return _fit(defuse(cell))


def _fit(cell: str) -> str:
    """Cut where Excel would refuse the file, and seen to be cut."""
    if len(cell) <= LONGEST_CELL // 2:
        return cell
    units = cell.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return cell
    return units[: 2 * (LONGEST_CELL - len(CUT))].decode("utf-16-le", errors="ignore") + CUT


def _small_sheet(sheet: "Worksheet", widths: Sequence[int], rows: Iterable[Sequence[Any]]) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows):
        _write(sheet, line, row, None)


def _codebook(table: Table) -> Iterator[Sequence[Cell]]:
    yield CODEBOOK
    for column in table.columns:
        yield [column.key, column.label, None, None, None]
        for code in column.codes:
            yield [column.key, None, code.code, code.label, code.value]
