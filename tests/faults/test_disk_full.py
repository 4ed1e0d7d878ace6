"""No room for another answer: none is taken, none is torn, and with room it goes on."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.deploy.running import Site, free_ports
from tools.temporary_postgres import unprivileged

from .conftest import Prepared
from .crowd import ALL_IS_WELL, Log, compared, crowd
from .stores import SQLITE, ask
from .test_program_killed import workers

Serve = Callable[[dict[str, str]], Site]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small one of its own, which only root can mount."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=1777", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk to fill can't be mounted here (that needs root)")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Until the last byte, by somebody else's file."""
    ballast = disk / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    with pytest.raises(OSError, match="No space left"):
        fill()
    yield
    ballast.unlink()


def goes_on_afterwards(log: Log, environment: dict[str, str]) -> None:
    assert log.statuses[503] > 0
    assert set(log.statuses) == {303, 503}
    assert compared(log, environment) == ALL_IS_WELL


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's is a test of its own")
def test_a_full_disk_tears_nothing(serving: Serve, prepared: Prepared, disk: Path) -> None:
    environment = prepared.copied(disk)
    site = serving(environment)
    with crowd(site.port) as log:
        log.grows()
        with filled(disk):
            log.says(503, times=10)
        log.grows()
    goes_on_afterwards(log, environment)
    assert ask(environment["DATABASE_URL"], "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's is a test of its own")
def test_a_file_that_may_not_grow_tears_nothing(environment: dict[str, str], place: Path) -> None:
    """The nearest to a full disk without root: the write fails in the same place."""
    site = Site(place, environment, free_ports(1)[0], "surveysite.wsgi:application")
    log_of_changes = Path(f"{environment['DATABASE_URL'].removeprefix(SQLITE)}-wal")
    with site.running() as server, crowd(site.port) as log:
        log.grows()
        limits = log_of_changes.stat().st_size, resource.RLIM_INFINITY
        for worker in workers(server.pid):
            resource.prlimit(worker, resource.RLIMIT_FSIZE, limits)
        log.says(503, times=10)
        for worker in workers(server.pid):
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (limits[1], limits[1]))
        log.grows()
    goes_on_afterwards(log, environment)
    assert ask(environment["DATABASE_URL"], "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.postgres
def test_a_full_disk_of_postgresql_tears_nothing(
    serving: Serve, environment: dict[str, str], disk: Path
) -> None:
    """Where the tables are; its log of changes is elsewhere, as on a machine that has two disks."""
    url = environment["DATABASE_URL"]
    room = disk / "tables"
    room.mkdir()
    if account := unprivileged():
        shutil.chown(room, account["user"], account["group"])
    for parent in disk.parents[:-2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    other = url.replace("/survey?", "/postgres?")
    ask(other, f"CREATE TABLESPACE small LOCATION '{room}'")
    try:
        ask(other, "ALTER DATABASE survey SET TABLESPACE small")
        site = serving(environment)
        with crowd(site.port) as log:
            log.grows()
            with filled(disk):
                log.says(503, times=10)
            log.grows()
        goes_on_afterwards(log, environment)
    finally:
        ask(other, "DROP DATABASE survey WITH (FORCE)")
        ask(other, "DROP TABLESPACE small")
