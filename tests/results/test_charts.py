import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from polls.models import Edition, Milestone, Survey, read_edition
from polls.results.comparisons.charts import BESIDE, CROWDED, _spread, stacked, tones, trend_picture
from polls.results.comparisons.crosses import Category, Cross, Group, group_of
from polls.results.comparisons.figures import cross_figure, trend_figure
from polls.results.comparisons.pages import Comparisons, comparison_context
from polls.results.comparisons.trends import Mark, Point, Series, Trend
from tests.factories import make_draft, make_question, make_response

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
POINTS = ["1", "2", "3", "4", "5"]


def a_cross(*rows: Group, kind: str = "scale", **values: Any) -> Cross:
    labels = ["Pas du tout", "Peu", "Moyennement", "Assez", "Tout à fait"]
    points = [Category(key, label, int(key)) for key, label in zip(POINTS, labels, strict=True)]
    if kind != "scale":
        points = [replace(point, value=None) for point in points]
    given: dict[str, Any] = {
        "by": "item",
        "rows_key": "age",
        "rows_wording": "Votre âge ?",
        "rows_statement": None,
        "columns_key": "credible",
        "columns_wording": "Crédible ?",
        "columns_statement": None,
        "columns_kind": kind,
        "columns": (*points, Category("none", "Sans opinion", None), Category("", "", None)),
        "rows": rows,
        "whole": None,
        "threshold": 5,
        "at": NOW,
    }
    return Cross(**(given | values))


def a_trend(shares: list[float | None], **values: Any) -> Trend:
    """An hour for each share; None is a hidden hour, a negative one has nobody."""
    given: dict[str, Any] = {
        "item_key": "credible",
        "wording": "Crédible ?",
        "statement": None,
        "kind": "scale",
        "unit": "hour",
        "series": (Series("", ""),),
        "points": tuple(
            Point(NOW + timedelta(hours=hour), None, ())
            if share is None
            else Point(NOW + timedelta(hours=hour), 9 if share >= 0 else 0, (share,) * (share >= 0))
            for hour, share in enumerate(shares)
        ),
        "ends": NOW + timedelta(hours=len(shares)),
        "milestones": (),
        "threshold": 5,
        "at": NOW + timedelta(hours=len(shares)),
    }
    return Trend(**(given | values))


YOUNG = group_of("young", "Jeunes", 100, [10, 20, 30, 0, 20, 15, 5])
OLD = group_of("old", "Âgés", 50, [None, 10, None, 10, 10, 10, 0])
FEW = group_of("few", "Rares", None, [1, 1, 1, 0, 0, 0, 0])


def test_a_row_fills_the_width_with_its_shares_in_order() -> None:
    pieces = stacked(a_cross(YOUNG), YOUNG)
    assert [(piece.tone, piece.x, piece.width) for piece in pieces] == [
        ("no2", 0, 10), ("no1", 10, 20), ("mid", 30, 30), ("yes2", 60, 20), ("apart", 80, 15),
        ("silent", 95, 5),
    ]  # fmt: skip
    assert [piece.has_room for piece in pieces] == [False, True, True, True, True, False]


def test_what_is_hidden_of_a_row_is_one_piece_without_a_share() -> None:
    pieces = stacked(a_cross(OLD), OLD)
    assert sum(piece.width for piece in pieces) == 100
    last = pieces[-1]
    assert (last.tone, last.width, last.share, last.has_room) == ("withheld", 20, None, False)


def test_a_hidden_row_is_not_drawn_and_neither_are_unordered_choices() -> None:
    assert stacked(a_cross(FEW), FEW) == ()
    assert stacked(a_cross(YOUNG, kind="single"), YOUNG) == ()
    assert tones(a_cross(YOUNG))[-2:] == ("apart", "silent")


def test_the_share_above_the_middle_is_of_all_in_the_group() -> None:
    cross = a_cross(YOUNG, OLD, FEW)
    assert [cross.above(row) for row in cross.rows] == [20 / 100, 20 / 50, None]
    hidden = group_of("hidden", "Cachée", 90, [0, 0, 0, 0, None, 86, 0])
    assert cross.above(hidden) is None


