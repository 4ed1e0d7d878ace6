"""Readers' answers beside the statements in the article."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from polls.answering import views
from polls.answering.pages import Rendered, rendered_article
from polls.lib.caching import forget
from polls.models import Blackout, Edition, Survey
from polls.results.grid import FEWEST
from tests.factories import make_response, make_survey
from tests.reader import Reader

NOTE = 'class="heard"'


def article() -> str:
    return Reader().get("/articles/pont/").content.decode()


def answered(survey: Survey, number: int = FEWEST) -> None:
    for _ in range(number):
        make_response(survey, answers={"s1-credible": "2", "s1-relevant": "none"})
    forget()


def test_a_statement_carries_its_readers_answers_with_their_date_and_never_a_verdict(
    survey: Survey,
) -> None:
    answered(survey)
    page = article()
    assert page.count(NOTE) == 1
    assert "100\u202f%" in page.split(NOTE)[1]
    assert "/articles/pont/results/#statement-1" in page
    assert "verdict" not in page.lower()


def test_an_item_with_too_few_opinions_is_not_shown(survey: Survey) -> None:
    answered(survey, FEWEST - 1)
    assert NOTE not in article()


@pytest.mark.parametrize("rule", ["after_answering", "after_closing", "staff"])
def test_where_results_are_not_public_to_all_the_article_shows_none(db: None, rule: str) -> None:
    survey = make_survey(results=rule)
    answered(survey)
    assert NOTE not in article()


def test_a_blackout_takes_them_from_the_article_at_once(survey: Survey) -> None:
    answered(survey)
    assert NOTE in article()
    now = timezone.now()
    Blackout.objects.create(survey=survey, starts_at=now, ends_at=now + timedelta(hours=1))
    forget()
    assert NOTE not in article()


def test_the_page_and_its_tag_stay_while_the_snapshot_does(survey: Survey) -> None:
    answered(survey)
    before = Reader().get("/articles/pont/")
    for _ in range(3):
        make_response(survey, answers={"s1-credible": "5"})
    assert Reader().get("/articles/pont/").headers["ETag"] == before.headers["ETag"]
    forget()
    assert Reader().get("/articles/pont/").headers["ETag"] != before.headers["ETag"]


def test_a_new_snapshot_with_the_same_counts_is_the_same_page(survey: Survey) -> None:
    answered(survey)
    before = Reader().get("/articles/pont/")
    forget()
    assert Reader().get("/articles/pont/").headers["ETag"] == before.headers["ETag"]


def test_without_the_database_the_article_is_served_as_it_was(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("could not connect to server")

    answered(survey)
    before = Reader().get("/articles/pont/")
    monkeypatch.setattr("polls.results.snapshots.results", away)
    monkeypatch.setattr(type(Survey.objects.all()), "current", away)
    forget()
    assert Reader().get("/articles/pont/").content == before.content


def test_no_cache_keeps_the_answers_into_a_blackout(survey: Survey) -> None:
    plain = Reader().get("/articles/pont/").headers["Cache-Control"]
    assert "stale-while-revalidate" in plain
    answered(survey)
    assert Reader().get("/articles/pont/").headers["Cache-Control"] == "public, max-age=60"
    soon = timezone.now() + timedelta(seconds=20)
    Blackout.objects.create(survey=survey, starts_at=soon, ends_at=soon + timedelta(days=1))
    forget()
    kept = Reader().get("/articles/pont/").headers["Cache-Control"]
    assert 10 < int(kept.removeprefix("public, max-age=")) <= 20


def test_a_blackout_that_begins_while_the_page_is_made_is_not_missed(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(edition: Edition) -> Rendered:
        page = rendered_article(edition)
        now = timezone.now()
        window = Blackout(starts_at=now, ends_at=now + timedelta(days=1))
        object.__setattr__(edition, "blackouts", (window,))
        return page

    answered(survey)
    monkeypatch.setattr(views, "rendered_article", made)
    answer = Reader().get("/articles/pont/")
    assert NOTE in answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, max-age=0"
