"""Pseudonyms of where a submission came from: what they tie together, and what they never tell."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from polls.answering import traces
from polls.answering.traces import trace
from polls.lib.caching import forget
from polls.lib.networks import block, browser_family, client_address, line
from polls.models import NetworkSalt, Response, Survey
from tests.reader import Reader

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"


def sent(address: str = "203.0.113.9", forwarded: str | None = None, **fields: str) -> Any:
    headers = {"User-Agent": FIREFOX}
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    return RequestFactory().post("/", fields, headers=headers, REMOTE_ADDR=address)


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


def seen(address: str, forwarded: str | None = None) -> str:
    return str(client_address(sent(address, forwarded)))


def test_without_trusted_proxies_the_header_says_nothing() -> None:
    assert seen("203.0.113.9", "198.51.100.1") == "203.0.113.9"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.7", "::1", "fd00::1", ""])
def test_a_proxy_that_is_not_named_does_not_stand_for_its_readers(address: str) -> None:
    assert client_address(sent(address, "203.0.113.9")) is None


def test_on_a_unix_socket_the_named_proxy_is_believed(proxied: None) -> None:
    assert seen("", "198.51.100.66, 203.0.113.9") == "203.0.113.9"


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [
        ("10.0.0.1", "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "not an address, 203.0.113.9", "203.0.113.9"),
        ("::1", " 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("203.0.113.9", "198.51.100.66", "203.0.113.9"),  # who reaches us past the proxy
    ],
)
def test_the_client_is_the_rightmost_hop_that_is_no_proxy(
    proxied: None, address: str, forwarded: str, client: str
) -> None:
    assert seen(address, forwarded) == client


@pytest.mark.parametrize(
    "forwarded", ["", ",", "unknown", "203.0.113.9:443", "203.0.113.9, x", "1.2.3", "\x00", "é"]
)
def test_a_malformed_hop_fails_nothing_and_names_nobody(proxied: None, forwarded: str) -> None:
    assert client_address(sent("10.0.0.1", forwarded)) is None


@pytest.mark.parametrize("address", ["", "/run/socket", "fe80::1%eth0"])
def test_an_address_of_another_kind_fails_nothing(survey: Survey, address: str) -> None:
    assert trace(sent(address), survey.pk).network_key == "" or "%" in address


@pytest.mark.parametrize(
    ("one", "other", "same_line", "same_block"),
    [
        ("203.0.113.9", "203.0.113.9", True, True),
        ("203.0.113.9", "203.0.113.10", False, True),
        ("203.0.113.9", "203.0.114.9", False, False),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1", True, True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False, True),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", False, False),
        ("0.0.0.1", "::1", False, False),
    ],
)
def test_a_line_is_an_address_or_a_64_and_a_block_a_24_or_a_48(
    one: str, other: str, same_line: bool, same_block: bool
) -> None:
    first, second = ip_address(one), ip_address(other)
    assert (line(first) == line(second)) is same_line
    assert (block(first) == block(second)) is same_block


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (FIREFOX, "Firefox"),
        (CHROME, "Chrome"),
        (f"{CHROME} Edg/131.0.0.0", "Edg"),
        (f"{CHROME} OPR/116.0.0.0", "OPR"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1 Version/18.1 Safari/605.1", "Safari"),
        ("curl/8.5.0", "other"),
        ("", "other"),
    ],
)
def test_a_browser_is_known_by_its_family(agent: str, family: str) -> None:
    assert browser_family(agent) == family


def test_one_address_and_family_on_one_day_is_one_key_and_nothing_else_is(survey: Survey) -> None:
    first = trace(sent("203.0.113.9"), survey.pk)
    assert trace(sent("203.0.113.9"), survey.pk) == first
    neighbour = trace(sent("203.0.113.10"), survey.pk)
    assert neighbour.network_key != first.network_key
    assert neighbour.network_block == first.network_block
    other_browser = RequestFactory().post("/", headers={"User-Agent": CHROME})
    other_browser.META["REMOTE_ADDR"] = "203.0.113.9"
    assert trace(other_browser, survey.pk).network_key != first.network_key
    other_survey = trace(sent("203.0.113.9"), survey.pk + 1)
    assert other_survey.network_key != first.network_key
    assert other_survey.network_block != first.network_block


def test_the_next_day_has_other_keys(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trace(sent(), survey.pk)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("polls.answering.traces.timezone.now", lambda: later)
    second = trace(sent(), survey.pk)
    assert second.network_key != first.network_key
    assert second.network_block != first.network_block


def salted(day: date) -> None:
    NetworkSalt.objects.create(day=day, salt="00" * 32)


def test_salts_older_than_yesterday_are_deleted_by_the_first_submission_of_a_day(
    survey: Survey,
) -> None:
    today = timezone.now().date()
    for age in (1, 2, 30):
        salted(today - timedelta(days=age))
    trace(sent(), survey.pk)
    assert {salt.day for salt in NetworkSalt.objects.all()} == {today, today - timedelta(days=1)}


def test_a_salt_is_random_and_one_for_all_processes(survey: Survey) -> None:
    first = trace(sent(), survey.pk)
    forget()  # what another process doesn't have either
    assert trace(sent(), survey.pk) == first
    salt = NetworkSalt.objects.get()
    assert len(bytes.fromhex(salt.salt)) == 32
    NetworkSalt.objects.all().delete()
    forget()
    assert trace(sent(), survey.pk) != first


def test_many_first_submissions_of_a_day_make_one_salt(committed: None) -> None:
    def key(_: int) -> bytes:
        try:
            return traces._salt.__wrapped__(timezone.now().date())  # type: ignore[attr-defined,no-any-return]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(key, range(16)))) == 1
    assert NetworkSalt.objects.count() == 1


def test_no_address_stands_in_what_is_stored(survey: Survey) -> None:
    reader = Reader()
    reader.defaults["REMOTE_ADDR"] = "203.0.113.9"
    reader.answer()
    response = Response.objects.get()
    assert (len(response.network_key), len(response.network_block)) == (32, 32)
    stored = " ".join(str(value) for value in vars(response).values())
    assert "203.0.113" not in stored


def test_who_withdraws_leaves_no_trace(survey: Survey) -> None:
    reader = Reader()
    reader.answer(seconds="41")
    assert Response.objects.get().seconds == 41
    reader.send("/receipts/withdraw/")
    response = Response.objects.get()
    assert (response.network_key, response.network_block, response.seconds) == ("", "", None)


@pytest.mark.parametrize("seconds", ["", "-1", "1.5", "86401", "²", "9" * 5000, "x"])
def test_seconds_that_are_no_time_are_unknown(survey: Survey, seconds: str) -> None:
    assert trace(sent(seconds=seconds), survey.pk).seconds is None


def test_a_page_that_comes_back_with_mistakes_keeps_the_seconds_of_the_first_try(
    survey: Survey,
) -> None:
    page = Reader().answer(consent_counting=None, seconds="73")
    assert page.status_code == 422
    assert 'name="seconds" value="73"' in page.content.decode()
