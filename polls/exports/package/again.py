"""A release made again from what a package holds: from its rows, or from its own counts.

By the same functions that made it, on an edition that is read from no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from polls.models import Article, Edition, Item, Questionnaire, Survey
from polls.results.comparisons.crosses import Cross, Group, group_of
from polls.results.comparisons.crossing import cross_counted
from polls.results.comparisons.trends import Point, Trend, starts, trend_counted, unit_of
from polls.results.identity import digest, tells_raw
from polls.results.queries import ItemResult, Results
from polls.results.queries import items_of as items_of
from polls.results.releases.frozen import Frozen
from polls.results.scenario.base import Base
from polls.results.scenario.queries import Group as Profiled
from polls.results.scenario.scenarios import Scenario, scenario_counted
from polls.results.tallies import RESPONDENTS, Standing

from .counting import Counted, Plan


@dataclass(frozen=True)
class Said:
    """What a release says, with what was asked and the smallest group that is shown."""

    then: Frozen
    asked: Questionnaire
    smallest: int
    zone: tzinfo

    def item(self, key: str) -> Item:
        """Raises KeyError."""
        found = {item.key: item for item in self.asked.counted}
        return found[key]

    @property
    def plan(self) -> Plan:
        """What has to be counted to make it again. Raises KeyError for an item not asked."""
        then = self.then
        margins = then.scenario.margins if then.scenario else ()
        return Plan(
            self.asked,
            [(self.item(c.rows_key), self.item(c.columns_key)) for c in then.crosses],
            [(self.item(trend.item_key), trend.unit) for trend in then.trends],
            [self.item(margin.key) for margin in margins],
            self.zone,
        )

    def edition(self, smallest: int) -> Edition:
        """An edition that no database knows, with what counting asks of one."""
        said = self.then.results
        article = Article(slug=said.slug, language=said.language, title=said.identity.article)
        survey = Survey(
            article=article,
            edition=said.edition,
            question=said.question,
            minimum_group=smallest,
        )
        return Edition(survey, article, statements=(), questionnaire=self.asked, rules=())


def from_rows(said: Said, counted: Counted) -> Frozen:
    """Everything, from the rows."""
    results = _results(said, counted.standing)
    then = said.then
    return replace(
        then,
        results=results,
        crosses=tuple(_cross(said, c, n, counted) for n, c in enumerate(then.crosses)),
        trends=tuple(_trend(said, t, n, counted) for n, t in enumerate(then.trends)),
        scenario=_scenario(said, then.scenario, results, counted) if then.scenario else None,
    )


def from_figures(said: Said) -> Frozen:
    """What follows from the release's own counts: shares, sums, margins and the digest.

    Not the weighted scenario: it needs the rows.
    """
    results = _results(said, _standing(said.then.results))
    return replace(
        said.then,
        results=results,
        crosses=tuple(_margins(cross, results) for cross in said.then.crosses),
        trends=tuple(map(_rounded, said.then.trends)),
    )


def _results(said: Said, standing: Standing) -> Results:
    then = said.then.results
    counted, aside = (t.get(RESPONDENTS, 0) for t in (standing.counted, standing.excluded))
    edition = said.edition(_as_told(said))
    raw = items_of(edition, standing.raw) if tells_raw(edition, aside) else ()
    card = replace(
        then.identity,
        received=counted + aside,
        set_aside=aside,
        digest=digest(edition, standing),
    )
    return replace(
        then,
        respondents=counted,
        items=items_of(edition, standing.counted),
        raw=raw,
        identity=card,
    )


def _as_told(said: Said) -> int:
    """The smallest group of the release's day, by what it tells: an editor may change it since."""
    aside = said.then.results.identity.set_aside
    if said.then.results.raw:
        return min(said.smallest, aside) if aside else said.smallest
    return max(said.smallest, aside + 1)


def _standing(said: Results) -> Standing:
    counted = _counts(said.items, said.respondents)
    if not said.raw:
        return Standing(counted, {RESPONDENTS: said.identity.set_aside})
    raw = _counts(said.raw, said.received)
    return Standing(counted, {key: raw.get(key, 0) - counted.get(key, 0) for key in raw})


def _counts(items: Sequence[ItemResult], respondents: int) -> dict[tuple[str, str], int]:
    found = {RESPONDENTS: respondents}
    for item in items:
        found |= {(item.key, choice.key): choice.count for choice in item.choices}
        if item.kind == "multiple":
            found[item.key, ""] = item.answered
    return found


def _cross(said: Said, cross: Cross, place: int, counted: Counted) -> Cross:
    found = [(one, other, n) for (one, other), n in counted.crosses[place].items()]
    edition = said.edition(cross.threshold)
    return cross_counted(edition, cross.rows_key, cross.columns_key, found)


def _margins(cross: Cross, results: Results) -> Cross:
    """The shares from the counts, the totals from the items one by one."""
    rows, columns = results.find(cross.rows_key), results.find(cross.columns_key)
    if rows is None or columns is None or cross.whole is None:
        return cross
    whole = [
        None if count is None else _count_of(columns, column.key)
        for column, count in zip(cross.columns, cross.whole.counts, strict=True)
    ]
    return replace(
        cross,
        rows=tuple(_row(rows, row) for row in cross.rows),
        whole=group_of("", "", results.respondents, whole),
    )


def _row(item: ItemResult, row: Group) -> Group:
    total = None if row.is_hidden else _count_of(item, row.key)
    return group_of(row.key, row.label, total, row.counts)


def _count_of(item: ItemResult, key: str) -> int:
    found = {choice.key: choice.count for choice in item.choices}
    return found.get(key, 0) if key else item.not_answered


def _trend(said: Said, trend: Trend, place: int, counted: Counted) -> Trend:
    edition, item = said.edition(trend.threshold), said.item(trend.item_key)
    if not counted.first:
        return trend_counted(edition, item, "hour", (), [])
    first, last = map(datetime.fromisoformat, (counted.first, counted.last))
    found = [(start, keys, n) for (start, keys), n in counted.trends[place].items()]
    moments = starts(first, last, trend.unit, said.zone)
    again = trend_counted(edition, item, trend.unit, found, moments)
    return replace(again, unit=unit_of(first, last))


def _rounded(trend: Trend) -> Trend:
    """Each share as the nearest one that its number of answers can have."""
    points = [
        Point(point.start, point.n, tuple(round(s * point.n) / point.n for s in point.shares))
        if point.n
        else point
        for point in trend.points
    ]
    return replace(trend, points=tuple(points))


def _scenario(said: Said, then: Scenario, results: Results, counted: Counted) -> Scenario:
    used = said.plan.profile
    shares = {margin.key: {c.key: c.target for c in margin.cells} for margin in then.margins}
    found = {
        key: [Profiled(profile, keys, n) for (profile, keys), n in groups.items()]
        for key, groups in counted.groups.items()
    }
    base = Base(used, shares, found.pop("", []))
    empty = Scenario(then.source, then.date, ())
    return scenario_counted(empty, base, results, found, said.smallest)
