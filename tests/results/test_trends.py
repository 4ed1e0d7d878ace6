"""One item over time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from polls.models import Milestone, Survey
from polls.results.comparisons.crossing import Trend, trend
from polls.results.comparisons.trends import starts, unit_of
from tests.factories import make_article, make_question
from tests.results.answers import at, compared_survey, edition, received


@pytest.fixture
def survey(db: None) -> Survey:
    return compared_survey()


def points(found: Trend) -> dict[str, tuple[int | None, tuple[float, ...]]]:
    return {
        timezone.localtime(point.start).strftime("%d.%m. %Hh%z"): (point.n, point.shares)
        for point in found.points
    }


def test_a_trend_by_the_hour_is_of_those_with_an_opinion(survey: Survey) -> None:
    received(survey, 6, {"credible": "5"}, submitted_at=at("2026-03-02T10:05"))
    received(survey, 2, {"credible": "3"}, submitted_at=at("2026-03-02T10:59"))
    received(survey, 9, {"credible": "none"}, submitted_at=at("2026-03-02T10:59"))
    received(survey, 9, {"relevant": "1"}, submitted_at=at("2026-03-02T10:59"))
    received(survey, 5, {"credible": "2"}, submitted_at=at("2026-03-02T12:00"))
    found = trend(edition(survey), "credible")
    assert found.unit == "hour"
    assert points(found) == {
        "02.03. 10h+0100": (8, (0.75,)),
        "02.03. 11h+0100": (0, ()),
        "02.03. 12h+0100": (5, (0.0,)),
    }
    assert found.ends == at("2026-03-02T13:00")


def test_a_small_hour_is_hidden_with_the_next_smallest(survey: Survey) -> None:
    for hour, times in ((10, 30), (11, 4), (12, 9), (13, 20)):
        received(survey, times, {"credible": "5"}, submitted_at=at(f"2026-03-02T{hour}:30"))
    found = trend(edition(survey), "credible")
    assert [(point.n, point.shares) for point in found.points] == [
        (30, (1.0,)), (None, ()), (None, ()), (20, (1.0,)),
    ]  # fmt: skip
    assert found.is_hiding


def test_the_hour_that_autumn_has_twice_is_two_hours(survey: Survey) -> None:
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2.30 in Paris, and an hour later again
    for hour in range(3):
        at_ = night + timedelta(hours=hour)
        received(survey, 5 + hour, {"credible": "5"}, submitted_at=at_)
    assert {
        when: n for when, (n, _shares) in points(trend(edition(survey), "credible")).items()
    } == {
        "25.10. 02h+0200": 5,
        "25.10. 02h+0100": 6,
        "25.10. 03h+0100": 7,
    }


@pytest.mark.parametrize(
    ("first", "last", "unit", "count"),
    [
        ("2026-03-28T23:30", "2026-03-31T23:30", "day", 4),  # the clock goes forward on the 29th
        ("2026-10-24T00:00", "2026-10-27T23:59", "day", 4),  # and back on 25 October
        ("2026-03-26T12:00", "2026-11-05T12:00", "week", 33),
        ("2026-03-28T23:30", "2026-03-29T04:10", "hour", 5),
    ],
)
def test_days_and_weeks_are_those_of_the_sites_clock(
    survey: Survey, first: str, last: str, unit: str, count: int
) -> None:
    begin, end = at(first), at(last)
    if unit != "day":
        assert unit_of(begin, end) == unit
    moments = starts(begin, end, unit)
    assert len(moments) == count + 1
    assert moments[0] <= begin < moments[1]
    assert moments[-2] <= end < moments[-1]
    if unit != "hour":
        local = [timezone.localtime(moment) for moment in moments]
        assert {(moment.hour, moment.minute) for moment in local} == {(0, 0)}
        assert unit == "day" or {moment.weekday() for moment in local} == {0}


@pytest.mark.parametrize("unit", ["day", "week"])
def test_every_answer_finds_its_day_or_week(survey: Survey, unit: str) -> None:
    begin = at("2026-03-20T00:00") if unit == "day" else at("2026-01-01T12:00")
    step = timedelta(hours=23) if unit == "day" else timedelta(days=6)
    for number in range(40):
        received(survey, 5, {"credible": "5"}, submitted_at=begin + number * step)
    found = trend(edition(survey), "credible")
    assert found.unit == unit
    assert sum(point.n or 0 for point in found.points) == 200


def test_a_choice_has_a_line_for_each_of_the_most_frequent_options(survey: Survey) -> None:
    make_question(survey, "colour", "single", "red green blue white black grey")
    for times, word in ((5, "red"), (9, "green"), (1, "blue"), (8, "white"), (7, "black")):
        received(survey, times, {"colour": word})
    found = trend(edition(survey), "colour")
    assert [series.label for series in found.series] == ["Red", "Green", "White", "Black"]
    assert found.points[0].shares == (5 / 30, 9 / 30, 8 / 30, 7 / 30)


def test_a_trend_counts_a_multiple_choice_on_those_who_answered(survey: Survey) -> None:
    received(survey, 6, {"media": ["press", "web"]})
    received(survey, 4, {"media": ["web"]})
    received(survey, 9, {"media": []})
    found = trend(edition(survey), "media")
    assert [series.key for series in found.series] == ["press", "web"]
    assert [(point.n, point.shares) for point in found.points] == [(10, (0.6, 1.0))]


def test_a_trend_marks_events_within_its_time_without_waiting_for_a_step(survey: Survey) -> None:
    received(survey, 5, {"credible": "5"}, submitted_at=at("2026-03-02T10:05"))
    received(survey, 5, {"credible": "5"}, submitted_at=at("2026-03-02T12:05"))
    ours = edition(survey)
    assert trend(ours, "credible").milestones == ()
    for when, kind in (("12:59", "correction"), ("10:00", "event"), ("13:00", "event")):
        Milestone.objects.create(
            article=survey.article, at=at(f"2026-03-02T{when}"), kind=kind, text=when
        )
    other = make_article("autre")
    Milestone.objects.create(article=other, at=at("2026-03-02T11:00"), text="autre")
    found = trend(ours, "credible").milestones
    assert [(mark.text, mark.kind) for mark in found] == [
        ("10:00", "event"),
        ("12:59", "correction"),
    ]
