"""Whether texts are treated alike whatever their authors think of the article.

Per survey, for the two scales on the whole: how many of the texts decided on were rejected, among
authors who answered low, in the middle, high, without an opinion, or not at all. For staff alone,
and never by moderator.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from polls.models import Item, Question, Response, Survey, read_questionnaire
from polls.results.comparisons.grouping import Given
from polls.results.comparisons.suppression import hidden_groups
from polls.results.statistics import share

from .counts import Action, Scope
from .exact import two_sided

LOW, MIDDLE, HIGH, NONE, SILENT = "low", "middle", "high", "none", "silent"
GROUPS = (LOW, MIDDLE, HIGH, NONE, SILENT)


@dataclass(frozen=True)
class Group:
    """Texts decided on of authors who answered alike. None, both: too few authors to be shown."""

    key: str
    decided: int | None
    rejected: int | None

    @property
    def share(self) -> float | None:
        return share(self.rejected or 0, self.decided or 0)


@dataclass(frozen=True)
class Fairness:
    """One scale. `chance` is how probable a difference between low and high as large as this one
    is if nothing but chance makes it (Fisher's exact test); None where one of them isn't shown."""

    aspect: str
    wording: str
    groups: tuple[Group, ...]
    chance: float | None

    @property
    def shown(self) -> tuple[Group, ...]:
        """Without the groups that nobody is in."""
        return tuple(group for group in self.groups if group.decided != 0)


def fairness(scope: Scope) -> tuple[Fairness, ...]:
    """For each scale on the whole, in a fixed number of queries; nothing without a survey, or once
    its answers are erased."""
    one = Survey.objects.filter(pk=scope.survey or 0, erased_at__isnull=True)
    if (survey := one.first()) is None:
        return ()
    items = [item for item in read_questionnaire(survey.pk).counted if _is_asked(item)]
    return tuple(_of_item(item, _by_answer(item, scope), survey.minimum_group) for item in items)


def _is_asked(item: Item) -> bool:
    aspects = (Question.Aspect.CREDIBILITY, Question.Aspect.RELEVANCE)
    return item.statement is None and item.kind == Question.Kind.SCALE and item.aspect in aspects


def _by_answer(item: Item, scope: Scope) -> Iterable[tuple[str | None, int, int]]:
    """The answer, and the texts that a person decided on in the period, and how many of them were
    rejected at least once. An appeal's outcome is no part of it, or it would hide what it mended;
    nor is what its author withdrew."""
    decided = Q(
        scope.came("opinion__events__at"),
        opinion__events__action__in=(Action.PUBLISH, Action.REJECT),
        opinion__events__automatic=False,
        opinion__events__appeal__isnull=True,
    )
    rejected = Q(opinion__events__action=Action.REJECT)
    found = Response.objects.standing().filter(decided).order_by()
    return found.values_list(Given(item.key)).annotate(
        decided=Count("pk", distinct=True),
        rejected=Count("pk", distinct=True, filter=rejected),
    )


def _of_item(item: Item, rows: Iterable[tuple[str | None, int, int]], k: int) -> Fairness:
    place = _places(item)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer, decided, rejected in rows:
        group = counts[place.get(answer or "", SILENT)]
        group[0] += decided
        group[1] += rejected
    hidden = hidden_groups([counts[key][0] for key in GROUPS], k)
    groups = tuple(
        Group(key, None, None) if n in hidden else Group(key, *counts[key])
        for n, key in enumerate(GROUPS)
    )
    return Fairness(item.aspect, item.wording, groups, _chance(groups))


def _places(item: Item) -> Mapping[str, str]:
    """Each choice's group: below, at or above the middle of the scale's points."""
    points = [option.value for option in item.options if option.value is not None]
    middle = (min(points) + max(points)) / 2 if points else 0

    def group(value: int | None) -> str:
        if value is None:
            return NONE
        return LOW if value < middle else HIGH if value > middle else MIDDLE

    return {option.key: group(option.value) for option in item.options}


def _chance(groups: tuple[Group, ...]) -> float | None:
    by_key = {group.key: group for group in groups}
    low, high = by_key[LOW], by_key[HIGH]
    if not low.decided or not high.decided or low.rejected is None or high.rejected is None:
        return None
    return two_sided(
        low.rejected, low.decided - low.rejected, high.rejected, high.decided - high.rejected
    )
