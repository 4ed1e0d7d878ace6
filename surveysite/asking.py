"""Asking the database for a machine that watches, without ever keeping up readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import OperationalError, connection, transaction

SECONDS = 2  # for each query on PostgreSQL; whoever watches doesn't wait for long either

# A database that has stopped without a word keeps one thread of this process, and not all of them.
_one_at_a_time = Lock()


@contextmanager
def briefly() -> Iterator[None]:
    """Queries inside are given up after SECONDS. OperationalError where others still wait."""
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise OperationalError("the database has not answered the one before")
    try:
        if connection.vendor != "postgresql":
            # (A transaction of SQLite's would wait for the writers, and they for it.)
            yield
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [int(SECONDS * 1000)])
            yield
    finally:
        _one_at_a_time.release()
