"""PostgreSQL stopped in immediate mode under load, for a moment and for longer."""

import time
from collections.abc import Callable

import pytest

from tests.deploy.running import Site

from .crowd import ALL_IS_WELL, compared, crowd
from .stores import Server

pytestmark = pytest.mark.postgres
BACK = 5.0  # seconds after which readers are answered again


def test_a_database_that_is_restarted_is_waited_for_and_loses_nothing(
    serving: Callable[[dict[str, str]], Site], environment: dict[str, str], cluster: Server
) -> None:
    site = serving(environment)
    with crowd(site.port) as log:
        for _ in range(3):
            log.grows()
            cluster.stop_at_once()
            cluster.start()
            began = time.monotonic()
            log.grows(by=1)
            assert time.monotonic() - began < BACK
    assert set(log.statuses) <= {303, 503}
    assert compared(log, environment) == ALL_IS_WELL


def test_while_the_database_is_away_readers_keep_what_they_wrote(
    serving: Callable[[dict[str, str]], Site], environment: dict[str, str], cluster: Server
) -> None:
    """Longer than anybody waits: everybody gets the page of a 503, and never another fault's."""
    site = serving(environment)
    with crowd(site.port) as log:
        log.grows()
        cluster.stop_at_once()
        try:
            log.says(503, times=10)
        finally:
            cluster.start()
        began = time.monotonic()
        log.grows(by=1)
        assert time.monotonic() - began < BACK
    assert set(log.statuses) == {303, 503}
    assert compared(log, environment) == ALL_IS_WELL
