"""What becomes of an opinion by its author's hand: received, changed, taken back.

To be called in the transaction that writes the response.
"""

from django.db.models.functions import Now

from polls.models import (
    ModerationEvent,
    ModerationNote,
    Opinion,
    OpinionVersion,
    Response,
    Signal,
    Survey,
)

from . import settling
from .signals import Found, found

Action = ModerationEvent.Action
Status = Opinion.Status


def initial_status(survey: Survey, may_publish: bool, *, suspicious: bool = False) -> str:
    """Where a new text begins: in the queue, or published at once where the survey says so.

    A text that was sent in a suspicious way waits for a person everywhere.
    """
    at_once = survey.moderation == Survey.Moderation.AFTER and may_publish and not suspicious
    return Status.PUBLISHED if at_once else Status.PENDING


def signals_of(text: str, language: str, suspicion: str) -> Found:
    """What a moderator is pointed to: in the text, and in how the response was sent."""
    return found(text, language, [Signal.TRAP] if suspicion else [])


def receive(*, response: Response, text: str, may_publish: bool, show_ratings: bool) -> None:
    """Take in the first text of a response."""
    survey = response.survey
    status = initial_status(survey, may_publish, suspicious=bool(response.suspicion))
    opinion = Opinion(
        response=response,
        survey=survey,
        text=text,
        may_publish=may_publish,
        show_ratings=show_ratings,
        status=status,
    )
    _point_out(opinion, response)
    opinion.save()
    if status == Status.PUBLISHED:
        _automatic(opinion, Action.PUBLISH, before=Status.PENDING)


def replace(*, response: Response, text: str, may_publish: bool, show_ratings: bool) -> None:
    """Follow what its author made of the text: new, changed, taken back, or only its consents.

    A changed text, or a new consent to publish it, begins anew, and the text as it was is kept for
    moderators; a published text whose author no longer agrees leaves the page.
    """
    opinion = Opinion.objects.select_for_update().filter(response=response).first()
    if opinion is not None and text:
        _follow(opinion, response, text, may_publish, show_ratings)
    elif opinion is not None:
        withdraw(opinion)
    elif text:
        receive(response=response, text=text, may_publish=may_publish, show_ratings=show_ratings)


def _follow(
    opinion: Opinion, response: Response, text: str, may_publish: bool, show_ratings: bool
) -> None:
    before = opinion.status
    changed = text != opinion.text
    begins_anew = changed or may_publish != opinion.may_publish
    if changed and opinion.text:
        OpinionVersion.objects.create(
            opinion=opinion, version=opinion.version, text=opinion.text, status=before
        )
    opinion.text, opinion.may_publish, opinion.show_ratings = text, may_publish, show_ratings
    if begins_anew:
        opinion.status = _status_anew(opinion, response, may_publish)
        opinion.version += 1
        opinion.decided_at, opinion.waits_since = None, Now()
        settling.moot_appeals([opinion.pk])
    if changed:
        _point_out(opinion, response)
    opinion.save()
    if begins_anew:
        _automatic(opinion, Action.EDIT, before=before)


def _status_anew(opinion: Opinion, response: Response, may_publish: bool) -> str:
    """As at first; but what was once rejected, or is hidden until a person has decided, is read by
    a person before it appears again."""
    read_first = opinion.status == Status.HELD
    if read_first or opinion.events.filter(action=Action.REJECT).exists():
        return Status.PENDING
    return initial_status(opinion.survey, may_publish, suspicious=bool(response.suspicion))


def _point_out(opinion: Opinion, response: Response) -> None:
    seen = signals_of(opinion.text, opinion.survey.article.language, response.suspicion)
    opinion.signals, opinion.echo_a, opinion.echo_b = seen.signals, seen.echo_a, seen.echo_b


def withdraw(opinion: Opinion) -> None:
    """Delete the text at once, its earlier versions and what colleagues wrote of it; the events
    about it stay, and never had it."""
    if opinion.status == Status.WITHDRAWN:
        return
    before = opinion.status
    opinion.status, opinion.text, opinion.decided_at = Status.WITHDRAWN, "", None
    opinion.may_publish = opinion.show_ratings = False
    opinion.signals, opinion.echo_a, opinion.echo_b = "", 0, 0
    opinion.lane = Opinion.Lane.USUAL
    opinion.version += 1
    opinion.save()
    OpinionVersion.objects.filter(opinion=opinion).delete()
    ModerationNote.objects.filter(opinion=opinion).delete()
    settling.moot([opinion.pk])
    _automatic(opinion, Action.WITHDRAW, before=before)


def _automatic(opinion: Opinion, action: str, *, before: str) -> None:
    ModerationEvent.objects.create(
        opinion=opinion,
        action=action,
        before=before,
        after=opinion.status,
        version=opinion.version,
        automatic=True,
    )
