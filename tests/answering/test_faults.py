"""When the database fails for a moment, or for longer, the reader keeps every word."""

import contextlib
import re
import sqlite3
import uuid
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

from polls.answering import services
from polls.lib import persistence
from polls.lib.caching import forget
from polls.models import Response, Survey
from polls.results import tallies
from tests.reader import Reader


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a reader's patience, and none closes the connection of its transaction."""
    monkeypatch.setattr(persistence, "PATIENCE", 0.2)
    monkeypatch.setattr("polls.lib.persistence.connection.close", lambda: None)


def failing(
    monkeypatch: pytest.MonkeyPatch, name: str, error: Exception, times: int
) -> Callable[[], int]:
    """Let a service fail so many times before it works; the calls so far."""
    real, calls = getattr(services, name), 0

    def flaky(**values: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise error
        return real(**values)

    monkeypatch.setattr(services, name, flaky)
    return lambda: calls


class Coded(Exception):
    def __init__(self, pgcode: str) -> None:
        self.pgcode = pgcode


def coded(code: str) -> OperationalError:
    error = OperationalError("a fault")
    error.__cause__ = Coded(code)
    return error


@pytest.mark.parametrize(
    "error",
    [OperationalError("gone"), InterfaceError("closed"), *map(coded, ("57P01", "25006", "40P01"))],
)
def test_a_passing_fault_is_not_noticed(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    calls = failing(monkeypatch, "submit", error, times=2)
    assert Reader().answer().status_code == 303
    assert calls() == 3
    assert Response.objects.count() == 1


def test_a_lasting_fault_gives_the_page_that_keeps_and_sends_again(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "submit", OperationalError("gone"), times=10**6)
    key = str(uuid.uuid4())
    response = Reader().answer(client_key=key, item__opinion='Tout <b>"ceci"')
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Cache-Control"] == "private, no-store"
    assert 3 <= int(response["Retry-After"]) <= 10
    assert f'name="client_key" value="{key}"' in page
    assert 'name="item-opinion" value="Tout &lt;b&gt;&quot;ceci&quot;"' in page
    assert 'action="/articles/pont/responses/"' in page
    assert not response.cookies
    assert not Response.objects.exists()


def test_without_a_script_the_page_of_the_fault_sends_the_same_submission_again(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.submit

    def stores_and_never_says_so(**values: Any) -> None:
        with contextlib.suppress(services.AlreadyAnswered):
            real(**values)
        raise OperationalError("the connection broke after the commit")

    monkeypatch.setattr(services, "submit", stores_and_never_says_so)
    reader = Reader()
    page = reader.answer(item__opinion="Une fois.").content.decode()
    assert Response.objects.count() == 1
    monkeypatch.setattr(services, "submit", real)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert reader.send("/articles/pont/responses/", hidden).status_code == 303
    assert Response.objects.count() == 1


@pytest.mark.parametrize("door", ["taking.confirm", "services.content"])
def test_what_is_found_stored_and_not_acknowledged_is_sent_again_as_the_same(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    """Stored, the word of it lost, found by its key, and the database is away before the thanks."""
    real, calls = services.submit, []

    def says_so_only_the_second_time(**values: Any) -> None:
        calls.append(1)
        real(**values)
        raise OperationalError("the connection broke after the commit")

    def away(*args: Any) -> None:
        raise OperationalError("gone")

    reader = Reader()
    with monkeypatch.context() as broken:
        broken.setattr(services, "submit", says_so_only_the_second_time)
        broken.setattr(f"polls.answering.{door}", away)
        answer = reader.answer(item__opinion="Une fois.")
    assert (answer.status_code, len(calls)) == (503, 2)
    page = answer.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert reader.send("/articles/pont/responses/", hidden).status_code == 303
    assert Response.objects.count() == 1


def test_only_the_drivers_lost_connection_passes_among_errors_without_a_kind() -> None:
    lost, damaged = DatabaseError("gone"), DatabaseError("malformed")
    lost.__cause__ = psycopg2.DatabaseError("server closed the connection unexpectedly")
    damaged.__cause__ = sqlite3.DatabaseError("database disk image is malformed")
    found = [lost, damaged, DatabaseError("Save with update_fields did not affect any rows.")]
    assert [persistence.is_passing(error) for error in found] == [True, False, False]


def test_who_only_reads_gets_the_page_as_it_was_or_a_503(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("could not connect to server")

    reader = Reader()
    assert reader.get("/articles/pont/").status_code == 200
    monkeypatch.setattr(type(Survey.objects.all()), "current", away)
    monkeypatch.setattr("polls.results.queries.tallies.standing", away)
    forget()
    assert reader.get("/articles/pont/").status_code == 200  # as this process knew it last
    for path in ("/articles/autre/", "/articles/pont/results/"):
        response = reader.get(path)
        assert response.status_code == 503
        assert response["Cache-Control"] == "private, no-store"
        assert "Retry-After" in response


def test_a_queue_of_writers_is_no_longer_than_a_readers_patience(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        with persistence._one_writer:
            assert Reader().answer(item__opinion="J’attends.").status_code == 503
    assert Reader().answer().status_code == 303


def test_an_answer_whose_acknowledgement_was_lost_is_stored_once(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.submit
    lost: list[bool] = []

    def stores_and_fails_to_say_so(**values: Any) -> None:
        real(**values)
        if not lost:
            lost.append(True)
            raise OperationalError("the connection broke after the commit")

    monkeypatch.setattr(services, "submit", stores_and_fails_to_say_so)
    for reader, fields in ((Reader(), {"client_key": str(uuid.uuid4())}), (Reader(), {})):
        lost.clear()
        before = Response.objects.count()
        assert reader.answer(**fields).status_code == 303
        assert Response.objects.count() == before + 1
        assert reader.get("/receipts/").content.decode().count('class="ticket"') == 1
    assert tallies.differences(survey.pk) == {}


def test_a_fault_of_the_code_is_not_tried_again(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = failing(monkeypatch, "submit", IntegrityError("a bug"), times=10**6)
    reader = Reader()
    reader.raise_request_exception = False
    assert reader.answer().status_code == 500
    assert calls() == 1


def test_a_database_that_is_away_altogether_still_leaves_the_reader_every_word(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(slug: str) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("polls.answering.views.current_edition", away)
    response = Reader().answer(item__opinion="À garder.")
    assert response.status_code == 503
    assert 'value="À garder."' in response.content.decode()


@pytest.mark.parametrize(("path", "service"), [("change", "change"), ("withdraw", "withdraw")])
def test_a_change_and_a_withdrawal_are_kept_for_another_try(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, path: str, service: str
) -> None:
    reader = Reader()
    reader.answer()
    failing(monkeypatch, service, OperationalError("gone"), times=10**6)
    fields = {"item-credible": "5", "item-relevant": "1", "consent_counting": "on"}
    response = reader.send(f"/receipts/{path}/", fields | {"code": reader.code})
    page = response.content.decode()
    assert response.status_code == 503
    assert f'action="/receipts/{path}/"' in page
    assert f'name="code" value="{reader.code}"' in page
    forget()
    assert Response.objects.standing().get().answers["credible"] == "2"
