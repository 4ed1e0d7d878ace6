"""SPSS: numbers with labels, measures and missing values, and the exact text.

Codes become the numbers that the codebook names. "No opinion" is a user-missing value, so that no
mean takes it in; not answered is system-missing.
"""

import os
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from errno import ENOSPC
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..table import Column, Table
from .arrow import batches, schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LONGEST_NAME, LONGEST_LABEL, LONGEST_CODE_LABEL, LONGEST_NOTE = 64, 256, 120, 80  # bytes, of SPSS
LONGEST_TITLE, LONGEST_TEXT = 64, 32_767  # bytes, too
CUT = "[…]"  # at the end of a text that was longer
EPOCH = 12_219_379_200.0  # seconds from 14 October 1582, where SPSS begins to count, to 1970
MOST_MISSING = 3  # single values; more are a range
FORMATS = {"time": "DATETIME20", "number": "F8.0", "flag": "F8.0"}
# Words of its command language, which can't name a variable.
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}


def names(columns: Sequence[Column]) -> list[str]:
    """The variables' names: the keys with `_` for what SPSS doesn't allow, told apart where two
    would be the same (it knows no case)."""
    found: list[str] = []
    for column in columns:
        name = _name(column.key)
        tried = chain([name], (f"{name[: LONGEST_NAME - 4]}_{number}" for number in count(2)))
        found.append(next(each for each in tried if each not in found))
    return found


def _name(key: str) -> str:
    name = re.sub(r"[^a-z0-9_.]", "_", key.lower())
    name = (name if name[:1].isalpha() else f"v_{name}")[:LONGEST_NAME].rstrip("_.")
    return f"{name}_" if name in RESERVED else name


def write_sav(table: Table, path: Path) -> None:
    """Compressed by rows, as SPSS itself saves; the table is in memory for as long as it takes.

    Raises ValueError for a code that no number stands for, OSError.
    """
    import pyreadstat

    of = dict(zip(names(table.columns), table.columns, strict=True))
    frame = _frame(table, list(of))
    try:
        pyreadstat.write_sav(frame, str(path), **_words(table, of))
    except pyreadstat.ReadstatError as error:
        if str(error) != "Unable to write data":
            raise
        raise _not_whole(path) from error  # it doesn't say why
    _read_to_the_end(path, len(frame), next(iter(of)))


def _read_to_the_end(path: Path, rows: int, name: str) -> None:
    """The writer sees a write that was cut short, but none that the system refused."""
    import pyreadstat

    last = max(rows - 1, 0)
    try:
        pyreadstat.read_sav(str(path), row_offset=last, row_limit=1, usecols=[name])
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise _not_whole(path) from error


def _not_whole(path: Path) -> OSError:
    return OSError(ENOSPC, os.strerror(ENOSPC), str(path))


def _words(table: Table, of: Mapping[str, Column]) -> dict[str, Any]:
    """All that a file holds beside its data, by the variables' names."""
    return {
        "file_label": _cut(table.about.get("title", table.name), LONGEST_TITLE),
        "note": list(_notes(table)),
        "column_labels": [_cut(_label(column), LONGEST_LABEL) for column in of.values()],
        "variable_value_labels": {n: found for n, c in of.items() if (found := _labels(c))},
        "missing_ranges": {n: gaps for n, c in of.items() if (gaps := _missing(c))},
        "variable_measure": {name: _measure(column) for name, column in of.items()},
        "variable_format": {n: shown for n, c in of.items() if (shown := _format(c))},
        "row_compress": True,
    }


def _frame(table: Table, named: Sequence[str]) -> "pd.DataFrame":
    """A batch at a time, so that no code is ever kept a million times as a word."""
    import pyarrow as pa

    shape = [field.type for field in schema(table)]
    found = [
        pa.RecordBatch.from_arrays(
            [_fit(column, cells) for column, cells in zip(table.columns, batch, strict=True)],
            names=named,
        )
        for batch in batches(table)
    ]
    if not found:
        none = [_fit(c, pa.nulls(0, type)) for c, type in zip(table.columns, shape, strict=True)]
        found = [pa.RecordBatch.from_arrays(none, names=named)]
    return pa.Table.from_batches(found).to_pandas(self_destruct=True, split_blocks=True)


def _fit(column: Column, cells: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    from pyarrow import compute

    if column.kind == "code" and column.codes:
        return _numbers(column, cells.dictionary.to_pylist()).take(cells.indices)
    if column.kind == "flag":
        return cells.cast(pa.int8()).cast(pa.float32())
    if column.kind == "time":
        return compute.add(cells.cast(pa.int64()).cast(pa.float64()), EPOCH)
    return _texts(cells.cast(pa.string())) if column.kind in ("code", "text") else cells


def _numbers(column: Column, codes: Sequence[str]) -> "pa.Array":
    """What stands for each code. Raises ValueError for one that the column doesn't know."""
    import pyarrow as pa

    of = {code.code: code.number for code in column.codes if code.number is not None}
    if unknown := [code for code in codes if code not in of]:
        raise ValueError(f"{column.key}: no number stands for {', '.join(map(repr, unknown))}")
    return pa.array([of[code] for code in codes], pa.float32())


def _texts(cells: "pa.Array") -> "pa.Array":
    """Cut where SPSS has no place for more, and seen to be cut."""
    import pyarrow as pa
    from pyarrow import compute

    longest = compute.max(compute.binary_length(cells)).as_py()
    if (longest or 0) <= LONGEST_TEXT:
        return cells
    room = LONGEST_TEXT - len(CUT.encode())
    fit = [
        _cut(text, room) + CUT if text and len(text.encode()) > LONGEST_TEXT else text
        for text in cells.to_pylist()
    ]
    return pa.array(fit, pa.string())


def _label(column: Column) -> str:
    """The wording; the statements have the same ones, and are told apart by their numbers."""
    number = column.item.statement if column.item else None
    return column.label if number is None else f"{number}. {column.label}"


def _measure(column: Column) -> str:
    if column.kind in ("number", "share", "time"):
        return "scale"
    is_scale = any(code.value is not None for code in column.codes)
    return "ordinal" if is_scale else "nominal"


def _format(column: Column) -> str:
    return "F8.0" if column.codes else FORMATS.get(column.kind, "")


def _labels(column: Column) -> dict[float, str]:
    return {
        code.number: _cut(code.label, LONGEST_CODE_LABEL)
        for code in column.codes
        if code.number is not None
    }


def _missing(column: Column) -> list[Any]:
    numbers = [code.number for code in column.codes if code.missing and code.number is not None]
    if len(numbers) > MOST_MISSING:
        return [{"lo": min(numbers), "hi": max(numbers)}]
    return numbers


def _cut(text: str, longest: int) -> str:
    """At most so many bytes, at a character's end."""
    return text.encode()[:longest].decode(errors="ignore")


def _notes(table: Table) -> Iterator[str]:
    for key, words in table.about.items():
        # In characters: accents may make a line longer than SPSS takes, which cuts it.
        for line in textwrap.wrap(f"{key}: {words}", LONGEST_NOTE // 2, break_long_words=True):
            yield _cut(line, LONGEST_NOTE)
