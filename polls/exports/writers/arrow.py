"""A table as typed columns in memory, a batch at a time: what Parquet and SPSS are made of.

pyarrow is loaded when a file is asked for, and not by every process that serves pages.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 10_000  # of a batch
BLOCK = 4 * 1024 * 1024  # bytes of CSV that are read into a batch


def schema(table: Table) -> "pa.Schema":
    """A field per column, with its words and codes; what the table says of itself is with it."""
    import pyarrow as pa

    fields = [
        pa.field(column.key, _type(column), metadata=_words(column)) for column in table.columns
    ]
    return pa.schema(fields, metadata=dict(table.about))


def _type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    return {
        "identifier": pa.string(),
        "text": pa.string(),
        "number": pa.int64(),
        "share": pa.float64(),
        "time": pa.timestamp("s", "UTC"),
        "flag": pa.bool_(),
        "code": pa.dictionary(pa.int32(), pa.string()),
    }[column.kind]


def _words(column: Column) -> dict[str, str]:
    codes = {f"code {code.code}": code.label for code in column.codes}
    return ({"description": column.label} if column.label else {}) | codes


def batches(table: Table) -> Iterator["pa.RecordBatch"]:
    """Its rows, typed, in constant memory."""
    pieces = table.rows.csv(",", guarded=False)
    return _from_rows(table) if pieces is None else _from_csv(table, pieces)


def _from_rows(table: Table) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    shape = schema(table)
    rows = iter(table.rows)
    while chunk := list(islice(rows, ROWS)):
        cells = zip(zip(*chunk, strict=True), shape, table.columns, strict=True)
        arrays = [pa.array(_fit(column, values), type=f.type) for values, f, column in cells]
        yield pa.RecordBatch.from_arrays(arrays, schema=shape)


def _fit(column: Column, values: Any) -> Any:
    if column.kind == "flag":
        return [None if value is None else bool(value) for value in values]
    if column.kind == "time":
        return [value and value.replace(microsecond=0) for value in values]
    return values


def _from_csv(table: Table, pieces: Iterator[bytes]) -> Iterator["pa.RecordBatch"]:
    """From what the database writes, whole rows in every piece.

    Parsed piece after piece, and not as one stream: a row may be of any length, and the connection
    that the pieces come from belongs to this thread.
    """
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield _parsed(table, b"".join(waiting))
            waiting, size = [], 0
    if waiting:
        yield _parsed(table, b"".join(waiting))


def _parsed(table: Table, content: bytes) -> "pa.RecordBatch":
    """A cell that isn't there is empty, an empty text is quoted."""
    import pyarrow as pa
    from pyarrow import csv

    shape = schema(table)
    found = csv.read_csv(
        pa.BufferReader(content),
        csv.ReadOptions(column_names=shape.names, block_size=len(content) + 1, use_threads=False),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict(zip(shape.names, shape.types, strict=True)),
            null_values=[""],
            true_values=["1"],
            false_values=["0"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    [batch] = found.combine_chunks().to_batches()
    return pa.RecordBatch.from_arrays(batch.columns, schema=shape)
