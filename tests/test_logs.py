"""What is logged names places in the code and outcomes, and never what readers entrust to us."""

import io
import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from polls.lib import middleware, persistence
from polls.lib.codes import grouped
from polls.lib.logs import DiscreetFormatter, JsonFormatter, masked
from polls.models import Survey
from polls.moderation import texts
from tests.factories import make_survey
from tests.reader import Reader
from tests.test_settings import PRODUCTION, ROOT

CODE = "K7QD1V9X3MZRHB52T8WNC4PF6J"
SECRET = "Mon voisin du dessus\nvole, dit-on"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the site's own handler writes."""
    [handler] = [
        each for each in logging.root.handlers if isinstance(each.formatter, DiscreetFormatter)
    ]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before or sys.stderr)


@pytest.fixture
def objects(lines: io.StringIO) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What it writes in production, each line read as JSON."""
    [handler] = [
        each for each in logging.root.handlers if isinstance(each.formatter, DiscreetFormatter)
    ]
    before, handler.formatter = handler.formatter, JsonFormatter()
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    handler.formatter = before


def broken(reader: Reader) -> Reader:
    reader.raise_request_exception = False
    return reader


def test_a_row_that_the_database_refuses_is_not_in_the_log(
    db: None, monkeypatch: Any, lines: io.StringIO
) -> None:
    """PostgreSQL's own words quote the whole row, and so the text."""
    make_survey(moderation="after")
    monkeypatch.setattr(texts, "initial_status", lambda *args, **more: "nonsense")
    reader = broken(Reader())
    response = reader.answer(item__opinion=SECRET, consent_publication="on")
    assert response.status_code == 500
    assert "voisin" not in response.content.decode()
    log = lines.getvalue()
    assert "Internal Server Error: /articles/pont/responses/" in log
    assert "IntegrityError" in log
    assert "opinion_status_known" in log
    assert "polls/moderation/texts.py" in log
    for secret in ("voisin", "vole, dit-on", "Failing row", "DETAIL"):
        assert secret not in log


@pytest.mark.postgres
def test_the_test_above_can_fail(db: None, monkeypatch: Any) -> None:
    make_survey(moderation="after")
    monkeypatch.setattr(texts, "initial_status", lambda *args, **more: "nonsense")
    with pytest.raises(DatabaseError, match="voisin"):
        Reader().answer(item__opinion=SECRET, consent_publication="on")


def test_a_code_in_an_exception_is_not_in_the_log(
    survey: Survey, lines: io.StringIO, monkeypatch: Any
) -> None:
    first = Reader()
    first.answer()
    monkeypatch.setattr("polls.answering.receipts.hashed", _raise_with_words)
    second = broken(Reader())
    assert second.send("/receipts/", {"code": first.code}).status_code == 500
    assert "ValueError" in lines.getvalue()
    assert first.code not in lines.getvalue()


def _raise_with_words(code: str) -> str:
    raise ValueError(f"what is {code}?")


def test_what_a_value_was_is_not_told_of_an_error_in_a_request(
    survey: Survey, lines: io.StringIO, monkeypatch: Any
) -> None:
    def fails(*args: Any, **more: Any) -> None:
        try:
            int(SECRET)
        except ValueError as error:
            raise LookupError(SECRET) from error

    monkeypatch.setattr("polls.answering.services.submit", fails)
    broken(Reader()).answer(item__opinion=SECRET)
    log = lines.getvalue()
    assert "ValueError\n" in log
    assert "LookupError" in log
    assert "voisin" not in log


@pytest.mark.parametrize(
    "words",
    [
        f"Not Found: /receipts/{CODE}",
        f"Not Found: /receipts/{grouped(CODE).lower()}/",
        f"Not Found: /receipts/{grouped(CODE).replace('-', '%20')}",
        "Forbidden: 203.0.113.9",
        "from 2001:db8:85a3::8a2e:370:7334 at once",
        "::ffff:203.0.113.9",
        "Locking out {username: ana@example.org}",
        "cookie 4f1c9a0e4f1c9a0e4f1c9a0e4f1c9a0e4f1c9a0e4f1c9a0e4f1c9a0e4f1c9a0e",
    ],
)
def test_addresses_codes_and_keys_are_masked(words: str) -> None:
    left = masked(words)
    assert "…" in left
    for secret in ("203.0", "db8", "ana", "4f1c", words.split("/receipts/")[-1].strip("/")):
        assert secret not in left


