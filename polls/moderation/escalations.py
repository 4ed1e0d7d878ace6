"""A threat to life or safety is told to the authorities (Regulation (EU) 2022/2065, article 18)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from polls.models import Escalation, ModerationEvent, Opinion, display_name

from .services import locked


@transaction.atomic
def escalate(
    *, opinion: Opinion, by: User, facts: str, authority: str, told_at: datetime, reference: str
) -> Escalation:
    """Write down who was told of what, and when; nothing of the text's state changes.

    One text may be told of several times: to the police, then to a platform of the ministry.
    """
    [opinion] = locked([opinion.pk])
    escalation = Escalation.objects.create(
        opinion=opinion,
        actor=by,
        actor_name=display_name(by),
        facts=facts,
        authority=authority,
        told_at=told_at,
        reference=reference,
    )
    ModerationEvent.objects.create(
        opinion=opinion,
        action=ModerationEvent.Action.ESCALATE,
        before=opinion.status,
        after=opinion.status,
        version=opinion.version,
        actor=by,
        actor_name=display_name(by),
        reason=authority,
    )
    return escalation
