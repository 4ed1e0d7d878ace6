"""What is logged names places in the code and outcomes, and never what readers entrust to us."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from polls.lib.codes import grouped
from polls.lib.logs import DiscreetFormatter, masked
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
    assert written == {"root": ["StreamHandler", "DiscreetFormatter"]}


def test_no_way_of_starting_that_is_documented_has_an_access_log() -> None:
    for path in [*(ROOT / "docs").rglob("*.md"), *(ROOT / "tools").rglob("*.py"), Path("Makefile")]:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert "--access-log" not in text.replace("`--access-log`", "")
