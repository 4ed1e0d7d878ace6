"""The rows as PostgreSQL writes them itself: COPY, the formula guard in SQL.

Several times as fast as through Python, which does nothing here but pass pieces on. What it writes
is, byte for byte, what `lib.spreadsheet` makes of the same rows (a test compares them).
"""

from collections.abc import Generator, Sequence
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import Any

from django.db import Error, connection, transaction
from django.db.models import QuerySet

from polls.lib.spreadsheet import foreign_cell_starts
from polls.lib.text import FORMULA_STARTS

from .table import Column

BLOCK = 128 * 1024  # bytes handed on at once
WAITING = 4  # blocks that may wait for a slow reader
STARTS = "".join(start for start in FORMULA_STARTS if start != "\0")  # PostgreSQL has no NUL


def copied(
    found: "QuerySet[Any, Any]", columns: Sequence[Column], delimiter: str, guarded: bool
) -> Generator[tuple[bytes, int], None, None]:
    """Pieces of CSV without a header, each with the number of rows up to its end.

    `found` has a value for each column, named c0, c1…. COPY fills a few blocks ahead from a thread
    of its own, on the connection of whoever reads, which must not ask anything else meanwhile.
    Given up before the end, the query is cancelled.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Compiling what a survey's few columns need takes longer than the first rows.
        cursor.execute("SET LOCAL jit = off")
        sql, params = found.query.sql_with_params()
        written = ", ".join(_written(n, c, delimiter, guarded) for n, c in enumerate(columns))
        statement = cursor.mogrify(sql, params).decode()
        copy = f"COPY (SELECT {written} FROM ({statement}) AS found) TO STDOUT"  # noqa: S608
        options = f"(FORMAT csv, DELIMITER '{delimiter}', ENCODING 'UTF8')"
        yield from _read_ahead(cursor.cursor, f"{copy} {options}")


def _written(place: int, column: Column, delimiter: str, guarded: bool) -> str:
    name = f"c{place}"
    if column.kind == "time":
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    if guarded and column.kind == "text":
        return _guarded(name, delimiter)
    return name


def _guarded(name: str, delimiter: str) -> str:
    """`spreadsheet.defuse` and its guard of foreign cells, behind one look that mostly says no."""
    inner = foreign_cell_starts(delimiter).pattern
    starts = _class(STARTS)
    first = _literal(f"^[{starts}]")
    # More than the others find, and faster: it looks ahead of nothing.
    any_ = _literal(f'(^|[,;\\t\\r\\n])"*[{starts}]')
    within = f"regexp_replace({name}, {_literal(inner)}, '\\1''', 'g')"
    both = f"CASE WHEN {name} ~ {first} THEN '''' || {within} ELSE {within} END"
    return f"CASE WHEN {name} ~ {any_} THEN {both} ELSE {name} END"


def _class(characters: str) -> str:
    escaped = {"\t": r"\t", "\r": r"\r", "\n": r"\n", "-": r"\-"}
    return "".join(escaped.get(character, character) for character in characters)


def _literal(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


class _Ahead:
    """What COPY writes to: a row at a time, handed on in blocks, at most WAITING of them."""

    def __init__(self) -> None:
        self.blocks: Queue[tuple[bytes, int] | BaseException | None] = Queue(WAITING)
        self.stopped = False
        self._rows: list[bytes] = []
        self._size = self._count = 0

    def write(self, row: bytes) -> None:
        self._rows.append(row[:-1])
        self._size += len(row)
        if self._size >= BLOCK:
            self.flush()

    def flush(self) -> None:
        if self._rows and not self.stopped:
            self._count += len(self._rows)
            self._rows.append(b"")
            self.blocks.put((b"\r\n".join(self._rows), self._count))
        self._rows, self._size = [], 0

    def drop(self) -> None:
        with suppress(Empty):
            while True:
                self.blocks.get_nowait()


def _read_ahead(cursor: Any, copy: str) -> Generator[tuple[bytes, int], None, None]:
    ahead = _Ahead()

    def run() -> None:
        try:
            cursor.copy_expert(copy, ahead)
            ahead.flush()
            ahead.blocks.put(None)
        except BaseException as error:  # it belongs to whoever reads
            ahead.blocks.put(error)

    thread = Thread(target=run, name="copy", daemon=True)
    thread.start()
    try:
        while (block := ahead.blocks.get()) is not None:
            if isinstance(block, BaseException):
                with connection.wrap_database_errors:
                    raise block
            yield block
    finally:
        ahead.stopped = True
        while thread.is_alive():
            _cancel(cursor)
            ahead.drop()  # it may wait to hand a block on
            thread.join(0.2)


def _cancel(cursor: Any) -> None:
    """Returns once the server has been told: no later statement of the connection is hit.

    (libpq waits until the request's own connection is closed, by then the signal is sent; and a
    server that waits for a statement ignores it.) Where it can't be told, COPY goes on to its end,
    which nobody keeps.
    """
    with suppress(Error), connection.wrap_database_errors:
        cursor.connection.cancel()
