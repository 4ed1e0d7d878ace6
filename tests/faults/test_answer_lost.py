"""What was committed and never said: the same key finds it again."""

import random
from collections.abc import Callable

import pytest

from tests.deploy.running import Site, free_ports, until

from .between import Between, between
from .crowd import ALL_IS_WELL, compared, crowd

Serve = Callable[[dict[str, str]], Site]


def test_an_answer_that_never_reached_the_reader_is_found_again(
    serving: Serve, environment: dict[str, str]
) -> None:
    """Thanks are lost on the way to every second reader, who sends the same again."""
    site, (port,) = serving(environment), free_ports(1)
    with between(port, site.port) as network:
        network.loses = lambda asked, answered: (
            answered.startswith(b"HTTP/1.1 303") and random.random() < 0.5
        )
        with crowd(port) as log:
            until(lambda: network.lost >= 30, "answers are lost")
    assert log.statuses[None] >= 30
    assert compared(log, environment) == ALL_IS_WELL


@pytest.mark.postgres
def test_a_commit_whose_answer_never_reached_the_program_is_found_again(
    serving: Serve, environment: dict[str, str], wire: Between, wired: dict[str, str]
) -> None:
    """The program asks once more by itself: no reader notices."""
    wire.loses = lambda asked, answered: (
        b"polls_submit" in asked and answered.startswith(b"T") and random.random() < 0.3
    )
    site = serving(wired)
    with crowd(site.port) as log:
        until(lambda: wire.lost >= 30, "answers are lost")
    assert set(log.statuses) == {303}
    assert compared(log, environment) == ALL_IS_WELL
