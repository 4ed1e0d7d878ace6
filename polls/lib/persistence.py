"""A write that meets a passing fault of the database waits for it, within a reader's patience."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

import psycopg2
from django.db import Error, InterfaceError, OperationalError, connection, transaction

T = TypeVar("T")
logger = logging.getLogger(__name__)
_one_writer = Lock()

PATIENCE = 3.0  # seconds, then the reader is told and keeps the answer on the page
# Classes and codes of PostgreSQL (appendix A of its manual) after which the same write may pass:
# connection lost, server shutting down, demoted to read-only, serialisation, deadlock, and too
# little of something: connections, memory, disk.
PASSING = ("08", "57P0", "25006", "40001", "40P01", "53")
# Of PostgreSQL's warning that a commit is on this server, and perhaps not on its standby: somebody
# ended the wait. Its words are all that the driver hands over (deploy/cluster/patroni.yml sets them
# to English).
ALONE = "synchronous replication"
CONFIRM = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'survey', '') END
"""


class Unavailable(Exception):
    """The database did not take the write in time. Nothing of it was stored, or, where the answer
    was lost or the standby hasn't got it, all of it: sent again under its keys it is found."""


def is_passing(error: Error) -> bool:
    """Whether the fault is of the moment. Without a code the connection itself broke."""
    if code := _code(error):
        return code.startswith(PASSING)
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # psycopg2 also says so by the class above them all. (SQLite says by it that its file is
    # damaged, and Django, of no driver's error, that a row is gone.)
    return type(error.__cause__) is psycopg2.DatabaseError


def _code(error: Error) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""


def persist(write: Callable[[], T]) -> T:
    """Call a write that is whole in itself (one durable transaction), again after passing faults.

    A commit whose acknowledgement was lost is tried again too: the caller's keys make the second
    try find the first. Raises Unavailable when it didn't pass within PATIENCE, or is on one server
    alone where the database should have waited for a second one.
    """
    # Django would ask an idle connection whether it lives; the write itself finds out.
    connection.health_check_done = True  # type: ignore[attr-defined]
    _notices().clear()
    value = patiently(lambda: _in_turn(write))
    if any(ALONE in notice for notice in _notices()):
        logger.warning("database: a commit that is not on the standby")
        raise Unavailable
    return value


def confirm() -> None:
    """A write of nothing: once it is committed, so is all that was seen before it, on the standby
    as well. What somebody finds there needs that before they are thanked for it, because a commit
    whose wait was ended is seen, and goes with its server.

    A server that doesn't lead any more can write nothing, and says so here as of any other write
    (its own words for this one would be those of a fault of PostgreSQL's).
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(CONFIRM)
        if cursor.fetchone() == (None,):
            raise OperationalError("this server follows another")


def _notices() -> list[str]:
    """What PostgreSQL said beside its answers, on the connection that is open now."""
    found: list[str] = getattr(connection.connection, "notices", [])
    return found


def _in_turn(write: Callable[[], T]) -> T:
    """On SQLite, one writer after another: its own waiting is a poll that can starve a thread.

    (Of 32 at once some waited for 20 seconds; four at once stored half as much as in turn.) Other
    processes still wait in SQLite's way.
    """
    if connection.vendor != "sqlite":
        return write()
    if not _one_writer.acquire(timeout=PATIENCE):
        raise OperationalError("the queue of writers is longer than a reader's patience")
    try:
        return write()
    finally:
        _one_writer.release()


def patiently(work: Callable[[], T]) -> T:
    """Call what asks the database, again after passing faults; Unavailable after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    pause = 0.05
    while True:
        try:
            return work()
        except Error as error:
            if not is_passing(error):
                raise
            logger.warning("database: %s %s", type(error).__name__, _code(error) or "without code")
            connection.close()
            if time.monotonic() + pause > deadline:
                raise Unavailable from error
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (jitter, not a secret)
        pause *= 2


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is read as of one moment, while writes go on (PostgreSQL).

    Inside another transaction it changes nothing, and on SQLite it would keep every writer waiting.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
