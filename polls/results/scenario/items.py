"""One item of the weighted scenario: its shares on the base, raw and weighted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from polls.models import Question

from ..queries import ChoiceCount, ItemResult
from ..statistics import median_value
from .base import LEAST_EFFICIENCY, Base
from .figures import ScenarioChoice, ScenarioItem
from .queries import Group, Profile
from .weighting import effective_size, weighted_median


@dataclass(frozen=True)
class _Opinions:
    """What the base thinks of one item: `having` one by profile, and each choice twice."""

    weights: Mapping[Profile, float]
    having: Mapping[Profile, int]
    raw: Mapping[str, int]
    weighted: Mapping[str, float]

    @cached_property
    def number(self) -> int:
        return sum(self.having.values())

    @cached_property
    def weight(self) -> float:
        return sum(count * self.weights[profile] for profile, count in self.having.items())

    @cached_property
    def effective(self) -> float:
        each = [self.weights[profile] for profile in self.having]
        return effective_size(list(self.having.values()), each)


def _opinions(
    weights: Mapping[Profile, float], choices: Sequence[ChoiceCount], found: Sequence[Group]
) -> _Opinions:
    offered = {choice.key for choice in choices}
    having, raw = Counter[Profile](), Counter[str]()
    weighted = defaultdict[str, float](float)
    for group in found:
        chosen = offered.intersection(group.chosen)
        if chosen and group.profile in weights:
            having[group.profile] += group.count
            for key in chosen:
                raw[key] += group.count
                weighted[key] += group.count * weights[group.profile]
    return _Opinions(weights, having, raw, weighted)


def scenario_item(
    base: Base,
    weights: Mapping[Profile, float],
    item: ItemResult,
    found: Sequence[Group],
    smallest: int,
) -> ScenarioItem:
    """An item's figures, `weights` being those of the base by profile.

    The weights were made for the whole base. Where an item was answered by a part of it, that part
    must meet the same conditions, or a handful of readers would speak for an age. And where fewer
    than `smallest` have an opinion and are not in the base, subtraction would tell what they think.
    """
    is_scale = item.kind == Question.Kind.SCALE
    choices = item.points if is_scale else item.choices
    opinions = _opinions(weights, choices, found)
    enough = base.fills_every_cell(opinions.having)
    enough = enough and opinions.effective >= LEAST_EFFICIENCY * opinions.number
    enough = enough and not 0 < item.with_opinion - opinions.number < smallest
    median_raw, median_weighted = _medians(choices, opinions) if enough and is_scale else ("", "")
    return ScenarioItem(
        key=item.key,
        kind=item.kind,
        wording=item.wording,
        statement=item.statement,
        aspect=item.aspect,
        opinions=opinions.number,
        effective=opinions.effective,
        choices=tuple(_choice(choice, opinions) for choice in choices) if enough else (),
        median_raw=median_raw,
        median_weighted=median_weighted,
    )


def _choice(choice: ChoiceCount, opinions: _Opinions) -> ScenarioChoice:
    return ScenarioChoice(
        key=choice.key,
        label=choice.label,
        value=choice.value,
        raw=opinions.raw.get(choice.key, 0) / opinions.number,
        weighted=opinions.weighted.get(choice.key, 0.0) / opinions.weight,
    )


def _medians(points: Sequence[ChoiceCount], opinions: _Opinions) -> tuple[str, str]:
    """The labels of the raw and of the weighted median of a scale."""
    valued = [(point.value, point.key) for point in points if point.value is not None]
    medians = (
        median_value({value: opinions.raw.get(key, 0) for value, key in valued}),
        weighted_median({value: opinions.weighted.get(key, 0.0) for value, key in valued}),
    )
    labels = {point.value: point.label for point in points}
    return labels[medians[0]], labels[medians[1]]
