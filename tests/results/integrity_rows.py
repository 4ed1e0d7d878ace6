"""Rows for the tests of the integrity rules, written as they would stand after a day."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from polls.models import Answers, Response, Survey

NOON = datetime(2025, 1, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(survey: Survey, at: datetime = NOON, **values: Any) -> Response:
    """A response that isn't stored yet, from a network of its own."""
    key = secrets.token_hex(16)
    defaults: dict[str, Any] = {
        "answers": {"credible": "2", "relevant": "4"},
        "network_key": key,
        "network_block": key,
    }
    return Response(
        survey=survey,
        reader_key=key,
        receipt_hash=key,
        language="fr",
        consent_version=1,
        submitted_at=at,
        **(defaults | values),
    )


def store(rows: Sequence[Response]) -> list[int]:
    """Their ids. (No tallies: rules don't look at them.)"""
    return [response.pk for response in Response.objects.bulk_create(rows)]


def every(survey: Survey, number: int, gap: timedelta, **values: Any) -> list[int]:
    """`number` responses, one every `gap` from noon on."""
    start = values.pop("at", NOON)
    return store([row(survey, start + index * gap, **values) for index in range(number)])


def points(*given: int) -> Answers:
    """Answers to items a, b, c…"""
    return {chr(ord("a") + index): str(point) for index, point in enumerate(given)}
