"""What waits for one member of staff, a line a kind.

Each kind is read by an index of what is open, and no further than COUNTED rows: a queue of a
million texts costs as much as one of a thousand.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.lib.numbers import moment, whole
from polls.models import Appeal, Notice, Opinion, Reply
from polls.moderation.appeals import PERMISSION as DECIDES_APPEALS
from polls.moderation.queue import COUNTED, STATES, State
from polls.moderation.second_looks import waiting as looks_of
from polls.results.integrity.services import waiting as groups_waiting

OLD = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """What waits, where it is worked on, and since or until when; `urgent` ones stand out."""

    text: str
    url: str
    note: str = ""
    urgent: bool = False


def waiting(user: User, now: datetime) -> list[Line]:
    """The lines of what this person may decide, the urgent ones first; one query a kind."""
    found = [
        line
        for permissions, lines in KINDS
        if user.has_perms(permissions)
        for line in lines(user, now)
    ]
    return sorted(found, key=lambda line: not line.urgent)


def amount(number: int) -> str:
    """The number, of which no more than COUNTED + 1 were counted."""
    if number > COUNTED:
        return _("more than %(number)s") % {"number": whole(COUNTED)}
    return whole(number)


def _age(since: datetime, now: datetime) -> str:
    return _("waiting for %(age)s") % {"age": timesince(since, now, depth=1)}


def _deadline(first: datetime, now: datetime) -> str:
    if first < now:
        return _("overdue since %(moment)s") % {"moment": moment(first)}
    return _("by %(moment)s at the latest") % {"moment": moment(first)}


def _texts(user: User, now: datetime) -> Iterator[Line]:
    rows = list(Opinion.objects.queue().values_list("lane", "submitted_at")[: COUNTED + 1])
    if not rows:
        return
    number = len(rows)
    reported = sum(lane < Opinion.Lane.USUAL for lane, _at in rows)
    oldest = min(at for _lane, at in rows)
    told = ngettext("%(number)s text to read", "%(number)s texts to read", number)
    note = _age(oldest, now)
    if reported:
        some = ngettext("%(number)s reported", "%(number)s reported", reported)
        note = f"{note} · {some % {'number': amount(reported)}}"
    yield Line(
        told % {"number": amount(number)},
        reverse("admin:polls_opinion_changelist"),
        note,
        urgent=bool(reported) or now - oldest > OLD,
    )


def _held(user: User, now: datetime) -> Iterator[Line]:
    held = Opinion.objects.filter(STATES[State.HELD]).order_by("submitted_at", "pk")
    number = held.values("pk")[: COUNTED + 1].count()
    if number:
        told = ngettext("%(number)s text on hold", "%(number)s texts on hold", number)
        url = reverse("admin:polls_opinion_changelist") + f"?state={State.HELD}"
        yield Line(told % {"number": amount(number)}, url)


def _notices(user: User, now: datetime) -> Iterator[Line]:
    waits = Notice.objects.filter(status=Notice.Status.OPEN).order_by("due_at", "pk")
    due = list(waits.values_list("due_at", flat=True)[: COUNTED + 1])
    if due:
        told = ngettext("%(number)s notice to answer", "%(number)s notices to answer", len(due))
        yield Line(
            told % {"number": amount(len(due))},
            reverse("admin:polls_notice_changelist"),
            _deadline(due[0], now),
            urgent=due[0] < now + OLD,
        )


def _appeals(user: User, now: datetime) -> Iterator[Line]:
    waits = Appeal.objects.filter(status=Appeal.Status.OPEN).order_by("received_at", "pk")
    rows = list(waits.values_list("received_at", "decision__actor")[: COUNTED + 1])
    if not rows:
        return
    number, own = len(rows), sum(actor == user.pk for _at, actor in rows)
    told = ngettext("%(number)s contested decision", "%(number)s contested decisions", number)
    note = _age(rows[0][0], now)
    if own:
        yours = ngettext(
            "%(number)s is your own: a colleague judges it",
            "%(number)s are your own: a colleague judges them",
            own,
        )
        note = f"{note} · {yours % {'number': amount(own)}}"
    url = reverse("admin:polls_appeal_changelist")
    yield Line(told % {"number": amount(number)}, url, note, urgent=own < number)


def _replies(user: User, now: datetime) -> Iterator[Line]:
    waits = Reply.objects.filter(status=Reply.Status.PENDING).order_by("due_at", "pk")
    due = list(waits.values_list("due_at", flat=True)[: COUNTED + 1])
    if due:
        told = ngettext(
            "%(number)s right of reply to decide", "%(number)s rights of reply to decide", len(due)
        )
        url = reverse("admin:polls_reply_changelist")
        yield Line(told % {"number": amount(len(due))}, url, _deadline(due[0], now), urgent=True)


def _looks(user: User, now: datetime) -> Iterator[Line]:
    drawn = list(looks_of(user).values_list("drawn_at", flat=True)[: COUNTED + 1])
    if drawn:
        told = ngettext(
            "%(number)s second look to take", "%(number)s second looks to take", len(drawn)
        )
        url = reverse("admin:polls_secondlook_changelist")
        yield Line(told % {"number": amount(len(drawn))}, url, _age(drawn[0], now))


def _groups(user: User, now: datetime) -> Iterator[Line]:
    sizes = list(groups_waiting().order_by().values_list("size", flat=True)[: COUNTED + 1])
    if sizes:
        told = ngettext(
            "%(number)s flagged group of answers to look at",
            "%(number)s flagged groups of answers to look at",
            len(sizes),
        )
        answers = ngettext("%(number)s answer", "%(number)s answers", sum(sizes))
        note = "" if len(sizes) > COUNTED else answers % {"number": whole(sum(sizes))}
        url = reverse("admin:polls_flaggroup_changelist")
        yield Line(told % {"number": amount(len(sizes))}, url, note)


Lines = Callable[[User, datetime], Iterator[Line]]
# Who may look at the place and decide there.
KINDS: tuple[tuple[tuple[str, ...], Lines], ...] = (
    (("polls.view_opinion", "polls.moderate_opinion"), _texts),
    (("polls.view_notice", "polls.moderate_opinion"), _notices),
    (("polls.view_appeal", DECIDES_APPEALS), _appeals),
    (("polls.view_reply", "polls.decide_reply"), _replies),
    (("polls.view_flaggroup", "polls.exclude_flaggroup"), _groups),
    (("polls.view_secondlook", "polls.moderate_opinion"), _looks),
    (("polls.view_opinion", "polls.moderate_opinion"), _held),
)
