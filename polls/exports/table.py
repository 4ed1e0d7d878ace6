"""What an export is made of: columns and rows of plain values, of no format and of no survey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from polls.lib.spreadsheet import Cell as Cell
from polls.models import Item, Option

Kind: TypeAlias = Literal["identifier", "number", "share", "time", "code", "flag", "text"]
"""What a column holds: a typed format (Parquet, SPSS) reads its type from here. A flag is 1 or 0; a
share is between 0 and 1."""
Row: TypeAlias = Sequence[Cell]


@dataclass(frozen=True)
class Column:
    """One column. `item` is the question that it holds, `option` one choice of a multiple one."""

    key: str
    kind: Kind
    item: Item | None = None
    option: Option | None = None
