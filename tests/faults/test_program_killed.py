"""Workers killed at any moment, and the whole machine at once."""

import os
import random
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deploy.running import Site, free_ports

from .conftest import Prepared
from .crowd import ALL_IS_WELL, compared, crowd

STARTS = 3


@pytest.fixture
def site(environment: dict[str, str], place: Path) -> Site:
    """Not started yet."""
    return Site(place, environment, free_ports(1)[0], "surveysite.wsgi:application")


def workers(server: int) -> list[int]:
    """The processes that answer."""
    return [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


def test_workers_and_servers_that_are_killed_lose_nothing(site: Site) -> None:
    """Each worker once: of one that dies again within seconds the server despairs, and ends."""
    with ExitStack() as afterwards, crowd(site.port) as log:
        for _ in range(STARTS):
            with site.running() as server:  # which is killed at the end
                for worker in workers(server.pid):
                    log.grows(by=random.randint(5, 40))
                    os.kill(worker, signal.SIGKILL)
                log.grows(by=random.randint(5, 40))
        afterwards.enter_context(site.running())
        log.grows()
    assert log.statuses[None] > 0
    assert compared(log, site.environment) == ALL_IS_WELL


def test_a_machine_that_stops_at_once_loses_nothing(site: Site, prepared: Prepared) -> None:
    """All programs are gone in the same moment, the database among them."""
    with ExitStack() as afterwards, crowd(site.port) as log:
        for _ in range(STARTS):
            with site.running() as server:
                log.grows(by=random.randint(20, 60))
                os.killpg(server.pid, signal.SIGKILL)
                if prepared.server:
                    prepared.server.stop_at_once()
                    prepared.server.start()
        afterwards.enter_context(site.running())
        log.grows()
    assert compared(log, site.environment) == ALL_IS_WELL
