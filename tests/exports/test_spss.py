"""SPSS files, read by pyreadstat: labels, measures, missing values, and no data lost."""

import re
from datetime import UTC, datetime, timedelta, timezone
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from polls.exports.codebook import described
from polls.exports.table import Code, Column, Row, Table
from polls.exports.writers.spss import LONGEST_TEXT, RESERVED, _read_to_the_end, names, write_sav
from polls.models import Survey
from tests.exports.conftest import Made
from tests.exports.helpers import TEXTS, make_every_kind, of_texts, plain

SCALE = (
    Code("1", "pas du tout", 1, number=1),
    Code("2", "tout à fait", 2, number=2),
    Code("none", "sans opinion", number=99, missing=True),
)
CHANNEL = (Code("page", "la page", number=1), Code("embed", "ailleurs", number=2))


def opened(path: Path, *, user_missing: bool = False) -> tuple[Any, Any]:
    """The data and what the file says of them."""
    import pyreadstat

    found: tuple[Any, Any] = pyreadstat.read_sav(str(path), user_missing=user_missing)
    return found


def written(table: Table, path: Path, *, user_missing: bool = False) -> tuple[Any, Any]:
    write_sav(table, path / "file.sav")
    return opened(path / "file.sav", user_missing=user_missing)


def cells(data: Any, name: str) -> list[Any]:
    return [None if cell != cell or cell is None else cell for cell in data[name].tolist()]


def test_codes_are_the_numbers_of_the_codebook_with_labels_and_a_measure(tmp_path: Path) -> None:
    columns = [
        Column("credible", "code", label="Est-ce crédible ?", codes=SCALE),
        Column("channel", "code", label="D’où", codes=CHANNEL),
    ]
    rows: list[Row] = [["2", "page"], ["none", "embed"], [None, None], ["1", "page"]]
    data, about = written(plain(columns, rows), tmp_path, user_missing=True)
    assert cells(data, "credible") == [2, 99, None, 1]
    assert cells(data, "channel") == [1, 2, None, 1]
    assert about.column_labels == ["Est-ce crédible ?", "D’où"]
    assert about.variable_value_labels == {
        "credible": {1: "pas du tout", 2: "tout à fait", 99: "sans opinion"},
        "channel": {1: "la page", 2: "ailleurs"},
    }
    assert about.variable_measure == {"credible": "ordinal", "channel": "nominal"}
    assert about.missing_ranges == {"credible": [{"lo": 99, "hi": 99}]}


def test_no_opinion_is_in_no_statistic(tmp_path: Path) -> None:
    column = Column("credible", "code", codes=SCALE)
    data, _about = written(plain([column], [["2"], ["none"], ["1"], [None]]), tmp_path)
    assert cells(data, "credible") == [2, None, 1, None]
    assert data["credible"].mean() == 1.5


@pytest.mark.parametrize("kind", ["code", "flag"])
def test_a_code_that_no_number_stands_for_is_an_error_and_not_a_gap(
    kind: str, tmp_path: Path
) -> None:
    codes = (*CHANNEL, Code("other", "sans nombre"))
    for unknown in ("radio", "other"):
        with pytest.raises(ValueError, match=f"channel: no number stands for '{unknown}'"):
            write_sav(
                plain([Column("channel", "code", codes=codes)], [["page"], [unknown]]),
                tmp_path / "file.sav",
            )


def test_codes_without_a_list_stay_words(tmp_path: Path) -> None:
    data, _about = written(
        plain([Column("row", "code")], [["choice"], [None], ["no_opinion"]]), tmp_path
    )
    assert data["row"].tolist() == ["choice", "", "no_opinion"]


def test_numbers_shares_flags_and_times_are_what_they_were(tmp_path: Path) -> None:
    paris = datetime(2025, 3, 30, 1, 59, 59, 999_999, timezone(timedelta(hours=1)))
    columns = [
        Column("number", "number"),
        Column("share", "share"),
        Column("flag", "flag", codes=(Code("1", "oui", number=1), Code("0", "non", number=0))),
        Column("at", "time"),
    ]
    rows: list[Row] = [[2**40, 1 / 3, 1, paris], [None] * 4, [0, 0.0, 0, paris]]
    data, about = written(plain(columns, rows), tmp_path)
    assert cells(data, "number") == [2**40, None, 0]
    assert cells(data, "share") == [1 / 3, None, 0]
    assert cells(data, "flag") == [1, None, 0]
    assert data["at"].dt.tz_localize(UTC)[0] == datetime(2025, 3, 30, 0, 59, 59, tzinfo=UTC)
    assert data["at"].isna().tolist() == [False, True, False]
    assert about.original_variable_types["at"] == "DATETIME20"
    assert about.original_variable_types["number"] == "F8.0"
    assert about.variable_measure == {
        **{"number": "scale", "share": "scale", "at": "scale"},
        "flag": "nominal",
    }


