"""Excel files, read by openpyxl: texts that are texts, real dates, and no row lost."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from polls.exports.table import Cell, Code, Column, Row, Table
from polls.exports.writers import workbook
from polls.exports.writers.workbook import LONGEST_CELL, write_xlsx
from polls.lib.text import FORMULA_STARTS, defuse
from polls.models import Survey
from tests.exports.conftest import Made
from tests.exports.helpers import TEXTS, is_formula, make_every_kind, of_texts, plain
from tests.factories import make_opinion

NUMBER = [Column("number", "number")]


def written(table: Table, path: Path) -> Any:
    write_xlsx(table, path / "file.xlsx")
    return openpyxl.load_workbook(path / "file.xlsx")


def unescaped(text: str) -> str:
    """As Excel reads it; openpyxl leaves that to whoever asks."""
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith("<r>") else defuse(text)


def rows_of(book: Any, name: str = "texts") -> list[tuple[Any, ...]]:
    return list(book[name].iter_rows(values_only=True))


def strings(book: Any) -> Iterator[Any]:
    for sheet in book:
        yield from (
            cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
        )


def test_every_text_comes_back_as_a_text_and_defused(tmp_path: Path) -> None:
    texts = [*TEXTS, "\0", "\0=1"]
    book = written(of_texts(texts), tmp_path)
    cells = [row[1] for row in book["texts"].iter_rows(min_row=2)]
    assert [unescaped(cell.value) for cell in cells] == [guarded(text) for text in texts]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_nothing_in_the_file_is_a_formula_a_link_or_a_number_that_was_a_text(
    tmp_path: Path,
) -> None:
    # `<r>…</r>` is how the library is told of markup of its own.
    written(of_texts([*TEXTS, "<r><f>1+1</f></r>"]), tmp_path)
    with ZipFile(tmp_path / "file.xlsx") as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    for name, content in parts.items():
        assert not re.search("<f[ >]|<hyperlink|externalLink|<oleObject", content), name
        assert "\0" not in content


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_text_of_any_sheet_begins_as_a_formula(start: str, tmp_path: Path) -> None:
    word = f"{start}1+1"
    column = Column(word, "text", label=word, codes=(Code(word, word, 1),))
    book = written(plain([column], [[word]], title=word, more=word), tmp_path)
    found = [unescaped(cell.value) for cell in strings(book)]
    # Two on the sheet that tells what the file is, a header, a cell, five in the codebook.
    assert sum(text == defuse(word) for text in found) == 9
    assert not [text for text in found if is_formula(text)]


def test_times_are_dates_in_utc_to_the_second(tmp_path: Path) -> None:
    paris = datetime(2025, 3, 30, 1, 59, 59, 999_999, timezone(timedelta(hours=1)))
    leap = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    rows: list[Row] = [[paris], [leap], [None]]
    book = written(plain([Column("at", "time")], rows), tmp_path)
    assert rows_of(book)[1:3] == [(datetime(2025, 3, 30, 0, 59, 59),), (leap.replace(tzinfo=None),)]
    assert book["texts"]["A2"].is_date


def test_every_second_of_a_day_comes_back(tmp_path: Path) -> None:
    first = datetime(2025, 10, 26, tzinfo=UTC)
    times = [first + timedelta(seconds=second) for second in range(0, 86_400, 7)]
    book = written(plain([Column("at", "time")], [[time] for time in times]), tmp_path)
    assert [row[0] for row in rows_of(book)[1:]] == [time.replace(tzinfo=None) for time in times]


@pytest.mark.parametrize("number", [0, 1, -7, 2**53, 0.1, 1 / 3, 1e-9])
def test_numbers_are_numbers(number: float, tmp_path: Path) -> None:
    book = written(plain([Column("n", "number")], [[number]]), tmp_path)
    assert book["texts"]["A2"].value == number
    assert book["texts"]["A2"].data_type == "n"


def test_a_point_of_a_scale_is_a_number_and_no_opinion_a_text(tmp_path: Path) -> None:
    codes = (Code("1", "Pas du tout", 1), Code("none", "Sans opinion"), Code("six", "Six", 6))
    scale = Column("credible", "code", codes=codes)
    book = written(plain([scale], [["1"], ["none"], ["six"], [None]]), tmp_path)
    cells = [book["texts"][f"A{line}"] for line in range(2, 6)]
    assert [cell.value for cell in cells] == [1, "none", "six", None]
    assert cells[0].data_type == "n"


def test_what_was_not_given_is_an_empty_cell(tmp_path: Path) -> None:
    columns = [Column("a", "text"), Column("b", "code"), Column("c", "number")]
    book = written(
        plain(columns, [[None, None, 1], [None, None, None], ["x", None, None]]), tmp_path
    )
    assert rows_of(book)[1:] == [(None, None, 1), (None,) * 3, ("x", None, None)]


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_text_that_is_too_long_for_a_cell_is_seen_to_be_cut(letter: str, tmp_path: Path) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    fits = letter * (LONGEST_CELL // units)
    book = written(of_texts([fits, fits + letter]), tmp_path)
    whole, cut = [row[1] for row in rows_of(book)[1:]]
    assert whole == fits
    assert cut.endswith("[…]")
    assert fits.startswith(cut.removesuffix("[…]"))
    assert LONGEST_CELL - 2 <= len(cut.encode("utf-16-le")) // 2 <= LONGEST_CELL


@pytest.mark.parametrize(
    ("number", "sheets"),
    [(0, [0]), (1, [1]), (9, [9]), (10, [9, 1]), (18, [9, 9]), (20, [9, 9, 2])],
)
def test_further_sheets_take_the_rows_that_don_t_fit(
    number: int, sheets: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 10)  # the header among them
    book = written(plain(NUMBER, [[n] for n in range(number)], "rows"), tmp_path)
    names = ["rows", *(f"rows {place}" for place in range(2, len(sheets) + 1))]
    assert book.sheetnames == ["about", *names]
    found = [rows_of(book, name) for name in names]
    assert [len(rows) - 1 for rows in found] == sheets
    assert all(rows[0] == ("number",) for rows in found)
    assert [row[0] for rows in found for row in rows[1:]] == list(range(number))


def test_a_sheet_ends_before_it_is_too_large_for_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_SIZE", 100_000)
    texts = [f"{n:05}" * 1000 for n in range(100)]
    book = written(of_texts(texts), tmp_path)
    assert book.sheetnames[1:] == [f"texts {n}" if n > 1 else "texts" for n in range(1, 6)]
    found = [row[1] for name in book.sheetnames[1:] for row in rows_of(book, name)[1:]]
    assert found == texts


def test_it_tells_what_it_is_and_what_its_columns_hold(survey: Survey, made: Made) -> None:
    make_opinion(survey, "Oui")
    book = openpyxl.load_workbook(made(survey, "xlsx"))
    assert book.sheetnames == ["about", "responses", "codebook"]
    about: dict[str, str] = dict(rows_of(book, "about"))
    assert (
        about["title"] == book.properties.title == "Le pont – toutes les réponses, avec leur texte"
    )
    assert about["question"] == survey.question
    header = rows_of(book, "responses")[0]
    described = [row for row in rows_of(book, "codebook") if row[1]]
    assert [row[0] for row in described] == ["column", *header]
    assert ("credible", None, "none") in [row[:3] for row in rows_of(book, "codebook")]


@pytest.mark.django_db
def test_a_survey_s_rows_are_those_of_the_other_formats(made: Made, exported: Any) -> None:
    survey = make_every_kind()
    header, *found = rows_of(openpyxl.load_workbook(made(survey, "xlsx")), "responses")
    kept = [dict(zip(header, map(_as_csv, row), strict=True)) for row in found]
    assert kept == exported()


def _as_csv(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
    return "" if cell is None else str(cell)


def test_a_reading_that_breaks_makes_no_archive_and_takes_no_time(tmp_path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield [1]
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        write_xlsx(plain(NUMBER, rows()), tmp_path / "file.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_columns_beyond_z_have_two_letters(tmp_path: Path) -> None:
    columns: Sequence[Column] = [Column(f"c{place}", "number") for place in range(800)]
    book = written(plain(columns, [list(range(800))]), tmp_path)
    sheet = book["texts"]
    assert (sheet["Z2"].value, sheet["AA2"].value, sheet["ADT2"].value) == (25, 26, 799)
