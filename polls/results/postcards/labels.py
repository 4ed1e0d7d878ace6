"""A scale's labels where room is short: what all of them end with is said once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from django.utils.translation import gettext as _


def uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True)
class Labels:
    """The labels of a scale's points, in its order."""

    labels: tuple[str, ...]

    @cached_property
    def _ending(self) -> int:
        """How many last words all have in common, each keeping one of its own."""
        from_the_end = zip(*(label.split(" ")[:0:-1] for label in self.labels), strict=False)
        common = takewhile(lambda words: len(set(words)) == 1, from_the_end)
        return len(list(common)) if len(self.labels) > 1 else 0

    @cached_property
    def short(self) -> tuple[str, ...]:
        """ "pas du tout", "peu"…: the item's wording says what it is about."""
        words = [uncapitalised(label).split(" ") for label in self.labels]
        return tuple(" ".join(each[: len(each) - self._ending]) for each in words)

    def joined(self, indexes: Sequence[int]) -> str | None:
        """One or two points as one: "peu ou pas du tout crédibles"; None for others."""
        if not 0 < len(indexes) <= 2:
            return None
        first, last = indexes[0], indexes[-1]
        if first == last:
            return uncapitalised(self.labels[first])
        values = {"first": self.short[first], "last": uncapitalised(self.labels[last])}
        return _("%(first)s or %(last)s") % values
