"""COPY given up, broken or read slowly: the connection stays as it was, and nothing is left."""

import threading
import time
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import TypeAlias

import psycopg2
import pytest
from django.db import DataError, connection, transaction
from django.db.models.expressions import RawSQL

from polls.exports import copying
from polls.exports.copying import BLOCK, WAITING, copied
from polls.exports.table import Column
from polls.models import Opinion, Response, Survey
from tests.exports.helpers import make_texts
from tests.factories import make_survey

pytestmark = pytest.mark.postgres
Pieces: TypeAlias = Generator[tuple[bytes, int], None, None]
ROWS = 300
BIG = 200_000  # bytes of a row: a block of its own
SLOW = f"repeat('x', {BIG}) || pg_sleep(0.05)::text"  # all of them take a quarter of a minute


@pytest.fixture
def many(committed: None) -> Survey:
    survey = make_survey()
    make_texts(survey, ["x"] * ROWS)
    return survey


def copy(sql: str) -> Pieces:
    """A column of what the expression gives."""
    found = Response.objects.order_by("pk").annotate(c0=RawSQL(sql, ())).values_list("c0")
    return copied(found, [Column("x", "text")], ",", False)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "copy"]


@contextmanager
def at_once() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 3


def test_given_up_it_stops_at_once_and_leaves_no_thread(many: Survey) -> None:
    pieces = copy(SLOW)
    next(pieces)
    assert len(threads()) == 1
    with at_once():
        pieces.close()
        assert Response.objects.count() == ROWS
    assert not threads()


def test_given_up_inside_a_transaction_it_takes_nothing_with_it(many: Survey) -> None:
    with transaction.atomic(), at_once():
        Opinion.objects.update(text="before")
        pieces = copy(SLOW)
        next(pieces)
        pieces.close()
        assert Opinion.objects.filter(text="before").count() == ROWS
        Opinion.objects.filter(pk=Opinion.objects.earliest("pk").pk).update(text="after")
    assert Opinion.objects.filter(text="before").count() == ROWS - 1


def test_given_up_before_it_began_it_asks_nothing(many: Survey) -> None:
    copy(SLOW).close()
    assert not threads()


@pytest.mark.parametrize("size", [600, 5_000, BLOCK])
def test_no_later_statement_is_cancelled_in_its_place(many: Survey, size: int) -> None:
    # The shorter ones are over, or nearly, when the request to cancel is sent.
    for turn in range(48):
        pieces = copy(f"repeat('x', {size})")
        next(pieces)
        time.sleep(turn % 6 / 2000)
        pieces.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.003)")
    assert Response.objects.count() == ROWS
    assert not threads()


def test_a_server_that_can_t_be_told_to_stop_is_read_to_the_end(
    many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise psycopg2.OperationalError("no route to host")

    cut_off = SimpleNamespace(connection=SimpleNamespace(cancel=unreachable))
    tell = copying._cancel
    monkeypatch.setattr(copying, "_cancel", lambda cursor: tell(cut_off))
    pieces = copy(f"repeat('x', {BIG})")
    next(pieces)
    pieces.close()
    assert Response.objects.count() == ROWS
    assert not threads()


@pytest.mark.parametrize("inside", [transaction.atomic, nullcontext])
def test_an_error_in_the_middle_reaches_the_reader_as_django_s_own(
    many: Survey, inside: type[nullcontext[None]]
) -> None:
    middle = Response.objects.order_by("pk")[ROWS // 2].pk
    fails = f"(1 / (polls_response.id - {middle}))::text"
    # (What is random is only worked out once the rows are in order.)
    pieces = copy(f"repeat('x', {BIG}) || {fails} || random()::text")
    with inside():
        assert next(pieces)[1] == 1
        with pytest.raises(DataError, match="division by zero"):
            list(pieces)
        assert Response.objects.count() == ROWS
    assert not threads()


def test_an_error_at_once_reaches_the_reader_too(many: Survey) -> None:
    with pytest.raises(DataError):
        next(copy("(1 / 0)::text"))
    assert Response.objects.count() == ROWS


def test_a_slow_reader_keeps_a_few_blocks_waiting_and_no_more(many: Survey) -> None:
    pieces = copy(f"repeat('x', {BIG})")
    tracemalloc.start()
    try:
        next(pieces)
        time.sleep(1)
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        pieces.close()
    # Those that wait, the one in hand, the one that can't be handed on yet, and its rows.
    assert held < (WAITING + 4) * (BIG + BLOCK)


def test_two_at_once_on_two_connections_don_t_disturb_each_other(many: Survey) -> None:
    read: dict[str, bytes] = {}

    def whole(name: str) -> None:
        try:
            pieces = copy(f"repeat('{name}', {BIG}) || polls_response.id::text")
            read[name] = b"".join(piece for piece, _rows in pieces)
        finally:
            connection.close()

    workers = [threading.Thread(target=whole, args=[name]) for name in "ab"]
    given_up = copy(SLOW)
    next(given_up)
    for worker in workers:
        worker.start()
    given_up.close()
    for worker in workers:
        worker.join(60)
    assert read["a"] == read["b"].replace(b"b", b"a")
    assert read["a"].count(b"\r\n") == ROWS
