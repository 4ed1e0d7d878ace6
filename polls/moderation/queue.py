"""The moderators' queue as pages: which texts, in which order, from which place on.

A page begins behind a place in an index and never skips rows or counts them all, so that it costs
as much among a million texts as among a thousand (tests/moderation/test_queue_plans.py).
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Cast, Concat, Upper
from django.utils.translation import pgettext_lazy

from polls.models import WAITS, ModerationEvent, Opinion

from .spelling import spelt

# Fewer letters have no index (a trigram has three), and find half of everything.
SHORTEST = 3
# So many are told exactly; of more it is said that there are more.
COUNTED = 1000
# A common word is found among so many texts, without the index of words: see `_matching`.
WINDOW = 1000
# Of the window, so many with a term make it worth while to read on; and no further than this.
SOME, WIDEST = 5, 15_000

NUMBER = re.compile(r"\s*(?:no|n°|nº|#)\s*\.?\s*([0-9]{1,18})\s*", re.IGNORECASE)
WHOLE = re.compile(r"[0-9]{1,18}")


class State(models.TextChoices):
    """What may be looked at; the first is the queue."""

    WAITING = "waiting", pgettext_lazy("opinions", "to decide")
    REPORTED = "reported", pgettext_lazy("opinions", "reported")
    HELD = "held", pgettext_lazy("opinions", "on hold")
    PUBLISHED = "published", pgettext_lazy("opinions", "published")
    REJECTED = "rejected", pgettext_lazy("opinions", "rejected")
    PRIVATE = "private", pgettext_lazy("opinions", "not for publication")
    WITHDRAWN = "withdrawn", pgettext_lazy("opinions", "withdrawn")
    ALL = "all", pgettext_lazy("opinions", "all")


STATES = {
    State.WAITING: WAITS,
    State.REPORTED: WAITS & Q(lane__lt=Opinion.Lane.USUAL),
    State.HELD: Q(status=Opinion.Status.HELD),
    State.PUBLISHED: Q(status=Opinion.Status.PUBLISHED),
    State.REJECTED: Q(status=Opinion.Status.REJECTED),
    State.PRIVATE: Q(status=Opinion.Status.PENDING, may_publish=False),
    State.WITHDRAWN: Q(status=Opinion.Status.WITHDRAWN),
    State.ALL: Q(),
}
# Where texts wait for somebody: the signals point to what to read first there.
OPEN_STATES = (State.WAITING, State.REPORTED, State.HELD)


@dataclass(frozen=True)
class Filters:
    """What is asked for: a state, one survey (its id, 0: all), one signal, a part of the text."""

    state: str = State.WAITING
    survey: int = 0
    signal: str = ""
    term: str = ""

    @property
    def too_short(self) -> bool:
        return 0 < len(self.term) < SHORTEST


@dataclass(frozen=True)
class Order:
    """Columns that an index has in this order, all upwards or all downwards."""

    fields: tuple[str, ...]
    newest_first: bool = False

    def by(self) -> list[str]:
        return [f"-{field}" if self.newest_first else field for field in self.fields]

    def turned(self) -> "Order":
        return replace(self, newest_first=not self.newest_first)


def order_of(state: str) -> Order:
    """As moderators work it off, or, of what is decided, the newest first."""
    match state:
        case State.WAITING | State.REPORTED:
            return Order(("lane", "submitted_at", "id"))
        case State.HELD:
            return Order(("submitted_at", "id"))
        case State.ALL:
            return Order(("id",), newest_first=True)
    return Order(("submitted_at", "id"), newest_first=True)


@dataclass(frozen=True)
class Page:
    """Some texts, and the places before and behind them ("" where nothing is known there)."""

    opinions: list[Opinion]
    before: str = ""
    after: str = ""


def page(filters: Filters, *, size: int, after: str = "", before: str = "") -> Page:
    """The texts behind or before a place; a place that is none of this order's is the beginning."""
    order = order_of(filters.state)
    if (one := numbered(filters.term)) is not None:
        return Page(list(_with_place(one)[:1]))
    place = _read(before or after, order)
    backwards = bool(before) and place is not None
    found = _found(filters, order.turned() if backwards else order, place, size + 1)
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    first, last = (place_of(one, order) for one in (shown[0], shown[-1])) if shown else ("", "")
    return Page(
        shown,
        before=first if (more if backwards else place is not None) else "",
        after=last if (more or backwards) else "",
    )


def numbered(term: str) -> QuerySet[Opinion] | None:
    """The one text that the term names, by its number ("no. 12") or its public identifier."""
    if number := NUMBER.fullmatch(term):
        return Opinion.objects.filter(pk=int(number[1]))
    try:
        return Opinion.objects.filter(public_id=UUID(term)) if len(term) == 36 else None
    except ValueError:
        return None


