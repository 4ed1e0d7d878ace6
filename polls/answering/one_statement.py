"""A submission in one statement and one round trip: what `services` does in five, on PostgreSQL.

The statement is whole in itself: it checks by the database's clock that the survey is open, and
writes the response, its text and its tallies or nothing. A test proves that both ways store the
same. SQLite knows no INSERT inside WITH, and takes the other way.
"""

import json
import secrets
import uuid
from typing import Any, Literal

from django.db import connection

from polls.models import Opinion, Survey
from polls.moderation.texts import signals_of
from polls.results import tallies

from .keys import Identity
from .submission import CONSENT_VERSION, Submission
from .traces import Trace

Stored = Literal["stored", "known", "closed"]

# The tallies' rows come in key order, by code point as in `results.tallies.add` (the database's own
# collation may order them otherwise): no two submissions deadlock.
SQL = """
WITH survey AS (
    SELECT id FROM polls_survey
    WHERE id = %(survey)s AND status = 'published'
      AND (opens_at IS NULL OR opens_at <= statement_timestamp())
      AND (closes_at IS NULL OR closes_at > statement_timestamp())
), response AS (
    INSERT INTO polls_response (public_id, survey_id, reader_key, receipt_hash, answers, channel,
                                language, consent_version, network_key, network_block, seconds,
                                suspicion)
    SELECT %(public_id)s::uuid, id, %(reader_key)s, %(receipt_hash)s, %(answers)s::jsonb,
           %(channel)s, %(language)s, %(consent_version)s, %(network_key)s, %(network_block)s,
           %(seconds)s::integer, %(suspicion)s
    FROM survey
    ON CONFLICT DO NOTHING
    RETURNING id
), opinion AS (
    INSERT INTO polls_opinion (public_id, response_id, survey_id, text, may_publish, show_ratings,
                               status, version, shuffle, signals, echo_a, echo_b)
    SELECT %(opinion_id)s::uuid, id, %(survey)s, %(text)s, %(may_publish)s, %(show_ratings)s,
           'pending', 1, %(shuffle)s, %(signals)s, %(echo_a)s, %(echo_b)s
    FROM response
    WHERE %(text)s <> ''
), tally AS (
    INSERT INTO polls_tally AS tally (survey_id, question, choice, excluded, slot, count)
    SELECT %(survey)s, question, choice, false, %(slot)s, 1
    FROM response, unnest(%(questions)s::text[], %(choices)s::text[]) AS given (question, choice)
    ORDER BY question COLLATE "C", choice COLLATE "C"
    ON CONFLICT (survey_id, question, choice, excluded, slot)
    DO UPDATE SET count = tally.count + 1
)
SELECT (SELECT count(*) FROM survey), (SELECT count(*) FROM response)
"""


def fits(survey: Survey, submission: Submission) -> bool:
    """Whether the statement can do it: a text that is published at once also needs its event."""
    at_once = survey.moderation == Survey.Moderation.AFTER and submission.text
    return connection.vendor == "postgresql" and not at_once


def store(
    survey: Survey, submission: Submission, identity: Identity, channel: str, trace: Trace
) -> Stored:
    """Store a submission, and say whether it was: `known` where a constraint of the database
    had an answer of this reader already, `closed` where the survey takes none."""
    seen = signals_of(submission.text, survey.article.language, trace.suspicion)
    keys = sorted(tallies.contribution(submission.answers))
    values: dict[str, Any] = {
        "survey": survey.pk,
        "public_id": str(uuid.uuid4()),
        "reader_key": identity.reader_key,
        "receipt_hash": identity.receipt_hash,
        "answers": json.dumps(submission.answers),
        "channel": channel,
        "language": survey.article.language,
        "consent_version": CONSENT_VERSION,
        "network_key": trace.network_key,
        "network_block": trace.network_block,
        "seconds": trace.seconds,
        "suspicion": trace.suspicion,
        "opinion_id": str(uuid.uuid4()),
        "text": submission.text,
        "may_publish": submission.may_publish,
        "show_ratings": submission.show_ratings,
        "slot": tallies.a_slot(),
        "shuffle": secrets.randbelow(Opinion.SHUFFLES),
        "signals": seen.signals,
        "echo_a": seen.echo_a,
        "echo_b": seen.echo_b,
        "questions": [question for question, _choice in keys],
        "choices": [choice for _question, choice in keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
        open_surveys, stored = cursor.fetchone()
    if not open_surveys:
        return "closed"
    return "stored" if stored else "known"
