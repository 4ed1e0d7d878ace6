"""Log lines without what readers entrust to us.

A line says what broke and where. What broke it, the value, may be a reader's text: PostgreSQL
quotes the failing row ("DETAIL: Failing row contains (…)"), Python the argument that it couldn't
read. So an exception is told by its class and its place in the code; the words of the database
only as far as they name columns and constraints, and of other errors only where no request was
being answered. Addresses, codes and keys are masked wherever they stand.

In production a line is an object of JSON with the fields of `JsonFormatter` and no other: what else
a caller hangs on a record (Django the whole request) stays out.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeAlias

from django.db import Error
from django.http import HttpRequest

from . import requests

ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

MASK = "…"
# Data exceptions of PostgreSQL (appendix A of its manual, class 22) quote the value.
QUOTING = "22"
_V4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)"
_V6 = r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])"
_MAIL = r"[^\s@<>\"'/?=]{1,64}@[^\s@<>\"'/]{1,255}"
# A receipt's code (`polls.lib.codes`): 26 letters and digits, in groups of four or not.
_CODE = r"(?<![0-9a-z])(?:[0-9a-z]{26}|(?:[0-9a-z]{4}(?:[\s–-]|%20)){6}[0-9a-z]{2})(?![0-9a-z])"
# Hashes, salts, keys, cookies, session keys.
_KEY = r"(?<![0-9a-z])[0-9a-z]{32,128}(?![0-9a-z])"
MASKED = re.compile("|".join((_MAIL, _V4, _V6, _CODE, _KEY)), re.IGNORECASE)
_CLOCK = re.compile(r"\d\d?:\d\d(?::\d\d)?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def masked(text: str) -> str:
    """A line without addresses, codes and keys. A UUID names a published text, and stays."""
    return MASKED.sub(lambda found: found[0] if _is_harmless(found[0]) else MASK, text)


def _is_harmless(found: str) -> bool:
    return bool(_CLOCK.fullmatch(found) or _UUID.fullmatch(found))


class DiscreetFormatter(logging.Formatter):
    """Formats a record so; for every handler that writes somewhere."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(_discreet(record)))


class JsonFormatter(DiscreetFormatter):
    """The same as one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        own = _discreet(record)
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(own.created, UTC).isoformat(timespec="milliseconds"),
            "level": own.levelname,
            "logger": own.name,
            # Masked before it is written as JSON, where "\n" would put an n before an address.
            "message": masked(own.getMessage()),
            **_of_request(own),
        }
        if told_or_stack := "\n".join(filter(None, (own.exc_text, own.stack_info))):
            fields["exception"] = masked(told_or_stack)
        return json.dumps(fields)


def _discreet(record: logging.LogRecord) -> logging.LogRecord:
    """A copy: what another handler has kept of the record, or gets of it, is not this one's."""
    own = logging.makeLogRecord(record.__dict__)
    own.exc_text = None
    if isinstance(own.args, tuple):
        own.args = tuple(_argument(value) for value in own.args)
    if own.exc_info and own.exc_info[0]:
        own.exc_text = told(own.exc_info[1], with_words=not hasattr(record, "request"))
        own.exc_info = None
    return own


def _of_request(record: logging.LogRecord) -> dict[str, object]:
    """The request during which it was written, and of a line on the request itself what it was.

    Its address is told by its name: the path may have anything in it.
    """
    asked = requests.current()
    fields: dict[str, object] = {"request_id": asked.id} if asked else {}
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        match = request.resolver_match
        fields["method"] = masked(request.method or "")
        fields["route"] = match.view_name if match else ""
        fields["status"] = getattr(record, "status_code", None)
        fields["duration"] = round(asked.seconds, 4) if asked else None  # seconds
    return fields


def _argument(value: Any) -> Any:
    return f"{name_of(value)}: {words_of(value)}" if isinstance(value, BaseException) else value


def told(error: BaseException | None, *, with_words: bool) -> str:
    """A traceback of the error and of those that led to it, the first one first."""
    parts: list[str] = []
    while error is not None:
        lines = traceback.format_tb(error.__traceback__)
        words = words_of(error, anything=with_words)
        last = f"{name_of(error)}: {words}" if words else name_of(error)
        parts.append(f"Traceback (most recent call last):\n{''.join(lines)}{last}")
        cause = error.__cause__
        error = cause or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich led to:\n\n".join(reversed(parts))


def name_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def words_of(error: BaseException, *, anything: bool = False) -> str:
    """As many words of an exception as can be told."""
    if _is_of_database(error):
        return _of_database(error)
    return str(error) if anything else ""


def _is_of_database(error: BaseException) -> bool:
    drivers = ("psycopg2", "psycopg", "sqlite3", "django.db")
    return isinstance(error, Error) or type(error).__module__.split(".")[0] in drivers


def _of_database(error: BaseException) -> str:
    """SQLSTATE, what is concerned, and the server's first line where it can't quote a value."""
    driver = error.__cause__ if isinstance(error, Error) and error.__cause__ else error
    code = getattr(driver, "pgcode", None) or getattr(driver, "sqlite_errorname", None) or ""
    diagnosis = getattr(driver, "diag", None)
    if diagnosis is None:
        # SQLite names columns and constraints, and never quotes a value that was bound.
        is_sqlite = type(driver).__module__ == "sqlite3"
        return " ".join(filter(None, (code, str(driver) if is_sqlite else "")))
    if not code:  # the connection itself: the first line is the client library's
        return str(driver).strip().partition("\n")[0]
    names = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
    words = "" if code.startswith(QUOTING) else diagnosis.message_primary
    return " ".join(filter(None, (code, *names, words)))
