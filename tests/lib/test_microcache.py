"""What a process answers again without Django, and what it never does."""

from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from polls.lib import microcache
from polls.lib.caching import forget
from polls.lib.http import by_all, by_shared
from polls.lib.microcache import Microcache
from polls.models import Article, Survey
from surveysite.wsgi import application

PATH = "/articles/pont/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the memory, as a list of one number to be set."""
    now = [1000.0]
    monkeypatch.setattr(microcache, "monotonic", lambda: now[0])
    return now


class Program:
    """An application that counts how often it is asked, and says what it is told to."""

    def __init__(self, **headers: str) -> None:
        self.asked = 0
        self.headers = {"Cache-Control": by_all(60)} | headers
        self.status, self.cookie, self.streams, self.bytes = 200, False, False, 10

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        content = str(self.asked).encode().rjust(self.bytes)
        kind = StreamingHttpResponse if self.streams else HttpResponse
        answer = kind([content], status=self.status, headers=self.headers)
        if self.cookie:
            answer.set_cookie("a", "b")
        status = f"{answer.status_code} {answer.reason_phrase}"
        start_response(status, [(name, value) for name, value in answer.items()])
        return answer


def ask(asked: Any, path: str = PATH, **environ: str) -> tuple[str, dict[str, str], bytes]:
    given: dict[str, Any] = {"PATH_INFO": path, **environ}
    setup_testing_defaults(given)
    said: list[Any] = []
    body = b"".join(asked(given, lambda status, headers, *_more: said.extend((status, headers))))
    status, headers = said
    found = dict(headers)
    headers.clear()  # as a server may
    return status, found, body


def test_what_all_may_keep_is_answered_again_for_a_second(clock: list[float]) -> None:
    program = Program(ETag='"a"')
    kept = Microcache(program)
    status, headers, body = ask(kept)
    assert status == "200 OK"
    assert headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=60"
    clock[0] += 0.99
    # For so long it is no longer than the page itself said, whoever keeps it next.
    headers |= {"Cache-Control": "public, max-age=59, stale-while-revalidate=60"}
    assert ask(kept) == ask(kept) == (status, headers, body)
    assert program.asked == 1
    clock[0] += 0.02
    assert ask(kept)[2].strip() == b"2"


@pytest.mark.parametrize(
    "kept_by", ["private", "", by_all(0), by_all(1), by_shared(20), "max-age=60, public", "public"]
)
def test_what_not_every_cache_may_keep_is_asked_for_each_time(kept_by: str) -> None:
    program = Program(**{"Cache-Control": kept_by})
    kept = Microcache(program)
    assert ask(kept)[2] != ask(kept)[2]


@pytest.mark.parametrize(
    "told",
    [
        {"status": 404},
        {"status": 503},
        {"cookie": True},
        {"streams": True},
        {"bytes": microcache.LARGEST + 1},
        {"headers": {"Cache-Control": by_all(60), "Vary": "Cookie"}},
    ],
    ids=str,
)
def test_only_a_whole_page_for_everybody_is_kept(told: dict[str, Any]) -> None:
    program = Program()
    vars(program).update(told)
    kept = Microcache(program)
    ask(kept)
    ask(kept)
    assert program.asked == 2


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_IF_NONE_MATCH": '"a"'},
        {"HTTP_IF_MATCH": '"a"'},
        {"HTTP_RANGE": "bytes=0-1"},
        {"HTTP_HOST": "www.example.org"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"wsgi.url_scheme": "https"},
        {"SCRIPT_NAME": "/avis"},
        {"path": "/articles/port/"},
    ],
    ids=str,
)
def test_another_question_is_never_answered_with_a_page_that_is_kept(
    environ: dict[str, str],
) -> None:
    program = Program()
    kept = Microcache(program)
    ask(kept)
    before = ask(kept)
    other = ask(kept, **environ)
    assert other[2] != before[2]
    assert ask(kept) == before


def test_who_asks_makes_no_difference() -> None:
    kept = Microcache(Program())
    ask(kept)
    reader = {"HTTP_COOKIE": "answered-1=x", "REMOTE_ADDR": "192.0.2.1"}
    assert ask(kept) == ask(kept, **reader)


def test_a_change_by_staff_is_seen_at_once() -> None:
    kept = Microcache(Program())
    before = ask(kept)
    forget()
    assert ask(kept)[2] != before[2]


def test_a_page_that_was_being_made_meanwhile_is_not_kept() -> None:
    program = Program()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = program(environ, start_response)
        if program.asked == 1:
            forget()
        return answer

    kept = Microcache(slow)
    assert ask(kept)[2] != ask(kept)[2]


def test_a_page_that_took_long_is_kept_no_longer(clock: list[float]) -> None:
    program = Program()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        clock[0] += 1.1
        return program(environ, start_response)

    kept = Microcache(slow)
    assert ask(kept)[2] != ask(kept)[2]


def test_a_page_that_is_made_anew_drops_no_other(clock: list[float]) -> None:
    kept = Microcache(Program())
    for number in range(microcache.MOST):
        ask(kept, f"/articles/{number}/")
    clock[0] += 1.1
    ask(kept, "/articles/0/")
    assert len(kept._pages) == microcache.MOST


def test_it_holds_no_more_than_its_number_of_pages() -> None:
    program = Program()
    kept = Microcache(program)
    for number in range(3 * microcache.MOST):
        ask(kept, f"/articles/{number}/")
        assert len(kept._pages) <= microcache.MOST
    assert ask(kept, "/articles/383/")[2].strip() == b"384"


def test_an_application_that_fails_leaves_nothing() -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        raise OSError("gone")

    kept = Microcache(failing)
    with pytest.raises(OSError, match="gone"):
        ask(kept)
    assert not kept._pages


@pytest.fixture
def served(survey: Survey, settings: Any) -> Iterator[dict[str, str]]:
    """What a request to the site's own application needs, which keeps the test's connection."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"HTTP_HOST": "127.0.0.1"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_article_is_the_same_whether_it_is_kept_or_not(served: dict[str, str]) -> None:
    ask(application, HTTP_RANGE="bytes=0-", **served)  # to be made, which may take long
    first = ask(application, **served)
    assert first[0] == "200 OK"
    with CaptureQueriesContext(connection) as queries:
        again = ask(application, **served)
    assert not queries.captured_queries
    lifetimes = [headers.pop("Cache-Control") for _status, headers, _body in (first, again)]
    assert lifetimes == [by_all(60), by_all(60).replace("max-age=60", "max-age=59")]
    assert again == first
    assert "Content-Security-Policy" in first[1]
    tagged = ask(application, HTTP_IF_NONE_MATCH=first[1]["ETag"], **served)
    assert tagged[0].startswith("304")


def test_readers_of_the_article_share_it_but_not_their_receipts(served: dict[str, str]) -> None:
    ask(application, HTTP_RANGE="bytes=0-", **served)
    ask(application, **served)
    for path in ("/receipts/", "/admin/login/", "/articles/pont/results/", "/articles/none/"):
        ask(application, path, **served)
    assert [key[0] for key in application._pages] == [PATH]


def test_a_correction_is_there_once_the_process_has_forgotten(served: dict[str, str]) -> None:
    assert "Corrigé" not in ask(application, **served)[2].decode()
    Article.objects.update(title="Corrigé")
    forget()
    assert "Corrigé" in ask(application, **served)[2].decode()
