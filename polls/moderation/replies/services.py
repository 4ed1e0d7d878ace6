"""The right of reply: asked for by who is quoted, decided by an editor, taken back by its author.

Each step and its event are one transaction. What is published or withdrawn leaves or reaches the
pages of this process at once, and those of the others within `lib.caching.SECONDS`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import ModerationEvent, Reply, Statement, Survey, display_name

Action = ModerationEvent.Action
Status = Reply.Status

# Law n° 2004-575, article 1-1 III: the publisher inserts a reply within three days of receiving it.
TIME = timedelta(days=3)

# How long after the decision it is kept how to reach who asked: until a court can no longer be
# asked (three months after publication: law of 29 July 1881, article 13), with time to spare.
CONTACT_DAYS = 183

DECISIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    Action.PUBLISH: (Status.PUBLISHED, frozenset({Status.PENDING})),
    Action.REFUSE: (Status.REFUSED, frozenset({Status.PENDING})),
    Action.UNDO: (Status.PENDING, frozenset({Status.PUBLISHED, Status.REFUSED})),
}


class Changed(Exception):
    """The reply is not as the editor read it: somebody else decided, or its author took it back."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class AnswerMissing(ValueError):
    """A refusal without a sentence: who asked couldn't be told why."""


@dataclass(frozen=True)
class Demand:
    """What somebody asks to have published, and by which the newsroom makes sure who it is."""

    capacity: str
    name: str
    contact: str
    text: str


@transaction.atomic(durable=True)
def ask(
    *,
    survey: Survey,
    statement: Statement,
    demand: Demand,
    receipt_hash: str,
    suspicion: str = "",
) -> Reply:
    """Take in a right of reply; its clock runs from now.

    The same hash again is the same reply again, as it stands, so that a retry gives no second one.
    `suspicion` ("trap") is kept in its first event: it decides nothing.
    """
    Statement.objects.select_for_update().get(pk=statement.pk)  # one after another, or two alike
    if known := Reply.objects.filter(receipt_hash=receipt_hash).first():
        return known
    now = timezone.now()
    reply = Reply.objects.create(
        statement=statement,
        survey=survey,
        receipt_hash=receipt_hash,
        language=survey.article.language,
        received_at=now,
        due_at=now + TIME,
        **asdict(demand),
    )
    _write(reply, Action.REPLY, before=Status.PENDING, reason=suspicion)
    return reply


def publish(*, reply: int, version: int, editor: User) -> Reply:
    """Insert it beside its statement. Raises Changed."""
    return _decide(reply, version, Action.PUBLISH, editor)


def refuse(*, reply: int, version: int, editor: User, answer: str) -> Reply:
    """Refuse it; who asked reads `answer`. Raises AnswerMissing and Changed."""
    if not answer.strip():
        raise AnswerMissing
    return _decide(reply, version, Action.REFUSE, editor, answer.strip())


def undo(*, reply: int, version: int, editor: User) -> Reply:
    """Bring a decided one back to the queue, with the clock that it had. Raises Changed."""
    return _decide(reply, version, Action.UNDO, editor)


@transaction.atomic
def _decide(pk: int, version: int, action: str, editor: User, answer: str = "") -> Reply:
    reply = _locked(pk)
    after, fitting = DECISIONS[action]
    if reply.version != version or reply.status not in fitting:
        raise Changed(reply)
    before, reply.status = reply.status, after
    reply.answer = answer
    reply.decided_at = None if action == Action.UNDO else timezone.now()
    _write(reply, action, before=before, by=editor, reason=answer)
    reply.version += 1
    reply.save()
    transaction.on_commit(forget)
    return reply


@transaction.atomic(durable=True)
def withdraw(*, reply: int) -> Reply:
    """Take it back for its author: text, name and contact are gone at once. Twice is once."""
    found = _locked(reply)
    if found.status == Status.WITHDRAWN:
        return found
    before, found.status = found.status, Status.WITHDRAWN
    found.text = found.name = found.contact = found.answer = ""
    found.decided_at = None
    _write(found, Action.WITHDRAW, before=before)
    found.version += 1
    found.save()
    transaction.on_commit(forget)
    return found


def _locked(pk: int) -> Reply:
    return Reply.objects.select_for_update().get(pk=pk)


def _write(
    reply: Reply, action: str, *, before: str, by: User | None = None, reason: str = ""
) -> None:
    """Write down the step, on the version that it was taken on. Never the reader's text."""
    decides = action in (Action.PUBLISH, Action.REFUSE)
    waited = timezone.now() - reply.received_at
    ModerationEvent.objects.create(
        reply=reply,
        action=action,
        before=before,
        after=reply.status,
        version=reply.version,
        actor=by,
        actor_name=display_name(by) if by else "",
        automatic=by is None,
        reason=reason,
        waited=max(0, int(waited.total_seconds())) if decides else None,
    )
