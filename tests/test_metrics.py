"""What Prometheus is told: what became of answers, what waits, what was checked."""

import uuid
from collections.abc import Callable
from io import StringIO
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from polls.lib import metrics, persistence
from polls.models import PreparedExport, Survey, Tally
from surveysite.asking import briefly
from tests.factories import make_appeal, make_opinion, make_reply, make_staff
from tests.reader import ANSWER, Reader

Sample = tuple[str, tuple[tuple[str, str], ...]]


def read(text: str) -> dict[Sample, float]:
    """Every sample by its name and labels, read with the official parser."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def told() -> dict[Sample, float]:
    response = Client().get("/metrics")
    assert response.status_code == 200
    return read(response.content.decode())


def value(name: str, **labels: str) -> float:
    return told().get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def changes() -> Callable[[], dict[str, float]]:
    """Which outcomes have been counted since the test began, and how often."""
    before = told()

    def since() -> dict[str, float]:
        name = "survey_submissions_total"
        now = {key: number for key, number in told().items() if key[0] == name}
        return {
            dict(key[1])["outcome"]: number - before.get(key, 0)
            for key, number in now.items()
            if number != before.get(key, 0)
        }

    return since


# What becomes of an answer


def answered_twice(reader: Reader, **second: Any) -> None:
    key = str(uuid.uuid4())
    reader.answer(client_key=key)
    reader.cookies.clear()
    reader.answer(client_key=key, **second)


def closed(reader: Reader) -> None:
    Survey.objects.update(closes_at=timezone.now())
    reader.answer()


def taken_down(reader: Reader) -> None:
    Survey.objects.update(status="unpublished", unpublished_at=timezone.now())
    reader.answer()


OUTCOMES: list[tuple[str, Callable[[Reader], Any], dict[str, int]]] = [
    ("accepted", lambda reader: reader.answer(), {"accepted": 1}),
    (
        "accepted in a frame",
        lambda reader: reader.send("/embed/pont/responses/", ANSWER),
        {"accepted": 1},
    ),
    ("repeated", lambda reader: answered_twice(reader), {"accepted": 1, "repeated": 1}),
    (
        "changed",
        lambda reader: answered_twice(reader, item__credible="4", replace="yes"),
        {"accepted": 1, "changed": 1},
    ),
    (
        "conflict",
        lambda reader: answered_twice(reader, item__credible="4"),
        {"accepted": 1, "conflict": 1},
    ),
    ("invalid", lambda reader: reader.answer(item__credible="99"), {"invalid": 1}),
    ("closed", closed, {"closed": 1}),
    ("taken down", taken_down, {"closed": 1}),
    ("no such article", lambda reader: reader.answer("rien"), {"not_found": 1}),
    (
        "sent from another site",
        lambda reader: Reader(Origin="https://evil.example").answer(),
        {"foreign_origin": 1},
    ),
    ("only looked at", lambda reader: reader.get("/articles/pont/responses/"), {}),
]


@pytest.mark.parametrize(("act", "expected"), [each[1:] for each in OUTCOMES],
                         ids=[each[0] for each in OUTCOMES])  # fmt: skip
def test_each_answer_is_counted_once_by_what_became_of_it(
    survey: Survey,
    changes: Callable[[], dict[str, float]],
    act: Callable[[Reader], Any],
    expected: dict[str, int],
) -> None:
    act(Reader())
    assert changes() == expected


def test_a_flood_is_counted(
    survey: Survey, settings: Any, changes: Callable[[], dict[str, float]]
) -> None:
    settings.RATE_ANSWERS_REFUSED = 0
    reader = Reader()
    reader.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert reader.answer().status_code == 429
    assert changes() == {"rate_limited": 1}


@pytest.mark.parametrize("place", ["services.submit", "views.current_edition"])
def test_a_database_that_is_away_is_counted_wherever_it_is_noticed(
    survey: Survey,
    monkeypatch: pytest.MonkeyPatch,
    changes: Callable[[], dict[str, float]],
    place: str,
) -> None:
    def fails(*args: Any, **more: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(persistence, "PATIENCE", 0.1)
    with monkeypatch.context() as away:
        away.setattr("polls.lib.persistence.connection.close", lambda: None)
        away.setattr(f"polls.answering.{place}", fails)
        assert Reader().answer().status_code == 503
    assert changes() == {"unavailable": 1}


def test_a_fault_of_ours_is_counted(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, changes: Callable[[], dict[str, float]]
) -> None:
    monkeypatch.setattr("polls.answering.taking.identify", lambda *args, **more: 1 / 0)
    reader = Reader()
    reader.raise_request_exception = False
    assert reader.answer().status_code == 500
    assert changes() == {"error": 1}


def test_the_time_to_the_thanks_is_of_the_answers_that_were_taken(survey: Survey) -> None:
    name = "survey_submission_duration_seconds_count"
    before = value(name)
    Reader().answer()
    Reader().answer(item__credible="99")
    assert value(name) == before + 1


@pytest.mark.parametrize(
    ("path", "route", "code", "counted"),
    [
        ("/receipts/", "receipts", "200", 1),
        ("/articles/rien/", "article", "404", 1),
        ("/rien/", "", "404", 1),
        # Caches keep it: how often it is read, only the proxy knows.
        ("/articles/pont/", "article", "200", 0),
    ],
)
def test_a_request_is_counted_by_the_name_of_its_address(
    survey: Survey, path: str, route: str, code: str, counted: int
) -> None:
    name, labels = "survey_http_requests_total", {"route": route, "code": code}
    before = value(name, **labels)
    Client().get(path)
    assert value(name, **labels) == before + counted


def test_every_outcome_is_told_from_the_start() -> None:
    told = {sample.labels["outcome"] for family in metrics.SUBMISSIONS.collect()
            for sample in family.samples}  # fmt: skip
    assert told >= {"accepted", "changed", "repeated", "conflict", "closed", "unavailable", "error"}


# What waits, and what was checked


def test_what_waits_is_told_with_since_when_and_by_when(survey: Survey) -> None:
    opinion = make_opinion(survey)
    make_opinion(survey)
    reply, appeal = make_reply(survey), make_appeal(survey)
    now = told()
    texts = (("queue", "texts"),)
    assert now["survey_queue_items", texts] == 2
    oldest = now["survey_queue_oldest_timestamp_seconds", texts]
    assert oldest == pytest.approx(opinion.submitted_at.timestamp())
    due = now["survey_queue_due_timestamp_seconds", (("queue", "replies"),)]
    assert due == pytest.approx(reply.due_at.timestamp())
    since = now["survey_queue_oldest_timestamp_seconds", (("queue", "appeals"),)]
    assert since == pytest.approx(appeal.received_at.timestamp())
    assert now["survey_database_up", ()] == 1


def test_of_what_does_not_wait_no_moment_is_told(survey: Survey) -> None:
    now = told()
    assert now["survey_queue_items", (("queue", "texts"),)] == 0
    assert not [key for key in now if "timestamp" in key[0] and "queue" in dict(key[1])]


def test_an_export_that_nobody_prepares_is_seen_to_wait(survey: Survey) -> None:
    maker = make_staff("editor")
    PreparedExport.objects.create(survey=survey, maker=maker, content="responses",
                                  file_format="xlsx")  # fmt: skip
    assert value("survey_queue_items", queue="exports") == 1


def test_the_queries_do_not_grow_with_what_waits(survey: Survey) -> None:
    def number() -> int:
        with CaptureQueriesContext(connection) as found:
            told()
        return len(found)

    before = number()
    for _ in range(3):
        make_opinion(survey)
    make_appeal(survey)
    assert number() == before <= 10


def test_a_check_of_the_tallies_is_on_the_record_with_its_outcome(survey: Survey) -> None:
    name = "survey_tallies_checked_timestamp_seconds"
    assert not [key for key in told() if key[0] == name]
    call_command("rebuild_tallies", "--check", stdout=StringIO())
    equal = value(name, outcome="equal")
    assert equal == pytest.approx(timezone.now().timestamp(), abs=60)
    Reader().answer()
    Tally.objects.update(count=7)
    with pytest.raises(CommandError):
        call_command("rebuild_tallies", "--check", stdout=StringIO())
    assert value(name, outcome="different") >= equal
    assert value(name, outcome="equal") == equal


def test_a_look_at_one_article_is_no_check_of_all(survey: Survey) -> None:
    call_command("rebuild_tallies", "pont", "--check", stdout=StringIO())
    assert not [key for key in told() if key[0] == "survey_tallies_checked_timestamp_seconds"]


def test_without_the_database_what_the_process_knows_is_told(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("surveysite.gauges.last_checks", fails)
    now = told()
    assert now["survey_database_up", ()] == 0
    assert ("survey_submissions_total", (("outcome", "accepted"),)) in now
    assert not [key for key in now if key[0].startswith("survey_queue")]


@pytest.mark.postgres
def test_a_query_that_takes_long_is_given_up(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dawdles() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(10)")

    monkeypatch.setattr("surveysite.asking.SECONDS", 0.02)
    monkeypatch.setattr("surveysite.gauges.last_checks", dawdles)
    assert value("survey_database_up") == 0


def test_a_database_that_never_answers_keeps_one_thread_and_not_all(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveysite.asking.SECONDS", 0.02)
    with briefly():  # another thread of this process still waits
        assert value("survey_database_up") == 0
        assert Client().get("/readyz").status_code == 503
    assert value("survey_database_up") == 1


# Who may ask


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({"REMOTE_ADDR": "203.0.113.9"}, False),
        ({"REMOTE_ADDR": "10.0.0.9"}, False),
        ({"REMOTE_ADDR": ""}, False),
        # Through a proxy on this machine, whatever it or the reader says.
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, False),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"HTTP_X_FORWARDED_PROTO": "https"}, False),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, False),
    ],
)
def test_only_this_machine_may_ask_and_not_through_a_proxy(
    db: None, settings: Any, headers: dict[str, str], allowed: bool
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    response = Client().get("/metrics", **headers)  # type: ignore[arg-type]
    assert response.status_code == (200 if allowed else 404)


def test_another_machine_may_ask_where_the_setting_names_it(db: None, settings: Any) -> None:
    settings.METRICS_FROM = [ip_network("10.0.0.0/8")]
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 200
    assert Client().get("/metrics").status_code == 404


def test_nothing_of_a_reader_is_in_the_metrics(survey: Survey) -> None:
    reader = Reader(**{"Sec-Fetch-Site": "same-origin", "User-Agent": "Voisinium/3"})
    reader.defaults["REMOTE_ADDR"] = "203.0.113.9"
    reader.answer(item__opinion="Mon voisin vole.", consent_publication="on")
    reader.get(f"/receipts/{reader.code}/")
    reader.get("/articles/pont/?mon=voisin")
    text = Client().get("/metrics").content.decode()
    cookie = reader.cookies[f"answered-{survey.pk}"].value
    for secret in ("oisin", "203.0.113", reader.code, cookie, "pont"):
        assert secret not in text