def test_texts_are_exact_but_for_blanks_at_their_end(tmp_path: Path) -> None:
    # SPSS fills a text with blanks: those that were at its end can't be told apart.
    data, _about = written(of_texts([*TEXTS, "x" * 30_000, "fin  "]), tmp_path)
    expected = [*TEXTS, "x" * 30_000, "fin"]
    assert data["text"].tolist() == expected


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_text_that_is_too_long_is_seen_to_be_cut(letter: str, tmp_path: Path) -> None:
    fits = letter * (LONGEST_TEXT // len(letter.encode()))
    data, _about = written(of_texts(["court", fits, fits + letter]), tmp_path)
    short, whole, cut = data["text"].tolist()
    assert (short, whole) == ("court", fits)
    assert cut.endswith("[…]")
    assert fits.startswith(cut.removesuffix("[…]"))
    assert LONGEST_TEXT - 4 <= len(cut.encode()) <= LONGEST_TEXT


def test_a_table_without_rows_has_all_its_variables(tmp_path: Path) -> None:
    columns = [Column("at", "time"), Column("text", "text"), Column("c", "code", codes=SCALE)]
    data, about = written(plain(columns, []), tmp_path)
    assert about.column_names == ["at", "text", "c"]
    assert len(data) == 0
    assert about.original_variable_types["at"] == "DATETIME20"


def test_a_column_that_nobody_filled_keeps_its_type(tmp_path: Path) -> None:
    columns = [
        Column("at", "time"),
        Column("text", "text"),
        Column("free", "code"),
        Column("c", "code", codes=SCALE),
        Column("n", "number"),
        Column("s", "share"),
        Column("f", "flag"),
    ]
    data, about = written(plain(columns, [[None] * 7] * 3), tmp_path)
    assert len(data) == 3
    texts = [name for name, shown in about.original_variable_types.items() if shown[0] == "A"]
    assert texts == ["text", "free"]
    assert all(cells(data, name) == [None] * 3 for name in ("at", "c", "n", "s", "f"))


NAMES = [
    "credible",
    "s1-credible",
    "s1_credible",
    "s1_credible_2",
    "source.press-tv",
    "2024",
    "2024-a",
    *sorted(RESERVED),
    "a" * 40 + "." + "b" * 40,
    "a" * 40 + "." + "b" * 39 + "c",
    "channel.answer",
]


def test_names_are_those_that_spss_takes_and_no_two_are_the_same(tmp_path: Path) -> None:
    columns = [Column(key, "number") for key in NAMES]
    found = names(columns)
    assert len({name.lower() for name in found}) == len(NAMES)
    assert all(re.fullmatch(r"[a-z][a-z0-9_.]{0,63}", name) for name in found)
    assert not [name for name in found if name in RESERVED or name.endswith(".")]
    assert found[:7] == [
        *("credible", "s1_credible", "s1_credible_2", "s1_credible_2_2"),
        *("source.press_tv", "v_2024", "v_2024_a"),
    ]
    data, about = written(plain(columns, [list(range(len(NAMES)))]), tmp_path)
    assert about.column_names == found
    assert data.iloc[0].tolist() == list(range(len(NAMES)))


def test_it_tells_what_it_is_in_as_many_bytes_as_there_are(tmp_path: Path) -> None:
    long = Column("c", "code", label="é" * 400, codes=(Code("1", "à" * 120, number=1),))
    about_words = {"title": "é" * 100, "notice": "Ce n’est pas un sondage. " * 20}
    _data, about = written(plain([long], [["1"]], **about_words), tmp_path)
    assert about.file_label == "é" * 32
    assert about.column_labels == ["é" * 128]
    assert about.variable_value_labels == {"c": {1: "à" * 60}}
    notes = " ".join(" ".join(about.notes).split())
    assert ("notice: " + about_words["notice"]).strip() in notes


def test_no_opinion_stands_apart_from_a_point_of_the_same_number(survey: Survey) -> None:
    point = survey.questions.get(key="credible").choices.get(key="5")
    point.value = 99
    point.save()
    column = next(column for column in described(survey) if column.key == "credible")
    numbers = {code.code: code.number for code in column.codes}
    assert (numbers["5"], numbers["none"]) == (99, 100)


@pytest.mark.django_db
def test_a_survey_s_rows_are_those_of_the_other_formats(made: Made, exported: Any) -> None:
    survey = make_every_kind()
    data, about = opened(made(survey, "sav"), user_missing=True)
    columns = described(survey)
    of = dict(zip(about.column_names, columns, strict=True))
    found = [
        {of[name].key: _as_csv(of[name], cell) for name, cell in row.items()}
        for row in data.to_dict("records")
    ]
    assert found == exported()
    assert about.file_label == "Le pont – toutes les réponses, avec leur texte"


def _as_csv(column: Column, cell: Any) -> str:
    if column.kind == "time":
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}" if cell == cell else ""
    if isinstance(cell, str):
        return cell
    if cell != cell:
        return ""
    return next((c.code for c in column.codes if c.number == cell), f"{cell:.0f}")


def test_a_survey_without_responses_has_its_codes(survey: Survey, made: Made) -> None:
    data, about = opened(made(survey, "sav"))
    assert len(data) == 0
    assert about.variable_measure["credible"] == "ordinal"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk_is_an_error_though_the_writer_sees_none() -> None:
    for texts in ([], ["x" * 10_000] * 100):
        with pytest.raises(OSError, match="No space left") as caught:
            write_sav(of_texts(texts), Path("/dev/full"))
        assert caught.value.errno == ENOSPC


@pytest.mark.parametrize("missing", [8, 64, 4_000, 100_000])
def test_a_file_that_lacks_its_end_is_noticed(missing: int, tmp_path: Path) -> None:
    path = tmp_path / "file.sav"
    write_sav(of_texts([f"Avis {number}" * 20 for number in range(1_000)]), path)
    _read_to_the_end(path, 1_000, "number")
    path.write_bytes(path.read_bytes()[:-missing])
    with pytest.raises(OSError, match="No space left"):
        _read_to_the_end(path, 1_000, "number")


def test_items_about_statements_are_told_apart_by_their_labels(survey: Survey, made: Made) -> None:
    _frame, meta = opened(made(survey, "sav"))
    labels = meta.column_names_to_labels
    assert labels["s1_credible"].startswith("1. ")
    assert len({labels[name] for name in ("s1_relevant", "s2_relevant", "relevant")}) == 3
