"""What PostgreSQL writes by itself is, byte for byte, what Python writes."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polls.exports.rows import rows
from polls.exports.table import Column, Row, Rows, Table
from polls.exports.writers import DELIMITERS, Options
from polls.exports.writers.delimited import csv_chunks
from polls.lib.spreadsheet import iso
from polls.models import Opinion, Response, Survey
from tests.exports.helpers import TEXTS, make_every_kind, make_texts

pytestmark = pytest.mark.postgres
LONG = ["é;=1" * 25_000, "=" * 100_000, '\n"' * 50_000]
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
# Letters that mean something to a spreadsheet, to CSV or to COPY, among all others.
WILD = st.text(st.sampled_from("=+-@＝＠\t\r\n,;\"'\\.N %x") | LETTERS, min_size=1, max_size=30)


def by_python(found: Sequence[Row], delimiter: str, *, guarded: bool) -> bytes:
    """Without a header."""
    if guarded:
        columns = [Column("x", "text") for _ in found[0]]
        chunks = csv_chunks(Table("t", columns, Rows(found)), Options(delimiter))
        return b"".join(chunks).partition(b"\r\n")[2]
    out = io.StringIO(newline="")
    cells = [[iso(c) if isinstance(c, datetime) else c for c in row] for row in found]
    csv.writer(out, delimiter=DELIMITERS[delimiter]).writerows(cells)
    return out.getvalue().encode()


def by_database(survey: Survey, delimiter: str, *, guarded: bool) -> bytes:
    pieces = rows(survey).csv(DELIMITERS[delimiter], guarded=guarded)
    assert pieces is not None
    return b"".join(pieces)


def same(survey: Survey, delimiter: str, *, guarded: bool) -> bool:
    expected = by_python(list(rows(survey)), delimiter, guarded=guarded)
    return by_database(survey, delimiter, guarded=guarded) == expected


@pytest.mark.parametrize("delimiter", list(DELIMITERS))
@pytest.mark.parametrize("guarded", [True, False])
def test_postgresql_writes_the_bytes_that_python_writes(
    survey: Survey, delimiter: str, guarded: bool
) -> None:
    make_texts(survey, [*TEXTS, *LONG])
    assert same(survey, delimiter, guarded=guarded)


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_every_kind_of_answer_and_state_is_the_same(guarded: bool) -> None:
    survey = make_every_kind()
    found = list(rows(survey))
    several = [row for row in found if " " in str(row[8] or "")]
    assert several
    assert len(found) == Response.objects.standing().count() > 30
    assert same(survey, "comma", guarded=guarded)


@given(st.lists(WILD, min_size=1, max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_the_same(survey: Survey, texts: list[str]) -> None:
    make_texts(survey, texts)
    try:
        assert all(same(survey, delimiter, guarded=True) for delimiter in DELIMITERS)
        assert same(survey, "semicolon", guarded=False)
    finally:
        Opinion.objects.all().delete()
        Response.objects.all().delete()


def test_every_piece_ends_with_a_row_and_counts_up_to_there(survey: Survey) -> None:
    make_texts(survey, ["a\nb " * 10_000] * 30)
    read = rows(survey)
    pieces = read.csv(",", guarded=True)
    assert pieces is not None
    held = []
    counts = []
    for piece in pieces:
        held.append(len(list(csv.reader(io.StringIO(piece.decode(), newline=""), strict=True))))
        counts.append(read.count)
    assert len(held) > 3
    assert counts == [sum(held[: place + 1]) for place in range(len(held))]
    assert counts[-1] == 30


def test_no_response_is_no_bytes(survey: Survey) -> None:
    assert by_database(survey, "comma", guarded=True) == b""