def test_a_trend_is_a_line_with_gaps_where_an_hour_is_hidden_or_empty() -> None:
    picture = trend_picture(a_trend([0.5, 1.0, None, 0.25, -1, 0.0, 0.1]))
    assert picture
    (line,) = picture.lines
    assert line.paths == ("71.4,500.0 214.3,0.0", "785.7,1000.0 928.6,900.0")
    assert [(dot.x, dot.y) for dot in line.dots] == [(50, 75)]
    assert [(band.x, band.width) for band in picture.bands] == [(28.57, 14.29)]
    assert (line.letter, line.end.y) == ("", 90)


def test_a_trend_of_which_nothing_is_shown_has_no_picture() -> None:
    assert trend_picture(a_trend([None, None])) is None
    assert trend_picture(a_trend([])) is None


def test_several_lines_have_letters_and_patterns_of_their_own() -> None:
    series = (Series("a", "Presse"), Series("b", "Radio"))
    points = (Point(NOW, 9, (0.5, 0.5)), Point(NOW + timedelta(hours=1), 9, (0.5, 0.49)))
    picture = trend_picture(a_trend([0, 0], series=series, points=points))
    assert picture
    assert [(line.letter, line.style) for line in picture.lines] == [("A", 0), ("B", 1)]
    ends = [line.end.y for line in picture.lines]
    assert ends[1] - ends[0] >= BESIDE


@pytest.mark.parametrize("heights", [[100, 100, 100, 100], [0, 0, 0], [50, 55, 90, 99], [3]])
def test_letters_are_moved_apart_and_stay_on_the_plot(heights: list[float]) -> None:
    placed = sorted(_spread(heights))
    assert all(b - a >= BESIDE - 0.01 for a, b in pairwise(placed))
    assert 0 <= placed[0] <= placed[-1] <= 100


def test_events_stand_at_their_moment_and_crowded_numbers_on_levels() -> None:
    marks = tuple(Mark(NOW + timedelta(minutes=m), "event", "Fait") for m in (60, 61, 62, 200))
    picture = trend_picture(a_trend([0.1] * 4, milestones=marks))
    assert picture
    assert [flag.number for flag in picture.flags] == [1, 2, 3, 4]
    assert picture.flags[0].x == 25
    assert picture.flags[3].x - picture.flags[2].x > CROWDED
    assert [flag.level for flag in picture.flags] == [0, 1, 2, 0]


def drawn(template: str, figure: object, language: str = "fr") -> str:
    with override(language):
        return render_to_string(f"polls/results/{template}.html", {"figure": figure, "level": 3})


def test_an_hour_that_was_not_over_is_drawn_apart_and_left_out_of_the_sentence() -> None:
    early = a_trend([0.5, 0.4, 0.9], at=NOW + timedelta(hours=2, minutes=30))
    picture = trend_picture(early)
    assert picture
    (line,) = picture.lines
    assert line.paths == ("166.7,500.0 500.0,600.0",)
    assert line.tail == "500.0,600.0 833.3,100.0"
    with override("en"):
        figure = trend_figure(early)
    assert "50%" in figure.sentence
    assert "90%" not in figure.sentence
    assert "line tail" in drawn("_trend", figure, "en")


def test_a_cross_has_sentence_picture_and_table() -> None:
    whole = group_of("", "", 155, [None] * 5 + [25, 5])
    with override("en"):
        figure = cross_figure(a_cross(YOUNG, replace(OLD, key=""), FEW, whole=whole))
    html = drawn("_cross", figure, "en")
    assert figure.sentence == "Too few answers to compare."
    assert html.count("<svg") == 3  # the hidden row has none
    assert html.count("<tr") == 5
    assert 'Rares</th><td><span aria-hidden="true">…' in html
    assert "Did not answer" in html
    assert "fewer than 5" in html
    assert 'x="10.00%"' in html


def test_the_sentence_tells_the_widest_difference() -> None:
    old = group_of("old", "Âgés", 60, [10, 10, 0, 0, 30, 5, 5])
    with override("en"):
        assert cross_figure(a_cross(YOUNG, old)).sentence == (
            "Of all in a group, between 20% (Jeunes) and 50% (Âgés) answer above the middle of the"
            " scale."
        )
        assert cross_figure(a_cross(YOUNG, replace(YOUNG, label="Autres"))).sentence == (
            "In every group shown 20% of all answer above the middle of the scale."
        )
        assert cross_figure(a_cross(YOUNG, old, kind="single")).sentence == (
            "“Tout à fait” is the answer of between 20% (Jeunes) and 50% (Âgés) of a group."
        )


