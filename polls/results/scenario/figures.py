"""The figures of the weighted scenario, as frozen values that a page, JSON and a release share."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why there is no scenario. `about` is the wording or label that is concerned, if one is.

    no_margins: no share was given. no_source: nobody says where they are from, or of when.
    incomplete: choices of an item have no share. not_hundred: the shares of an item don't sum to
    100. thin_cell: fewer than FEWEST_IN_CELL readers. zero_share: readers, but none in the
    audience. few_outside: so few answered no profile item that subtracting would show them.
    erased: the answers were deleted after their time.
    not_converged: no weights within the bounds meet the margins. inefficient: the effective size
    is under LEAST_EFFICIENCY of the base.
    """

    code: str
    about: str = ""


@dataclass(frozen=True)
class MarginCell:
    """A choice of a profile item: `count` readers of the base, a share of it, and the target."""

    key: str
    label: str
    count: int
    share: float | None
    target: float


@dataclass(frozen=True)
class Margin:
    """A profile item that is weighted on; who chose one of `left_out` isn't in the base."""

    key: str
    wording: str
    cells: tuple[MarginCell, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioChoice:
    """Shares (0 to 1) of those of the base with an opinion on the item, raw and weighted."""

    key: str
    label: str
    value: int | None
    raw: float
    weighted: float


@dataclass(frozen=True)
class ScenarioItem:
    """One item on the same base twice. `opinions`: how many of the base have one on it.

    Without choices where these opinions alone would not meet the conditions of the whole. A scale
    has the labels of its medians.
    """

    key: str
    kind: str
    wording: str
    statement: int | None
    aspect: str
    opinions: int
    effective: float
    choices: tuple[ScenarioChoice, ...]
    median_raw: str = ""
    median_weighted: str = ""

    @property
    def is_shown(self) -> bool:
        return bool(self.choices)


@dataclass(frozen=True)
class Scenario:
    """`n` readers answered every profile item, of `respondents`; they are the base of all figures.

    `effective` is Kish's effective sample size and `efficiency` its share of n. `deviation` is the
    largest distance of a margin from its target (0 to 1). `lightest` and `heaviest` are times the
    mean weight; `trimmed` readers stand at a bound.
    """

    source: str
    date: str
    reasons: tuple[Reason, ...]
    margins: tuple[Margin, ...] = ()
    n: int = 0
    respondents: int = 0
    effective: float = 0.0
    efficiency: float = 0.0
    converged: bool = False
    iterations: int = 0
    deviation: float = 0.0
    lightest: float = 0.0
    heaviest: float = 0.0
    trimmed: int = 0
    items: tuple[ScenarioItem, ...] = ()

    @property
    def is_shown(self) -> bool:
        return not self.reasons

    @property
    def effective_readers(self) -> int:
        return round(self.effective)

    @property
    def of(self) -> datetime.date | None:
        return datetime.date.fromisoformat(self.date) if self.date else None
