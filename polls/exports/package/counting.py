"""The rows of a package counted once more, in constant memory: one pass, a counter a figure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from polls.models import Answers, Item, Questionnaire
from polls.results.comparisons.grouping import NOT_ANSWERED
from polls.results.comparisons.trends import starts
from polls.results.scenario.queries import EVERYBODY, Profile
from polls.results.tallies import Standing, TallyKey, contribution

from ..rows import SET_ASIDE, columns
from . import layout
from .opening import NotAPackage, Opened

Keys: TypeAlias = tuple[str, ...]
"""What a reader chose of one item; NOT_ANSWERED where nothing."""
EVERY = 2000  # rows between two looks at how far it is


@dataclass(frozen=True)
class Plan:
    """What is to be counted: beside the items themselves, what the release compares."""

    asked: Questionnaire
    crosses: Sequence[tuple[Item, Item]] = ()
    trends: Sequence[tuple[Item, str]] = ()
    profile: Sequence[Item] = ()
    zone: tzinfo = UTC


class Counted:
    """The counts of a plan, of those responses that were not set aside but for `tallies`."""

    def __init__(self, plan: Plan) -> None:
        self.tallies: dict[bool, Counter[TallyKey]] = {False: Counter(), True: Counter()}
        self.crosses: list[Counter[tuple[Keys, Keys]]] = [Counter() for _ in plan.crosses]
        self.trends: list[Counter[tuple[datetime, Keys]]] = [Counter() for _ in plan.trends]
        self.groups: dict[str, Counter[tuple[Profile, Keys]]] = {EVERYBODY: Counter()}
        self.first = self.last = ""
        self._plan = plan
        opinions = [item for item in plan.asked.counted if not item.profile]
        self._weighted = opinions if plan.profile else []

    @property
    def standing(self) -> Standing:
        return Standing(self.tallies[False], self.tallies[True])

    def add(self, at: str, set_aside: bool, answers: Answers) -> None:
        self.tallies[set_aside].update(contribution(answers))
        if set_aside:
            return
        self.first = min(self.first or at, at)
        self.last = max(self.last, at)
        plan = self._plan
        for (one, other), pairs in zip(plan.crosses, self.crosses, strict=True):
            pairs[_keys(answers, one), _keys(answers, other)] += 1
        for (item, unit), times in zip(plan.trends, self.trends, strict=True):
            times[_start(at[:16], unit, plan.zone), _keys(answers, item)] += 1
        if plan.profile:
            profile = tuple(_keys(answers, item)[0] or None for item in plan.profile)
            self.groups[EVERYBODY][profile, (NOT_ANSWERED,)] += 1
            for item in self._weighted:
                counter = self.groups.setdefault(item.key, Counter())
                counter[profile, _keys(answers, item)] += 1


def _keys(answers: Answers, item: Item) -> Keys:
    given = answers.get(item.key)
    if not given:
        return (NOT_ANSWERED,)
    return (given,) if isinstance(given, str) else tuple(given)


@lru_cache(maxsize=4096)
def _start(minute: str, unit: str, zone: tzinfo) -> datetime:
    """The start of the hour, day or week that a minute (2025-01-23T09:30, UTC) is in."""
    at = datetime.fromisoformat(f"{minute}:00+00:00")
    return starts(at, at, unit, zone)[0]


class Late(Enum):
    """Which responses are left out as later than a second: the file knows no parts of it."""

    AFTER = "after"
    FROM = "from that very second on"
    NONE = "none"

    def leaves_out(self, at: str, until: str) -> bool:
        return at > until if self is Late.AFTER else self is Late.FROM and at >= until


@dataclass
class Passed:
    """How many rows there were; came after `until`, in its very second, and were changed after."""

    rows: int = 0
    later: int = 0
    same_second: int = 0
    changed: int = 0


def count(
    package: Opened, plan: Plan, until: str, late: Late, watch: Callable[[int], None]
) -> tuple[Counted, Passed]:
    """Count the responses but for those that are late, by `until` (as in the file)."""
    counted, passed = Counted(plan), Passed()
    for at, changed, set_aside, answers in _answers(package, plan.asked):
        passed.rows += 1
        if passed.rows % EVERY == 0:
            watch(passed.rows)
        is_later = at > until
        passed.later += is_later
        passed.same_second += at == until
        passed.changed += changed > until and not is_later
        if not late.leaves_out(at, until):
            counted.add(at, set_aside, answers)
    return counted, passed


def _answers(package: Opened, asked: Questionnaire) -> Iterator[tuple[str, str, bool, Answers]]:
    lines = package.table(layout.RESPONSES)
    header = next(lines, [])
    wanted = [column.key for column in columns(asked)]
    if header != wanted:
        raise NotAPackage(f"the columns of {layout.RESPONSES} are not those of the questionnaire")
    place = {key: number for number, key in enumerate(header)}
    places = _places(asked)
    at, changed, aside = (place[key] for key in ("submitted_at", "changed_at", SET_ASIDE))
    for number, row in enumerate(lines, start=2):
        if len(row) != len(header) or len(row[at]) != len("2025-01-23T09:30:00Z"):
            raise NotAPackage(f"{layout.RESPONSES}: record {number} can't be read")
        yield row[at], row[changed], row[aside] == "1", _given(row, places)


def _places(asked: Questionnaire) -> list[tuple[Item, Mapping[str, int]]]:
    """For each item the places of its columns: under its options' keys, or under no key."""
    found: dict[str, dict[str, int]] = {}
    for place, column in enumerate(columns(asked)):
        if column.item and not column.item.is_text:
            option = column.option.key if column.option else ""
            found.setdefault(column.item.key, {})[option] = place
    return [(item, found[item.key]) for item in asked.counted]


def _given(row: Sequence[str], places: Sequence[tuple[Item, Mapping[str, int]]]) -> Answers:
    answers: Answers = {}
    for item, of in places:
        if not item.is_multiple:
            if given := row[of[""]]:
                answers[item.key] = given
        elif chosen := [key for key, place in of.items() if row[place] == "1"]:
            answers[item.key] = chosen
    return answers
