"""The editor's dashboard: what needs somebody first, and every figure of a survey."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Blackout, FlagGroup, Opinion, Survey
from polls.results.releases.services import publish_release
from tests.admin.conftest import signed_in
from tests.factories import make_draft, make_opinion, make_response, make_survey


def shown(client: Client, survey: Survey, query: str = "") -> str:
    response = client.get(f"/admin/polls/survey/{survey.pk}/dashboard/{query}")
    assert response.status_code == 200
    return response.content.decode()


def lines(client: Client, survey: Survey) -> list[Any]:
    found = client.get(f"/admin/polls/survey/{survey.pk}/dashboard/").context["attention"]
    return [(line.text, line.urgent) for line in found]


def test_a_survey_at_rest_needs_nobody(survey: Survey, editor: Client) -> None:
    make_response(survey)
    assert lines(editor, survey) == []


def test_a_text_that_waits_is_named_with_its_age(survey: Survey, editor: Client) -> None:
    make_opinion(survey)
    [(text, urgent)] = lines(editor, survey)
    assert text.startswith("1\u00a0")
    assert not urgent
    Opinion.objects.update(submitted_at=timezone.now() - timedelta(days=3))
    [(text, urgent)] = lines(editor, survey)
    assert "3\u00a0jours" in text
    assert urgent


def test_a_text_of_another_survey_is_not_counted(survey: Survey, editor: Client) -> None:
    make_opinion(make_survey(survey.article, edition=2))
    assert lines(editor, survey) == []


def test_flags_a_closing_and_a_blackout_stand_first(survey: Survey, editor: Client) -> None:
    now = timezone.now()
    make_opinion(survey)
    FlagGroup.objects.create(
        survey=survey, rule="burst", version=1, key="k", score=9, threshold=5, size=7,
        first_at=now, last_at=now,
    )  # fmt: skip
    Survey.objects.update(closes_at=now + timedelta(hours=5))
    hour = timedelta(hours=1)
    Blackout.objects.create(survey=survey, starts_at=now - hour, ends_at=now + hour, reason="Vote")
    forget()
    found = lines(editor, survey)
    assert [urgent for _text, urgent in found] == [True, True, True, False]
    assert any("Vote" in text for text, _urgent in found)


def test_counts_that_changed_since_the_last_release_are_named(
    survey: Survey, editor: Client
) -> None:
    make_response(survey)
    publish_release(survey=survey, by=None, title="Ce que vous répondez")
    assert lines(editor, survey) == []
    make_response(survey)
    [(text, _urgent)] = lines(editor, survey)
    assert "1" in text
    assert "2" in text


def test_it_shows_what_readers_may_not_see(editor: Client) -> None:
    survey = make_survey(results="staff", results_from=100)
    make_response(survey)
    assert "Tout à fait crédibles" in shown(editor, survey)


def test_a_draft_has_an_empty_one(editor: Client) -> None:
    assert "scenario" in shown(editor, make_draft())


def test_any_two_items_are_crossed_on_it(survey: Survey, editor: Client) -> None:
    for _ in range(20):
        make_response(survey)
    page = shown(editor, survey, "?rows=credible&columns=relevant")
    assert page.count('class="item cross"') or "cross" in page


@pytest.mark.parametrize("query", ["?rows=nothing&columns=%00", "?item=opinion", "?rows=credible"])
def test_a_wrong_question_is_answered_in_words(survey: Survey, editor: Client, query: str) -> None:
    make_response(survey)
    shown(editor, survey, query)


def test_its_queries_do_not_grow_with_the_answers(
    survey: Survey, editor: Client, django_assert_max_num_queries: Any
) -> None:
    make_opinion(survey)
    with django_assert_max_num_queries(60) as few:
        shown(editor, survey)
    for _ in range(20):
        make_opinion(survey)
    with django_assert_max_num_queries(len(few)):
        shown(editor, survey)


def test_a_moderator_may_look_and_not_release(survey: Survey) -> None:
    make_response(survey)
    client = signed_in("moderator")
    assert f"/admin/polls/survey/{survey.pk}/release/" not in shown(client, survey)
    path = f"/admin/polls/survey/{survey.pk}/release/"
    assert client.get(path).status_code == 403
    assert client.post(path, {"title": "Mon titre"}).status_code == 403
