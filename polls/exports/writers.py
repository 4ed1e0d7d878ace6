"""Formats: columns and rows in, bytes out. A writer knows nothing of surveys."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from polls.lib import spreadsheet
from polls.lib.spreadsheet import DELIMITERS as DELIMITERS

from .table import Column, Row


@dataclass(frozen=True)
class Options:
    """What a format may be asked for; each reads what concerns it."""

    delimiter: str = "comma"


Writer: TypeAlias = Callable[[Sequence[Column], Iterable[Row], Options], Iterator[bytes]]


def csv_chunks(columns: Sequence[Column], rows: Iterable[Row], options: Options) -> Iterator[bytes]:
    """CSV, safe to open in a spreadsheet (`polls.lib.spreadsheet`), named by the columns' keys."""
    return spreadsheet.csv_chunks((column.key for column in columns), rows, options.delimiter)


WRITERS: Mapping[str, Writer] = {"csv": csv_chunks}
