"""Tables as CSV that a spreadsheet opens safely: plain values in, bytes out, no Django."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from .text import FORMULA_STARTS, defuse

Cell: TypeAlias = str | int | float | datetime | None
"""None: nothing was given. A time is aware."""

# Large enough for a network and a disk, small enough that a thousand downloads are no burden.
BATCH = 64 * 1024
DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";"}
BOM = "\ufeff"  # Excel takes a file without it for one in the system's own encoding.


def csv_chunks(
    header: Iterable[str], rows: Iterable[Sequence[Cell]], delimiter: str = "comma"
) -> Iterator[bytes]:
    """CSV as RFC 4180 has it, safe to open in a spreadsheet, in batches of about 64 KiB.

    Where semicolons part the cells a decimal has a comma: so a spreadsheet of the languages that
    do so takes it for a number.
    """
    character = DELIMITERS[delimiter]
    inner = foreign_cell_starts(character)
    batch = io.StringIO(newline="")
    write = csv.writer(batch, delimiter=character, lineterminator="\r\n").writerow
    batch.write(BOM)
    write([_cell(key, inner) for key in header])
    comma = delimiter == "semicolon"
    for row in rows:
        cells = [cell if cell is None else _cell(cell, inner) for cell in row]
        write([_with_comma(cell) for cell in cells] if comma else cells)
        if batch.tell() >= BATCH:
            yield batch.getvalue().encode()
            batch.seek(0)
            batch.truncate()
    yield batch.getvalue().encode()


def _cell(cell: Cell, inner: re.Pattern[str]) -> str | float | None:
    if isinstance(cell, str):
        return defuse(inner.sub(r"\1'", cell) if inner.search(cell) else cell)
    return iso(cell) if isinstance(cell, datetime) else cell


def _with_comma(cell: str | float | None) -> str | float | None:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second: 2025-01-23T09:30:00Z."""
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def foreign_cell_starts(delimiter: str) -> re.Pattern[str]:
    """Where a cell's text would begin a formula in a program that splits elsewhere than we do.

    A French Excel that is double-clicked splits a comma file at semicolons; the quotation marks
    around a text then stand in the middle of a cell and protect nothing, so that `;=…` or a line
    beginning with `=` in a reader's text would be one (OWASP, CSV Injection, names it too).
    """
    splits = "".join({",", ";"} - {delimiter}) + r"\t\r\n"
    starts = re.escape("".join(start for start in FORMULA_STARTS if start.isprintable()))
    return re.compile(f'([{splits}])(?="*[{starts}])')
