"""The two databases, as a machine has them: durable, and ours to stop, to fill and to look into."""

import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from tools.temporary_postgres import (
    NoBinaries,
    find_binaries,
    initialise,
    started,
    unprivileged,
)

SQLITE = "sqlite:///"
Connection = Any  # sqlite3's, or psycopg2's


def connected(url: str) -> Connection:
    """To a database by its DATABASE_URL, each statement committed by itself."""
    if url.startswith(SQLITE):
        return sqlite3.connect(url.removeprefix(SQLITE), timeout=20, isolation_level=None)
    address, _, host = url.partition("?host=")
    name = address.rpartition("/")[2]
    found = psycopg2.connect(host=host, port=5432, user="survey", dbname=name)
    found.autocommit = True
    return found


def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement; none of one that only changes something."""
    with closing(connected(url)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


class Server:
    """PostgreSQL, with what a crash needs (fsync and all), that goes and comes as a test says."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._running = ExitStack()

    def url(self, name: str) -> str:
        return f"postgres://survey@:5432/{name}?host={self.directory}"

    def start(self) -> None:
        binaries = find_binaries()
        assert binaries
        server = started(binaries, self.directory, unprivileged(), durable=True)
        self._running.enter_context(server)

    def stop(self) -> None:
        self._running.close()

    def stop_at_once(self) -> None:
        """Immediate mode: nothing is finished, nothing written; the next start recovers."""
        pid = int((self.directory / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        self.stop()


@contextmanager
def server() -> Iterator[Server]:
    binaries = find_binaries()
    if binaries is None:
        raise NoBinaries
    account = unprivileged()
    directory = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    found = Server(directory)
    try:
        if account:
            os.chown(directory, account["user"], account["group"])
        initialise(binaries, directory, account)
        found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(directory, ignore_errors=True)
