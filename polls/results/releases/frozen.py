"""The figures of one moment as frozen values: what a release holds and is drawn from."""

from dataclasses import dataclass
from datetime import date

from polls.models import Edition, Statement

from ..comparisons.crossing import Cross, Trend, cross, trend
from ..queries import Results, results
from ..scenario.scenarios import Scenario, scenario

MOST_CROSSES = 6


@dataclass(frozen=True)
class Known:
    """What was known about a statement, with its source."""

    text: str
    source: str


@dataclass(frozen=True)
class SaidThen:
    """A statement as it stood when the release was made: a later correction doesn't change it."""

    number: int
    text: str
    verbatim: bool
    speaker: str
    said_on: str = ""
    source: str = ""
    facts: tuple[Known, ...] = ()

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.said_on) if self.said_on else None


@dataclass(frozen=True)
class Frozen:
    """Everything that a release shows; `documents.freeze` stores it, `frozen` reads it back."""

    results: Results
    statements: tuple[SaidThen, ...]
    crosses: tuple[Cross, ...]
    trends: tuple[Trend, ...]
    scenario: Scenario | None


@dataclass(frozen=True)
class Chosen:
    """What an editor wants in a release beside the items: crossed pairs, courses, the scenario."""

    pairs: tuple[tuple[str, str], ...] = ()
    trends: bool = False
    scenario: bool = False


def freeze(edition: Edition, chosen: Chosen) -> Frozen:
    """The figures of this moment, with what was chosen (at most MOST_CROSSES crossed pairs)."""
    figures = results(edition)
    return Frozen(
        results=figures,
        statements=tuple(map(_said, edition.statements)),
        crosses=tuple(cross(edition, *pair) for pair in chosen.pairs[:MOST_CROSSES]),
        trends=_trends(edition) if chosen.trends else (),
        scenario=_scenario(edition, figures) if chosen.scenario else None,
    )


def _trends(edition: Edition) -> tuple[Trend, ...]:
    """The opinions on the whole, over time."""
    items = edition.questionnaire.counted
    followed = [item for item in items if item.statement is None and item.aspect]
    return tuple(trend(edition, item.key) for item in followed)


def _scenario(edition: Edition, figures: Results) -> Scenario | None:
    weighted = scenario(edition, figures)
    return weighted if weighted.is_shown else None


def _said(statement: Statement) -> SaidThen:
    verbatim = statement.form == Statement.Form.VERBATIM
    return SaidThen(
        statement.number,
        statement.text,
        verbatim,
        statement.speaker,
        statement.said_on.isoformat() if statement.said_on else "",
        statement.source_name,
        tuple(Known(fact.text, fact.source_name) for fact in statement.facts.all()),
    )
