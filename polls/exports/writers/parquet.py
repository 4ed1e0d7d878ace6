"""Parquet: typed columns, codes kept once and named by number, the exact text."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ..table import Table
from .arrow import batches, schema

if TYPE_CHECKING:
    import pyarrow as pa

# Of a group of rows, which is what a reader can skip: whichever is reached first.
GROUP_ROWS = 65_536
GROUP_SIZE = 32 * 1024 * 1024  # bytes in memory


def write_parquet(table: Table, path: Path) -> None:
    """Its metadata holds what the table says of itself; each field's, its words and codes."""
    from pyarrow import parquet

    # Nobody's identifier or text comes twice: to look for it would only cost.
    repeating = [c.key for c in table.columns if c.kind not in ("identifier", "text")]
    with closing(
        parquet.ParquetWriter(
            path, schema(table), compression="zstd", store_schema=True, use_dictionary=repeating
        )
    ) as writer:
        for group in _groups(batches(table)):
            writer.write_table(group, row_group_size=group.num_rows)


def _groups(found: "Iterator[pa.RecordBatch]") -> "Iterator[pa.Table]":
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in found:
        waiting.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= GROUP_ROWS or size >= GROUP_SIZE:
            yield _together(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield _together(waiting)


def _together(found: "Sequence[pa.RecordBatch]") -> "pa.Table":
    """Each batch numbers its codes by itself; a group of rows has one list of them."""
    import pyarrow as pa

    return pa.Table.from_batches(found).unify_dictionaries()