@pytest.mark.parametrize(
    "words",
    [
        "2026-11-25 05:12:58,123 WARNING django.request Not Found: /articles/le-pont-de-la-gare/",
        "release 17 is not what was published: its digest differs",
        "Not Found: /opinions/0b0b1a9e-5d3c-4a52-9a4e-6c2b3d1f0e77/notice/",
        'File "/srv/survey/polls/moderation/texts.py", line 63, in receive',
        'relation "polls_opinion" violates check constraint "opinion_text_until_withdrawn"',
    ],
)
def test_the_rest_is_left_as_it_is(words: str) -> None:
    assert masked(words) == words


@pytest.mark.parametrize(
    "path", ["/receipts/K7QD-1V9X-3MZR-HB52-T8WN-C4PF-6J/", "/articles/203.0.113.9/"]
)
def test_an_address_that_is_not_ours_is_masked_when_it_is_logged(
    db: None, lines: io.StringIO, path: str
) -> None:
    assert Reader().get(path).status_code == 404
    assert "Not Found" in lines.getvalue()
    assert path.split("/")[2] not in lines.getvalue()


def test_what_a_host_or_too_many_fields_say_is_not_in_the_log(
    survey: Survey, lines: io.StringIO
) -> None:
    reader = broken(Reader())
    reader.get("/", HTTP_HOST="203.0.113.9")
    reader.send("/articles/pont/responses/", {f"f{n}": "voisin" for n in range(1100)})
    for secret in ("203.0.113.9", "voisin"):
        assert secret not in lines.getvalue()


def test_an_error_outside_of_a_request_keeps_its_words_but_not_the_database_s(db: None) -> None:
    def formatted(error: BaseException) -> str:
        try:
            raise error
        except BaseException:
            record = logging.LogRecord("x", 40, "", 1, "went wrong", (), sys.exc_info())
            return DiscreetFormatter("%(message)s").format(record)

    assert "No such file" in formatted(FileNotFoundError(2, "No such file", "codes.txt"))
    with pytest.raises(DatabaseError) as failed, connection.cursor() as cursor:
        # Two words, since the traceback has this line.
        cursor.execute("SELECT nowhere FROM polls_survey WHERE question = 'voi" + "sin'")
    log = formatted(failed.value)
    assert "nowhere" in log
    assert "voisin" not in log


def test_in_production_nothing_is_mailed_and_every_line_is_discreet() -> None:
    program = (
        "import django, logging; django.setup()\n"
        "loggers = [logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)]\n"
        "for each in loggers:\n"
        "    for handler in each.handlers:\n"
        "        print(each.name, type(handler).__name__, type(handler.formatter).__name__)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "DJANGO_SETTINGS_MODULE": "surveysite.settings", **PRODUCTION},
        capture_output=True,
        text=True,
        check=True,
    )
    written = {line.split()[0]: line.split()[1:] for line in ran.stdout.splitlines()}
    assert "AdminEmailHandler" not in ran.stdout
    # runserver's own, which isn't for production.
    written.pop("django.server", None)
    assert written == {"root": ["StreamHandler", "JsonFormatter"]}


def test_no_way_of_starting_that_is_documented_has_an_access_log() -> None:
    for path in [*(ROOT / "docs").rglob("*.md"), *(ROOT / "tools").rglob("*.py"), Path("Makefile")]:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert "--access-log" not in text.replace("`--access-log`", "")


# In production


