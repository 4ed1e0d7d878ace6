"""Parquet files, read by pyarrow and by DuckDB: types, metadata and the exact text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from polls.exports.codebook import described
from polls.exports.filters import Filter
from polls.exports.rows import rows
from polls.exports.table import Cell, Code, Column, Kind, Row, Rows, Table
from polls.exports.writers import arrow
from polls.exports.writers import parquet as writer
from polls.exports.writers.parquet import write_parquet
from polls.models import Survey
from tests.exports.conftest import Made
from tests.exports.helpers import TEXTS, make_every_kind, make_texts, of_texts, plain
from tests.factories import make_response

TYPES: dict[Kind, Any] = {
    "identifier": pa.string(),
    "text": pa.string(),
    "number": pa.int64(),
    "share": pa.float64(),
    "time": pa.timestamp("ms", "UTC"),  # Parquet has no seconds
    "flag": pa.bool_(),
    "code": pa.dictionary(pa.int32(), pa.string()),
}


def written(table: Table, path: Path) -> Any:
    write_parquet(table, path / "file.parquet")
    return parquet.read_table(path / "file.parquet")


def by_duckdb(query: str, path: Path) -> list[Any]:
    return duckdb.execute(f"{query} read_parquet(?)", [str(path / "file.parquet")]).fetchall()


def of_every_kind(*found: Row) -> Table:
    return plain([Column(kind, kind) for kind in TYPES], found)


def test_each_kind_of_column_has_its_type_whatever_is_in_it(tmp_path: Path) -> None:
    paris = datetime(2025, 1, 23, 0, 30, 5, 999_999, timezone(timedelta(hours=1)))
    full: Row = ["id", "=1+1\r\n", 2**40, 0.25, paris, 1, "page"]
    for found in ([], [[None] * len(TYPES)], [full, [None] * len(TYPES)]):
        assert written(of_every_kind(*found), tmp_path).schema.types == list(TYPES.values())
    assert written(of_every_kind(full), tmp_path).to_pylist() == [
        {
            **{"identifier": "id", "text": "=1+1\r\n", "number": 2**40, "share": 0.25},
            **{"time": datetime(2025, 1, 22, 23, 30, 5, tzinfo=UTC), "flag": True, "code": "page"},
        }
    ]


def test_no_rows_make_an_empty_table(tmp_path: Path) -> None:
    assert written(of_every_kind(), tmp_path).num_rows == 0
    assert by_duckdb("SELECT count(*) FROM", tmp_path) == [(0,)]


def test_texts_are_exact(tmp_path: Path) -> None:
    texts = [*TEXTS, "\0", "x" * 3_000_000]
    assert written(of_texts(texts), tmp_path)["text"].to_pylist() == texts
    assert [text for [text] in by_duckdb("SELECT text FROM", tmp_path)] == texts


def test_it_tells_what_it_is_and_what_its_columns_hold(tmp_path: Path) -> None:
    codes = (Code("1", "pas du tout", 1), Code("none", "sans opinion", missing=True))
    column = Column("credible", "code", label="Est-ce crédible ?", codes=codes)
    table = written(plain([column], [["1"]], title="Le pont", filter="channel=page"), tmp_path)
    about = table.schema.metadata
    assert (about[b"title"], about[b"filter"]) == (b"Le pont", b"channel=page")
    words = {key.decode(): word.decode() for key, word in table.schema.field(0).metadata.items()}
    assert words.pop("PARQUET:field_id", None) in (None, "1")
    assert words == {
        "description": "Est-ce crédible ?",
        "code 1": "pas du tout",
        "code none": "sans opinion",
    }


def test_a_group_of_rows_is_large_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS", 100)
    monkeypatch.setattr(writer, "GROUP_ROWS", 1_000)
    written(plain([Column("n", "number")], [[n] for n in range(2_550)]), tmp_path)
    assert groups(tmp_path) == [1_000, 1_000, 550]
    monkeypatch.setattr(writer, "GROUP_SIZE", 1_000_000)
    written(of_texts(["x" * 2_000] * 1_200), tmp_path)
    assert groups(tmp_path) == [500, 500, 200]


def groups(path: Path) -> list[int]:
    about = parquet.read_metadata(path / "file.parquet")
    return [about.row_group(place).num_rows for place in range(about.num_row_groups)]


def test_codes_that_come_in_another_order_later_are_still_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS", 2)
    codes = [code and code * 100 for code in ("b", "a", "c", None, "a", "d", "d", "b")] * 100
    table = written(plain([Column("code", "code")], [[code] for code in codes]), tmp_path)
    assert table["code"].to_pylist() == codes
    column = parquet.read_metadata(tmp_path / "file.parquet").row_group(0).column(0)
    assert column.total_uncompressed_size < 2_000  # 4 codes of 100 letters, and their places


@pytest.mark.django_db
def test_a_survey_s_rows_are_those_that_were_read(made: Made) -> None:
    survey = make_every_kind()
    path = made(survey, "parquet")
    table = parquet.read_table(path)
    kinds = dict(zip(table.schema.names, table.schema.types, strict=True))
    found = [
        [_as_read(cell, kinds[name] == pa.bool_()) for name, cell in row.items()]
        for row in table.to_pylist()
    ]
    assert found == [list(map(_to_the_second, row)) for row in rows(survey)]


def _as_read(cell: Any, is_flag: bool) -> Cell:
    return int(cell) if is_flag and cell is not None else cell


def _to_the_second(cell: Cell) -> Cell:
    return cell.replace(microsecond=0) if isinstance(cell, datetime) else cell


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_the_database_writes_makes_the_same_table(survey: Survey) -> None:
    make_texts(survey, [*TEXTS, "é" * 3_000_000, "a\n" * 1_500_000])
    every = make_every_kind_beside(survey)
    for each in (survey, every):
        from_rows, from_csv = (_table(each, by_database=chosen) for chosen in (False, True))
        assert from_csv.num_rows == from_rows.num_rows > 30
        assert from_csv.schema.equals(from_rows.schema, check_metadata=True)
        assert from_csv.unify_dictionaries().to_pylist() == from_rows.to_pylist()


def make_every_kind_beside(survey: Survey) -> Survey:
    survey.article.slug = "ancien"
    survey.article.save()
    return make_every_kind()


def _table(survey: Survey, *, by_database: bool) -> Any:
    read = rows(survey)
    table = Table("t", described(survey), read if by_database else Rows(read), {"title": "t"})
    return pa.Table.from_batches(list(arrow.batches(table)))


@pytest.mark.postgres
@pytest.mark.django_db
def test_whoever_watches_can_stop_it_and_the_connection_stays_as_it_was(survey: Survey) -> None:
    class Stopped(Exception):
        pass

    def watch(count: int) -> None:
        raise Stopped

    make_texts(survey, ["x" * 100_000] * 100)
    read = rows(survey, watch=watch)
    with pytest.raises(Stopped):
        list(arrow.batches(Table("t", [], read)))
    read.close()
    assert survey.responses.count() == 100


@pytest.mark.django_db
def test_the_filter_is_inside(survey: Survey, made: Made) -> None:
    make_response(survey)
    path = made(survey, "parquet", Filter(channels=("embed",)))
    assert path.name == "pont-1-internal-responses-channel-embed.parquet"
    table = parquet.read_table(path)
    assert (table.schema.metadata[b"filter"], table.num_rows) == (b"channel=embed", 0)


def test_rows_are_read_as_the_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No list of all rows is ever made."""
    monkeypatch.setattr(arrow, "ROWS", 100)
    read = 0

    def numbers() -> Iterator[Row]:
        nonlocal read
        for read in range(1, 1_001):
            yield [read]

    batches = arrow.batches(plain([Column("n", "number")], numbers()))
    next(batches)
    assert read <= 101
