"""What becomes of answers when their time is over: batch by batch, each all or nothing."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from polls.models import Flag, Response
from polls.moderation import erasing as texts
from polls.results.erasure import due_at, locked

# So few that whoever meets one of them waits only a moment, and memory doesn't grow.
BATCH = 500
# Seconds after each batch on SQLite, whose other writers look for their turn in steps of up to
# 100 ms: without a gap they could wait until the last one.
PAUSE = 0.02


class NotDue(Exception):
    """The survey is not closed for as long as its answers are kept: somebody moved its closing."""


@dataclass(frozen=True)
class Erased:
    """How many responses were deleted, and what became of their texts."""

    responses: int = 0
    texts: int = 0
    marks: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            self.responses + other.responses, self.texts + other.texts, self.marks + other.marks
        )


@transaction.atomic(durable=True)
def erase_batch(*, survey: int, now: datetime) -> Erased:
    """Delete the oldest responses of a survey whose time is over, with their texts and flags.

    The tallies stay. Two runs at once take turns: the survey's row is locked. Withdrawn responses,
    which are marks, go as well. Raises NotDue.
    """
    due = due_at(locked(survey))
    if due is None or due > now:
        raise NotDue
    found = Response.objects.select_for_update(of=("self",)).filter(survey=survey)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        return Erased()
    gone = texts.erase(ids)
    Flag.objects.filter(response__in=ids).delete()
    Response.objects.filter(pk__in=ids).delete()
    return Erased(len(ids), gone.deleted, gone.marks)


def erase(*, survey: int, now: datetime) -> Iterator[Erased]:
    """All of them, a batch at a time. Killed in between and begun anew it comes to the same end."""
    while (gone := erase_batch(survey=survey, now=now)).responses:
        yield gone
        _pause()


def with_networks(before: datetime) -> Q:
    """The responses of before that still have pseudonyms of their network."""
    return Q(submitted_at__lt=before) & ~Q(network_key="", network_block="")


def blank_networks(before: datetime) -> int:
    """Blank the pseudonyms of older responses; return of how many. Batches, as above."""
    done = last = 0
    while ids := _blank_some(before, last):
        done, last = done + len(ids), ids[-1]
        _pause()
    return done


@transaction.atomic(durable=True)
def _blank_some(before: datetime, last: int) -> list[int]:
    found = Response.objects.select_for_update().filter(with_networks(before), pk__gt=last)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH])
    Response.objects.filter(pk__in=ids).update(network_key="", network_block="")
    return ids


def _pause() -> None:
    if connection.vendor == "sqlite":
        time.sleep(PAUSE)
