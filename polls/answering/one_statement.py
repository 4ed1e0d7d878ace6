"""A submission in one statement and one round trip: what `services` does in five, on PostgreSQL.

The statement calls a function that the migrations make (`0007_submit`): it checks by the database's
clock that the survey is open, and writes the response, its text and its tallies or nothing. A test
proves that both ways store the same. SQLite has no such functions, and takes the other way.
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

# A function of the database: its plan is kept, where a statement's would be made anew each time.
SQL = """
SELECT open_surveys, stored FROM polls_submit (
    %(survey)s::bigint,
    %(public_id)s::uuid,
    %(reader_key)s::text,
    %(receipt_hash)s::text,
    %(answers)s::jsonb,
    %(channel)s::text,
    %(language)s::text,
    %(consent_version)s::smallint,
    %(network_key)s::text,
    %(network_block)s::text,
    %(seconds)s::integer,
    %(suspicion)s::text,
    %(opinion_id)s::uuid,
    %(text)s::text,
    %(may_publish)s::boolean,
    %(show_ratings)s::boolean,
    %(shuffle)s::integer,
    %(signals)s::text,
    %(echo_a)s::integer,
    %(echo_b)s::integer,
    %(slot)s::smallint,
    %(questions)s::text[],
    %(choices)s::text[]
)
"""


def fits(survey: Survey, submission: Submission) -> bool:
    """Whether the statement can do it: a text that is published at once also needs its event."""
    at_once = survey.moderation == Survey.Moderation.AFTER and submission.text
    return connection.vendor == "postgresql" and not at_once


def store(
    survey: Survey, submission: Submission, identity: Identity, channel: str, trace: Trace
) -> Stored:
    """Store a submission, and say whether it was: `known` where a constraint of the database
    had an answer of this reader already, `closed` where the survey takes none.

    The system's randomness is asked for as little as possible: each time another thread goes first.
    """
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
        "opinion_id": str(uuid.uuid4()) if submission.text else None,
        "text": submission.text,
        "may_publish": submission.may_publish,
        "show_ratings": submission.show_ratings,
        "slot": tallies.a_slot(),
        "shuffle": secrets.randbelow(Opinion.SHUFFLES) if submission.text else None,
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
