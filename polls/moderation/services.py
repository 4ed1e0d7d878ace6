"""What is decided on opinions, one or many: each decision and its event in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import random

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from polls.models import (
    Appeal,
    ModerationEvent,
    ModerationRule,
    Opinion,
    SecondLook,
    Survey,
    display_name,
)

from . import settling

Action = ModerationEvent.Action
Status = Opinion.Status

# From which states a decision may be taken. Undoing brings any decision back to the queue; what was
# published at once is published by a person when it is left standing (`_fits`).
DECISIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    Action.PUBLISH: (
        Status.PUBLISHED,
        frozenset({Status.PENDING, Status.PUBLISHED, Status.HELD}),
    ),
    Action.REJECT: (Status.REJECTED, frozenset({Status.PENDING, Status.PUBLISHED, Status.HELD})),
    Action.HOLD: (Status.HELD, frozenset({Status.PENDING, Status.PUBLISHED})),
    Action.UNDO: (Status.PENDING, frozenset({Status.PUBLISHED, Status.REJECTED, Status.HELD})),
}

# Of the decisions, how many somebody else takes again without knowing the first.
SECOND_LOOKS = 0.02


class ReasonMissing(ValueError):
    """A rejection without a ground that holds for the survey: its author couldn't be told why."""


@dataclass(frozen=True)
class Ground:
    """Why a text is rejected: a rule of its survey or a law, and a sentence to its author."""

    rule: ModerationRule | None = None
    reason: str = ""


@dataclass
class Outcome:
    """What a decision did. Left alone were those that had changed since they were read, and those
    whose author has contested the decision: that is decided as an appeal."""

    decided: list[Opinion] = field(default_factory=list)
    changed: list[Opinion] = field(default_factory=list)
    contested: list[Opinion] = field(default_factory=list)


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
    Publishing or rejecting a text answers every open notice of it.
    Raises ReasonMissing for a rejection without a rule of the surveys or a law of their language.
    """
    opinions = locked(list(versions))
    if action == Action.REJECT:
        _require_rule(rule, opinions)
    contested = set(
        Appeal.objects.filter(opinion__in=opinions, status=Appeal.Status.OPEN).values_list(
            "opinion_id", flat=True
        )
    )
    outcome = Outcome()
    for opinion in opinions:
        if opinion.version != versions[opinion.pk] or not _fits(opinion, action):
            outcome.changed.append(opinion)
        elif opinion.pk in contested:
            outcome.contested.append(opinion)
        else:
            outcome.decided.append(opinion)
    carry_out(outcome.decided, action, moderator, Ground(rule, reason))
    return outcome


def locked(ids: list[int]) -> list[Opinion]:
    """The opinions, locked in the order of their ids, so that two decisions can't deadlock."""
    return list(
        Opinion.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("survey__article")
        .order_by("pk")
    )


def _fits(opinion: Opinion, action: str) -> bool:
    """Whether the state allows it; and there must be something to publish, with consent."""
    if opinion.status not in DECISIONS[action][1]:
        return False
    held = opinion.status == Status.HELD and opinion.may_publish
    return opinion.waits or held if action == Action.PUBLISH else True


def _require_rule(rule: ModerationRule | None, opinions: list[Opinion]) -> None:
    if rule is None:
        raise ReasonMissing
    if rule.kind == ModerationRule.Kind.LAW:
        known = {opinion.survey.article.language for opinion in opinions} <= {rule.language}
    else:
        surveys = {opinion.survey_id for opinion in opinions}
        known = Survey.objects.filter(pk__in=surveys, rules=rule).count() == len(surveys)
    if not known:
        raise ReasonMissing


def carry_out(
    opinions: list[Opinion],
    action: str,
    moderator: User,
    ground: Ground,
    appeal: Appeal | None = None,
) -> list[ModerationEvent]:
    """Write the events, the new states and what follows from them; the opinions are locked."""
    after = DECISIONS[action][0]
    now = timezone.now()
    events = ModerationEvent.objects.bulk_create(
        ModerationEvent(
            opinion=opinion,
            appeal=appeal,
            action=action,
            before=opinion.status,
            after=after,
            version=opinion.version,
            actor=moderator,
            actor_name=display_name(moderator),
            waited=max(0, int((now - opinion.waits_since).total_seconds())),
            reason=ground.reason,
            **of_rule(ground.rule),
        )
        for opinion in opinions
    )
    undone = {"decided_at": None, "waits_since": Now()}
    Opinion.objects.filter(pk__in=[opinion.pk for opinion in opinions]).update(
        status=after,
        version=F("version") + 1,
        **(undone if action == Action.UNDO else {"decided_at": Now()}),
    )
    if action == Action.UNDO:
        settling.reopen(opinions)
    elif action != Action.HOLD:
        settling.answer(events)
        if appeal is None:
            _draw(events)
    for opinion in opinions:
        opinion.status = after
        opinion.version += 1
    return events


def of_rule(rule: ModerationRule | None) -> dict[str, str]:
    """A rule as an event keeps it: in the words of the day."""
    if rule is None:
        return {}
    return {"rule_key": rule.key, "rule_kind": rule.kind, "rule_title": rule.title}


def _draw(events: list[ModerationEvent]) -> None:
    drawn = [event for event in events if random() < SECOND_LOOKS]  # noqa: S311  (a sample)
    SecondLook.objects.bulk_create(
        SecondLook(decision=event, opinion=event.opinion) for event in drawn if event.opinion
    )
