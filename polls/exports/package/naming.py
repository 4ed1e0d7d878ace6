"""The figures of a release by plain names, so that two releases can be compared one by one."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from polls.results.comparisons.crosses import Cross, Group
from polls.results.comparisons.trends import Trend
from polls.results.queries import ItemResult
from polls.results.releases.frozen import Frozen
from polls.results.scenario.figures import Scenario, ScenarioItem

Value: TypeAlias = str | float | None
Named: TypeAlias = Iterator[tuple[str, Value]]


def figures(then: Frozen) -> dict[str, Value]:
    """Every figure under a name of its own."""
    return dict(_all(then))


def _all(then: Frozen) -> Named:
    results = then.results
    yield "responses counted", results.respondents
    yield "responses received", results.received
    yield "responses set aside", results.identity.set_aside
    yield "digest of the counts", results.identity.digest
    yield from items_of("", results.items)
    yield from items_of("raw ", results.raw)
    for cross in then.crosses:
        yield from _cross(cross)
    for trend in then.trends:
        yield from _trend(trend)
    if then.scenario:
        yield from _scenario(then.scenario)


def items_of(prefix: str, items: Sequence[ItemResult]) -> Named:
    for item in items:
        name = f"{prefix}{item.key}"
        below, middle, above = item.sides or (None, None, None)
        yield f"{name}: answered", item.answered
        yield f"{name}: with an opinion", item.with_opinion
        yield f"{name}: no opinion", item.no_opinion
        yield f"{name}: not answered", item.not_answered
        yield f"{name}: median", item.median.key if item.median else None
        yield f"{name}: mean", item.mean
        yield f"{name}: below the middle", below
        yield f"{name}: in the middle", middle
        yield f"{name}: above the middle", above
        for choice in item.choices:
            yield f"{name}, {choice.key}: count", choice.count
            yield f"{name}, {choice.key}: share", choice.share
            yield f"{name}, {choice.key}: share of all", choice.share_of_all


def _cross(cross: Cross) -> Named:
    name = f"{cross.rows_key} by {cross.columns_key}"
    yield f"{name}: smallest group", cross.threshold
    for group in cross.rows:
        yield from _group(f"{name}, {group.key or 'not answered'}", cross, group)
    if cross.whole:
        yield from _group(f"{name}, all", cross, cross.whole)


def _group(name: str, cross: Cross, group: Group) -> Named:
    yield f"{name}: total", group.total
    for column, count, share in zip(cross.columns, group.counts, group.shares, strict=True):
        yield f"{name}, {column.key or 'not answered'}: count", count
        yield f"{name}, {column.key or 'not answered'}: share", share


def _trend(trend: Trend) -> Named:
    name = f"{trend.item_key} over time"
    yield f"{name}: unit", trend.unit
    yield f"{name}: smallest group", trend.threshold
    for point in trend.points:
        start = point.start.isoformat()
        yield f"{name}, {start}: answers", point.n
        for series, share in zip(trend.series, point.shares, strict=False):
            yield f"{name}, {start}, {series.key or 'above the middle'}: share", share


def _scenario(found: Scenario) -> Named:
    yield "scenario: base", found.n
    yield "scenario: responses", found.respondents
    yield "scenario: effective size", found.effective
    yield "scenario: efficiency", found.efficiency
    yield "scenario: lightest weight", found.lightest
    yield "scenario: heaviest weight", found.heaviest
    yield "scenario: trimmed", found.trimmed
    for margin in found.margins:
        for cell in margin.cells:
            yield f"scenario, {margin.key}, {cell.key}: count", cell.count
            yield f"scenario, {margin.key}, {cell.key}: share", cell.share
    for item in found.items:
        yield from _weighted(item)


def _weighted(item: ScenarioItem) -> Named:
    name = f"scenario, {item.key}"
    yield f"{name}: opinions", item.opinions
    yield f"{name}: effective size", item.effective
    yield f"{name}: median", item.median_raw
    yield f"{name}: weighted median", item.median_weighted
    for choice in item.choices:
        yield f"{name}, {choice.key}: share", choice.raw
        yield f"{name}, {choice.key}: weighted share", choice.weighted
