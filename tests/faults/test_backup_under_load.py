"""A backup made while readers answer, restored elsewhere: whole, and as of one moment."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from tests.deploy.machine import set_up
from tests.deploy.running import DEPLOY, Site

from .crowd import ALL_IS_WELL, Log, compared, crowd
from .stores import SQLITE, Server, ask, server

Serve = Callable[[dict[str, str]], Site]


def at_work(log: Log, back_up: Callable[[], None]) -> Log:
    """Back up while readers answer: the log as it must be found in the backup, at the least."""
    log.grows()
    before = dict(log.acknowledged)
    back_up()
    assert len(log.acknowledged) > len(before)
    return replace(log, acknowledged=before)


@pytest.mark.postgres
def test_a_backup_restored_on_another_machine_has_all_that_was_acknowledged_before(
    serving: Serve, environment: dict[str, str], cluster: Server, place: Path
) -> None:
    here = set_up(place / "here", environment, str(cluster.directory))

    def back_up() -> None:
        assert here.run("survey-backup").returncode == 0

    with crowd(serving(environment).port) as log:
        known = at_work(log, back_up)
    with server() as other:
        ask(other.url("postgres"), "CREATE DATABASE survey TEMPLATE template0")
        there = set_up(place / "there", environment, str(other.directory))
        done = there.run("survey-restore", str(here.backups[0]))
        assert done.returncode == 0, done.stderr
        assert compared(known, there.environment) == ALL_IS_WELL


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's is a test of its own")
def test_a_copy_of_sqlite_has_all_that_was_acknowledged_before(
    serving: Serve, environment: dict[str, str], place: Path
) -> None:
    file, copy = environment["DATABASE_URL"].removeprefix(SQLITE), place / "copy.sqlite3"

    def back_up() -> None:
        subprocess.run([sys.executable, DEPLOY / "bin" / "survey-copy", file, copy], check=True)

    with crowd(serving(environment).port) as log:
        known = at_work(log, back_up)
    there = environment | {"DATABASE_URL": f"{SQLITE}{copy}"}
    assert ask(there["DATABASE_URL"], "PRAGMA integrity_check") == [("ok",)]
    assert compared(known, there) == ALL_IS_WELL
