"""One survey through every format and back, by programs that aren't ours: the same texts, the same
counts as on the results page."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from polls.exports.codebook import described
from polls.exports.writers.spss import names
from polls.models import Survey, read_edition
from polls.results.queries import ItemResult, results
from tests.exports.conftest import Made
from tests.exports.helpers import TEXTS, make_many, records, unguarded
from tests.exports.test_columns import make_survey_with
from tests.factories import make_response

Records: TypeAlias = list[dict[str, Any]]
"""Rows by the columns' keys; None: not given. Codes and flags as in CSV, texts without a guard."""
GIVEN: list[dict[str, Any]] = [
    {"credible": "none", "relevant": "5", "age": "vieux", "source": ["a"]},
    {"credible": "1", "source": ["a-b", "a_b"], "s1-credible": "3"},
    {"credible": "5", "relevant": "1", "age": "jeune", "source": []},
    {"relevant": "none", "s2-relevant": "none", "source": ["a", "a-b", "a_b"]},
    {},
]


@pytest.fixture
def answered(db: None) -> Survey:
    """A survey with every kind of item, and texts of every kind of letter."""
    survey = make_survey_with(("source", "multiple", "a a-b a_b"), ("age", "single", "jeune vieux"))
    for place, text in enumerate([*TEXTS, "", ""]):
        make_response(survey, text, answers=GIVEN[place % len(GIVEN)])
    return survey


def from_csv(path: Path, survey: Survey) -> Records:
    return [
        {key: unguarded(cell) or None for key, cell in row.items()}
        for row in records(path.read_bytes())
    ]


def from_jsonl(path: Path, survey: Survey) -> Records:
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [{key: _plain(cell) for key, cell in json.loads(line).items()} for line in lines]


def from_xlsx(path: Path, survey: Survey) -> Records:
    book = openpyxl.load_workbook(path)
    header, *rows = book["responses"].iter_rows(values_only=True)
    return [dict(zip(header, map(_of_excel, row), strict=True)) for row in rows]


def _of_excel(cell: Any) -> str | None:
    if not isinstance(cell, str):
        return _plain(cell)
    text = re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), cell)
    return re.sub(r"^'(?=<r>|[=+\-@＝＋－＠\t\r\n\0])", "", text)


def from_parquet(path: Path, survey: Survey) -> Records:
    found = duckdb.execute("SET TimeZone = 'UTC'; SELECT * FROM read_parquet(?)", [str(path)])
    keys = [column[0] for column in found.description]
    return [dict(zip(keys, map(_plain, row), strict=True)) for row in found.fetchall()]


def from_sav(path: Path, survey: Survey) -> Records:
    import pyreadstat

    columns = described(survey)
    of = dict(zip(names(columns), columns, strict=True))
    data, _about = pyreadstat.read_sav(str(path), user_missing=True)
    return [
        {of[name].key: _of_spss(cell, of[name].codes) for name, cell in row.items()}
        for row in data.to_dict("records")
    ]


def _of_spss(cell: Any, codes: Any) -> str | None:
    if cell != cell or cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return next((code.code for code in codes if code.number == cell), f"{cell:.0f}")
    return _plain(cell)


def _plain(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
    return str(int(cell) if isinstance(cell, bool) else cell)


READ: Mapping[str, Callable[[Path, Survey], Records]] = {
    "csv": from_csv,
    "jsonl": from_jsonl,
    "xlsx": from_xlsx,
    "parquet": from_parquet,
    "sav": from_sav,
}


@pytest.mark.parametrize("file_format", READ)
def test_the_texts_come_back_as_their_authors_wrote_them(
    answered: Survey, made: Made, file_format: str
) -> None:
    found = READ[file_format](made(answered, file_format), answered)
    # An apostrophe that an author typed before a sign can't be told from a guard, in CSV and Excel.
    expected = [
        _without_its_own(text) if file_format in ("csv", "xlsx") else text for text in TEXTS
    ]
    assert [row["opinion"] for row in found] == [*expected, None, None]


def _without_its_own(text: str) -> str:
    return re.sub(r"^'(?=[=+\-@])", "", text)


@pytest.mark.parametrize("file_format", READ)
def test_the_counts_are_those_of_the_results_page(
    answered: Survey, made: Made, file_format: str
) -> None:
    found = READ[file_format](made(answered, file_format), answered)
    figures = results(read_edition(answered))
    assert len(figures.items) > 5
    for item in figures.items:
        assert counted(item, found) == expected_of(item), item.key


def expected_of(item: ItemResult) -> dict[str | None, int]:
    counts = {choice.key: choice.count for choice in item.choices if choice.count}
    return counts | ({None: item.not_answered} if item.not_answered else {})


def counted(item: ItemResult, found: Records) -> dict[str | None, int]:
    if item.kind != "multiple":
        return dict(Counter(row[item.key] for row in found))
    options = [f"{item.key}.{choice.key}" for choice in item.choices]
    ticks: Counter[str | None] = Counter(
        option.partition(".")[2] for row in found for option in options if row[option] == "1"
    )
    nothing = sum(all(row[option] is None for option in options) for row in found)
    return {**ticks, None: nothing}


@pytest.mark.parametrize("file_format", READ)
def test_all_formats_hold_the_same_rows(answered: Survey, made: Made, file_format: str) -> None:
    def rest(name: str) -> Records:
        rows = READ[name](made(answered, name), answered)
        return [{key: cell for key, cell in row.items() if key != "opinion"} for row in rows]

    assert rest(file_format) == rest("csv")


@pytest.mark.parametrize("file_format", READ)
def test_the_number_of_queries_doesn_t_grow_with_the_rows(
    survey: Survey, made: Made, file_format: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            made(survey, file_format)
        return len(queries)

    make_many(survey, 1)
    few = asked()
    make_many(survey, 2_500)  # more than are read at once
    assert asked() == few
