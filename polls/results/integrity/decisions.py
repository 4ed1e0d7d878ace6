"""What a person decides about a flagged group: set it aside, take it back in, leave it counted.

Locks are taken in one order everywhere: responses by their ids, then the group, then tallies
(what counts before what is set aside). So a reader who changes or withdraws an answer at the same
moment waits, and is waited for, and no count goes wrong.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from polls.lib import caching
from polls.lib.text import is_blank
from polls.models import AuditEvent, Flag, FlagGroup, Response, Survey, record

from .. import tallies
from ..erasure import require_rows

REASON = 300  # characters
CHUNK = 1000


class ReasonMissing(ValueError):
    """A decision without a reason, or with one that is longer than REASON."""


class Changed(Exception):
    """Somebody decided, or the group grew, since the person looked; `group` is what it is now."""

    def __init__(self, group: FlagGroup) -> None:
        super().__init__()
        self.group = group


# Nobody has decided, or it has grown since.
# Not where the answers were deleted after their time: nothing is left to look at.
WAITING = Q(size__gt=0, survey__erased_at__isnull=True) & (
    Q(decided_at__isnull=True) | Q(size__gt=F("decided_size"))
)


def waiting(survey: Survey | None = None) -> QuerySet[FlagGroup]:
    """Groups that wait for a person to look."""
    found = FlagGroup.objects.filter(WAITING)
    return found.filter(survey=survey) if survey else found


@transaction.atomic
def exclude(*, group: FlagGroup, by: User, reason: str, newest: int | None = None) -> int:
    """Leave the group out of the adjusted figures; return how many responses that moved.

    `group` as the person saw it, `newest` its newest flag (`newest_flag`) at that time: who joined
    since isn't moved. Raises Changed where it isn't like that any more, and ReasonMissing.
    """
    reason = _checked(reason)
    flags, counts = _turn(group, aside=True, newest=newest)
    locked = _decide(group, set_aside=flags, newest=newest)
    moved = _count(group, counts, aside=True)
    detail = ngettext("%d response set aside", "%d responses set aside", flags) % flags
    _record(locked, AuditEvent.Action.EXCLUDE, by, _with_moved(detail, flags, moved), reason)
    return moved


@transaction.atomic
def include(*, group: FlagGroup, by: User, reason: str, newest: int | None = None) -> int:
    """Count the group again, but for responses that another group sets aside; as `exclude`."""
    reason = _checked(reason)
    flags, counts = _turn(group, aside=False, newest=newest)
    locked = _decide(group, set_aside=-flags, newest=newest)
    moved = _count(group, counts, aside=False)
    detail = ngettext("%d response taken back in", "%d responses taken back in", flags) % flags
    _record(locked, AuditEvent.Action.INCLUDE, by, _with_moved(detail, flags, moved), reason)
    return moved


@transaction.atomic
def keep(*, group: FlagGroup, by: User, reason: str, newest: int | None = None) -> None:
    """Leave the group as it is: a person has looked. Raises Changed and ReasonMissing."""
    reason = _checked(reason)
    locked = _decide(group, set_aside=0, newest=newest)
    counted = locked.size - locked.set_aside
    detail = ngettext("%d response left counted", "%d responses left counted", counted) % counted
    _record(locked, AuditEvent.Action.KEEP, by, detail, reason)


def history(group: FlagGroup) -> QuerySet[AuditEvent]:
    """What was decided about a group, newest first."""
    return AuditEvent.objects.filter(survey=group.survey_id, detail__startswith=_mark(group))


def moved_since(survey: Survey, at: datetime) -> int:
    """How many responses were set aside or taken back in since, each time that it was.

    The record says it of each decision, last of its numbers: "5 responses set aside (3 of them
    changed the figures)".
    """
    acts = (AuditEvent.Action.EXCLUDE, AuditEvent.Action.INCLUDE)
    events = AuditEvent.objects.filter(survey=survey, action__in=acts, at__gt=at)
    numbers = (re.findall(r"[0-9]+", event.detail.split(" · ")[1]) for event in events)
    return sum(int(found[-1]) for found in numbers)


def _checked(reason: str) -> str:
    reason = reason.strip()
    if is_blank(reason) or len(reason) > REASON:
        raise ReasonMissing
    return reason


def newest_flag(group: FlagGroup) -> int:
    """What a page on a group carries, so that a decision on it moves nobody who came later."""
    return Flag.objects.filter(group=group).aggregate(newest=Max("pk"))["newest"] or 0


def _up_to(group: FlagGroup, newest: int | None) -> QuerySet[Flag]:
    flags = Flag.objects.filter(group=group)
    return flags if newest is None else flags.filter(pk__lte=newest)


def _turn(
    group: FlagGroup, *, aside: bool, newest: int | None
) -> tuple[int, Counter[tallies.TallyKey]]:
    """Turn the group's flags; return how many, and what the responses contribute that changed."""
    turned = _up_to(group, newest).filter(excluded=not aside).order_by("response_id")
    ids = list(turned.values_list("response_id", flat=True))
    counts: Counter[tallies.TallyKey] = Counter()
    flags = 0
    for start in range(0, len(ids), CHUNK):
        flags += _turn_chunk(group, ids[start : start + CHUNK], counts, aside=aside)
    return flags, counts


