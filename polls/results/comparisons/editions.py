"""One item in this and in earlier editions of the same article's survey."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Sum
from django.utils import timezone

from polls.models import Choice, Edition, Item, Survey, Tally

from .crosses import BY_EDITION, Cross, cross_of, group_of
from .grouping import NOT_ANSWERED, counted_item
from .suppression import is_small

EVERYBODY = "*"
"""Stands where a choice's key would for the respondents: no choice has such a key."""


def by_edition(edition: Edition, key: str) -> Cross:
    """The answers to an item in this and earlier published editions that asked it alike.

    From the tallies, in two queries; alike is the same key and kind with the same choices. Each
    edition's counts are its own public figures and sum to no total, so only an edition with too few
    respondents is hidden. Raises as `cross`.
    """
    item, k = counted_item(edition, key), edition.survey.minimum_group
    editions = _asked_alike(edition, item)
    counts = _tallied(list(editions), item)
    columns = [option.key for option in item.options]
    if any(found[NOT_ANSWERED] for found in counts.values()):
        columns.append(NOT_ANSWERED)
    rows = []
    for survey, number in editions.items():
        total = counts[survey][EVERYBODY]
        cells = [counts[survey][column] for column in columns]
        rows.append(group_of(str(number), "", None if is_small(total, k) else total, cells))
    return cross_of(edition, BY_EDITION, None, item, columns, rows, None, timezone.now())


def _asked_alike(edition: Edition, item: Item) -> dict[int, int]:
    """The editions with the item, oldest first: their survey's id and their number."""
    choices = Choice.objects.filter(
        question__survey__in=Survey.objects.published().filter(
            article=edition.article, edition__lt=edition.survey.edition
        ),
        question__key=item.key,
        question__kind=item.kind,
    ).order_by("question__survey__edition")
    alike: dict[tuple[int, int], set[tuple[str, int | None]]] = defaultdict(set)
    for survey, number, key, value in choices.values_list(
        "question__survey_id", "question__survey__edition", "key", "value"
    ):
        alike[survey, number].add((key, value))
    wanted = {(option.key, option.value) for option in item.options}
    found = {survey: number for (survey, number), keys in alike.items() if keys == wanted}
    return found | {edition.survey.pk: edition.survey.edition}


def _tallied(surveys: Sequence[int], item: Item) -> dict[int, Counter[str]]:
    """Per survey the count of each choice, of NOT_ANSWERED and of EVERYBODY."""
    rows = Tally.objects.filter(survey__in=surveys, question__in=["", item.key], excluded=False)
    counts: dict[int, Counter[str]] = {survey: Counter() for survey in surveys}
    for survey, question, choice, number in rows.values_list(
        "survey_id", "question", "choice"
    ).annotate(Sum("count")):
        counts[survey][choice if question else EVERYBODY] = number
    for found in counts.values():
        keys = [option.key for option in item.options]
        answered = found[NOT_ANSWERED] if item.is_multiple else sum(found[key] for key in keys)
        found[NOT_ANSWERED] = found[EVERYBODY] - answered
    return counts
