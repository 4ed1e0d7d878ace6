"""How much one network sent lately: in this process, without its address."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from polls.lib import rates
from polls.lib.caching import forget
from polls.lib.rates import recent, too_many


def sent(address: str = "203.0.113.9") -> HttpRequest:
    return RequestFactory().post("/", REMOTE_ADDR=address)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, to be moved."""
    now = [60_000.0]
    monkeypatch.setattr(rates, "monotonic", lambda: now[0])
    return now


def often(times: int, address: str = "203.0.113.9", purpose: str = "x") -> list[bool]:
    return [too_many(purpose, sent(address), 3, 60) for _ in range(times)]


def test_a_network_may_so_often_and_no_more(clock: list[float]) -> None:
    assert often(5) == [False, False, False, True, True]


def test_another_network_and_another_purpose_have_counts_of_their_own(clock: list[float]) -> None:
    often(3)
    assert often(1, "203.0.113.10") == often(1, purpose="y") == [False]
    assert often(1) == [True]


def test_a_64_is_one_network(clock: list[float]) -> None:
    for place in range(3):
        assert often(1, f"2001:db8::{place}") == [False]
    assert often(1, "2001:db8::ffff") == [True]
    assert often(1, "2001:db8:0:1::1") == [False]


def test_the_window_slides(clock: list[float]) -> None:
    often(3)
    clock[0] += 59
    assert often(1) == [True]
    clock[0] += 31  # half a window further, half of the last one counts
    assert often(3) == [False, False, True]
    clock[0] += 120
    assert often(4) == [False, False, False, True]


def test_what_is_refused_is_not_counted(clock: list[float]) -> None:
    often(300)
    clock[0] += 60 + 40  # a third of three is left
    assert often(3) == [False, False, True]


def test_a_count_says_how_often_before(clock: list[float]) -> None:
    assert [recent("x", sent(), 60) for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "", "no address"])
def test_where_no_network_can_be_told_nobody_is_limited(clock: list[float], address: str) -> None:
    assert not any(often(50, address))


def test_behind_a_named_proxy_the_reader_counts_and_not_the_proxy(
    clock: list[float], settings: Any
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]

    def through(client: str) -> bool:
        request = RequestFactory().post(
            "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": client}
        )
        return too_many("x", request, 1, 60)

    assert [through("203.0.113.9"), through("203.0.113.10")] == [False, False]
    assert through("203.0.113.9")


def test_no_address_is_kept(clock: list[float]) -> None:
    often(1)
    assert len(rates._counts) == 1
    kept = repr(dict(rates._counts))
    assert "203" not in kept.replace(repr(next(iter(rates._counts))), "")
    assert all(len(key) == 16 for key in rates._counts)


def test_memory_is_bounded_and_forgets_with_the_rest(clock: list[float]) -> None:
    assert rates._counts.maxsize == rates.NETWORKS
    often(3)
    forget()
    assert often(1) == [False]
