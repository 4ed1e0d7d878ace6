"""What the weighted scenario reads: the audience's shares, and answers by the readers' profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Count, Expression, TextField, Value

from polls.models import AudienceShare, Edition, Item

from ..comparisons.grouping import NOT_ANSWERED, Given, chosen, counted_responses

Shares: TypeAlias = Mapping[str, Mapping[str, float]]
"""Percent of the audience, by the keys of a question and of its choice."""
Profile: TypeAlias = tuple[str | None, ...]
"""What a reader answered to each profile item, in their order; None where nothing."""

EVERYBODY = ""


@dataclass(frozen=True)
class Group:
    """`count` readers of one profile who chose the same of one item."""

    profile: Profile
    chosen: tuple[str, ...]
    count: int


def audience_shares(survey_id: int) -> dict[str, dict[str, float]]:
    """The shares that the editor has given, in one query."""
    rows = AudienceShare.objects.filter(survey_id=survey_id, choice__question__profile=True)
    shares: dict[str, dict[str, float]] = {}
    for question, choice, percent in rows.values_list(
        "choice__question__key", "choice__key", "percent"
    ):
        shares.setdefault(question, {})[choice] = float(percent)
    return shares


def groups(
    edition: Edition, profile: Sequence[Item], items: Sequence[Item]
) -> dict[str, list[Group]]:
    """The responses that count, by profile and answer, for each item's key.

    Under EVERYBODY: by profile alone. One statement, so that all are of the same moment; it reads
    the responses once for each item, and needs no transaction (on SQLite one would keep readers
    from answering meanwhile).
    """
    columns = {f"profile_{index}": Given(item.key) for index, item in enumerate(profile)}
    responses = counted_responses(edition)

    def part(key: str, answer: Expression) -> Any:
        named = responses.annotate(item=Value(key), answer=answer, **columns)
        return named.values_list("item", "answer", *columns).annotate(Count("pk"))

    nothing = Value(None, output_field=TextField())
    by_key = {item.key: item for item in items}
    parts = [part(EVERYBODY, nothing), *(part(key, Given(key)) for key in by_key)]
    found: dict[str, list[Group]] = {}
    for key, answer, *values, count in parts[0].union(*parts[1:], all=True):
        keys = chosen(by_key[key], answer) if key else (NOT_ANSWERED,)
        found.setdefault(key, []).append(Group(tuple(values), keys, count))
    return found
