"""The public figures as CSV: the same numbers as the JSON, with the identity card on each row."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from polls.exports import figures
from polls.lib.caching import forget
from polls.models import Question, Response, Survey, current_edition
from polls.results import tallies
from polls.results.queries import results
from tests.exports.helpers import records, unguarded
from tests.factories import make_article, make_draft, make_question, make_response, make_survey
from tests.reader import Reader

CSV, JSON = "/articles/pont/results/figures.csv", "/api/v1/surveys/pont/results.json"
DOCUMENT = (Path(__file__).parents[2] / "docs/exports.md").read_text(encoding="utf-8")


@pytest.fixture
def answered(db: None) -> Survey:
    """Answers of every kind to items of every kind, as many set aside as a group may be shown."""
    survey = make_draft(reached="Un lien ; une lettre.", minimum_group=3)
    make_question(survey, "media", "multiple", "press radio web")
    make_question(survey, "age", "single", "young old")
    Survey.objects.update(status="published", published_at=timezone.now())
    for answers in (
        {"credible": "1", "relevant": "none", "media": ["press", "web"], "age": "old"},
        {"credible": "2", "media": ["press"]},
        {"credible": "none", "s1-credible": "5"},
    ):
        make_response(survey, answers=answers)
    for _ in range(3):
        aside = make_response(survey, answers={"credible": "5", "media": ["radio"], "age": "young"})
        Response.objects.filter(pk=aside.pk).update(excluded=True)
    tallies.rebuild(survey.pk)
    return survey


def rows(**wanted: str) -> list[dict[str, str]]:
    answer = Reader().get(CSV)
    assert answer.status_code == 200
    found = records(answer.content)
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def test_every_choice_of_every_item_has_the_numbers_of_the_json(answered: Survey) -> None:
    told = Reader().get(JSON).json()
    assert [item["key"] for item in told["items"]] == list(
        dict.fromkeys(row["item"] for row in rows())
    )
    for item in told["items"]:
        shown = [row for row in rows(item=item["key"]) if row["row"] != "not_answered"]
        assert len(shown) == len(item["choices"])
        for row, choice in zip(shown, item["choices"], strict=True):
            assert (row["choice"], row["label"]) == (choice["key"], choice["label"])
            assert (int(row["count"]), int(row["raw_count"])) == (
                choice["count"],
                choice["raw_count"],
            )
            # Unrounded, and so exactly equal.
            assert number(row["share"]) == choice["share"]
            assert number(row["share_of_all"]) == choice["share_of_all"]


def test_raw_shares_are_of_everything_received(answered: Survey) -> None:
    [row] = rows(item="credible", choice="5")
    assert (row["count"], row["share"], row["share_of_all"]) == ("0", "0.0", "0.0")
    assert (row["raw_count"], number(row["raw_share"]), row["raw_share_of_all"]) == (
        "3", 3 / 5, "0.5",
    )  # fmt: skip
    assert (row["received"], row["set_aside"]) == ("6", "3")


def test_no_opinion_and_not_answered_are_rows_of_their_own(answered: Survey) -> None:
    [apart] = rows(item="credible", row="no_opinion")
    assert (apart["choice"], apart["count"], apart["share"], apart["value"]) == (
        "none",
        "1",
        "",
        "",
    )
    [unanswered] = rows(item="relevant", row="not_answered")
    assert (unanswered["choice"], unanswered["label"]) == ("", "sans réponse")
    assert (unanswered["count"], number(unanswered["share_of_all"])) == ("2", 2 / 3)
    assert (unanswered["raw_count"], number(unanswered["raw_share_of_all"])) == ("5", 5 / 6)
    # In a list a choice without a value is a choice.
    assert {row["row"] for row in rows(item="age")} == {"choice", "not_answered"}


def test_the_rows_of_an_item_with_one_answer_add_up_to_all(answered: Survey) -> None:
    for item in ("credible", "relevant", "s1-credible", "age"):
        assert sum(int(row["count"]) for row in rows(item=item)) == 3
        assert sum(int(row["raw_count"]) for row in rows(item=item)) == 6


def test_each_row_has_the_identity_card(answered: Survey) -> None:
    card = Reader().get(JSON).json()["identity"]
    for row in rows():
        assert row["digest"] == card["digest"]
        assert (row["survey"], row["edition"], row["language"]) == ("pont", "1", "fr")
        assert (row["article"], row["question"]) == (card["article"], card["question"])
        assert unguarded(row["reached"]) == card["reached"] == "Un lien ; une lettre."
        assert (row["moderation"], row["simulated"], row["closes"]) == ("before", "0", "")
        assert row["notice"]
        assert row["opened"].endswith("Z")


def test_rows_on_a_statement_name_it(answered: Survey) -> None:
    found = rows(statement="1", aspect="credibility", row="choice")
    assert [row["item"] for row in found] == ["s1-credible"] * 5
    assert [row["value"] for row in found] == ["1", "2", "3", "4", "5"]


def test_a_frozen_moment_gives_the_same_rows_as_the_live_file(answered: Survey) -> None:
    edition = current_edition("pont")
    assert edition
    made = figures.figures_rows(results(edition))
    assert [str(row[9]) for row in made] == [row["count"] for row in rows()]
    assert all(len(row) == len(figures.COLUMNS) for row in made)


def test_an_editors_words_are_no_formula(db: None) -> None:
    survey = make_draft(question="=HYPERLINK(1)")
    Question.objects.filter(survey=survey, key="credible").update(wording="@SUM(1)")
    Survey.objects.update(status="published", published_at=timezone.now())
    [row, *_] = rows(item="credible")
    assert (row["question"], row["wording"]) == ("'=HYPERLINK(1)", "'@SUM(1)")


def test_the_file_is_named_and_an_unchanged_one_is_not_sent_again(answered: Survey) -> None:
    first = Reader().get(CSV)
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    assert first["Content-Disposition"] == 'attachment; filename="pont-1-figures.csv"'
    made = rows()[0]["as_of"]
    assert made.endswith(":00Z")
    again = Reader().get(CSV, headers={"If-None-Match": first["ETag"]})
    # A minute may end between the two.
    assert again.status_code == 304 or made != records(again.content)[0]["as_of"]


def test_the_file_is_in_the_language_of_its_article(db: None) -> None:
    make_response(make_survey(make_article("bridge", "en")))
    answer = Reader().get("/articles/bridge/results/figures.csv")
    labels = {row["label"] for row in records(answer.content)}
    assert "not answered" in labels


def test_the_file_costs_as_much_at_forty_answers_as_at_two(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for size in (2, 38):
        for _ in range(size):
            make_response(survey)
        forget()
        current_edition("pont")
        with django_assert_num_queries(2):
            assert Reader().get(CSV).status_code == 200


def test_the_columns_are_documented_in_their_order() -> None:
    part = DOCUMENT.partition("\n## The figures\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    assert named == [column.key for column in figures.COLUMNS]
