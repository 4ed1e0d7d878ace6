"""What an export is made of: columns and rows of plain values, of no format and of no survey."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from polls.lib.spreadsheet import Cell as Cell
from polls.models import Item, Option

Kind: TypeAlias = Literal["identifier", "number", "share", "time", "code", "flag", "text"]
"""What a column holds: a typed format (Parquet, SPSS) reads its type from here. A flag is 1 or 0; a
share is between 0 and 1."""
Row: TypeAlias = Sequence[Cell]
About: TypeAlias = Mapping[str, str]
"""What a file says of itself, wherever its format has a place for it: plain keys, plain words."""

EVERY = 2000  # rows between two looks at whether to go on


@dataclass(frozen=True)
class Code:
    """A value that a column may hold. `number` stands for it in SPSS, where `missing` leaves it out
    of every statistic; `value` is that of a point on a scale."""

    code: str
    label: str
    value: int | None = None
    number: int | None = None
    missing: bool = False


@dataclass(frozen=True)
class Column:
    """One column. `item` is the question that it holds, `option` one choice of a multiple one."""

    key: str
    kind: Kind
    item: Item | None = None
    option: Option | None = None
    label: str = ""
    codes: tuple[Code, ...] = ()


DatabaseCsv: TypeAlias = Callable[[str, bool], Iterator[tuple[bytes, int]]]
"""Given a delimiter's character and whether to guard against formulas: pieces of CSV without a
header, each of whole rows, with the number of rows up to its end."""


class Rows:
    """Rows that are read once and counted as they pass.

    `watch` is called now and then with the count, and stops the reading by raising. `database_csv`
    is a faster way to the same rows, where the database has one.
    """

    def __init__(
        self,
        source: Iterable[Row],
        *,
        database_csv: DatabaseCsv | None = None,
        watch: Callable[[int], None] | None = None,
    ) -> None:
        self.count = 0
        self._rows = _generated(source)
        self._database_csv = database_csv
        self._watch = watch or (lambda count: None)
        self._open: Generator[object, None, None] | None = None

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            if self.count % EVERY == 0:
                self._watch(self.count)
            yield row

    def csv(self, delimiter: str, *, guarded: bool) -> Iterator[bytes] | None:
        """The same rows as CSV from the database itself, where that can; None elsewhere."""
        if self._database_csv is None:
            return None
        self._open = self._counted(self._database_csv(delimiter, guarded))
        return self._open

    def _counted(self, pieces: Iterator[tuple[bytes, int]]) -> Generator[bytes, None, None]:
        try:
            for piece, count in pieces:
                self.count = count
                self._watch(count)
                yield piece
        finally:
            if isinstance(pieces, Generator):
                pieces.close()

    def close(self) -> None:
        """Free the connection for a write, wherever the reading stands."""
        self._rows.close()
        if self._open is not None:
            self._open.close()


def _generated(rows: Iterable[Row]) -> Generator[Row, None, None]:
    try:
        yield from rows
    finally:
        if isinstance(rows, Generator):
            rows.close()


@dataclass(frozen=True)
class Table:
    """Rows under columns, with what a file may say of them. `name` is a plain word."""

    name: str
    columns: Sequence[Column]
    rows: Rows
    about: About = field(default_factory=dict)
