"""What a notice is about, as readers see it, and what is open, as the newsroom does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest

from polls.models import (
    Edition,
    ModerationRule,
    Notice,
    Opinion,
    OpinionVersion,
    current_edition,
)
from polls.results.access import shown_to

OPEN = Q(status=Notice.Status.OPEN)

# Texts on the newsroom's page, and notices shown of each; the rest is counted.
MOST_TEXTS = 50
MOST_NOTICES = 10
# Decided notices on a page.
MOST_DECIDED = 100


@dataclass(frozen=True)
class Grounds:
    """What a notice may name: the survey's rules and the laws of its language."""

    rules: tuple[ModerationRule, ...]
    laws: tuple[ModerationRule, ...]


def grounds(edition: Edition) -> Grounds:
    laws = ModerationRule.objects.filter(
        kind=ModerationRule.Kind.LAW, language=edition.article.language
    )
    return Grounds(edition.rules, tuple(laws.order_by("position")))


@dataclass(frozen=True)
class Reported:
    """A text that a reader may have seen; `shown`: it still is."""

    opinion: Opinion
    edition: Edition
    shown: bool


def reported(request: HttpRequest, public_id: UUID) -> Reported | None:
    """The text at an address, where this reader may see the results among which it stands.

    None for any other, as for a text that was never published: whoever guesses learns nothing.
    """
    found = Opinion.objects.filter(public_id=public_id).select_related("survey__article")
    opinion = found.first()
    edition = current_edition(opinion.survey.article.slug) if opinion else None
    if opinion is None or edition is None or edition.survey.pk != opinion.survey_id:
        return None
    if not shown_to(request, edition):
        return None
    shown = opinion.status == Opinion.Status.PUBLISHED
    if not shown and not opinion.events.filter(after=Opinion.Status.PUBLISHED).exists():
        return None
    return Reported(opinion, edition, shown)


@dataclass(frozen=True)
class Case:
    """A text with the open notices of it, the most pressing first: one line of the newsroom's page.

    `more` notices are open beside those. `changed`: its author changed the text since the first.
    """

    opinion: Opinion
    notices: tuple[Notice, ...]
    more: int
    changed: bool

    @property
    def due_at(self) -> datetime:
        return self.notices[0].due_at

    @property
    def hidden(self) -> bool:
        """Out of sight, and nobody has decided yet."""
        return self.opinion.status == Opinion.Status.HELD and self.opinion.decided_at is None

    @property
    def suspicious(self) -> bool:
        """Whether all that speaks against the text was sent in a suspicious way."""
        return all(notice.suspicion for notice in self.notices)


def open_cases() -> list[Case]:
    """The texts with open notices, the most pressing first, MOST_TEXTS at most; three queries.

    A text stands where its most pressing notice does, however many there are of it.
    """
    earlier = Notice.objects.filter(OPEN, opinion=OuterRef("opinion")).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    )
    first = Notice.objects.filter(OPEN).exclude(Exists(earlier)).order_by("due_at", "pk")
    return cases(list(first.values_list("opinion_id", flat=True)[:MOST_TEXTS]))


def cases(opinions: Sequence[int]) -> list[Case]:
    """The open notices of these texts, in the given order; a text without any has no case."""
    numbered = Notice.objects.filter(OPEN, opinion__in=opinions).annotate(
        place=Window(RowNumber(), partition_by=F("opinion"), order_by=["due_at", "pk"]),
        number=Window(Count("pk"), partition_by=F("opinion")),
    )
    by_opinion: dict[int, list[Notice]] = {}
    for notice in numbered.filter(place__lte=MOST_NOTICES).order_by("due_at", "pk"):
        by_opinion.setdefault(notice.opinion_id, []).append(notice)
    texts = _texts(by_opinion)
    return [_case(texts[pk], by_opinion[pk]) for pk in opinions if pk in by_opinion]


def _texts(ids: Iterable[int]) -> dict[int, Opinion]:
    found = Opinion.objects.select_related("survey__article")
    since = Notice.objects.filter(OPEN, opinion=OuterRef("opinion"))
    changed = OpinionVersion.objects.filter(opinion=OuterRef("pk")).filter(
        Exists(since.filter(received_at__lt=OuterRef("replaced_at")))
    )
    return found.annotate(changed=Exists(changed)).in_bulk(list(ids))


def _case(opinion: Opinion, notices: list[Notice]) -> Case:
    number: int = notices[0].number  # type: ignore[attr-defined]
    changed: bool = opinion.changed  # type: ignore[attr-defined]
    return Case(opinion, tuple(notices), number - len(notices), changed)


def decided(*, before: int | None = None) -> list[Notice]:
    """The decided notices, the newest first, and one more than a page where there is more."""
    found = Notice.objects.exclude(OPEN).select_related("decision", "survey__article")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[: MOST_DECIDED + 1])
