"""What the report counts, in SQL: a number of queries that doesn't grow with what is counted.

The record is what is counted wherever it can be: its events stay when a text is withdrawn or
erased. What came in from readers (texts, notices, appeals, replies) is counted by when it came,
with what has become of it since; what was done, by when it was done. docs/transparency.md says how.
"""

from collections import Counter

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from polls.models import (
    Appeal,
    Escalation,
    ModerationEvent,
    ModerationRule,
    Notice,
    Opinion,
    Reply,
    Survey,
)

from .counts import Act, Action, Acts, Asked, GroundCount, Received, Scope

Status = Opinion.Status
# Taken back by their authors, or erased after their time: what they were for isn't known any more.
GONE = (Status.WITHDRAWN, Status.ERASED)


def events(scope: Scope, of: str = "opinion") -> QuerySet[ModerationEvent]:
    """The events of the period about opinions, or about replies."""
    found = ModerationEvent.objects.filter(scope.came("at", f"{of}__survey"))
    return found.filter(**{f"{of}__isnull": False}).order_by()


def acts(scope: Scope) -> Acts:
    rows = events(scope).values_list("action", "automatic", "before").annotate(n=Count("pk"))
    return Acts(Counter({(done, auto, before): number for done, auto, before, number in rows}))


def decisions(found: Acts) -> tuple[Act, ...]:
    """What was decided, in the order of the page. A text may be decided on more than once.

    An appeal that is upheld writes the publication as well, of a rejected text: it isn't counted a
    second time.
    """
    unseen, seen = (Status.PENDING, Status.HELD), (Status.PUBLISHED,)
    return (
        Act("published_before", found.number(Action.PUBLISH, automatic=False, before=unseen)),
        Act("published_at_once", automatic=found.number(Action.PUBLISH, automatic=True)),
        Act("left_published", found.number(Action.PUBLISH, automatic=False, before=seen)),
        found.act("rejected_before", Action.REJECT, unseen),
        found.act("rejected_after", Action.REJECT, seen),
        found.act("held", Action.HOLD),
        found.act("hidden", Action.HIDE),
        found.act("undone", Action.UNDO),
        found.act("overturned", Action.OVERTURN),
        found.act("confirmed", Action.CONFIRM),
    )


def received(scope: Scope) -> Received:
    found = Opinion.objects.filter(scope.came("submitted_at")).order_by()
    rows = list(found.values_list("status", "may_publish").annotate(Count("pk")))
    gone = sum(number for status, _, number in rows if status in GONE)
    public = sum(number for status, may, number in rows if may and status not in GONE)
    return Received(public, sum(number for *_, number in rows) - public - gone, gone)


def rejections(scope: Scope) -> tuple[GroundCount, ...]:
    """By rule or law, the most frequent first; the same key in two languages is one ground."""
    found = events(scope).filter(action=Action.REJECT)
    rows = found.values_list("rule_kind", "rule_key", "rule_title").annotate(Count("pk"))
    grounds: dict[tuple[str, str], Counter[str]] = {}
    for kind, key, title, number in rows:
        ground = (kind or ModerationRule.Kind.RULE.value, key)
        grounds.setdefault(ground, Counter())[title] += number
    counted = (
        GroundCount(kind, key, _commonest_first(titles), titles.total())
        for (kind, key), titles in grounds.items()
    )
    return tuple(sorted(counted, key=lambda ground: (-ground.count, ground.kind, ground.key)))


def _commonest_first(titles: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(titles, key=lambda title: (-titles[title], title)))


def notices(scope: Scope) -> tuple[Asked, ...]:
    """Those that came in, by claim; removed on the ground of a law or of a rule of the house."""
    found = Notice.objects.filter(scope.came("received_at")).order_by()
    late = Count("pk", filter=Q(status=Notice.Status.OPEN, due_at__lt=timezone.now()))
    rows = found.values_list("claim", "status", "decision__rule_kind").annotate(
        number=Count("pk"), late=late
    )
    outcomes = ("open", "removed_law", "removed_rule", "dismissed", "moot")
    by_claim = {claim: Counter[str]() for claim in Notice.Claim.values}
    overdue: Counter[str] = Counter()
    for claim, status, kind, number, over in rows:
        law = kind == ModerationRule.Kind.LAW
        outcome = f"removed_{'law' if law else 'rule'}" if status == "upheld" else status
        by_claim[claim][outcome] += number
        overdue[claim] += over
    return tuple(
        Asked(claim, {outcome: counts[outcome] for outcome in outcomes}, overdue[claim])
        for claim, counts in by_claim.items()
    )


def appeals(scope: Scope) -> Asked:
    """Those that came in."""
    found = Appeal.objects.filter(scope.came("received_at", "opinion__survey")).order_by()
    counts = dict(found.values_list("status").annotate(Count("pk")))
    return Asked("appeals", {status: counts.get(status, 0) for status in Appeal.Status.values})


def appeals_alone(scope: Scope) -> int:
    """Appeals that whoever had taken the contested decision decided as well."""
    answers = (Action.OVERTURN, Action.CONFIRM)
    return events(scope).filter(action__in=answers, alone=True).count()


def replies(scope: Scope) -> Asked:
    """Rights of reply that were asked for."""
    found = Reply.objects.filter(scope.came("received_at")).order_by()
    late = Count("pk", filter=Q(status=Reply.Status.PENDING, due_at__lt=timezone.now()))
    rows = list(found.values_list("status").annotate(number=Count("pk"), late=late))
    counts = {status: number for status, number, _ in rows}
    outcomes = {status: counts.get(status, 0) for status in Reply.Status.values}
    return Asked("replies", outcomes, sum(over for *_, over in rows))


def escalations(scope: Scope) -> int:
    return Escalation.objects.filter(scope.came("at", "opinion__survey")).count()


def simulated(scope: Scope) -> bool:
    """Whether texts made by a program may be among what is counted."""
    surveys = Survey.objects.filter(simulated=True, published_at__lt=scope.period.until)
    return (surveys.filter(pk=scope.survey) if scope.survey else surveys).exists()