def texts_of(filters: Filters) -> QuerySet[Opinion]:
    """Those of the state, the survey and the signal, in no order; the term is `_found`'s."""
    found = Opinion.objects.filter(STATES[State(filters.state)])
    if filters.survey:
        found = found.filter(survey=filters.survey)
    if filters.signal:
        # As the condition of the signal's index says it.
        found = found.filter(signals__contains=filters.signal)
    return found


def number_of(filters: Filters) -> int | None:
    """How many there are, up to COUNTED + 1; None where even that would be dear to know."""
    if filters.term or filters.state not in OPEN_STATES:
        return None
    return texts_of(filters).order_by().values("pk")[: COUNTED + 1].count()


def last_decisions(opinions: Iterable[Opinion]) -> dict[int, ModerationEvent]:
    """What was last done to each, by a person or by itself; one query."""
    ids = [opinion.pk for opinion in opinions]
    events = ModerationEvent.objects.filter(opinion__in=ids).order_by("at", "pk")
    return {event.opinion_id: event for event in events if event.opinion_id}


def _with_place(texts: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """With the moment as the database writes it: SQLite compares moments as text, and Python's
    six digits are another text than the three that its own clock writes."""
    return texts.annotate(received=Cast("submitted_at", TextField()))


def _found(
    filters: Filters, order: Order, place: Sequence[Any] | None, limit: int
) -> list[Opinion]:
    if filters.too_short:
        return []
    texts = _with_place(texts_of(filters)).order_by(*order.by())
    if place is not None:
        texts = texts.filter(_beyond(order, place))
    return _matching(texts, order, filters.term, limit) if filters.term else list(texts[:limit])


def _beyond(order: Order, place: Sequence[Any]) -> TupleGreaterThan | TupleLessThan:
    """(a, b, c) > (x, y, z): compared as rows, an index on the three is entered at the place."""
    compare = TupleLessThan if order.newest_first else TupleGreaterThan
    return compare(Tuple(*(F(field) for field in order.fields)), tuple(place))


def _matching(texts: QuerySet[Opinion], order: Order, term: str, limit: int) -> list[Opinion]:
    """The first texts with the term in them, in time that hardly grows with their number.

    PostgreSQL finds a rare word by the trigrams of `opinion_search`. For a common one that index
    would collect and sort half of all texts to show fifty of them: so the next WINDOW texts in
    order are read first. Where some of them have it, as many more are read as should fill the page
    at that rate. The index is only asked for what hardly any of them has.
    """
    expression = spelt(term)
    indexed = texts.alias(capitals=Upper("text")).filter(capitals__regex=expression)
    if connection.vendor != "postgresql":
        return list(indexed[:limit])
    found, all_read = _among_the_next(WINDOW, texts, order, expression, limit)
    if not all_read and SOME <= len(found) < limit:
        more = min(WIDEST, WINDOW * limit * 3 // (2 * len(found)))
        found, all_read = _among_the_next(more, texts, order, expression, limit)
    if all_read or len(found) == limit:
        return found
    return list(indexed[:limit])


def _among_the_next(
    number: int, texts: QuerySet[Opinion], order: Order, expression: str, limit: int
) -> tuple[list[Opinion], bool]:
    """Those of the next texts that have the term, and whether these were all texts there are."""
    edge = texts.values_list(*order.fields)[number : number + 1].first()
    # With something appended it is another expression than the index's, which stays out of it.
    read = Concat("text", Value(""), output_field=TextField())
    near: QuerySet[Opinion] = texts.alias(read=read).filter(read__regex=expression)
    if edge is None:
        return list(near[:limit]), True
    return list(near.filter(_beyond(order.turned(), edge))[:limit]), False


def place_of(opinion: Opinion, order: Order) -> str:
    """Where a text of a page stands, for an address: opaque, and only good in the same order."""
    values = {"lane": opinion.lane, "id": opinion.pk, "submitted_at": vars(opinion)["received"]}
    written = "|".join(str(values[field]) for field in order.fields)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(place: str, order: Order) -> list[Any] | None:
    try:
        padded = place + "=" * (-len(place) % 4)
        parts = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split("|")
        return [_value(*pair) for pair in zip(order.fields, parts, strict=True)]
    except (ValueError, OverflowError):
        return None


def _value(field: str, text: str) -> Any:
    if field == "submitted_at":
        at = datetime.fromisoformat(text)
        return at if connection.vendor == "postgresql" else Value(text, output_field=TextField())
    if not WHOLE.fullmatch(text):
        raise ValueError(field)
    return int(text)
