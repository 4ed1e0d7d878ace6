"""The newsroom's transparency report: who may read it, what is asked for, its table."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from polls.models import ModerationEvent, ModerationRule, Survey
from polls.moderation.services import Action, decide
from polls.moderation.transparency import periods
from tests.admin.conftest import signed_in
from tests.factories import make_article, make_opinion, make_staff, make_survey

PATH = "/admin/polls/moderationevent/transparency/"


def rejected(survey: Survey, number: int = 1, answer: str = "2") -> None:
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    moderator = make_staff("moderator")
    answers = {"credible": answer, "relevant": "4"}
    versions = {make_opinion(survey, answers=answers).pk: 1 for _ in range(number)}
    decide(versions=versions, action=Action.REJECT, moderator=moderator, rule=rule)


def running(client: Client, query: str = "") -> str:
    """The page of the running month."""
    key = periods.month_of(timezone.localdate()).key
    response = client.get(f"{PATH}?period={key}{query}", headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", ["moderator", "editor", "administrator"])
def test_the_three_roles_read_it(survey: Survey, role: str) -> None:
    client = signed_in(role)
    for path in (PATH, f"{PATH}csv/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
    assert PATH in client.get("/admin/").content.decode()


def test_others_do_not(survey: Survey, client: Client) -> None:
    for path in (PATH, f"{PATH}csv/"):
        assert client.get(path).status_code == 302
        assert signed_in().get(path).status_code == 403
        assert signed_in("administrator").post(path).status_code == 405


def test_the_newest_quarter_that_is_over_is_shown_first_unless_nothing_was_done_in_it(
    survey: Survey,
) -> None:
    today, editor = timezone.localdate(), signed_in("editor")
    last = periods.last_quarter(today)
    running = periods.quarter_of(today)
    assert editor.get(PATH).context["report"].period.key == running.key
    ModerationEvent.objects.create(
        opinion=make_opinion(survey), at=last.since, action="hold", before="pending", after="held"
    )
    assert editor.get(PATH).context["report"].period.key == last.key


def test_what_is_asked_for_is_shown(survey: Survey) -> None:
    rejected(survey, 3)
    page = running(signed_in("moderator"))
    assert "3 texts were received." in page
    assert "3 rejections and removals." in page
    assert "It still runs" in page


def test_two_days_go_before_the_period(survey: Survey) -> None:
    answer = signed_in("moderator").get(f"{PATH}?period=2026&first=2026-02-03&last=2026-02-01")
    assert answer.context["report"].period.key == "2026-02-01..2026-02-03"


@pytest.mark.parametrize(
    "query",
    [
        "period=nonsense",
        "first=2026-02-03",
        "first=0001-01-01&last=9999-12-31",
        "first=%00&last=2026-01-01",
        "survey=999999",
        "survey=%00",
        "period=9999",
    ],
)
def test_a_wrong_question_shows_the_usual_period(survey: Survey, query: str) -> None:
    key = periods.quarter_of(timezone.localdate()).key
    client = signed_in("moderator")
    assert client.get(f"{PATH}?{query}").context["report"].period.key == key
    assert client.get(f"{PATH}csv/?{query}").status_code == 200


def test_one_survey_has_its_fairness(survey: Survey) -> None:
    rejected(survey, 6, "1")
    client = signed_in("moderator")
    assert "Choose a survey above" in running(client)
    page = running(client, f"&survey={survey.pk}")
    assert "Low on the scale" in page
    assert "Low and high can’t be compared" in page


def test_a_hidden_group_is_in_no_column_of_the_table(survey: Survey) -> None:
    rejected(survey, 4, "1")
    rejected(survey, 9, "5")
    key = periods.month_of(timezone.localdate()).key
    answer = signed_in("moderator").get(f"{PATH}csv/?period={key}&survey={survey.pk}")
    lines = answer.content.decode().splitlines()
    of = {",".join(line.split(",")[4:6]): line for line in lines if "fairness." in line}
    assert of["fairness.credibility,low.decided"].endswith(",,count")
    assert of["fairness.credibility,high.decided"].endswith(",,count")
    assert of["fairness.credibility,middle.decided"].endswith(",0,count")
    assert all(f"{survey.article.slug}/1" in line for line in of.values())


def test_no_name_of_the_newsroom_is_in_it(survey: Survey) -> None:
    rejected(survey, 2)
    name = ModerationEvent.objects.first().actor_name  # type: ignore[union-attr]
    client = signed_in("editor")
    key = periods.month_of(timezone.localdate()).key
    assert name not in running(client, f"&survey={survey.pk}")
    assert name not in client.get(f"{PATH}csv/?period={key}").content.decode()


def test_its_queries_do_not_grow(survey: Survey, django_assert_max_num_queries: Any) -> None:
    client = signed_in("moderator")
    rejected(survey, 1)
    with django_assert_max_num_queries(60) as few:
        running(client, f"&survey={survey.pk}")
    rejected(survey, 8)
    for number in range(3):
        rejected(make_survey(make_article(f"autre-{number}")), 2)
    with django_assert_max_num_queries(len(few)):
        running(client, f"&survey={survey.pk}")
