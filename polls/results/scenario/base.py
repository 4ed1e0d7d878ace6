"""The base of the weighted scenario: the readers who answered every item that is weighted on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from polls.models import Item

from ..statistics import share
from .figures import Margin, MarginCell, Reason
from .queries import Group, Profile, Shares
from .weighting import Weights, rake

FEWEST_IN_CELL = 20
LEAST_EFFICIENCY = 0.5


def _order(group: Group) -> str:
    return str(group.profile)


@dataclass(frozen=True)
class Base:
    """`items` are weighted on, `shares` are theirs in percent, `everybody` all who count."""

    items: Sequence[Item]
    shares: Shares
    everybody: Sequence[Group]

    @property
    def respondents(self) -> int:
        return sum(group.count for group in self.everybody)

    @cached_property
    def cells(self) -> dict[Profile, int]:
        """How many readers have each profile, in a fixed order; those outside the base in none."""
        inside = [group for group in self.everybody if self._holds(group.profile)]
        return {group.profile: group.count for group in sorted(inside, key=_order)}

    def _holds(self, profile: Profile) -> bool:
        pairs = zip(self.items, profile, strict=True)
        return all(answer in self.shares[item.key] for item, answer in pairs)

    @property
    def n(self) -> int:
        return sum(self.cells.values())

    def margins(self) -> tuple[Margin, ...]:
        return tuple(
            Margin(item.key, item.wording, tuple(self._cells_of(item, held)), self._left_out(item))
            for item, held in zip(self.items, self._held(self.cells), strict=True)
        )

    def _held(self, counts: Mapping[Profile, int]) -> list[Counter[str | None]]:
        """The counts of profiles as those of each item's choices."""
        held: list[Counter[str | None]] = [Counter() for _ in self.items]
        for profile, count in counts.items():
            for counter, answer in zip(held, profile, strict=True):
                counter[answer] += count
        return held

    def _cells_of(self, item: Item, held: Mapping[str | None, int]) -> Iterator[MarginCell]:
        targets, total = self.shares[item.key], sum(self.shares[item.key].values())
        for option in item.options:
            if option.key in targets:
                count, target = held.get(option.key, 0), targets[option.key] / total
                yield MarginCell(option.key, option.label, count, share(count, self.n), target)

    def _left_out(self, item: Item) -> tuple[str, ...]:
        return tuple(o.label for o in item.options if o.key not in self.shares[item.key])

    def hindrances(self, smallest_group: int) -> Iterator[Reason]:
        """Why these readers can't be weighted, or not without showing what a few answered.

        The scenario and the results side by side are also the figures of those outside the base.
        """
        for margin in self.margins():
            for cell in margin.cells:
                if cell.count and not cell.target:
                    yield Reason("zero_share", cell.label)
                if cell.target and cell.count < FEWEST_IN_CELL:
                    yield Reason("thin_cell", cell.label)
        if 0 < self.respondents - self.n < smallest_group:
            yield Reason("few_outside")

    def fills_every_cell(self, counts: Mapping[Profile, int]) -> bool:
        """Whether a part of the base has FEWEST_IN_CELL readers wherever the audience has any."""
        return all(
            held[key] >= FEWEST_IN_CELL
            for item, held in zip(self.items, self._held(counts), strict=True)
            for key, percent in self.shares[item.key].items()
            if percent
        )

    @cached_property
    def weights(self) -> Weights:
        """The weights of `cells`, in their order. Only where there is no hindrance."""
        targets = [self.shares[item.key] for item in self.items]
        places = [{key: place for place, key in enumerate(target)} for target in targets]
        categories = [
            [place[profile[index] or ""] for profile in self.cells]
            for index, place in enumerate(places)
        ]
        return rake(
            list(self.cells.values()), categories, [list(target.values()) for target in targets]
        )
