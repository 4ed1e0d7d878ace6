"""Others have every connection: of PostgreSQL, or of the pool before it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2
import pytest

from tests.deploy.pooling import TRANSACTIONS, pooled
from tests.deploy.running import Site

from .crowd import ALL_IS_WELL, compared, crowd
from .stores import Server, connected

pytestmark = pytest.mark.postgres
Serve = Callable[[dict[str, str]], Site]


@pytest.fixture
def others() -> Iterator[ExitStack]:
    """Closes what is entered into it, at the latest when the test ends."""
    with ExitStack() as found:
        yield found


def test_without_a_free_connection_readers_keep_what_they_wrote(
    serving: Serve, environment: dict[str, str], cluster: Server, others: ExitStack
) -> None:
    def take() -> None:
        while True:
            others.enter_context(closing(connected(cluster.url("postgres"))))

    site = serving(environment)
    with pytest.raises(psycopg2.OperationalError, match="too many clients"):
        take()
    with crowd(site.port) as log:
        log.says(503, times=10)
        others.close()
        log.grows()
    assert set(log.statuses) == {303, 503}
    assert compared(log, environment) == ALL_IS_WELL


def test_with_the_pool_taken_readers_keep_what_they_wrote(
    serving: Serve, environment: dict[str, str], place: Path, others: ExitStack
) -> None:
    """Two transactions that don't end hold all that PgBouncer has."""
    pool = others.enter_context(pooled(place / "pool", environment["DATABASE_URL"], "survey"))
    site = serving(environment | {"DATABASE_URL": pool})
    with crowd(site.port) as log:
        log.grows()
        with ExitStack() as holding:
            for _ in range(TRANSACTIONS):
                host = pool.partition("host=")[2]
                one = psycopg2.connect(host=host, port=6432, user="survey", dbname="survey")
                holding.enter_context(closing(one)).cursor().execute("SELECT 1")
            log.says(503, times=10)
        log.grows()
    assert set(log.statuses) == {303, 503}
    assert compared(log, environment) == ALL_IS_WELL
