"""What the proxy keeps away from the program, what it hands on, and what it says by itself."""

import http.client
import re
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from .running import DEPLOY, Front, Site, free_ports, until
from .upstream import Upstream

ANSWERS, FRAMED = "/articles/pont/responses/", "/embed/pont/responses/"
BURST = 60


def test_a_flood_of_answers_from_one_network_is_refused_and_reading_is_not(
    proxy: Front, behind: Upstream
) -> None:
    """Through whichever door it comes."""
    paths = [ANSWERS, FRAMED] * (BURST // 2 + 10)
    answers = [proxy.ask(path, method="POST", body=b"a=1") for path in paths]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert BURST < len(behind.asked) < len(answers)
    assert "Réessayez dans une minute" in refused[0].body.decode()
    assert refused[0].headers["Cache-Control"] == "no-store"
    assert proxy.ask("/articles/pont/").status == 200
    assert proxy.ask(ANSWERS, method="POST", body=b"", source="127.0.0.2").status == 200


def test_a_flood_of_requests_reaches_the_program_no_faster_than_it_may(
    proxy: Front, behind: Upstream
) -> None:
    """Neither for what is personal nor for addresses that nobody has asked for before."""
    for path in ("/receipts/?{}", "/articles/guessed-{}/"):
        behind.asked.clear()
        with ThreadPoolExecutor(8) as readers:
            answers = list(readers.map(proxy.ask, [path.format(n) for n in range(400)]))
        refused = [answer for answer in answers if answer.status in (429, 502)]
        assert refused, path
        assert len(behind.asked) == len(answers) - len(refused), path
        assert proxy.ask("/livez", source="127.0.0.2").status == 200


def test_reading_what_is_kept_has_no_limit(proxy: Front, behind: Upstream) -> None:
    """A school or a carrier reads from one address."""
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(proxy.ask, ["/articles/pont/"] * 400))
    assert {answer.status for answer in answers} == {200}
    assert len(behind.asked) == 1


def test_a_network_is_half_an_ipv6_address(before: Callable[..., Front], behind: Upstream) -> None:
    """Behind a delivery network, whose header is believed then."""
    proxy = before(behind.port, network=True)

    def send(host: str) -> int:
        return proxy.ask(ANSWERS, method="POST", body=b"", X_Forwarded_For=host).status

    statuses = [send(f"2001:db8:0:a:{number:x}::1") for number in range(BURST + 20)]
    assert 429 in statuses
    assert send("2001:db8:0:b::1") == 200
    assert behind.senders[-1] == "2001:db8:0:b::1"


def test_a_reader_cannot_say_who_they_are(nginx: Front, site: Site) -> None:
    nginx.ask(
        "/receipts/",
        X_Forwarded_For="203.0.113.9",
        X_Forwarded_Proto="http",
        X_Request_ID="0000000000000000",
    )
    (asked,) = site.asked
    assert (asked["from"], asked["proto"]) == ("127.0.0.1", "https")
    assert re.fullmatch("[0-9a-f]{32}", asked["id"])


def test_the_number_of_a_request_is_the_programs_too(nginx: Front, site: Site) -> None:
    answer = nginx.ask("/articles/nothing/")
    assert answer.headers["X-Request-ID"] == site.asked[-1]["id"]


def test_what_is_for_machines_that_watch_is_not_for_the_world(
    proxy: Front, behind: Upstream
) -> None:
    for path in ("/readyz", "/x/../readyz", "/metrics", "//metrics", "/%6detrics"):
        assert proxy.ask(path, source="127.0.0.2").status in (403, 404), path
    assert behind.asked == []


def test_the_machine_itself_may_ask_whether_the_site_is_ready(nginx: Front) -> None:
    answer = nginx.ask("/readyz")
    assert (answer.status, answer.body[:2]) == (200, b"ok")


def test_another_name_gets_nothing(proxy: Front, behind: Upstream) -> None:
    assert proxy.ask("/", host="evil.example").status == 421
    with pytest.raises(ssl.SSLError, match=r"UNRECOGNIZED_NAME|unrecognized name"):
        proxy.ask("/", name="evil.example")
    assert behind.asked == []


def test_without_tls_every_address_leads_to_the_same_with_it(proxy: Front) -> None:
    def ask(host: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
        connection.request("GET", "/articles/pont/?a=b", headers={"Host": host})
        return connection.getresponse()

    led = ask("avis.example.org")
    assert led.status == 301
    assert led.headers["Location"] == "https://avis.example.org/articles/pont/?a=b"
    assert ask("evil.example").status == 421


def test_what_is_far_too_large_is_refused_in_words(proxy: Front, behind: Upstream) -> None:
    answer = proxy.ask(ANSWERS, method="POST", Content_Length=str(9 * 1024 * 1024))
    assert answer.status == 413
    assert "votre texte y est encore" in answer.body.decode()
    assert behind.asked == []


def test_what_is_too_large_for_the_program_is_refused_by_it(nginx: Front) -> None:
    answer = nginx.ask(
        ANSWERS,
        method="POST",
        body=b"a=" + b"a" * 3_000_000,
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
    )
    assert answer.status == 413
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_without_the_program_a_calm_page_says_to_try_again(before: Callable[..., Front]) -> None:
    proxy = before(free_ports(1)[0])
    for path in ("/articles/pont/", "/articles/pont/results/", "/receipts/", "/static/a.css"):
        answer = proxy.ask(path)
        assert answer.status == 502, path
        assert "Réessayez dans un moment" in answer.body.decode(), path
        assert "Try again in a moment" in answer.body.decode(), path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Retry-After"] == "5", path


def test_the_readers_script_sends_again_after_what_the_proxy_says(
    before: Callable[..., Front],
) -> None:
    proxy = before(free_ports(1)[0])
    status = proxy.ask(ANSWERS, method="POST", body=b"a=1").status
    script = (DEPLOY.parent / "polls/static/polls/sending.js").read_text()
    passing = re.search(r"PASSING = \[(.*)\]", script)
    assert passing
    assert str(status) in passing[1].split(", ")


def test_a_failure_is_on_record_without_an_address(before: Callable[..., Front]) -> None:
    proxy = before(free_ports(1)[0])
    proxy.ask("/receipts/?secret=1", method="POST", body=b"")
    log = proxy.directory / "survey.log"
    until(log.read_text, "a line")
    line = log.read_text()
    assert re.fullmatch(r"\S+ 502 [0-9a-f]{32} POST /receipts/ upstream=.* seconds=.*\n", line)
