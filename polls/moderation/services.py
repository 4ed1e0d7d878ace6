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

# From which states a decision may be taken, and to which it leads. What was published at once is
# published by a person when it is left standing (`_fits`); undoing leads back to the state before.
DECISIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    Action.PUBLISH: (
        Status.PUBLISHED,
        frozenset({Status.PENDING, Status.PUBLISHED, Status.HELD}),
    ),
    Action.REJECT: (Status.REJECTED, frozenset({Status.PENDING, Status.PUBLISHED, Status.HELD})),
    Action.HOLD: (Status.HELD, frozenset({Status.PENDING, Status.PUBLISHED})),
    Action.UNDO: ("", frozenset({Status.PUBLISHED, Status.REJECTED, Status.HELD})),
}
TAKEN = (Action.PUBLISH, Action.REJECT, Action.HOLD, Action.HIDE)

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
    """What a decision did. Left alone were those that had changed since they were read, those whose
    author has contested the decision (that is decided as an appeal), and those that an appeal has
    settled: only a notice, or another text, brings them back."""

    decided: list[Opinion] = field(default_factory=list)
    changed: list[Opinion] = field(default_factory=list)
    contested: list[Opinion] = field(default_factory=list)
    settled: list[Opinion] = field(default_factory=list)
    # Of the decided, how many readers had seen all along, and were left so.
    left: int = 0


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
    Publishing or rejecting a text answers every open notice of it. In a survey of another language
    a rule stands for the one with its key there.
    Raises ReasonMissing for a rejection without a rule of the surveys or a law of their language.
    """
    opinions = locked(list(versions))
    rules = _rules(rule, opinions) if action == Action.REJECT else {}
    contested = settling.contested(opinions)
    settled = settling.settled(opinions) if action != Action.PUBLISH else set()
    outcome = Outcome()
    for opinion in opinions:
        if opinion.version != versions[opinion.pk] or not _fits(opinion, action):
            outcome.changed.append(opinion)
        elif opinion.pk in contested:
            outcome.contested.append(opinion)
        elif opinion.pk in settled:
            outcome.settled.append(opinion)
        else:
            outcome.decided.append(opinion)
            outcome.left += action == Action.PUBLISH and opinion.status == Status.PUBLISHED
    for language in sorted({opinion.survey.article.language for opinion in outcome.decided}):
        spoken = [one for one in outcome.decided if one.survey.article.language == language]
        carry_out(spoken, action, moderator, Ground(rules.get(language), reason))
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


def _rules(rule: ModerationRule | None, opinions: list[Opinion]) -> dict[str, ModerationRule]:
    """By language, the ground that is meant; ReasonMissing where it doesn't hold for every text."""
    if rule is None:
        raise ReasonMissing
    meant = ModerationRule.objects.filter(key=rule.key, kind=rule.kind)
    rules = {one.language: one for one in meant}
    surveys = {opinion.survey_id: opinion.survey.article.language for opinion in opinions}
    if not set(surveys.values()) <= set(rules):
        raise ReasonMissing
    if rule.kind == ModerationRule.Kind.RULE:
        held = Survey.objects.filter(pk__in=surveys, rules__key=rule.key)
        if held.distinct().count() != len(surveys):
            raise ReasonMissing
    return rules


def carry_out(
    opinions: list[Opinion],
    action: str,
    moderator: User,
    ground: Ground,
    appeal: Appeal | None = None,
) -> list[ModerationEvent]:
    """Write the events, the new states and what follows from them; the opinions are locked."""
    after = _states(opinions, action)
    now = timezone.now()
    events = ModerationEvent.objects.bulk_create(
        ModerationEvent(
            opinion=opinion,
            appeal=appeal,
            action=action,
            before=opinion.status,
            after=after[opinion.pk],
            version=opinion.version,
            actor=moderator,
            actor_name=display_name(moderator),
            waited=max(0, int((now - opinion.waits_since).total_seconds())),
            reason=ground.reason,
            **of_rule(ground.rule),
        )
        for opinion in opinions
    )
    decided_at = None if action == Action.UNDO else Now()
    for state in set(after.values()):
        led = [pk for pk, status in after.items() if status == state]
        Opinion.objects.filter(pk__in=led).update(
            status=state, version=F("version") + 1, decided_at=decided_at
        )
    if action == Action.UNDO:
        settling.reopen(opinions)
    elif action != Action.HOLD:
        settling.answer(events)
        if appeal is None:
            _draw(events)
    for opinion in opinions:
        opinion.status = after[opinion.pk]
        opinion.version += 1
    return events


def _states(opinions: list[Opinion], action: str) -> dict[int, str]:
    """To which state each is led. Undone, a text is what it was before the decision, to readers
    too, and waits for another one as long as it has from the first."""
    if action != Action.UNDO:
        return {opinion.pk: DECISIONS[action][0] for opinion in opinions}
    taken = ModerationEvent.objects.filter(opinion__in=opinions, action__in=TAKEN).order_by("pk")
    before = dict(taken.values_list("opinion_id", "before"))  # of each the last
    return {opinion.pk: before.get(opinion.pk, Status.PENDING) for opinion in opinions}


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
