"""Many answers at once, for the tests of what is counted over all responses."""

import secrets
from datetime import datetime
from typing import Any

from django.utils import timezone

from polls.models import Edition, Response, Survey, read_edition
from polls.results import tallies
from tests.factories import make_draft, make_question

Answers = dict[str, Any]


def compared_survey() -> Survey:
    """The standard items, an age band and a multiple choice."""
    draft = make_draft()
    make_question(draft, "age", "single", "young old", profile=True)
    make_question(draft, "media", "multiple", "press radio web")
    Survey.objects.update(status="published", published_at=timezone.now())
    return Survey.objects.select_related("article").get()


def received(survey: Survey, times: int, answers: Answers, **values: Any) -> list[Response]:
    """Many responses with the same answers, counted as the service counts them."""
    rows = Response.objects.bulk_create(
        Response(
            survey=survey,
            reader_key=secrets.token_hex(16),
            receipt_hash=secrets.token_hex(16),
            answers=answers,
            language="fr",
            consent_version=1,
            **({"submitted_at": timezone.now()} | values),
        )
        for _ in range(times)
    )
    contribution = tallies.contribution(answers)
    excluded = values.get("excluded", False)
    changes = {key: count * times for key, count in contribution.items()}
    tallies.add(survey.pk, changes, excluded=excluded)
    return rows


def edition(survey: Survey) -> Edition:
    return read_edition(Survey.objects.select_related("article").get(pk=survey.pk))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())
