"""Spans of whole days in the site's time zone: a month, a quarter, a year, or two dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

ONE_DAY = timedelta(days=1)
# Far enough for any newsroom, and inside what a date of Python or of a database can be.
YEARS = range(1970, 2200)
_KEY = re.compile(
    r"(?P<year>[0-9]{4})(?:-q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
    r"|(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})\.\.(?P<last>[0-9]{4}-[0-9]{2}-[0-9]{2})",
    re.ASCII,
)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included. `key` names it in addresses and files."""

    key: str
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + ONE_DAY)

    def is_over(self, today: date) -> bool:
        return self.last < today


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def months_from(year: int, month: int, number: int, key: str) -> Period:
    """So many months from the first of this one on."""
    after = year * 12 + month - 1 + number
    end = date(after // 12, after % 12 + 1, 1)
    return Period(key, date(year, month, 1), end - ONE_DAY)


def month_of(day: date) -> Period:
    return months_from(day.year, day.month, 1, f"{day.year}-{day.month:02}")


def quarter_of(day: date) -> Period:
    quarter = (day.month + 2) // 3
    return months_from(day.year, 3 * quarter - 2, 3, f"{day.year}-q{quarter}")


def year_of(day: date) -> Period:
    return months_from(day.year, 1, 12, str(day.year))


def between(first: date, last: date) -> Period:
    """Any two days, in the order in which they came."""
    first, last = min(first, last), max(first, last)
    return Period(f"{first}..{last}", first, last)


def period_of(key: str) -> Period | None:
    """The period that a key names ("2026", "2026-q3", "2026-09", "2026-09-01..2026-09-14"); None
    for what names none, and for a year outside YEARS."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    if found["first"]:
        try:
            period = between(date.fromisoformat(found["first"]), date.fromisoformat(found["last"]))
        except ValueError:
            return None
        return period if {period.first.year, period.last.year} <= set(YEARS) else None
    if int(found["year"]) not in YEARS:
        return None
    if found["quarter"]:
        return quarter_of(date(int(found["year"]), 3 * int(found["quarter"]), 1))
    if found["month"]:
        return month_of(date(int(found["year"]), int(found["month"]), 1))
    return year_of(date(int(found["year"]), 1, 1))


def last_months(today: date, number: int = 12) -> list[Period]:
    """The running month and those before it, the oldest first."""
    found = [month_of(today)]
    while len(found) < number:
        found.append(month_of(found[-1].first - ONE_DAY))
    return found[::-1]


def last_quarter(today: date) -> Period:
    """The newest that is over."""
    return quarter_of(quarter_of(today).first - ONE_DAY)


def closed(since: date, today: date) -> Iterator[Period]:
    """The quarters and years that are over and in which something was done since that day, the
    newest first, a year before its quarters."""
    quarter = last_quarter(today)
    while quarter.last >= since:
        if quarter.last.month == 12:
            yield year_of(quarter.last)
        yield quarter
        quarter = last_quarter(quarter.first)
