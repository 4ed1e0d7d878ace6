"""What changes an answer: submitting, changing, withdrawing. Tallies change with it."""

import secrets

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from polls.lib.persistence import confirm
from polls.models import Opinion, Response, Survey
from polls.moderation import texts
from polls.results import tallies
from polls.results.integrity import services as integrity

from . import one_statement
from .keys import Identity
from .submission import CONSENT_VERSION, Submission
from .traces import UNTRACED, Trace


class NotOpen(Exception):
    """The survey takes no answers now, by the clock of the database."""


class AlreadyAnswered(Exception):
    """This reader has answered. `same_key`: the same client key, so the same person's retry."""

    def __init__(self, response: Response, *, same_key: bool) -> None:
        super().__init__()
        self.response = response
        self.same_key = same_key


def submit(
    *,
    survey: Survey,
    submission: Submission,
    identity: Identity,
    channel: str = Response.Channel.PAGE,
    trace: Trace = UNTRACED,
) -> None:
    """Store a response with its text and its tallies, all or nothing, and return after the commit.

    Raises NotOpen, or AlreadyAnswered where a constraint of the database says so: asking first
    would leave a gap in which a second submission fits.
    """
    if one_statement.fits(survey, submission):
        stored = one_statement.store(survey, submission, identity, channel, trace)
    else:
        stored = _store(survey, submission, identity, channel, trace)
    if stored == "closed":
        raise NotOpen
    if stored == "known":
        found = _known(survey, identity)
        if found is None:  # withdrawn in this very moment, so that a second try will be stored
            raise OperationalError("the answer that stood in the way is gone")
        raise AlreadyAnswered(found, same_key=found.receipt_hash == identity.receipt_hash)


def _store(
    survey: Survey, submission: Submission, identity: Identity, channel: str, trace: Trace
) -> one_statement.Stored:
    try:
        with transaction.atomic(durable=True):
            return _store_open(survey, submission, identity, channel, trace)
    except IntegrityError:
        if _known(survey, identity) is None:
            raise
        return "known"


def _store_open(
    survey: Survey, submission: Submission, identity: Identity, channel: str, trace: Trace
) -> one_statement.Stored:
    if not Survey.objects.open().filter(pk=survey.pk).exists():
        return "closed"
    response = Response.objects.create(
        survey=survey,
        reader_key=identity.reader_key,
        receipt_hash=identity.receipt_hash,
        answers=submission.answers,
        channel=channel,
        language=survey.article.language,
        consent_version=CONSENT_VERSION,
        network_key=trace.network_key,
        network_block=trace.network_block,
        seconds=trace.seconds,
        suspicion=trace.suspicion,
    )
    if submission.text:
        texts.receive(
            response=response,
            text=submission.text,
            may_publish=submission.may_publish,
            show_ratings=submission.show_ratings,
        )
    tallies.add(survey.pk, tallies.contribution(submission.answers))
    return "stored"


def _known(survey: Survey, identity: Identity) -> Response | None:
    """The response that stands in the way: by the reader's key, or by the receipt's."""
    keys = Q(reader_key=identity.reader_key) | Q(receipt_hash=identity.receipt_hash)
    return Response.objects.filter(keys, survey=survey).first()


@transaction.atomic(durable=True)
def change(*, response: Response, submission: Submission) -> None:
    """Put new answers in place of the old ones, until the survey closes."""
    response = _locked(response)
    if not Survey.objects.open().filter(pk=response.survey_id).exists():
        raise NotOpen
    before = tallies.contribution(response.answers)
    after = tallies.contribution(submission.answers)
    response.answers = submission.answers
    response.consent_version = CONSENT_VERSION
    response.changed_at = Now()
    response.save(update_fields=["answers", "consent_version", "changed_at"])
    texts.replace(
        response=response,
        text=submission.text,
        may_publish=submission.may_publish,
        show_ratings=submission.show_ratings,
    )
    changes = tallies.difference(before, after)
    tallies.add(response.survey_id, changes, excluded=response.excluded)


class Withdrawn(Exception):
    """The response was withdrawn: there is nothing left to change."""


@transaction.atomic(durable=True)
def withdraw(*, response: Response) -> None:
    """Delete answers and text at once, at any time, and leave a mark without content. Twice is
    once, and confirms the first time.

    The reader's key goes too: the same person may answer anew, with a new receipt.
    """
    try:
        response = _locked(response)
    except Withdrawn:
        return confirm()
    opinion = Opinion.objects.select_for_update().filter(response=response).first()
    if opinion is not None:
        texts.withdraw(opinion)
    taken = {key: -count for key, count in tallies.contribution(response.answers).items()}
    response.answers = {}
    response.reader_key = secrets.token_hex(32)
    response.network_key = response.network_block = ""
    response.seconds, response.suspicion = None, ""
    response.withdrawn_at = Now()
    response.save(
        update_fields=[
            "answers",
            "reader_key",
            "network_key",
            "network_block",
            "seconds",
            "suspicion",
            "withdrawn_at",
        ]
    )
    integrity.forget(response)
    tallies.add(response.survey_id, taken, excluded=response.excluded)


def _locked(response: Response) -> Response:
    found = Response.objects.select_related("survey__article").filter(pk=response.pk)
    locked = found.select_for_update(of=("self",)).first()
    # Without a row it was deleted this moment, after its time: there is nothing left either.
    if locked is None or locked.withdrawn_at is not None:
        raise Withdrawn
    return locked


def content(response: Response) -> Submission:
    """What a response says now, as a submission: to show it, and to tell a retry from a change."""
    opinion = Opinion.objects.filter(response=response).first()
    if opinion is None:
        return Submission(response.answers)
    return Submission(response.answers, opinion.text, opinion.may_publish, opinion.show_ratings)
