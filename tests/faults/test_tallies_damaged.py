"""Tallies that somebody damages, and that are rebuilt while readers answer."""

from collections.abc import Callable

import pytest

from tests.deploy.running import Site

from .between import Between
from .crowd import ALL_IS_WELL, SLUG, compared, crowd, manage
from .stores import ask

DAMAGES = (
    "UPDATE polls_tally SET count = count + 7 WHERE question = 'credible'",
    "DELETE FROM polls_tally WHERE question = ''",
    "UPDATE polls_tally SET count = 0",
)
Serve = Callable[[dict[str, str]], Site]


def test_damaged_tallies_are_noticed_and_rebuilt_while_readers_answer(
    serving: Serve, environment: dict[str, str]
) -> None:
    site = serving(environment)
    with crowd(site.port) as log:
        for damage in DAMAGES:
            log.grows()
            ask(environment["DATABASE_URL"], damage)
            assert manage(environment, "rebuild_tallies", "--check", SLUG) == 1
            answered = len(log.acknowledged)
            assert manage(environment, "rebuild_tallies", SLUG) == 0
            assert len(log.acknowledged) > answered
    assert set(log.statuses) == {303}
    assert compared(log, environment) == ALL_IS_WELL


@pytest.mark.postgres
def test_a_rebuilding_that_takes_long_counts_everybody_once(
    serving: Serve, environment: dict[str, str], wire: Between, wired: dict[str, str]
) -> None:
    """Each round trip of the command is slow: readers would answer between any two of its steps."""
    wire.late = 0.1
    with crowd(serving(environment).port) as log:
        log.grows()
        ask(environment["DATABASE_URL"], DAMAGES[0])
        assert manage(wired, "rebuild_tallies", SLUG) == 0
        log.grows()
    assert set(log.statuses) == {303}
    assert compared(log, environment) == ALL_IS_WELL
