"""What is public: the published texts and nothing beside them, and the figures in every format."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from polls.answering import erasing
from polls.answering.services import change, withdraw
from polls.answering.submission import Submission
from polls.exports import figures, public
from polls.exports.filters import Filter, Unfit
from polls.exports.orders import Order
from polls.models import ModerationEvent, Opinion, Response, Survey
from polls.moderation.services import decide
from tests.exports.public_files import everything, written
from tests.factories import make_opinion, make_response, make_staff, make_survey

TEXT = "Mon avis à moi"
Action = ModerationEvent.Action


def decided(opinion: Opinion, action: str) -> None:
    opinion.refresh_from_db()
    rule = opinion.survey.rules.get(key="privacy")
    versions = {opinion.pk: opinion.version}
    moderator = make_staff("moderator")
    assert decide(versions=versions, action=action, moderator=moderator, rule=rule).decided


def erased(opinion: Opinion) -> None:
    closed = timezone.now() - timedelta(days=400)
    Survey.objects.filter(pk=opinion.survey_id).update(closes_at=closed)
    erasing.erase_batch(survey=opinion.survey_id, now=timezone.now())


def changed(opinion: Opinion, text: str, *, may_publish: bool = True) -> None:
    assert opinion.response
    change(response=opinion.response, submission=Submission({}, text, may_publish=may_publish))


def taken_back(opinion: Opinion) -> None:
    assert opinion.response
    withdraw(response=opinion.response)


GONE: dict[str, Callable[[Opinion], None]] = {
    "rejected": lambda opinion: decided(opinion, Action.REJECT),
    "held": lambda opinion: decided(opinion, Action.HOLD),
    "withdrawn": taken_back,
    "text removed": lambda opinion: changed(opinion, ""),
    "text changed": lambda opinion: changed(opinion, "Autre chose"),
    "consent taken back": lambda opinion: changed(opinion, TEXT, may_publish=False),
    "erased": erased,
}
MODERATION = pytest.mark.parametrize("moderation", ["before", "after"])


def texts(survey: Survey) -> list[Any]:
    return [text for [text] in Order(survey, "opinions").table().rows]


@MODERATION
@pytest.mark.parametrize("way", GONE)
def test_a_text_that_readers_no_longer_see_is_in_no_public_file(
    db: None, moderation: str, way: str, tmp_path: Path
) -> None:
    survey = make_survey(moderation=moderation)
    opinion = make_opinion(survey, TEXT)
    if moderation == "before":
        assert not any(TEXT in file for file in everything(survey, tmp_path))
        decided(opinion, Action.PUBLISH)
    assert texts(survey) == [TEXT]
    GONE[way](opinion)
    assert not any(TEXT in file for file in everything(survey, tmp_path))


@MODERATION
@pytest.mark.parametrize("action", [Action.REJECT, Action.HOLD])
def test_a_text_that_was_never_published_is_in_no_public_file(
    db: None, moderation: str, action: str, tmp_path: Path
) -> None:
    survey = make_survey(moderation=moderation)
    make_opinion(survey, f"{TEXT}, en privé", may_publish=False)
    Survey.objects.update(moderation="before")
    survey.refresh_from_db()
    waiting = make_opinion(survey, TEXT)
    assert not any(TEXT in file for file in everything(survey, tmp_path))
    decided(waiting, action)
    assert not any(TEXT in file for file in everything(survey, tmp_path))


@MODERATION
def test_a_published_text_is_there_once_and_with_nothing_beside_it(
    db: None, moderation: str, tmp_path: Path
) -> None:
    survey = make_survey(moderation=moderation)
    opinion = make_opinion(survey, TEXT, show_ratings=True)
    if moderation == "before":
        decided(opinion, Action.PUBLISH)
    lines = written(survey, tmp_path, "opinions", "csv").read_text("utf-8-sig").splitlines()
    assert lines == ["opinion", TEXT]
    [line] = written(survey, tmp_path, "opinions", "jsonl").read_text().splitlines()
    assert json.loads(line) == {"opinion": TEXT}
    assert sum(TEXT in file for file in everything(survey, tmp_path)) == 3  # and typed


def test_the_database_itself_keeps_a_text_without_consent_unpublished(survey: Survey) -> None:
    make_opinion(survey, TEXT, may_publish=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.update(status="published")


def test_nothing_of_a_response_is_in_any_public_file(db: None, tmp_path: Path) -> None:
    survey = make_survey(moderation="after")
    response = make_response(survey, TEXT, show_ratings=True)
    opinion = Opinion.objects.get(response=response)
    at = datetime(2019, 8, 7, 6, 5, 4, tzinfo=UTC)
    Response.objects.update(submitted_at=at, changed_at=at)
    Opinion.objects.update(submitted_at=at, waits_since=at)
    secrets = [
        str(response.public_id), response.reader_key, response.receipt_hash,
        str(opinion.public_id), str(opinion.shuffle), "2019", "06:05",
    ]  # fmt: skip
    said = " ".join(everything(survey, tmp_path))
    assert [secret for secret in secrets if secret in said] == []


def test_the_order_of_the_texts_is_not_the_one_they_came_in(db: None) -> None:
    survey = make_survey(moderation="after")
    came = [f"Avis numéro {number}" for number in range(12)]
    for text in came:
        make_opinion(survey, text)
    found = texts(survey)
    assert sorted(found) == sorted(came)
    # By chance once in 12! = 479,001,600 runs.
    assert found != came


def test_the_texts_are_read_from_their_table_alone(survey: Survey) -> None:
    make_opinion(survey, TEXT)
    with CaptureQueriesContext(connection) as captured:
        texts(survey)
    asked = [query["sql"] for query in captured if "polls_opinion" in query["sql"]]
    assert len(asked) == 1
    assert re.search(r'SELECT "polls_opinion"."text"( AS "text")? FROM', asked[0])
    assert not any("polls_response" in query["sql"] for query in captured)


def test_the_figures_only_ever_count_responses(survey: Survey) -> None:
    make_response(survey)
    for chosen in (Filter(), Filter(channels=("page",))):
        with CaptureQueriesContext(connection) as captured:
            list(Order(survey, "figures", chosen=chosen).table().rows)
        asked = [query["sql"] for query in captured if '"polls_response"' in query["sql"]]
        assert bool(asked) == bool(chosen.channels)
        for sql in asked:
            assert "COUNT(*)" in sql
            assert " GROUP BY " in sql
            assert "public_id" not in sql


@pytest.mark.parametrize("module", [public, figures])
def test_a_public_module_has_no_responses_at_hand(module: Any) -> None:
    """The rest is a contract of import-linter, which doesn't see what a package hands on."""
    assert not any(value is Response for value in vars(module).values())


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Filter(since=date(2026, 1, 1)), "release"),
        (Filter(until=date(2026, 1, 1)), "release"),
        (Filter(states=("published",)), "state of a text"),
    ],
)
def test_figures_take_no_filter_that_would_tell_of_a_few(
    survey: Survey, chosen: Filter, why: str
) -> None:
    with override("en"), pytest.raises(Unfit, match=why):
        Order(survey, "figures", chosen=chosen)


@pytest.mark.parametrize(
    "chosen",
    [Filter(channels=("page",)), Filter(adjusted=True), Filter(states=("published",))],
)
def test_texts_take_no_filter(survey: Survey, chosen: Filter) -> None:
    with override("en"), pytest.raises(Unfit, match="alone"):
        Order(survey, "opinions", chosen=chosen)
