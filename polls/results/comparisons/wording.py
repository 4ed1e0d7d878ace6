"""Comparisons in words, in the language that is active: what is seen, never a judgement."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from polls.lib.numbers import percent
from polls.models import Response

from .crosses import BY_CHANNEL, BY_EDITION, Category, Cross, Group
from .grouping import NOT_ANSWERED
from .trends import ABOVE, Trend


def row_name(cross: Cross, group: Group) -> str:
    if cross.by == BY_EDITION:
        return _("Edition %(number)s") % {"number": group.key}
    if cross.by == BY_CHANNEL:
        return str(Response.Channel(group.key).label)
    return group.label if group.key != NOT_ANSWERED else _("Did not answer")


def column_name(category: Category) -> str:
    return _("Did not answer") if category.is_not_answered else category.label


def everybody() -> str:
    return pgettext("row of a comparison", "All")


def rows_are(cross: Cross) -> str:
    """What the rows of a cross are, as its subtitle."""
    if cross.by == BY_EDITION:
        return _("By edition of the consultation")
    if cross.by == BY_CHANNEL:
        return _("By the way that readers came")
    if cross.rows_statement is None:
        return _("By the answer to: %(question)s") % {"question": cross.rows_wording}
    values = {"number": cross.rows_statement, "question": cross.rows_wording}
    return _("By the answer on statement %(number)s to: %(question)s") % values


def cross_sentence(cross: Cross) -> str:
    """The widest difference between the groups that are shown, or that there is nothing to say."""
    if cross.points:
        groups = [group for group in cross.rows if group.key != NOT_ANSWERED]
        found = [(cross.above(group), row_name(cross, group)) for group in groups]
        shares = [(share, name) for share, name in found if share is not None]
        same = _("In every group shown %(low)s of all answer above the middle of the scale.")
        between = _(
            "Of all in a group, between %(low)s (%(lowest)s) and %(high)s (%(highest)s) answer"
            " above the middle of the scale."
        )
        return _between(shares, between, same, {})
    place = _most_frequent(cross)
    if place is None:
        return _("Too few answers to compare.")
    found = [(group.shares[place], row_name(cross, group)) for group in cross.rows]
    shares = [(share, name) for share, name in found if share is not None]
    same = _("“%(label)s” is the answer of %(low)s in every group shown.")
    between = _(
        "“%(label)s” is the answer of between %(low)s (%(lowest)s) and %(high)s (%(highest)s)"
        " of a group."
    )
    return _between(shares, between, same, {"label": cross.columns[place].label})


def _most_frequent(cross: Cross) -> int | None:
    """The choice that most gave; None where nobody did, or none is shown."""
    rows = [cross.whole] if cross.whole else cross.rows
    sums = [
        (sum(row.counts[place] or 0 for row in rows), -place)
        for place, column in enumerate(cross.columns)
        if not column.is_not_answered
    ]
    most, place = max(sums, default=(0, 0))
    return -place if most else None


def _between(
    shares: Sequence[tuple[float, str]], between: str, same: str, values: dict[str, str]
) -> str:
    if len(shares) < 2:
        return _("Too few answers to compare.")
    low, high = min(shares), max(shares, key=lambda pair: pair[0])
    values = values | {
        "low": percent(low[0]),
        "lowest": low[1],
        "high": percent(high[0]),
        "highest": high[1],
    }
    return (same if values["low"] == values["high"] else between) % values


def hiding_note(threshold: int) -> str:
    return _(
        "Groups of fewer than %(number)s answers are not shown, nor what would give them away by"
        " subtraction."
    ) % {"number": threshold}


def series_name(trend: Trend, index: int) -> str:
    series = trend.series[index]
    return _("Above the middle of the scale") if series.key == ABOVE else series.label


def unit_name(trend: Trend) -> str:
    names = {"hour": _("By the hour"), "day": _("By the day"), "week": _("By the week")}
    return names[trend.unit]


def trend_sentence(trend: Trend) -> str:
    """The lowest and the highest share of the first line, with their times."""
    index = _leading(trend)
    shares = [
        (point.shares[index], time_name(point.start, trend.unit))
        for point in trend.finished
        if point.shares
    ]
    if index < 0 or len(shares) < 2:
        return _("Too few answers to show a course.")
    values = {"unit": unit_name(trend), "label": trend.series[index].label}
    if trend.series[index].key == ABOVE:
        return _between(
            shares,
            _(
                "%(unit)s, between %(low)s (%(lowest)s) and %(high)s (%(highest)s) of those with an"
                " opinion are above the middle of the scale."
            ),
            _("%(unit)s, always %(low)s of those with an opinion are above the middle."),
            values,
        )
    return _between(
        shares,
        _(
            "%(unit)s, “%(label)s” is the answer of between %(low)s (%(lowest)s) and %(high)s"
            " (%(highest)s)."
        ),
        _("%(unit)s, “%(label)s” is always the answer of %(low)s."),
        values,
    )


def _leading(trend: Trend) -> int:
    """The series with most answers; -1 where there is none."""
    sums = [
        sum(point.shares[index] * (point.n or 0) for point in trend.points if point.shares)
        for index in range(len(trend.series))
    ]
    return sums.index(max(sums)) if sums else -1


def time_name(start: datetime, unit: str) -> str:
    """An hour, a day or the first day of a week, as short as a picture wants it."""
    local = timezone.localtime(start)
    if unit == "hour":
        return date_format(local, pgettext("Django's date format of an hour", "j M, g a"))
    return date_format(local, pgettext("Django's date format of a day in a picture", "j M"))
