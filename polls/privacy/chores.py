"""What else has an age, whichever survey it belongs to: letters, pseudonyms, sign-ins, sessions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from polls.answering.erasing import blank_networks, with_networks
from polls.answering.traces import drop_old_salts, old_salts
from polls.exports import preparing
from polls.models import Response, Survey
from polls.moderation.erasing import letters
from polls.results.integrity.erasing import forget_networks

TASK_DAYS = 30  # how long it is known which tasks were run
# Sign-ins as django-axes keeps them.
SIGN_INS = ("AccessAttempt", "AccessLog", "AccessFailureLog")


@dataclass(frozen=True)
class Chore:
    """One kind of thing: how many are due, and the act, which says how many it was."""

    name: str
    due: Callable[[], int]
    do: Callable[[], int]


def chores(now: datetime) -> Iterator[Chore]:
    """All of them; each can be done twice without harm."""
    yield Chore("salts of network pseudonyms", lambda: old_salts().count(), drop_old_salts)
    networks = now - timedelta(days=settings.NETWORK_KEY_DAYS)
    old = Response.objects.filter(with_networks(networks))
    yield Chore("network pseudonyms", old.count, lambda: _forget_networks(networks))
    for letter in letters(now, settings.NOTICE_RETENTION_DAYS):
        yield Chore(letter.name, letter.due.count, letter.erase)
    yield Chore(
        "prepared exports", lambda: preparing.due(now).count(), lambda: preparing.expire(now)
    )
    ended = now - timedelta(days=TASK_DAYS)
    done = DBTaskResult.objects.finished().filter(finished_at__lt=ended)
    yield Chore("finished tasks", done.count, _deleting(done))
    if apps.is_installed("axes"):
        signed_in = now - timedelta(days=settings.SIGN_IN_LOG_DAYS)
        for name in SIGN_INS:
            rows = apps.get_model("axes", name)._default_manager.filter(attempt_time__lt=signed_in)
            yield Chore(f"sign-ins ({name})", rows.count, _deleting(rows))
    if apps.is_installed("django.contrib.sessions"):
        sessions = apps.get_model("sessions", "Session")._default_manager
        expired = sessions.filter(expire_date__lt=now)
        yield Chore("expired sessions", expired.count, _deleting(expired))


def files_of(slug: str, now: datetime) -> Iterator[Chore]:
    """The prepared files of one article's surveys that are due."""
    for survey in Survey.objects.filter(article__slug=slug):
        prepared = preparing.due(now, survey)
        yield Chore("prepared exports", prepared.count, partial(preparing.expire, now, survey))


def _forget_networks(before: datetime) -> int:
    forget_networks(before)
    return blank_networks(before)


def _deleting(rows: QuerySet[Any]) -> Callable[[], int]:
    return lambda: rows.delete()[0]
