import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from polls.lib.caching import forget
from polls.models import Milestone, Question, Response, Survey, Tally
from polls.results.comparisons.crossing import Cross, Trend, by_channel, by_edition, cross, trend
from polls.results.documents import freeze, thaw
from tests.factories import make_draft, make_question, make_response, make_survey
from tests.results.answers import at, compared_survey, edition, received


@pytest.fixture
def survey(db: None) -> Survey:
    return compared_survey()


def shown(found: Cross) -> dict[str, tuple[int | None, dict[str, int | None]]]:
    """Each row's total and its counts by the key of the column."""
    keys = [column.key for column in found.columns]
    return {row.key: (row.total, dict(zip(keys, row.counts, strict=True))) for row in found.rows}


def test_a_cross_counts_those_who_answered_both_and_those_who_did_not(survey: Survey) -> None:
    received(survey, 6, {"age": "young", "credible": "5"})
    received(survey, 7, {"age": "old", "credible": "5"})
    received(survey, 8, {"age": "old", "credible": "none"})
    received(survey, 9, {"age": "old"})
    received(survey, 5, {"credible": "5"})
    found = cross(edition(survey), "age", "credible")
    zeros = {"1": 0, "2": 0, "3": 0, "4": 0}
    assert shown(found) == {
        "young": (6, {**zeros, "5": 6, "none": 0, "": 0}),
        "old": (24, {**zeros, "5": 7, "none": 8, "": 9}),
        "": (5, {**zeros, "5": 5, "none": 0, "": 0}),
    }
    assert found.whole
    assert (found.whole.total, found.whole.counts) == (35, (0, 0, 0, 0, 18, 8, 9))
    assert list(found.rows[1].shares) == [0, 0, 0, 0, 7 / 24, 8 / 24, 9 / 24]
    assert [column.label for column in found.columns[-2:]] == ["Je ne sais pas / sans opinion", ""]


def test_set_aside_and_withdrawn_answers_are_left_out(survey: Survey) -> None:
    received(survey, 6, {"age": "old", "credible": "5"})
    received(survey, 9, {"age": "old", "credible": "1"}, excluded=True)
    for response in received(survey, 7, {"age": "old", "credible": "2"}):
        Response.objects.filter(pk=response.pk).update(answers={}, withdrawn_at=timezone.now())
    ours = edition(survey)
    found = cross(ours, "age", "credible", counted=6)
    assert shown(found)["old"] == (6, {"1": 0, "2": 0, "3": 0, "4": 0, "5": 6, "none": 0})
    assert by_channel(ours, "credible", counted=6).rows[0].total == 6
    assert [point.n for point in trend(ours, "credible", counted=6).points] == [6]


def test_a_group_of_four_is_hidden_with_its_complement(survey: Survey) -> None:
    received(survey, 4, {"age": "young", "credible": "5"})
    received(survey, 10, {"age": "old", "credible": "5"})
    received(survey, 30, {"age": "old", "credible": "1"})
    received(survey, 13, {"credible": "1"})
    received(survey, 6, {"credible": "5"})
    found = cross(edition(survey), "age", "credible")
    rows = shown(found)
    assert rows["young"][0] is None
    assert rows[""][0] is None  # 19, the smallest group that is left
    assert set(rows["young"][1].values()) == {None}
    assert rows["old"] == (40, {"1": 30, "2": 0, "3": 0, "4": 0, "5": 10, "none": 0})
    assert found.is_hiding
    received(survey, 6, {"age": "young", "credible": "5"})
    assert not cross(edition(survey), "age", "credible").is_hiding


def test_a_small_cell_is_hidden_with_a_rectangle(survey: Survey) -> None:
    for age, credible, times in (
        ("young", "1", 4), ("young", "5", 50), ("old", "1", 30), ("old", "5", 70),
    ):  # fmt: skip
        received(survey, times, {"age": age, "credible": credible})
    received(survey, 90, {"age": "young", "credible": "3"})
    rows = shown(cross(edition(survey), "age", "credible"))
    hidden = {(age, key) for age in rows for key, n in rows[age][1].items() if n is None}
    assert hidden == {(age, key) for age in ("young", "old") for key in ("1", "5")}
    assert rows["young"][0] == 144
    assert rows["young"][1]["3"] == 90


def test_the_threshold_is_the_surveys(survey: Survey) -> None:
    Survey.objects.update(minimum_group=9)
    received(survey, 8, {"age": "young", "credible": "5"})
    received(survey, 30, {"age": "old", "credible": "5"})
    found = cross(edition(survey), "age", "credible")
    assert found.threshold == 9
    assert [row.is_hidden for row in found.rows] == [True, True]


