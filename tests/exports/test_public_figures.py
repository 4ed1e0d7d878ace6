"""The public figures as a file of any format: the numbers of the results page."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from polls.exports import public
from polls.exports.figures import COLUMNS
from polls.exports.filters import Filter
from polls.exports.orders import Order
from polls.models import AuditEvent, Survey, read_edition
from polls.results.erasure import Erased
from polls.results.queries import results
from tests.exports.public_files import CHANNELS, metadata, records, written
from tests.factories import make_article, make_survey
from tests.reader import Reader
from tests.results.answers import compared_survey, received

FORMATS = pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "sav"])


@pytest.fixture
def survey(db: None) -> Survey:
    """Two channels that are large enough to be told, a small one, and answers set aside."""
    survey = compared_survey()
    received(survey, 30, {"credible": "2", "media": ["press", "web"], "age": "old"})
    received(survey, 12, {"credible": "none", "media": ["radio"]})
    received(survey, 20, {"credible": "2", "age": "old"}, channel="embed")
    received(survey, 10, {"credible": "none", "media": ["radio"]}, channel="embed")
    received(survey, 6, {"credible": "5"}, excluded=True)
    return survey


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                {key: cell or None for key, cell in row.items()} for row in csv.DictReader(file)
            ]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return records(path)


def number(cell: Any) -> float | None:
    return None if cell is None else float(cell)


@FORMATS
def test_every_format_has_the_counts_of_the_results(
    survey: Survey, tmp_path: Path, form: str
) -> None:
    found = results(read_edition(survey))
    rows = iter(read(written(survey, tmp_path, "figures", form)))
    for item in found.items:
        raw = found.raw_of(item)
        assert raw
        for choice, every in zip(item.choices, raw.choices, strict=True):
            row = next(rows)
            assert (row["item"], row["choice"], row["label"]) == (
                item.key,
                choice.key,
                choice.label,
            )
            told = [number(row[key]) for key in ("value", "count", "share", "share_of_all")]
            of_choice = [choice.value, choice.count, choice.share, choice.share_of_all]
            assert told == pytest.approx(of_choice)
            told = [number(row[key]) for key in ("raw_count", "raw_share", "raw_share_of_all")]
            assert told == pytest.approx([every.count, every.share, every.share_of_all])
            assert row["channel"] is None
            assert number(row["hidden"]) == 0
        row = next(rows)
        assert (row["row"], row["choice"], row["share"]) == ("not_answered", None, None)
        assert (number(row["count"]), number(row["raw_count"])) == (
            item.not_answered,
            raw.not_answered,
        )
    assert list(rows) == []


@FORMATS
def test_what_is_hidden_of_a_channel_stays_empty_and_is_marked(
    survey: Survey, tmp_path: Path, form: str
) -> None:
    received(survey, 3, {"credible": "1", "age": "young"}, channel="simulation")
    rows = read(written(survey, tmp_path, "figures", form, *CHANNELS))
    assert [row["channel"] for row in rows[:21:7]] == ["page", "embed", "simulation"]
    for row in rows:
        hidden = number(row["hidden"]) == 1
        assert hidden == (row["count"] is None)
        assert hidden or number(row["count"]) == 0 or (number(row["count"]) or 0) >= 5
        assert row["raw_count"] is row["share"] is row["digest"] is None
    assert {number(row["hidden"]) for row in rows if row["channel"] == "simulation"} == {1}
    [row] = [r for r in rows if (r["channel"], r["item"], r["choice"]) == ("page", "age", "old")]
    assert (number(row["count"]), number(row["share_of_all"])) == (30, 30 / 42)


@FORMATS
def test_a_file_in_which_everything_is_hidden_is_a_file(
    survey: Survey, tmp_path: Path, form: str
) -> None:
    Survey.objects.update(minimum_group=500)
    survey.refresh_from_db()
    rows = read(written(survey, tmp_path, "figures", form, "page", "embed"))
    assert {(row["count"], row["share_of_all"]) for row in rows} == {(None, None)}
    assert rows[0]["label"]


@FORMATS
def test_a_survey_without_answers_has_a_file(survey: Survey, tmp_path: Path, form: str) -> None:
    empty = make_survey(make_article("vide"))
    rows = read(written(empty, tmp_path, "figures", form))
    assert {(number(row["count"]), row["share_of_all"]) for row in rows} == {(0, None)}


@pytest.mark.parametrize("form", ["parquet", "sav"])
def test_columns_are_labelled_in_the_language_of_the_article(
    survey: Survey, tmp_path: Path, form: str
) -> None:
    labels = metadata(written(survey, tmp_path, "figures", form))
    assert all(labels.values())
    assert len(labels) == len(public.COLUMNS)
    assert all(column.label for column in Order(survey, "figures").table().columns)


def test_the_columns_are_those_of_the_public_address_and_two_more(survey: Survey) -> None:
    for chosen in (Filter(), Filter(channels=("page",)), Filter(adjusted=True)):
        keys = [column.key for column in Order(survey, "figures", chosen=chosen).table().columns]
        assert keys == [*(column.key for column in COLUMNS), "channel", "hidden"]


def test_the_rows_are_those_of_the_public_address(survey: Survey, tmp_path: Path) -> None:
    own = tmp_path / "address.csv"
    own.write_bytes(Reader().get("/articles/pont/results/figures.csv").content)
    rows = read(written(survey, tmp_path, "figures", "csv"))
    for row, same in zip(rows, read(own), strict=True):
        # A minute may end between the two.
        assert row | {"as_of": ""} == same | {"as_of": "", "channel": None, "hidden": "0"}


def test_only_adjusted_figures_leave_the_raw_ones_empty(survey: Survey, tmp_path: Path) -> None:
    rows = list(Order(survey, "figures", chosen=Filter(adjusted=True)).table().rows)
    raw = [n for n, column in enumerate(COLUMNS) if column.key.startswith("raw_")]
    assert {row[n] for row in rows for n in raw} == {None}
    count = [column.key for column in COLUMNS].index("count")
    whole = list(Order(survey, "figures").table().rows)
    assert [row[count] for row in rows] == [row[count] for row in whole]


def test_without_answers_only_the_figures_of_all_are_left(survey: Survey) -> None:
    AuditEvent.objects.create(survey=survey, action="erase", detail="")
    assert list(Order(survey, "figures").table().rows)
    with pytest.raises(Erased):
        Order(survey, "figures", chosen=Filter(channels=("page",))).table()
