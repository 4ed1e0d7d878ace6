"""Every address of the site, by the table of addresses: a new one is looked at without being named
here."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from polls.lib.caching import forget
from polls.models import Opinion, Response, Survey
from polls.results.releases.services import publish_release
from tests.factories import make_opinion, make_staff, make_survey
from tests.reader import ANSWER, FORM, Reader
from tests.security.hostile import VALUES, WORDS, Pair, driven, encoded, writes


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """The routes of readers' pages and of the machines that watch: all but the admin's."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver) and not route.startswith("/admin"):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


@pytest.fixture
def rows(db: None) -> dict[str, str]:
    """What stands in the place of each converter: a survey with a text and a release."""
    survey = make_survey(embed_origins="https://www.journal.example")
    opinion = make_opinion(survey, "Un avis.")
    Opinion.objects.update(status="published", decided_at=timezone.now())
    publish_release(survey=survey, by=make_staff("editor"), title="Un")
    forget()
    return {"slug": "pont", "int": "1", "uuid": str(opinion.public_id)}


def address(route: str, rows: dict[str, str]) -> str:
    return re.sub(r"<(\w+):\w+>", lambda found: rows[found[1]], route)


def test_the_table_of_addresses_is_read_whole() -> None:
    assert {"/", "/articles/<slug:slug>/responses/", "/receipts/withdraw/", "/oembed"} <= {*ROUTES}
    assert len(ROUTES) > 35
    assert not any("admin" in route for route in ROUTES)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_writes_nothing(rows: dict[str, str], method: str) -> None:
    """With the cookies of an answer, and a whole answer in the query."""
    reader = Reader()
    reader.answer(item__opinion="Le mien.", consent_publication="on")
    query = {**ANSWER, "code": reader.code, "_method": "POST", "replace": "yes"}
    for route in ROUTES:
        forget()
        with CaptureQueriesContext(connection) as queries:
            answer = reader.generic(method, address(route, rows), QUERY_STRING=urlencode(query))
        assert answer.status_code < 500, route
        assert writes(queries) == [], route
    assert Response.objects.standing().count() == 2


ASKED = ["page", "lang", "url", "format", "maxwidth", "sent", "code", "rows", "columns", "item"]
HEADERS = {
    "HTTP_COOKIE": "receipt=K7QD; letter=x; answered-1=y",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9, x",
    "HTTP_USER_AGENT": "Firefox/128.0",
    "HTTP_ACCEPT_LANGUAGE": "fr;q=x",
    "HTTP_IF_NONE_MATCH": 'W/"x"',
    "HTTP_ORIGIN": "http://[::1",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_X_REQUEST_ID": "x",
    "REMOTE_ADDR": "203.0.113.9",
}
# What a server lets through of a header: no line break, one byte a character.
HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)


@driven(60)
@given(
    route=st.sampled_from(ROUTES),
    query=st.lists(st.tuples(st.one_of(st.sampled_from(ASKED), WORDS), VALUES), max_size=4),
    headers=st.dictionaries(st.sampled_from([*HEADERS]), HEADER, max_size=4),
)
def test_no_query_and_no_header_is_a_fault_of_ours(
    rows: dict[str, str], route: str, query: list[Pair], headers: dict[str, str]
) -> None:
    asked = encoded(query).decode()
    said: dict[str, Any] = HEADERS | headers
    answer = Client().generic("GET", address(route, rows), QUERY_STRING=asked, **said)
    assert answer.status_code < 500


STRANGERS: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"User-Agent": "neither header"},
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("headers", STRANGERS, ids=lambda headers: " ".join(headers.values()))
def test_nothing_is_changed_from_elsewhere(
    rows: dict[str, str], method: str, headers: dict[str, str]
) -> None:
    """Its cookies come along, as they would with SameSite=None, and the receipt's code is known."""
    reader = Reader()
    reader.answer(item__opinion="Le mien.", consent_publication="on")
    stranger = Reader(**headers)
    stranger.cookies = reader.cookies
    sent = {**ANSWER, "code": reader.code, "appeal": "Non.", "explanation": "Faux."}
    for route in ROUTES:
        with CaptureQueriesContext(connection) as queries:
            answer = stranger.generic(method, address(route, rows), urlencode(sent), FORM)
        assert answer.status_code in (403, 405), route
        assert writes(queries) == [], route
        assert not answer.cookies, route


TAILS = ["x.css", ";a.js", "%3Ba.js", "a.png", "..%2fx.js", "?x.css", ".css"]
PRIVATE = ["/articles/pont/results/", "/receipts/", "/receipts/change/", "/admin/"]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("path", PRIVATE)
def test_no_cache_keeps_a_private_page_under_an_invented_name(
    db: None, path: str, tail: str
) -> None:
    """(A cache that goes by the end of an address would keep `x.css` of what cookies opened.)"""
    make_survey(results="after_answering")
    reader, editor = Reader(), Client()
    reader.answer()
    editor.force_login(make_staff("editor"))
    for who in (reader, editor, Client()):
        answer = who.get(path + tail)
        kept = answer.headers.get("Cache-Control", "")
        assert "no-store" in kept, (answer.status_code, kept)
        assert "public" not in kept


def test_ids_are_random_and_a_foreign_one_is_nothing(rows: dict[str, str]) -> None:
    """Neither the number of a row nor another's identifier opens anything."""
    survey = Survey.objects.get()
    numbers = [str(row.pk) for row in (*Response.objects.all(), *Opinion.objects.all(), survey)]
    for route in ROUTES:
        for place in re.findall(r"<(?:slug|uuid):\w+>", route):
            for other in (*numbers, "0b0b1a9e-5d3c-4a52-9a4e-6c2b3d1f0e77"):
                if "transparency" in route or "stamp" in route:
                    continue  # a period's name; a stamp, which says nothing of what there is
                guessed = address(route.replace(place, other), rows)
                assert Reader().get(guessed).status_code in (302, 404, 405), guessed
