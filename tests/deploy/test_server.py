"""The server as survey.service starts it: what becomes of requests when something ends."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from time import sleep

import pytest

from .running import NAME, PATIENCE, Site, free_ports, until


@pytest.fixture
def another(site: Site) -> Site:
    """One that a test may end, on the same database."""
    return replace(site, port=free_ports(1)[0])


def receipts(site: Site) -> int:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    headers = {"Host": NAME, "X-Forwarded-Proto": "https"}
    connection.request("GET", "/receipts/", headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def answering(site: Site) -> set[int]:
    """The workers that have answered so far, one more request included."""
    site.answers("/livez")
    return {one["worker"] for one in site.asked}


def test_who_is_being_served_when_it_is_told_to_stop_is_served_to_the_end(another: Site) -> None:
    """Told as systemd does it, every process of the service; again, because some don't hear it."""

    def stopped() -> bool:
        os.killpg(server.pid, signal.SIGTERM)
        # Not at once again: a worker that did hear it may take the second one for impatience.
        for _look in range(40):
            if not another.answers("/livez"):
                return True
            sleep(0.05)
        return False

    try:
        with another.running() as server, ThreadPoolExecutor(2) as readers:
            until(lambda: len(answering(another)) == 2, "both answer")
            another.hold.touch()
            under_way = [readers.submit(receipts, another) for _ in range(2)]
            until(lambda: another.times("/receipts/") == 2, "they arrive")
            until(stopped, "nobody else is let in")
            another.hold.unlink()
            assert [reader.result() for reader in under_way] == [200, 200]
            assert server.wait(timeout=PATIENCE) == 0
    finally:
        another.hold.unlink(missing_ok=True)


def test_workers_that_were_killed_are_replaced(another: Site) -> None:
    with another.running() as server:
        until(lambda: len(answering(another)) == 2, "both answer")
        killed = answering(another)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(answering(another) - killed) == 2, "two others answer")
        assert server.poll() is None


def test_the_environment_says_how_many_workers_there_are(another: Site) -> None:
    more = replace(another, environment=another.environment | {"GRANIAN_WORKERS": "3"})
    with more.running():
        until(lambda: len(answering(more)) == 3, "three answer")