def test_those_who_did_not_answer_are_no_group_to_compare_with() -> None:
    old = group_of("old", "Âgés", 60, [10, 10, 0, 0, 30, 5, 5])
    silent = group_of("", "", 90, [0, 0, 0, 0, 1, 0, 89])
    with override("en"):
        told = cross_figure(a_cross(YOUNG, old, silent)).sentence
    assert "20% (Jeunes)" in told
    assert "50% (Âgés)" in told


def test_unordered_choices_are_labelled_bars() -> None:
    html = drawn("_cross", cross_figure(a_cross(YOUNG, OLD, kind="single")))
    assert html.count('svg class="bars option"') == 14
    assert "swatch" not in html


def test_a_trend_has_sentence_picture_list_of_events_and_table() -> None:
    marks = (
        Mark(NOW + timedelta(minutes=90), "correction", "Une date <fausse>"),
        Mark(NOW + timedelta(minutes=99), "event", "Un vote"),
    )
    with override("en"):
        figure = trend_figure(a_trend([0.5, None, -1, 0.25], milestones=marks))
    html = drawn("_trend", figure, "en")
    assert figure.sentence == (
        "By the hour, between 25% (2 Mar, 2 p.m.) and 50% (2 Mar, 11 a.m.) of those with an opinion"
        " are above the middle of the scale."
    )
    assert html.count('<line class="flag') == 2
    assert "<b>Correction of the article</b> · Une date &lt;fausse&gt;" in html
    assert html.count("<tr>") == 5
    assert "not shown</td>" in html
    assert html.count("<circle") == 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_in_svg_have_points_and_ids_are_unique(language: str) -> None:
    with override(language):
        html = drawn("_trend", trend_figure(a_trend([0.123, 0.4567])), language)
        html += drawn("_cross", cross_figure(a_cross(YOUNG, OLD)), language)
    assert not re.search(r'(x|y|x1|x2|cx|cy|width)="[^"]*\d,\d+%', html)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2


@pytest.fixture
def edition(db: None) -> Edition:
    draft = make_draft()
    make_question(draft, "age", "single", "young old", profile=True)
    Survey.objects.update(status="published", published_at=timezone.now())
    for _ in range(6):
        make_response(draft, answers={"age": "old", "credible": "5"})
    return read_edition(Survey.objects.select_related("article").get())


def page(edition: Edition, **picked: str) -> Comparisons:
    found: Comparisons = comparison_context(edition, picked)["comparisons"]
    return found


def test_nothing_is_counted_where_nothing_is_picked(
    edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        found = page(edition)
    assert (found.cross, found.trend, found.problem) == (None, None, "")
    assert [item.key for item in found.offered if "credible" in item.key] == [
        "credible", "s1-credible",
    ]  # fmt: skip


def test_what_is_picked_is_drawn(edition: Edition) -> None:
    Milestone.objects.create(article=edition.article, at=timezone.now(), text="Un vote")
    found = page(edition, rows="age", columns="credible", item="credible")
    assert found.cross
    assert found.trend
    assert (found.channels, found.editions) == (None, None)  # there is one of each
    html = render_to_string("polls/results/_comparisons.html", {"comparisons": found})
    assert html.count("<figure") == 2
    assert html.count(" selected") == 3
    assert "Un vote" in html


@pytest.mark.parametrize(
    "picked",
    [
        {"rows": "nothing", "columns": "credible"},
        {"rows": "age"},
        {"columns": "age"},
        {"rows": "age", "columns": "age"},
        {"item": "opinion"},
        {"item": "<b>"},
    ],
)
def test_a_bad_pick_is_told_and_counts_nothing(
    edition: Edition, picked: dict[str, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        found = page(edition, **picked)
    assert found.problem
    html = render_to_string("polls/results/_comparisons.html", {"comparisons": found})
    assert 'role="alert"' in html
    assert "<b>" not in html
    assert "<figure" not in html
