"""The comparisons that the newsroom asks for on its dashboard: any two items, and one in itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from polls.models import Edition, Item

from .. import tallies
from ..erasure import erased_since
from .crossing import by_channel, by_edition, cross, trend
from .figures import CrossFigure, TrendFigure, cross_figure, trend_figure


@dataclass(frozen=True)
class Offered:
    """An item that can be picked."""

    key: str
    name: str


@dataclass(frozen=True)
class Comparisons:
    """What `polls/results/_comparisons.html` shows, as `comparisons`: what was picked, and the
    figures or the problem that came of it. `erased`: since when the answers are deleted, of which
    most figures would be made; by edition they are made of the tallies, which stay."""

    offered: tuple[Offered, ...]
    rows: str
    columns: str
    item: str
    problem: str = ""
    erased: datetime | None = None
    cross: CrossFigure | None = None
    trend: TrendFigure | None = None
    channels: CrossFigure | None = None
    editions: CrossFigure | None = None


def comparison_context(edition: Edition, picked: Mapping[str, Any]) -> dict[str, Any]:
    """The comparisons that a query string picks: `rows` and `columns` to be crossed, `item` to be
    followed over time, by channel and by edition. Nothing is counted where nothing is picked."""
    offered = tuple(Offered(item.key, _name(item)) for item in edition.questionnaire.counted)
    rows, columns, item = (str(picked.get(name, "")) for name in ("rows", "columns", "item"))
    problem = _problem({one.key for one in offered}, rows, columns, item)
    erased = edition.survey.erased_at
    if not (erased or problem) and (rows or item):
        erased = erased_since(edition.survey.pk)
    if problem:
        figures: dict[str, Any] = {}
    elif erased:
        figures = _editions(edition, item)
    else:
        figures = _figures(edition, rows, columns, item)
    return {"comparisons": Comparisons(offered, rows, columns, item, problem, erased, **figures)}


def _name(item: Item) -> str:
    """The wording, after the number of the statement that it is about: several share it."""
    return item.wording if item.statement is None else f"{item.statement}. {item.wording}"


def _problem(keys: set[str], rows: str, columns: str, item: str) -> str:
    for key in (rows, columns, item):
        if key and key not in keys:
            return _("There is no question “%(key)s” to compare.") % {"key": key[:40]}
    if bool(rows) != bool(columns):
        return _("Choose a second question to compare with.")
    if rows and rows == columns:
        return _("Choose two different questions.")
    return ""


def _figures(edition: Edition, rows: str, columns: str, item: str) -> dict[str, Any]:
    counted = tallies.respondents(edition.survey.pk) if rows or item else 0
    found: dict[str, Any] = {}
    if rows:
        found["cross"] = cross_figure(cross(edition, rows, columns, counted=counted))
    if item:
        found["trend"] = trend_figure(trend(edition, item, counted=counted))
        channels = by_channel(edition, item, counted=counted)
        # A single channel or edition is what the item's own figure shows.
        if len(channels.rows) > 1:
            found["channels"] = cross_figure(channels)
    return found | _editions(edition, item)


def _editions(edition: Edition, item: str) -> dict[str, Any]:
    table = by_edition(edition, item) if item else None
    return {"editions": cross_figure(table)} if table and len(table.rows) > 1 else {}
