"""The bytes of a CSV file: for Excel and for programs, and safe to open."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polls.exports.table import Cell, Column, Row, Rows, Table
from polls.exports.writers import Options
from polls.exports.writers.delimited import csv_chunks
from polls.lib.spreadsheet import BATCH, DELIMITERS
from polls.lib.text import FORMULA_STARTS
from polls.models import Survey
from tests.exports.conftest import Exported
from tests.exports.helpers import is_formula, table, unguarded
from tests.factories import make_response

TEXTS = [
    'Il a dit « oui », puis "non", puis ""rien""',
    "une ligne\nune autre\n\nla dernière",
    "virgule, point-virgule; tabulation\tfin",
    "👩🏽‍🚀 🇫🇷 e\u0301",
    "مرحبا \u202eabc\u202c שלום",
    " des blancs autour ",
    "l’apostrophe ' et \\ la barre",
    "\u200b\ufeffinvisible",
    "- une liste\n- de deux",
    "d’accord ;-)",
    "a;=1+1;b",
    'a;"=1+1";b',
    "a\n=1+1\n＝1+1",
]


def chunks_of(
    rows: Iterable[Row], width: int = 1, header: str = "text", delimiter: str = "comma"
) -> Iterator[bytes]:
    columns = [Column(header, "text") for _ in range(width)]
    return csv_chunks(Table("texts", columns, Rows(rows)), Options(delimiter))


def written(*rows: Row, delimiter: str = "comma", header: str = "text") -> bytes:
    width = len(rows[0]) if rows else 1
    return b"".join(chunks_of(rows, width, header, delimiter))


def cell(text: Cell, delimiter: str = "comma") -> str:
    content = written(["first", text], delimiter=delimiter)
    return table(content, DELIMITERS[delimiter])[1][1]


def test_the_file_begins_with_a_mark_and_its_lines_end_as_the_rfc_says() -> None:
    content = written(["é", None], ["", 3])
    assert content == "\ufefftext,text\r\né,\r\n,3\r\n".encode()


def test_a_semicolon_separates_for_a_french_excel() -> None:
    content = written(["a,b", "c;d"], delimiter="semicolon")
    assert content.decode("utf-8-sig") == 'text;text\r\na,b;"c;d"\r\n'


def test_beside_semicolons_a_decimal_has_a_comma() -> None:
    assert (cell(0.25), cell(0.25, "semicolon"), cell(3, "semicolon")) == ("0.25", "0,25", "3")


def test_a_time_is_written_in_utc_whatever_its_zone() -> None:
    paris = datetime(2025, 1, 23, 0, 30, 5, 999999, timezone(timedelta(hours=1)))
    assert cell(paris) == "2025-01-22T23:30:05Z"


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("delimiter", ["comma", "semicolon"])
def test_no_cell_begins_as_a_formula(start: str, delimiter: str) -> None:
    found = cell(f"{start}1+1", delimiter)
    assert found == f"'{start}1+1"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_header_begins_as_a_formula(start: str) -> None:
    [header] = table(written(header=f"{start}cmd"))
    assert header == [f"'{start}cmd"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("delimiter", ["comma", "semicolon"])
def test_a_text_comes_back_once_the_guard_is_removed(text: str, delimiter: str) -> None:
    assert unguarded(cell(text, delimiter), DELIMITERS[delimiter]) == text


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("start", ["=", "@", "＋"])
@pytest.mark.parametrize(("ours", "theirs"), [("comma", ";"), ("semicolon", ","), ("comma", "\t")])
def test_a_program_that_splits_elsewhere_finds_no_formula_either(
    text: str, start: str, ours: str, theirs: str
) -> None:
    hostile = f'x{theirs}{start}1{theirs}"{start}2"{theirs}\n{start}3{theirs}{text}'
    content = written(["first", hostile], delimiter=ours).decode("utf-8-sig")
    cells = content.replace("\r\n", "\n").replace("\n", theirs).split(theirs)
    assert not [each for each in cells if is_formula(each.lstrip('"') or "x")]


@given(st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=40))
def test_any_text_comes_back_and_is_no_formula(text: str) -> None:
    for delimiter in ("comma", "semicolon"):
        found = cell(text, delimiter)
        assert unguarded(found, DELIMITERS[delimiter]) == text
        assert not is_formula(found)


def test_the_guard_reads_a_text_once() -> None:
    # A million characters: were it to look at any of them again and again, this would not end.
    for hostile in (';"' * 500_000, ";" + '"' * 1_000_000 + "=", "\n" * 1_000_000):
        assert len(written([hostile])) > 1_000_000


def test_batches_are_of_about_64_kib() -> None:
    rows = ([f"{number:050}"] for number in range(10_000))
    chunks = list(chunks_of(rows))
    assert all(BATCH <= len(chunk) < BATCH + 200 for chunk in chunks[:-1])
    assert len(chunks) == 8


def test_the_first_batch_is_there_before_the_rows_are_read() -> None:
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for number in range(100_000):
            read += 1
            yield [f"{number:050}"]

    first = next(chunks_of(rows()))
    assert len(first) >= BATCH
    assert read < 2_000


def test_readers_texts_are_defused_in_the_file(survey: Survey, exported: Exported) -> None:
    texts = [f"{start}HYPERLINK(1)" for start in ("=", "+", "-", "@", "＝", "＋", "－", "＠")]
    for text in texts:
        make_response(survey, text)
    assert [row["opinion"] for row in exported()] == [f"'{text}" for text in texts]
