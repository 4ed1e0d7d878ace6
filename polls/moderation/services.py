"""What is decided on an opinion, and what becomes of it when its author changes the text.

Every function changes the state and writes its event in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from polls.models import ModerationEvent, ModerationRule, Opinion, Response, Survey, display_name

Action = ModerationEvent.Action
Status = Opinion.Status

# From which states a decision may be taken. Undoing brings any decision back to the queue; what was
# published at once is published by a person when it is left standing (`_fits`).
DECISIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    Action.PUBLISH: (Status.PUBLISHED, frozenset({Status.PENDING, Status.PUBLISHED})),
    Action.REJECT: (Status.REJECTED, frozenset({Status.PENDING, Status.PUBLISHED})),
    Action.UNDO: (Status.PENDING, frozenset({Status.PUBLISHED, Status.REJECTED})),
}


class ReasonMissing(ValueError):
    """A rejection without a rule of the survey: its author could not be told why."""


@dataclass
class Outcome:
    """What a decision did: opinions decided, and those left alone because they had changed."""

    decided: list[Opinion] = field(default_factory=list)
    changed: list[Opinion] = field(default_factory=list)


@transaction.atomic
def decide(
    *,
    versions: Mapping[int, int],
    action: str,
    moderator: User,
    rule: ModerationRule | None = None,
    reason: str = "",
) -> Outcome:
    """Decide on one or many opinions, in a number of queries that doesn't grow with them.

    `versions` maps an opinion's id to the version that the moderator read. One whose text was
    changed since, or that somebody else decided, is left alone and reported as `changed`.
    Raises ReasonMissing for a rejection without one of the surveys' rules.
    """
    after, befores = DECISIONS[action]
    opinions = list(
        Opinion.objects.select_for_update(of=("self",))
        .filter(pk__in=versions)
        .select_related("survey__article")
        .order_by("pk")
    )
    if action == Action.REJECT:
        _require_rule(rule, opinions)
    outcome = Outcome()
    for opinion in opinions:
        read = opinion.version == versions[opinion.pk]
        fits = read and opinion.status in befores and _fits(opinion, action)
        (outcome.decided if fits else outcome.changed).append(opinion)
    _record(outcome.decided, action, after, moderator, rule, reason)
    return outcome


def _fits(opinion: Opinion, action: str) -> bool:
    """Whether there is something to publish: with the author's consent, and not done already."""
    return opinion.waits if action == Action.PUBLISH else True


def _require_rule(rule: ModerationRule | None, opinions: list[Opinion]) -> None:
    if rule is None:
        raise ReasonMissing
    surveys = {opinion.survey_id for opinion in opinions}
    if Survey.objects.filter(pk__in=surveys, rules=rule).count() != len(surveys):
        raise ReasonMissing


def _record(
    opinions: list[Opinion],
    action: str,
    after: str,
    moderator: User,
    rule: ModerationRule | None,
    reason: str,
) -> None:
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            opinion=opinion,
            action=action,
            before=opinion.status,
            after=after,
            actor=moderator,
            actor_name=display_name(moderator),
            rule_key=rule.key if rule else "",
            rule_title=rule.title if rule else "",
            reason=reason,
        )
        for opinion in opinions
    )
    Opinion.objects.filter(pk__in=[opinion.pk for opinion in opinions]).update(
        status=after,
        version=F("version") + 1,
        decided_at=None if action == Action.UNDO else Now(),
    )
    for opinion in opinions:
        opinion.status = after
        opinion.version += 1


def initial_status(survey: Survey, may_publish: bool) -> str:
    """Where a new text begins: in the queue, or published at once where the survey says so."""
    at_once = survey.moderation == Survey.Moderation.AFTER and may_publish
    return Status.PUBLISHED if at_once else Status.PENDING


def _status_anew(opinion: Opinion, may_publish: bool) -> str:
    """As at first; but what was once rejected is read by a person before it appears again."""
    if opinion.events.filter(action=Action.REJECT).exists():
        return Status.PENDING
    return initial_status(opinion.survey, may_publish)


def receive(*, response: Response, text: str, may_publish: bool, show_ratings: bool) -> None:
    """Take in the first text of a response, in the transaction of the response."""
    status = initial_status(response.survey, may_publish)
    opinion = Opinion.objects.create(
        response=response,
        survey=response.survey,
        text=text,
        may_publish=may_publish,
        show_ratings=show_ratings,
        status=status,
    )
    if status == Status.PUBLISHED:
        _automatic(opinion, Action.PUBLISH, before=Status.PENDING)


def replace(*, response: Response, text: str, may_publish: bool, show_ratings: bool) -> None:
    """Follow what its author made of the text: new, changed, taken back, or only its consents.

    A changed text, or a new consent to publish it, begins anew; a published text whose author no
    longer agrees leaves the page. To be called in the transaction of the response.
    """
    opinion = Opinion.objects.select_for_update().filter(response=response).first()
    if opinion is None:
        if text:
            receive(
                response=response, text=text, may_publish=may_publish, show_ratings=show_ratings
            )
        return
    if not text:
        withdraw(opinion)
        return
    before = opinion.status
    begins_anew = text != opinion.text or may_publish != opinion.may_publish
    if begins_anew:
        opinion.status = _status_anew(opinion, may_publish)
        opinion.version += 1
        opinion.decided_at = None
    opinion.text, opinion.may_publish, opinion.show_ratings = text, may_publish, show_ratings
    opinion.save()
    if begins_anew:
        _automatic(opinion, Action.EDIT, before=before)


def withdraw(opinion: Opinion) -> None:
    """Delete the text at once; the events about it stay, and never had it."""
    if opinion.status == Status.WITHDRAWN:
        return
    before = opinion.status
    opinion.status, opinion.text, opinion.decided_at = Status.WITHDRAWN, "", None
    opinion.may_publish = opinion.show_ratings = False
    opinion.version += 1
    opinion.save()
    _automatic(opinion, Action.WITHDRAW, before=before)


def _automatic(opinion: Opinion, action: str, *, before: str) -> None:
    ModerationEvent.objects.create(
        opinion=opinion, action=action, before=before, after=opinion.status, automatic=True
    )