def test_both_directions_of_a_cross_are_one_table(survey: Survey) -> None:
    """Else what one direction hides could be read from the other."""
    for number in range(1, 6):
        received(survey, 3 * number, {"age": "young", "credible": str(number)})
        received(survey, 20 - 2 * number, {"age": "old", "credible": str(6 - number)})
    ours = edition(survey)
    one, other = cross(ours, "age", "credible"), cross(ours, "credible", "age")
    across = {(r, c): n for r, (_t, cells) in shown(one).items() for c, n in cells.items()}
    down = {(r, c): n for c, (_t, cells) in shown(other).items() for r, n in cells.items()}
    assert across == down
    assert None in across.values()
    assert one.at == other.at


def test_a_reader_counts_once_for_each_option_chosen(survey: Survey) -> None:
    received(survey, 6, {"media": ["press", "web"], "age": "old"})
    received(survey, 7, {"media": ["press"], "age": "old"})
    received(survey, 8, {"media": ["radio"], "age": "young"})
    received(survey, 9, {"media": ["radio"], "age": "old"})
    found = cross(edition(survey), "media", "age")
    assert shown(found) == {
        "press": (13, {"young": 0, "old": 13}),
        "radio": (17, {"young": 8, "old": 9}),
        "web": (6, {"young": 0, "old": 6}),
    }
    assert found.whole
    assert (found.whole.total, found.whole.counts) == (30, (8, 22))
    assert cross(edition(survey), "age", "media").rows[1].shares == (13 / 22, 9 / 22, 6 / 22)


@pytest.mark.parametrize("key", ["age", "town"])
def test_those_few_who_did_not_choose_an_option_are_protected_too(survey: Survey, key: str) -> None:
    """Whether the multiple choice stands before or after the other item."""
    make_question(survey, "town", "single", "young old")
    received(survey, 30, {"media": ["press", "web"], key: "old"})
    received(survey, 3, {"media": ["web"], key: "old"})  # 33 less 30 who chose the press
    received(survey, 40, {"media": ["press", "web"], key: "young"})
    received(survey, 50, {"media": ["web"], key: "young"})
    rows = shown(cross(edition(survey), "media", key))
    assert rows["press"] == (70, {"young": None, "old": None})


def test_two_multiple_choices_can_be_crossed(survey: Survey) -> None:
    second = make_question(survey, "where", "multiple", "home work")
    assert second.kind == Question.Kind.MULTIPLE
    received(survey, 8, {"media": ["press", "web"], "where": ["home", "work"]})
    received(survey, 9, {"media": ["press"], "where": ["home"]})
    received(survey, 10, {"media": ["radio"]})
    received(survey, 11, {"where": ["work"]})
    found = shown(cross(edition(survey), "media", "where"))
    assert found["press"] == (17, {"home": 17, "work": 8, "": 0})
    assert found["radio"] == (10, {"home": 0, "work": 0, "": 10})
    assert found[""] == (11, {"home": 0, "work": 11, "": 0})


def test_a_key_of_digits_is_a_key_and_no_place_in_a_list(survey: Survey) -> None:
    make_question(survey, "2024", "single", "yes no")
    received(survey, 6, {"2024": "yes", "age": "old"})
    assert shown(cross(edition(survey), "2024", "age"))["yes"] == (6, {"young": 0, "old": 6})


def test_a_cross_refreshes_in_steps_of_five(survey: Survey) -> None:
    received(survey, 10, {"age": "old", "credible": "5"})
    ours = edition(survey)
    first = cross(ours, "age", "credible")
    received(survey, 4, {"age": "old", "credible": "5"})
    assert cross(ours, "age", "credible") is not None
    assert shown(cross(ours, "age", "credible")) == shown(first)
    assert shown(cross(ours, "credible", "age"))["5"][0] == 10
    received(survey, 1, {"age": "old", "credible": "5"})
    assert shown(cross(ours, "age", "credible"))["old"][0] == 15


