"""A commit that isn't on a second machine, though the database should wait for it: no thanks."""

import time
import uuid
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.db.models import Sum
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from polls.answering import services
from polls.lib import persistence
from polls.models import Response, Survey, Tally
from tests.reader import Reader
from tools.temporary_postgres import temporary_postgres

pytestmark = pytest.mark.postgres

WARNING = "canceling wait for synchronous replication due to user request"
WAITING = """
SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'
"""


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """PostgreSQL's words, with each answer that is stored and each that is confirmed."""
    real, said = services.submit, [WARNING]

    def submit(**values: Any) -> None:
        real(**values)
        _warn(said)

    def confirm() -> None:
        persistence_confirm()
        _warn(said)

    persistence_confirm = persistence.confirm
    monkeypatch.setattr(services, "submit", submit)
    monkeypatch.setattr("polls.answering.taking.confirm", confirm)
    return said


def _warn(said: list[str]) -> None:
    for words in said:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE WARNING '{words}'; END $$")


def test_what_is_on_one_machine_alone_is_not_acknowledged(
    survey: Survey, warned: list[str]
) -> None:
    key = str(uuid.uuid4())
    answer = Reader().answer(client_key=key, item__opinion="À garder.")
    assert answer.status_code == 503
    assert f'name="client_key" value="{key}"' in answer.content.decode()
    assert 'value="À garder."' in answer.content.decode()


def test_sent_again_it_is_found_and_still_not_acknowledged(
    survey: Survey, warned: list[str]
) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert Reader().answer(client_key=key).status_code == 503
    warned.clear()
    assert Reader().answer(client_key=key).status_code == 303
    assert Response.objects.count() == 1


def test_a_withdrawal_is_said_once_it_is_on_the_other_machine_too(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    reader.answer()
    real, said = services.withdraw, [WARNING]

    def withdraw(**values: Any) -> None:
        real(**values)
        _warn(said)

    monkeypatch.setattr(services, "withdraw", withdraw)
    for _ in range(2):
        assert reader.send("/receipts/withdraw/").status_code == 503
    said.clear()
    assert reader.send("/receipts/withdraw/").status_code == 200
    assert Response.objects.get().withdrawn_at
    assert Tally.objects.aggregate(counted=Sum("count"))["counted"] == 0


def test_a_withdrawal_sent_again_confirms_the_first(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    reader.answer()
    code = reader.code
    assert reader.send("/receipts/withdraw/").status_code == 200
    monkeypatch.setattr(services, "confirm", lambda: _warn([WARNING]))
    assert reader.send("/receipts/withdraw/", {"code": code}).status_code == 503


def test_other_words_of_the_database_are_no_fault(survey: Survey, warned: list[str]) -> None:
    warned[:] = ["something else"]
    assert Reader().answer().status_code == 303


def test_an_earlier_warning_is_not_held_against_the_next_answer(survey: Survey) -> None:
    _warn([WARNING])
    assert Reader().answer().status_code == 303


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A server that waits for a copy which never comes: where its socket is."""
    with temporary_postgres(durable=True) as url:
        host = url.partition("host=")[2]
        ask(host, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        ask(host, "SELECT pg_reload_conf()")
        place = {"NAME": "postgres", "USER": "survey", "HOST": host, "PORT": "5432"}
        settings = connection.settings_dict | place
        own = ConnectionHandler({"default": settings})["default"]
        monkeypatch.setattr(persistence, "connection", own)
        with django_db_blocker.unblock():
            yield host
            own.close()


def ask(host: str, sql: str) -> int:
    connected = psycopg2.connect(host=host, port=5432, user="survey", dbname="postgres")
    connected.autocommit = True
    with connected.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone() if cursor.description else None
    connected.close()
    return int(found[0]) if found else 0


def lock() -> None:
    """What finds its first try on a locked row commits no more than this."""
    with persistence.connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'postgres' FOR UPDATE")


@pytest.mark.parametrize("write", [persistence.confirm, lock])
def test_a_wait_that_is_ended_is_told_from_one_that_succeeded(
    waiting: str, write: Callable[[], None]
) -> None:
    """By a real server, so that its words are the ones that are looked for."""

    def end() -> None:
        while not ask(waiting, WAITING):
            time.sleep(0.02)

    ending = Thread(target=end)
    ending.start()
    with pytest.raises(persistence.Unavailable):
        persistence.persist(write)
    ending.join()
    ask(waiting, "ALTER SYSTEM RESET synchronous_standby_names")
    ask(waiting, "SELECT pg_reload_conf()")
    persistence.persist(write)


def test_a_server_that_leads_no_more_confirms_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovering = persistence.CONFIRM.replace("NOT pg_is_in_recovery()", "false")
    monkeypatch.setattr(persistence, "CONFIRM", recovering)
    with pytest.raises(OperationalError):
        persistence.confirm()
