"""What the report is made of: frozen values that page, file and public page share."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from polls.models import ModerationEvent

from .periods import Period

Action = ModerationEvent.Action


@dataclass(frozen=True)
class Scope:
    """A period and, where only one is asked for, a survey (its id)."""

    period: Period
    survey: int | None = None

    def came(self, moment: str, survey: str = "survey") -> Q:
        """What falls into it, by the names of the columns that say when and of which survey."""
        span = {f"{moment}__gte": self.period.since, f"{moment}__lt": self.period.until}
        return Q(**span, **({survey: self.survey} if self.survey else {}))


@dataclass(frozen=True)
class Received:
    """Texts that came in: to be published, not to be published, and taken back or erased since."""

    for_publication: int
    private: int
    gone: int

    @property
    def total(self) -> int:
        return self.for_publication + self.private + self.gone


@dataclass(frozen=True)
class Act:
    """One kind of decision: how many were a person's, and how many automatic."""

    key: str
    person: int = 0
    automatic: int = 0

    @property
    def total(self) -> int:
        return self.person + self.automatic


@dataclass(frozen=True)
class GroundCount:
    """Rejections by one rule or law; `titles` are its words on the days, the commonest first."""

    kind: str
    key: str
    titles: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Asked:
    """Notices of one claim, appeals, or replies: how many came, and what has become of them.

    `outcomes` holds the counts by outcome; those open and past their time are in both.
    """

    key: str
    outcomes: dict[str, int] = field(default_factory=dict)
    overdue: int = 0

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def rows(self) -> list[tuple[str, int]]:
        return list(self.outcomes.items())


@dataclass(frozen=True)
class Delay:
    """How long those decided in the period had waited, in seconds; None of nothing."""

    of: str
    number: int
    median: int | None
    p95: int | None


@dataclass(frozen=True)
class Acts:
    """The events about opinions, counted once for all that is said of them: by action, whether
    automatic, and the state before."""

    counts: Counter[tuple[str, bool, str]]

    def number(
        self, action: str, *, automatic: bool | None = None, before: Iterable[str] = ()
    ) -> int:
        states = set(before)
        return sum(
            number
            for (done, by_itself, state), number in self.counts.items()
            if done == action
            and (automatic is None or by_itself is automatic)
            and (not states or state in states)
        )

    def act(self, key: str, action: str, before: Iterable[str] = ()) -> Act:
        states = tuple(before)
        by_whom = (self.number(action, automatic=auto, before=states) for auto in (False, True))
        return Act(key, *by_whom)