def test_what_is_kept_costs_the_count_of_respondents_alone(
    survey: Survey, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    received(survey, 6, {"age": "old", "credible": "5"})
    ours = edition(survey)
    with django_assert_num_queries(2):
        cross(ours, "age", "credible")
    with django_assert_num_queries(1):
        cross(ours, "credible", "age")
    with django_assert_num_queries(0):
        cross(ours, "age", "credible", counted=6)
    with django_assert_num_queries(3):
        trend(ours, "credible")
    with django_assert_num_queries(2):
        trend(ours, "credible")


def test_queries_do_not_grow_with_responses_or_editions(survey: Survey) -> None:
    def queries() -> list[int]:
        forget()
        newest = edition(Survey.objects.latest("edition"))
        found = []
        for look in (
            lambda: cross(newest, "age", "credible"),
            lambda: by_channel(newest, "credible"),
            lambda: by_edition(newest, "credible"),
            lambda: trend(newest, "credible"),
        ):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                look()
            found.append(len(captured))
        return found

    received(survey, 1, {"age": "old", "credible": "1"})
    before = queries()
    for number in range(2, 5):
        later = make_draft(survey.article, edition=number)
        make_question(later, "age", "single", "young old", profile=True)
        Survey.objects.update(status="published", published_at=timezone.now())
        for choice in "12345":
            received(later, 7, {"age": "old", "credible": choice})
    assert queries() == before


@pytest.mark.parametrize(
    ("rows", "columns", "problem"),
    [
        ("nothing", "age", KeyError),
        ("age", "nothing", KeyError),
        ("opinion", "age", ValueError),
        ("age", "age", ValueError),
    ],
)
def test_only_two_different_counted_items_can_be_crossed(
    survey: Survey, rows: str, columns: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem, match=rows if rows != "age" else columns):
        cross(edition(survey), rows, columns)


def test_by_channel_a_small_channel_is_hidden_with_the_next(survey: Survey) -> None:
    received(survey, 40, {"credible": "5"}, channel="page")
    received(survey, 9, {"credible": "1"}, channel="simulation")
    received(survey, 3, {"credible": "1"}, channel="embed")
    found = by_channel(edition(survey), "credible")
    assert [(row.key, row.total) for row in found.rows] == [
        ("page", 40),
        ("embed", None),
        ("simulation", None),
    ]
    assert found.by == "channel"


def test_by_channel_a_single_channel_shows_what_everybody_answered(survey: Survey) -> None:
    received(survey, 8, {"credible": "5"})
    found = by_channel(edition(survey), "credible")
    assert [(row.key, row.counts[4]) for row in found.rows] == [("page", 8)]


def test_by_edition_compares_editions_that_asked_alike(survey: Survey) -> None:
    received(survey, 12, {"credible": "5"})
    received(survey, 6, {"age": "old"})
    other = make_survey(survey.article, edition=2)
    other.questions.get(key="credible").choices.filter(key="5").update(key="six")
    fewer = make_survey(survey.article, edition=3)
    received(fewer, 4, {"credible": "5"})
    make_draft(survey.article, edition=4)
    newest = make_survey(survey.article, edition=5)
    received(newest, 20, {"credible": "1"})
    received(newest, 5, {"credible": "1"}, excluded=True)
    make_survey(survey.article, edition=6)
    found = by_edition(edition(newest), "credible")
    assert [(row.key, row.total, row.counts) for row in found.rows] == [
        ("1", 18, (0, 0, 0, 0, 12, 0, 6)),
        ("3", None, (None,) * 7),
        ("5", 20, (20, 0, 0, 0, 0, 0, 0)),
    ]
    assert found.whole is None


def test_by_edition_a_single_choice_is_another_item_than_a_multiple_one(survey: Survey) -> None:
    later = make_draft(survey.article, edition=2)
    make_question(later, "media", "single", "press radio web")
    assert [row.key for row in by_edition(edition(later), "media").rows] == ["2"]


def test_by_edition_counts_a_multiple_choice_on_those_who_answered(survey: Survey) -> None:
    received(survey, 6, {"media": ["press", "web"]})
    received(survey, 7, {"age": "old"})
    (row,) = by_edition(edition(survey), "media").rows
    assert (row.total, row.counts) == (13, (6, 0, 6, 7))


def test_nobody_has_no_trend_and_an_empty_cross(survey: Survey) -> None:
    ours = edition(survey)
    assert trend(ours, "credible").points == ()
    found = cross(ours, "age", "credible")
    assert [(row.total, row.shares) for row in found.rows] == [(0, (None,) * 6)] * 2


def test_a_release_can_freeze_comparisons_and_read_them_back(survey: Survey) -> None:
    for number, hour in enumerate((1, 5, 9)):
        received(
            survey,
            3 + 3 * number,
            {"age": "old", "credible": "5"},
            submitted_at=at(f"2026-03-02T0{hour}:00"),
        )
    Milestone.objects.create(article=survey.article, at=at("2026-03-02T06:00"), text="Un fait")
    ours = edition(survey)
    figures: Mapping[Any, Any] = {
        Cross: cross(ours, "age", "credible"),
        Trend: trend(ours, "credible"),
    }
    for kind, value in figures.items():
        assert thaw(json.loads(json.dumps(freeze(value))), kind) == value


def test_real_answers_are_counted_as_the_results_page_counts_them(survey: Survey) -> None:
    """Through the service: the whole of a cross is the tallies' own figure."""
    for number in range(12):
        make_response(survey, answers={"age": "old", "credible": str(number % 5 + 1)})
    found = cross(edition(survey), "age", "credible")
    assert found.whole
    tallied = Tally.objects.filter(question="age", choice="old")
    assert found.whole.total == sum(tallied.values_list("count", flat=True)) == 12
