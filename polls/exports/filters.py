"""Which responses an export holds; said in its name and, where it has a place for it, inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.lib import numbers
from polls.models import Response


class Unfit(ValueError):
    """A filter that what was asked for can't take; the words are for whoever asked."""


@dataclass(frozen=True)
class Filter:
    """Nothing set: every response that was not withdrawn.

    `since` and `until` are days of the site's time zone, both included, of when a response was
    received. `states` are those of its text (`rows.OpinionState`). `adjusted` leaves out what a
    person has set aside.
    """

    since: date | None = None
    until: date | None = None
    channels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    adjusted: bool = False

    def __post_init__(self) -> None:
        for day in (self.since, self.until):
            if day and not 1900 <= day.year <= 2200:
                raise Unfit(_("%(day)s is no day of ours.") % {"day": numbers.day(day)})
        if self.since and self.until and self.since > self.until:
            days = {"since": numbers.day(self.since), "until": numbers.day(self.until)}
            raise Unfit(_("%(since)s is after %(until)s.") % days)

    @property
    def words(self) -> dict[str, str]:
        """What is set, by stable names: `{"channel": "page,embed", "until": "2025-01-31"}`.

        `read` is the way back.
        """
        return {
            name: text
            for name, text in (
                ("since", self.since.isoformat() if self.since else ""),
                ("until", self.until.isoformat() if self.until else ""),
                ("channel", ",".join(self.channels)),
                ("state", ",".join(self.states)),
                ("answers", "adjusted" if self.adjusted else ""),
            )
            if text
        }

    @property
    def suffix(self) -> str:
        """For the name of a file: `-since-2025-01-20-channel-page-embed`, or nothing."""
        return "".join(
            f"-{text}" if name == "answers" else f"-{name}-{text.replace(',', '-')}"
            for name, text in self.words.items()
        )

    def of(self, responses: QuerySet[Response]) -> QuerySet[Response]:
        """Those of the responses that it lets through, but for the states (`rows`)."""
        if self.since:
            responses = responses.filter(submitted_at__gte=_midnight(self.since))
        if self.until:
            after = _midnight(self.until + timedelta(days=1))
            responses = responses.filter(submitted_at__lt=after)
        if self.channels:
            responses = responses.filter(channel__in=self.channels)
        return responses.filter(excluded=False) if self.adjusted else responses

    @classmethod
    def read(cls, stored: Mapping[str, str]) -> "Filter":
        """Raises ValueError for a day that is none."""

        def day(name: str) -> date | None:
            return date.fromisoformat(stored[name]) if stored.get(name) else None

        def several(name: str) -> tuple[str, ...]:
            return tuple(part for part in stored.get(name, "").split(",") if part)

        return cls(
            since=day("since"),
            until=day("until"),
            channels=several("channel"),
            states=several("state"),
            adjusted=stored.get("answers") == "adjusted",
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
