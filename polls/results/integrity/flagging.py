"""Flagging: what the rules find becomes groups for a person to look at. Nothing is removed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from polls.models import Flag, FlagGroup, Response, Survey

from .finders import Found
from .rules import Rule, rules_for

# So few that a reader who changes or withdraws an answer waits only a moment for their locks.
CHUNK = 500
# Seconds after each chunk on SQLite, whose other writers look for their turn in steps of up to
# 100 ms: without a gap they could wait until the last chunk.
PAUSE = 0.02


@dataclass(frozen=True)
class Flagged:
    """What one rule found: groups, the responses in them, and how many of these are new."""

    rule: str
    groups: int
    responses: int
    new: int


def flag(survey: Survey, *, since: datetime | None = None) -> int:
    """Run all rules and return how many new flags there are; a second run makes none.

    `since`: only look at responses from that day on (texts are compared with all others).
    """
    return sum(flagged.new for flagged in flag_by_rule(survey, since=since))


def flag_by_rule(survey: Survey, *, since: datetime | None = None) -> Iterator[Flagged]:
    """The same, rule after rule."""
    for rule, threshold in rules_for(survey):
        groups = rule.find(survey, threshold, since)
        new = sum(_keep(survey, rule, threshold, found) for found in groups)
        yield Flagged(rule.name, len(groups), sum(len(found.members) for found in groups), new)


def _keep(survey: Survey, rule: Rule, threshold: float, found: Found) -> int:
    """Make the group, or let new members join it; return how many did.

    Most runs find what is there already: those members are neither locked nor touched.
    """
    missing = found.members
    stored = FlagGroup.objects.filter(survey=survey, rule=rule.name, key=found.key).first()
    if stored:
        known = set(Flag.objects.filter(group=stored).values_list("response_id", flat=True))
        missing = [member for member in found.members if member not in known]
        if stored.score != found.score:
            FlagGroup.objects.filter(pk=stored.pk).update(score=found.score)
    made = FlagGroup(
        survey=survey,
        rule=rule.name,
        version=rule.version,
        key=found.key,
        score=found.score,
        threshold=threshold,
    )
    return sum(_join(made, chunk) for chunk in _chunks(missing))


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
        if connection.vendor == "sqlite":
            time.sleep(PAUSE)


@transaction.atomic
def _join(made: FlagGroup, ids: list[int]) -> int:
    """Add those that still stand and aren't members yet.

    Responses are locked first, in the order of their ids, and their group afterwards, as who
    withdraws an answer or sets a group aside does: nobody waits in a circle.
    """
    standing = Response.objects.standing().select_for_update().filter(pk__in=ids).order_by("pk")
    times = dict(standing.values_list("pk", "submitted_at"))
    if not times:
        return 0
    moments = list(times.values())
    group = _locked(made, min(moments), max(moments))
    known = set(
        Flag.objects.filter(group=group, response__in=times).values_list("response_id", flat=True)
    )
    new = [pk for pk in times if pk not in known]
    Flag.objects.bulk_create(Flag(group=group, response_id=pk) for pk in new)
    group.size += len(new)
    group.first_at = min(group.first_at, *moments)
    group.last_at = max(group.last_at, *moments)
    group.save(update_fields=["size", "first_at", "last_at"])
    return len(new)


def _locked(made: FlagGroup, first_at: datetime, last_at: datetime) -> FlagGroup:
    """The group as it is stored, made where it isn't yet."""
    group, _ = FlagGroup.objects.get_or_create(
        survey=made.survey,
        rule=made.rule,
        key=made.key,
        defaults={
            "version": made.version,
            "score": made.score,
            "threshold": made.threshold,
            "first_at": first_at,
            "last_at": last_at,
        },
    )
    return FlagGroup.objects.select_for_update().get(pk=group.pk)
