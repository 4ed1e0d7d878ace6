"""CSV, for spreadsheets and for programs: safe to open, and sent while it is read."""

from collections.abc import Iterator

from polls.lib import spreadsheet
from polls.lib.spreadsheet import DELIMITERS

from ..table import Table
from .options import Options


def csv_chunks(table: Table, options: Options) -> Iterator[bytes]:
    """CSV, safe to open in a spreadsheet (`polls.lib.spreadsheet`), named by the columns' keys."""
    header = [column.key for column in table.columns]
    pieces = table.rows.csv(DELIMITERS[options.delimiter], guarded=True)
    if pieces is None:
        yield from spreadsheet.csv_chunks(header, table.rows, options.delimiter)
        return
    yield from spreadsheet.csv_chunks(header, (), options.delimiter)
    yield from pieces