def fails(*args: Any, **more: Any) -> None:
    raise LookupError(SECRET)


ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def proxied(settings: Any) -> Reader:
    """A reader behind a proxy that we trust, which gave the request an id."""
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    reader = broken(Reader())
    reader.defaults |= {"HTTP_X_REQUEST_ID": ID, "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    return reader


def test_a_fault_is_one_object_with_the_id_that_the_reader_can_quote(
    survey: Survey, monkeypatch: Any, proxied: Reader, objects: Any
) -> None:
    monkeypatch.setattr("polls.answering.services.submit", fails)
    response = proxied.answer(item__opinion=SECRET)
    assert (response.status_code, response["X-Request-ID"]) == (500, ID)
    assert ID in response.content.decode()
    [line] = objects()
    assert line.keys() == {
        "time", "level", "logger", "message", "request_id", "method", "route", "status",
        "duration", "exception",
    }  # fmt: skip
    assert (line["level"], line["logger"]) == ("ERROR", "django.request")
    assert (line["request_id"], line["method"], line["route"]) == (ID, "POST", "responses")
    assert line["status"] == 500
    assert 0 < line["duration"] < 60
    assert line["exception"].endswith("LookupError")
    assert "voisin" not in json.dumps(line)


def test_the_page_for_a_database_that_is_away_has_the_id_too(
    survey: Survey, monkeypatch: Any, proxied: Reader, objects: Any
) -> None:
    def away(*args: Any, **more: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(persistence, "PATIENCE", 0.01)
    monkeypatch.setattr("polls.lib.persistence.connection.close", lambda: None)
    monkeypatch.setattr("polls.answering.services.submit", away)
    response = proxied.answer()
    assert (response.status_code, response["X-Request-ID"]) == (503, ID)
    assert ID in response.content.decode()
    # What was logged on the way has it, though it knows nothing of the request.
    assert {line["request_id"] for line in objects()} == {ID}
    assert {line["logger"] for line in objects()} == {"polls.lib.persistence", "django.request"}


def test_without_a_proxy_each_request_gets_an_id_of_its_own(survey: Survey) -> None:
    reader = Reader()
    ids = {reader.get("/receipts/")["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(each) == 16 for each in ids)


@pytest.mark.parametrize(
    "given",
    ["203.0.113.9", "ana@example.org", CODE, grouped(CODE), "a" * 64, "abc", "", "é" * 20,
     "0123456789abcdef\r\nSet-Cookie: x", "0123456789abcdef voisin"],
)  # fmt: skip
def test_an_id_that_is_none_is_not_taken(survey: Survey, proxied: Reader, given: str) -> None:
    proxied.defaults["HTTP_X_REQUEST_ID"] = given
    assert proxied.get("/receipts/")["X-Request-ID"] != given


def test_a_stranger_does_not_choose_the_id(survey: Survey, proxied: Reader) -> None:
    proxied.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert proxied.get("/receipts/")["X-Request-ID"] != ID


def test_a_uuid_is_an_id(survey: Survey, proxied: Reader) -> None:
    proxied.defaults["HTTP_X_REQUEST_ID"] = given = str(uuid.uuid4())
    assert proxied.get("/receipts/")["X-Request-ID"] == given


@pytest.mark.parametrize(
    "path", ["/", "/articles/pont/", "/articles/pont/results/", "/embed/pont/"]
)
def test_a_page_that_caches_keep_has_no_id(survey: Survey, proxied: Reader, path: str) -> None:
    response = proxied.get(path)
    assert "public" in response["Cache-Control"]
    assert "X-Request-ID" not in response


def test_a_slow_request_has_a_line_and_a_quick_one_none(
    survey: Survey, monkeypatch: Any, proxied: Reader, objects: Any
) -> None:
    proxied.answer()
    assert objects() == []
    monkeypatch.setattr(middleware, "SLOW", 0)
    proxied.get(f"/receipts/?{SECRET}")
    [line] = objects()
    assert (line["message"], line["route"], line["status"]) == ("slow", "receipts", 200)
    assert line["request_id"] == ID


def test_a_line_of_a_command_has_no_request(objects: Any) -> None:
    import contextvars

    contextvars.Context().run(lambda: logging.getLogger("polls").warning("went %s", "wrong"))
    [line] = objects()
    assert line.keys() == {"time", "level", "logger", "message"}
    assert line["message"] == "went wrong"


def test_the_way_json_is_written_hides_no_address_from_the_mask(objects: Any) -> None:
    logging.getLogger("polls").warning("first\n203.0.113.9\t%s\nana@example.org", CODE)
    [line] = objects()
    assert line["message"] == "first\n…\t…\n…"


def test_what_a_caller_hangs_on_a_line_stays_out(objects: Any) -> None:
    logging.getLogger("polls").warning("x", extra={"text": SECRET}, stack_info=True)
    [line] = objects()
    assert "voisin" not in json.dumps(line)
    assert "test_logs.py" in line["exception"]


def test_nothing_of_a_reader_is_in_the_log_of_a_whole_visit(
    survey: Survey, proxied: Reader, lines: io.StringIO, objects: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(middleware, "SLOW", 0)
    proxied.get("/articles/pont/?mon=voisin")
    proxied.answer(item__opinion=SECRET, consent_publication="on")
    cookie = proxied.cookies[f"answered-{survey.pk}"].value
    code = proxied.code
    proxied.get("/receipts/")
    proxied.get(f"/receipts/{code}/")
    proxied.answer(item__credible=SECRET, client_key=str(uuid.uuid4()))
    monkeypatch.setattr("polls.answering.receipts.hashed", fails)
    proxied.send("/receipts/withdraw/", {"code": code})
    log = lines.getvalue()
    assert len(objects()) >= 6
    for secret in ("oisin", "vole", "203.0", code, grouped(code), cookie):
        assert secret not in log
