"""The way in one statement stores what the plain way stores."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from polls.answering import one_statement, services
from polls.answering.keys import identify
from polls.answering.submission import Submission
from polls.models import ModerationEvent, Opinion, Response, Survey, Tally
from polls.moderation.words import listed
from polls.results import tallies
from tests.factories import make_survey

pytestmark = pytest.mark.postgres

SUBMISSIONS = [
    Submission({"credible": "2", "relevant": "none"}),
    Submission({"credible": "2", "media": ["press", "web"], "s1-credible": "5"}),
    Submission({}, "Un texte.\n\n« ' \" \\ % 🎈 »", may_publish=True, show_ratings=True),
    Submission({"credible": "1"}, "Entre nous."),
]
OWN = {"id", "public_id", "reader_key", "receipt_hash", "response_id", "shuffle"}
OWN |= {"submitted_at", "waits_since"}


def rows(model: Any) -> list[dict[str, Any]]:
    """Everything that was stored, but what is each row's own."""
    found = model.objects.order_by("pk").values()
    return [{name: row[name] for name in row.keys() - OWN} for row in found]


def stored(survey: Survey, monkeypatch: pytest.MonkeyPatch, *, one: bool) -> list[Any]:
    Opinion.objects.all().delete()
    Response.objects.all().delete()
    Tally.objects.all().delete()
    if not one:
        monkeypatch.setattr(one_statement, "fits", lambda survey, submission: False)
    for submission in SUBMISSIONS:
        services.submit(survey=survey, submission=submission, identity=identify(survey.pk))
    assert tallies.differences(survey.pk) == {}
    return [rows(Response), rows(Opinion), tallies.read(survey.pk)]


def test_both_ways_store_the_same(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one = stored(survey, monkeypatch, one=True)
    assert in_one == stored(survey, monkeypatch, one=False)
    assert len(in_one[0]) == 4
    assert len(in_one[1]) == 2


def test_it_is_one_query(survey: Survey, django_assert_num_queries: Any) -> None:
    listed()  # kept for some seconds
    with django_assert_num_queries(1):
        services.submit(survey=survey, submission=SUBMISSIONS[2], identity=identify(survey.pk))


def test_an_answer_that_is_known_writes_nothing(survey: Survey) -> None:
    identity = identify(survey.pk)
    services.submit(survey=survey, submission=SUBMISSIONS[0], identity=identity)
    with pytest.raises(services.AlreadyAnswered) as known:
        services.submit(survey=survey, submission=SUBMISSIONS[2], identity=identity)
    assert known.value.same_key
    assert Response.objects.count() == 1
    assert not Opinion.objects.exists()
    assert tallies.differences(survey.pk) == {}


@pytest.mark.parametrize(
    "closed",
    [
        {"status": "draft"},
        {"closes_at": timezone.now() - timedelta(hours=1)},
        {"opens_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_a_survey_that_is_not_open_takes_nothing(survey: Survey, closed: dict[str, Any]) -> None:
    Survey.objects.update(**closed)
    with pytest.raises(services.NotOpen):
        services.submit(survey=survey, submission=SUBMISSIONS[2], identity=identify(survey.pk))
    assert not Response.objects.exists()
    assert not Tally.objects.exists()


def test_a_text_that_is_published_at_once_goes_the_way_that_writes_its_event(db: None) -> None:
    survey = make_survey(moderation="after")
    services.submit(survey=survey, submission=SUBMISSIONS[2], identity=identify(survey.pk))
    assert Opinion.objects.get().status == "published"
    assert ModerationEvent.objects.get().automatic
