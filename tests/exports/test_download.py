"""The downloads of the admin: what is sent, when it is on record, and what a broken one leaves."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections, connection
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from polls.exports import orders, rows, services
from polls.exports.orders import Order
from polls.exports.table import Rows
from polls.exports.views import codebook_response, streamed_response
from polls.models import Article, AuditEvent, Survey
from tests.exports.conftest import Download
from tests.exports.helpers import make_many, records, table
from tests.factories import make_response, make_staff, make_survey


def stream(survey: Survey, user: User | AnonymousUser) -> StreamingHttpResponse:
    request = RequestFactory().post("/")
    request.user = user
    return streamed_response(request, Order(survey))


def pieces(response: StreamingHttpResponse) -> Iterator[bytes]:
    return iter(response)


def give_up(response: StreamingHttpResponse) -> None:
    """What a server does when the browser has gone; the connection stays, it is the test's."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


def events() -> list[str]:
    exports = AuditEvent.objects.filter(action="export")
    return list(exports.order_by("pk").values_list("detail", flat=True))


def rows_in(content: bytes) -> int:
    """The whole rows that have arrived (no text of `make_many` has a line break)."""
    return content.count(b"\r\n") - 1


def test_the_download_is_the_file_that_the_command_writes(
    survey: Survey, download: Download, tmp_path: Any
) -> None:
    make_response(survey, "=1+1, «é»")
    answer = download(survey, delimiter="semicolon")
    file = tmp_path / "x.csv"
    call_command("export", "pont", "--delimiter", "semicolon", output=str(file), verbosity=0)
    assert answer.getvalue() == file.read_bytes()
    book = download(survey, "codebook")
    assert records(book.getvalue())[0]["column"] == "response_id"


def test_the_headers_name_the_file_and_let_nobody_keep_it(
    survey: Survey, download: Download
) -> None:
    for what, name in [("export", "internal-responses"), ("codebook", "codebook")]:
        answer = download(survey, what)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="pont-1-{name}.csv"'
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_no_other_than_a_plain_name_is_ever_sent(survey: Survey, editor: User) -> None:
    for slug in ("../../x", "%2e%2e", 'a"; b', "a\r\nSet-Cookie: x", "…"):
        Article.objects.filter(pk=survey.article_id).update(slug=slug)
        survey.article.refresh_from_db()
        name = stream(survey, editor)["Content-Disposition"].split("filename=")[1]
        assert name.strip('"').replace("-", "").replace(".csv", "").isalnum()


def test_an_unknown_delimiter_is_refused(survey: Survey, download: Download) -> None:
    assert download(survey, delimiter="=").status_code == 400
    assert events() == []


def test_who_may_not_export_gets_nothing(survey: Survey, client: Client) -> None:
    make_response(survey)
    address = reverse("admin:polls_survey_export", args=[survey.pk])
    assert client.post(address).status_code == 302
    client.force_login(make_staff("moderator"))
    assert client.post(address).status_code == 403
    with pytest.raises(PermissionDenied):
        stream(survey, AnonymousUser())
    assert events() == []


def test_the_record_says_who_took_how_many_rows(survey: Survey, download: Download) -> None:
    make_response(survey)
    make_response(survey)
    assert len(records(download(survey).getvalue())) == 2
    event = AuditEvent.objects.get(survey=survey, action="export")
    assert (event.actor_name, event.detail.split()[:2]) == ("ada", ["csv,", "interne,"])


def test_the_codebook_is_no_export(survey: Survey, editor: User) -> None:
    request = RequestFactory().post("/")
    request.user = editor
    content = codebook_response(request, survey, delimiter="semicolon").content
    assert table(content, ";")[0][:2] == ["column", "description"]
    assert events() == []


def test_it_is_sent_while_the_rows_are_read(
    survey: Survey, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(survey, 3000)
    read = 0
    whole = rows.rows

    def counted(*args: Any) -> Iterator[Any]:
        nonlocal read
        for row in whole(*args):
            read += 1
            yield row

    monkeypatch.setattr(orders, "rows", lambda *args, **kwargs: Rows(counted(*args)))
    response = stream(survey, editor)
    assert read == 0
    first = next(pieces(response))
    assert rows_in(first) <= read < 1500
    give_up(response)


def test_the_last_piece_leaves_once_the_export_is_on_record(
    survey: Survey, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(survey, 1000)

    def refused(*args: object) -> None:
        raise DatabaseError("no record")

    monkeypatch.setattr(services, "record", refused)
    received = b""
    with pytest.raises(DatabaseError):  # noqa: PT012
        for piece in pieces(stream(survey, editor)):
            received += piece
    assert 0 < rows_in(received) < 1000


def test_a_download_given_up_is_on_record_with_what_was_sent(survey: Survey, editor: User) -> None:
    make_many(survey, 3000)
    with override("en"):
        response = stream(survey, editor)
        arriving = pieces(response)
        received = next(arriving) + next(arriving)
        assert events() == []
        give_up(response)
        assert events() == [f"csv, internal, responses, {rows_in(received)} rows, interrupted"]


def test_a_download_given_up_before_anything_was_sent_is_none(survey: Survey, editor: User) -> None:
    make_response(survey)
    give_up(stream(survey, editor))
    assert events() == []


def test_a_stream_that_breaks_breaks_the_download_and_is_on_record(
    survey: Survey, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(survey, 1500)
    whole = rows.rows

    def broken(*args: Any) -> Iterator[Any]:
        for number, row in enumerate(whole(*args)):
            if number == 1400:
                raise DatabaseError("gone away")
            yield row

    monkeypatch.setattr(orders, "rows", lambda *args, **kwargs: Rows(broken(*args)))
    with override("en"):
        with pytest.raises(DatabaseError, match="gone away"):
            b"".join(pieces(stream(survey, editor)))
        [detail] = events()
    assert detail.endswith("rows, interrupted")
    assert 0 < int(detail.split()[3]) < 1400


def test_what_breaks_is_raised_even_if_it_can_t_be_recorded(
    survey: Survey,
    editor: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_many(survey, 1500)

    def refused(*args: object) -> None:
        raise DatabaseError("no record")

    monkeypatch.setattr(services, "record", refused)
    response = stream(survey, editor)
    arriving = pieces(response)
    next(arriving), next(arriving)
    give_up(response)
    assert "Unrecorded: an export of survey" in caplog.text


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("whole", [True, False])
def test_readers_answer_while_it_is_sent(whole: bool) -> None:
    survey, editor = make_survey(), make_staff("editor")
    make_many(survey, 3000)
    with override("en"):
        response = stream(survey, editor)
        arriving = pieces(response)
        received = next(arriving) + next(arriving)
        _answer_elsewhere(survey)
        received += b"".join(arriving) if whole else b""
        give_up(response)
        end = "" if whole else ", interrupted"
        assert events() == [f"csv, internal, responses, {rows_in(received)} rows{end}"]
    assert rows_in(received) == 3000 or not whole
    assert survey.responses.count() == 3001


def _answer_elsewhere(survey: Survey) -> None:
    """A response through a connection of its own, as another request makes it."""

    def answer() -> None:
        make_response(survey)
        connection.close()

    thread = Thread(target=answer)
    thread.start()
    thread.join()


def test_the_number_of_queries_does_not_grow_with_the_rows(survey: Survey, editor: User) -> None:
    counts = []
    for number in (10, 1000):
        make_many(survey, number)
        with CaptureQueriesContext(connection) as queries:
            content = b"".join(pieces(stream(survey, editor)))
        counts.append(len(queries))
    assert rows_in(content) == 1010
    assert counts[0] == counts[1] <= 8
