"""Add simulated readers to an open survey: batch by batch, each all or nothing."""

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from django.db import reset_queries, transaction
from django.utils import timezone

from polls.answering.services import NotOpen
from polls.answering.submission import CONSENT_VERSION
from polls.lib.caching import forget
from polls.models import AuditEvent, ModerationEvent, Opinion, Response, Survey, read_edition
from polls.moderation.texts import initial_status, signals_of
from polls.results import tallies

from .readers import SimulatedReader, readers
from .times import moments

# Small enough that a real reader waits only a moment for the tallies (or for SQLite's lock).
BATCH = 2000
WITHOUT_OPENING = timedelta(days=7)


def simulate(
    *,
    survey: Survey,
    responses: int,
    seed: int,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """Add `responses` readers; the same seed gives the same answers and texts again.

    Memory doesn't grow with them. `progress` is called with the number added so far, after each
    batch. Raises NotOpen where the survey takes no answers (any more): earlier batches stay.
    """
    edition, now = read_edition(survey), timezone.now()
    when = moments(survey.opens_at or now - WITHOUT_OPENING, now)
    waiting = readers(edition, responses, seed)
    # Once, with the first batch: what was asked for. (How many came is a count by channel.)
    event: AuditEvent | None = AuditEvent(
        survey=survey,
        action=AuditEvent.Action.SIMULATE,
        detail=f"--responses {responses} --seed {seed}",
    )
    done = 0
    while batch := list(islice(waiting, BATCH)):
        _store(survey, batch, when, event)
        event = None
        done += len(batch)
        reset_queries()  # with DEBUG, Django keeps the last 9,000 statements: gigabytes here
        progress(done)


def _store(
    survey: Survey,
    batch: list[SimulatedReader],
    when: Callable[[float], datetime],
    event: AuditEvent | None,
) -> None:
    """Make the rows first: the transaction, in which others wait, is only for writing them."""
    rows = [_response(survey, reader, when(reader.place)) for reader in batch]
    counts: Counter[tallies.TallyKey] = Counter()
    for reader in batch:
        counts.update(tallies.contribution(reader.answers))
    with transaction.atomic():
        # The flag is set before there is a simulated row, and only while the survey is open.
        if not Survey.objects.open().filter(pk=survey.pk).update(simulated=True):
            raise NotOpen
        if event is not None:
            event.save()
        Response.objects.bulk_create(rows)
        _add_opinions(survey, rows, batch)
        tallies.add(survey.pk, counts)
        transaction.on_commit(forget)


def _response(survey: Survey, reader: SimulatedReader, at: datetime) -> Response:
    # Random keys, never of the seed: readers of two simulations are different people.
    return Response(
        survey=survey,
        reader_key=secrets.token_hex(32),
        receipt_hash=secrets.token_hex(32),
        answers=reader.answers,
        channel=Response.Channel.SIMULATION,
        language=survey.article.language,
        consent_version=CONSENT_VERSION,
        submitted_at=at,
    )


def _add_opinions(survey: Survey, rows: list[Response], batch: list[SimulatedReader]) -> None:
    opinions = [
        _opinion(survey, response, reader)
        for response, reader in zip(rows, batch, strict=True)
        if reader.text
    ]
    Opinion.objects.bulk_create(opinions)
    # As for a real text of a survey that publishes at once (`polls.moderation.texts.receive`).
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            opinion=opinion,
            action=ModerationEvent.Action.PUBLISH,
            before=Opinion.Status.PENDING,
            after=opinion.status,
            automatic=True,
        )
        for opinion in opinions
        if opinion.status == Opinion.Status.PUBLISHED
    )


def _opinion(survey: Survey, response: Response, reader: SimulatedReader) -> Opinion:
    status = initial_status(survey, reader.may_publish)
    seen = signals_of(reader.text, survey.article.language, "")
    return Opinion(
        response=response,
        survey=survey,
        text=reader.text,
        may_publish=reader.may_publish,
        show_ratings=reader.show_ratings,
        status=status,
        submitted_at=response.submitted_at,
        waits_since=response.submitted_at,
        signals=seen.signals,
        echo_a=seen.echo_a,
        echo_b=seen.echo_b,
    )
