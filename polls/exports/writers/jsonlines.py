"""JSON Lines: an object per row with the exact text, sent while it is read."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from polls.lib.spreadsheet import BATCH, iso

from ..table import Cell, Table
from .options import Options


def jsonl_chunks(table: Table, options: Options) -> Iterator[bytes]:
    """UTF-8, a line feed after each row, in batches of about 64 KiB.

    Every column in every line, in the table's order; what was not given is null, a flag is true or
    false, a time as in CSV. Nothing is defused: this is no spreadsheet.
    """
    keys = [column.key for column in table.columns]
    flags = {place for place, column in enumerate(table.columns) if column.kind == "flag"}
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
    lines: list[str] = []
    size = 0
    for row in table.rows:
        cells = enumerate(zip(keys, row, strict=True))
        lines.append(encode({key: _cell(cell, place in flags) for place, (key, cell) in cells}))
        size += len(lines[-1])
        if size >= BATCH:
            yield _joined(lines)
            lines, size = [], 0
    yield _joined(lines)


def _joined(lines: list[str]) -> bytes:
    """Escaped are the ends of line that JSON takes for letters: some programs split there."""
    text = "".join(f"{line}\n" for line in lines)
    for end in ("\x85", "\u2028", "\u2029"):
        text = text.replace(end, f"\\u{ord(end):04x}")
    return text.encode()


def _cell(cell: Cell, is_flag: bool) -> Cell:
    return bool(cell) if is_flag and cell is not None else cell


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime):
        return iso(cell)
    raise TypeError(f"no cell: {type(cell).__name__}")
