"""JSON Lines: one object per line, however a program splits, with the exact text."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from polls.exports.codebook import described
from polls.exports.table import Column, Row, Table
from polls.exports.writers import Options
from polls.exports.writers.jsonlines import jsonl_chunks
from polls.lib.spreadsheet import BATCH
from polls.models import Survey
from tests.exports.conftest import Exported, Made
from tests.exports.helpers import TEXTS, make_every_kind, of_texts, plain
from tests.factories import make_response


def written(table: Table) -> bytes:
    return b"".join(jsonl_chunks(table, Options()))


def objects(content: bytes) -> list[dict[str, Any]]:
    assert content == b"" or content.endswith(b"\n")
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]


def test_texts_are_exact_and_nothing_is_defused() -> None:
    texts = [*TEXTS, "\0"]
    assert [row["text"] for row in objects(written(of_texts(texts)))] == texts


def test_a_row_is_a_line_for_programs_that_know_more_ends_of_line() -> None:
    text = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r\n"
    content = written(of_texts([text, text])).decode()
    assert len(content.splitlines()) == 2
    assert [json.loads(line)["text"] for line in content.splitlines()] == [text, text]


def test_letters_stay_letters_and_there_is_no_byte_order_mark() -> None:
    assert written(of_texts(["é 😀"])) == '{"number":1,"text":"é 😀"}\n'.encode()


def test_every_column_is_in_every_line_in_the_order_of_the_table() -> None:
    columns = [Column(key, "flag") for key in "zabc"]
    content = written(plain(columns, [[1, 0, None, 1], [None] * 4]))
    assert content.decode().split("\n") == [
        '{"z":true,"a":false,"b":null,"c":true}',
        '{"z":null,"a":null,"b":null,"c":null}',
        "",
    ]


def test_times_are_in_utc_to_the_second_and_numbers_are_numbers() -> None:
    paris = datetime(2025, 1, 23, 0, 30, 5, 999_999, timezone(timedelta(hours=1)))
    columns = [Column("at", "time"), Column("n", "number"), Column("s", "share")]
    [row] = objects(written(plain(columns, [[paris, 3, 0.25]])))
    assert row == {"at": "2025-01-22T23:30:05Z", "n": 3, "s": 0.25}


def test_no_rows_are_no_lines() -> None:
    assert written(of_texts([])) == b""


def test_it_is_sent_while_it_is_read() -> None:
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for read in range(1, 10_001):
            yield [read, "x" * 100]

    columns = [Column("number", "number"), Column("text", "text")]
    chunks = jsonl_chunks(plain(columns, rows()), Options())
    assert len(next(chunks)) >= BATCH
    assert read < 1_000
    assert all(len(chunk) < BATCH + 1_000 for chunk in chunks)
    assert read == 10_000


@pytest.mark.django_db
def test_a_survey_s_rows_are_those_of_the_other_formats(made: Made, exported: Exported) -> None:
    survey = make_every_kind()
    flags = {column.key for column in described(survey) if column.kind == "flag"}
    found = objects(made(survey, "jsonl").read_bytes())
    assert {type(row[key]) for row in found for key in flags} == {bool, type(None)}
    assert [{key: _as_csv(cell) for key, cell in row.items()} for row in found] == exported()


def _as_csv(cell: Any) -> str:
    return "" if cell is None else str(int(cell) if isinstance(cell, bool) else cell)


def test_a_survey_without_responses_is_an_empty_file(survey: Survey, made: Made) -> None:
    assert made(survey, "jsonl").read_bytes() == b""
    make_response(survey)
    assert len(objects(made(survey, "jsonl").read_bytes())) == 1