def _count(group: FlagGroup, counts: Counter[tallies.TallyKey], *, aside: bool) -> int:
    """Count on the other side what changed its state; return how many responses that is."""
    taken = {key: -count for key, count in counts.items()}
    tallies.add(group.survey_id, taken if aside else counts)
    tallies.add(group.survey_id, counts if aside else taken, excluded=True)
    return counts[tallies.RESPONDENTS]


def _turn_chunk(
    group: FlagGroup, ids: Sequence[int], counts: Counter[tallies.TallyKey], *, aside: bool
) -> int:
    """One chunk, whose contributions are added to `counts`. Who has withdrawn is passed over."""
    standing = Response.objects.standing().select_for_update().filter(pk__in=ids).order_by("pk")
    rows = list(standing.values_list("pk", "excluded", "answers"))
    present = [pk for pk, _, _ in rows]
    flags = Flag.objects.filter(group=group, response__in=present).update(excluded=aside)
    held: set[int] = set()
    if not aside:  # another group may hold it
        others = Flag.objects.filter(response__in=present, excluded=True)
        held = set(others.values_list("response_id", flat=True))
    moving = [row for row in rows if row[1] != aside and row[0] not in held]
    Response.objects.filter(pk__in=[pk for pk, _, _ in moving]).update(excluded=aside)
    for _, _, answers in moving:
        counts.update(tallies.contribution(answers))
    return flags


def _decide(seen: FlagGroup, *, set_aside: int, newest: int | None) -> FlagGroup:
    """Lock the group, and write the decision if it is still as it was seen.

    Raises Erased where the answers were deleted after their time.
    """
    group = FlagGroup.objects.select_for_update(of=("self",)).select_related("survey__article")
    locked = group.get(pk=seen.pk)
    require_rows(locked.survey_id)
    if locked.decided_at != seen.decided_at or locked.size > seen.size:
        raise Changed(locked)
    FlagGroup.objects.filter(pk=seen.pk).update(
        set_aside=F("set_aside") + set_aside,
        decided_at=Now(),
        decided_size=_up_to(seen, newest).count(),
    )
    locked.refresh_from_db(fields=["set_aside", "decided_at", "decided_size"])
    return locked


def _mark(group: FlagGroup) -> str:
    """How the record names a group, in no language."""
    return f"{group.rule} v{group.version} #{group.pk} · "


def _with_moved(detail: str, flags: int, moved: int) -> str:
    """Where another group holds some of them, the figures moved by fewer."""
    if moved == flags:
        return detail
    return gettext("%(detail)s (%(number)d of them changed the figures)") % {
        "detail": detail,
        "number": moved,
    }


def _record(group: FlagGroup, action: str, by: User, detail: str, reason: str) -> None:
    record(group.survey, action, by, f"{_mark(group)}{detail} · {reason}")
    transaction.on_commit(caching.forget)
