"""Many readers at once, on the database as it is: an answer is neither lost nor counted twice."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any, TypeVar

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from polls.answering import services
from polls.answering.keys import identify
from polls.composing.services import publish
from polls.lib.http import answer_cookie
from polls.models import AuditEvent, Opinion, Response, Survey
from polls.moderation.services import Action, Outcome, decide
from polls.results import tallies
from tests.factories import make_draft, make_opinion, make_staff, make_survey
from tests.reader import Reader

T = TypeVar("T")
READERS = 32


@pytest.fixture
def shared(committed: None) -> Survey:
    """A survey that other threads see, because it is really committed."""
    return make_survey()


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Run all calls on READERS threads, each with connections of its own."""

    def closing(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(closing, calls))


def test_five_hundred_submissions_of_which_a_hundred_repeat_make_four_hundred_responses(
    shared: Survey,
) -> None:
    keys = [str(uuid.uuid4()) for _ in range(400)]
    cookies = {key: identify(shared.pk, client_key=uuid.UUID(key)).cookie for key in keys}

    def send(key: str, *, by_cookie: bool = False) -> Callable[[], int]:
        def call() -> int:
            reader = Reader()
            if by_cookie:  # the same reader's browser, with another key and the answer's cookie
                reader.cookies[answer_cookie(shared.pk)] = cookies[key]
            sent_key = str(uuid.uuid4()) if by_cookie else key
            status = 503  # on a machine with much else to do: as the page's script, once more
            while status == 503:
                status = reader.answer(client_key=sent_key, item__opinion="Un avis.").status_code
            return status

        return call

    calls = [send(key) for key in keys]
    calls[100:100] = [send(key) for key in keys[:50]]
    calls[300:300] = [send(key, by_cookie=True) for key in keys[50:100]]
    statuses = Counter(at_once(calls))
    assert set(statuses) <= {303, 409}
    assert sum(statuses.values()) == 500
    assert statuses[409] == 50
    assert Response.objects.count() == Opinion.objects.count() == 400
    assert tallies.differences(shared.pk) == {}
    assert tallies.read(shared.pk)["", ""] == 400


def test_changes_and_withdrawals_at_once_leave_tallies_equal_to_a_recount(shared: Survey) -> None:
    readers = [Reader() for _ in range(24)]
    for reader in readers:
        reader.answer()

    def change(reader: Reader, choice: str) -> Callable[[], int]:
        fields = {"item-credible": choice, "item-relevant": "3", "consent_counting": "on"}
        return lambda: reader.send("/receipts/change/", fields | {"code": reader.code}).status_code

    def withdraw(reader: Reader) -> Callable[[], int]:
        fresh = Reader()  # a thread of its own, so a client of its own
        return lambda: (
            fresh.send("/receipts/withdraw/", {"code": code}).status_code
            if (code := reader.code)
            else 0
        )

    calls = []
    for n, reader in enumerate(readers):
        calls += [change(reader, str(n % 5 + 1)), change(reader, "none")]
        if n % 3 == 0:
            calls.append(withdraw(reader))
    statuses = set(at_once(calls))
    assert statuses <= {200, 303, 404}
    assert tallies.differences(shared.pk) == {}
    assert tallies.read(shared.pk)["", ""] == 16


def test_tallies_are_rebuilt_while_readers_answer(shared: Survey) -> None:
    def answer() -> int:
        return Reader().answer().status_code

    def rebuild() -> int:
        tallies.rebuild(shared.pk)
        return 303

    calls: list[Callable[[], int]] = [answer] * 60
    for place in (5, 20, 40):
        calls.insert(place, rebuild)
    assert set(at_once(calls)) == {303}
    assert tallies.differences(shared.pk) == {}
    assert tallies.read(shared.pk)["", ""] == 60


def test_writers_take_turns_on_sqlite(shared: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    real, at_work, most = services.submit, Semaphore(READERS), []

    def watched(**values: Any) -> None:
        at_work.acquire()
        most.append(READERS - at_work._value)
        try:
            real(**values)
        finally:
            at_work.release()

    monkeypatch.setattr(services, "submit", watched)
    assert set(at_once([lambda: Reader().answer().status_code] * 40)) == {303}
    assert max(most) == 1 or connection.vendor != "sqlite"


@pytest.mark.postgres
def test_tallies_and_recount_are_compared_as_of_one_moment(shared: Survey) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert tallies.differences(shared.pk) == {}
    assert "REPEATABLE READ" in queries[0]["sql"] + queries[1]["sql"]


def test_of_many_editors_at_once_one_publishes(committed: None) -> None:
    draft = make_draft()
    at_once([lambda: publish(survey=draft)] * 8)
    assert AuditEvent.objects.filter(action="publish").count() == 1


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(shared: Survey) -> None:
    opinions = [make_opinion(shared, f"Avis {n}") for n in range(8)]
    moderators = [make_staff("moderator") for _ in range(2)]
    rule = shared.rules.first()
    versions = {opinion.pk: opinion.version for opinion in opinions}
    outcomes: list[Outcome] = at_once(
        [
            lambda: decide(versions=versions, action=Action.PUBLISH, moderator=moderators[0]),
            lambda: decide(
                versions=versions, action=Action.REJECT, moderator=moderators[1], rule=rule
            ),
        ]
    )
    assert sorted(len(outcome.decided) for outcome in outcomes) == [0, 8]
    assert sorted(len(outcome.changed) for outcome in outcomes) == [0, 8]
    assert len(set(Opinion.objects.values_list("status", flat=True))) == 1
