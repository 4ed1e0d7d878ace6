"""What comparisons count in SQL: the answers of those who count, one GROUP BY at a time."""

import json
from typing import Any

from django.db.models import Func, QuerySet, TextField

from polls.models import Edition, Item, Response

from ..erasure import Erased

NOT_ANSWERED = ""
"""Stands where a choice's key would: no choice has an empty one."""


class Given(Func):
    """The answer to one item as text: a choice's key, a JSON array of keys, or NULL.

    (Django's own KeyTextTransform takes a key such as "2024" for a place in an array.)
    """

    output_field = TextField()

    def __init__(self, key: str) -> None:
        super().__init__("answers")
        self.key = key

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"({column} ->> %s)", (*params, self.key)
        return f"JSON_EXTRACT({column}, %s)", (*params, f'$."{self.key}"')


def counted_responses(edition: Edition) -> QuerySet[Response]:
    """Those that stand and were not set aside: what every figure of a comparison is made of.

    Raises Erased where the answers were deleted after their time. (Whoever compares asks before
    whether that has begun: `erased_since`.)
    """
    if edition.survey.erased_at:
        raise Erased(edition.survey.erased_at)
    found = Response.objects.standing().filter(survey=edition.survey, excluded=False)
    return found.order_by()


def counted_item(edition: Edition, key: str) -> Item:
    """The item with this key. Raises KeyError where there is none, ValueError for a free text."""
    found = next((item for item in edition.questionnaire.items if item.key == key), None)
    if found is None:
        raise KeyError(f"no item has the key {key!r}")
    if found.is_text:
        raise ValueError(f"{key!r} is a free text: it has no counts to compare")
    return found


def chosen(item: Item, given: str | None) -> tuple[str, ...]:
    """The keys that an answer as text chooses, each once; NOT_ANSWERED where it chooses none."""
    if not given:
        return (NOT_ANSWERED,)
    if not item.is_multiple:
        return (given,)
    return tuple(dict.fromkeys(json.loads(given))) or (NOT_ANSWERED,)
