"""What of the consultations anybody may find: those that have opened, with their true dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from polls.models import Milestone, Release, Survey


@dataclass(frozen=True)
class Found:
    """A consultation that has opened, closed since or not, at its article's address."""

    survey: Survey
    corrected: datetime | None = None
    releases: Sequence[tuple[int, datetime]] = field(default=())
    """Number and moment of each release of the address, the newest first."""

    @property
    def opened(self) -> datetime:
        """Since when readers could find it: what was published late has opened late."""
        known = (self.survey.published_at, self.survey.opens_at)
        return max(moment for moment in known if moment)

    @property
    def changed(self) -> datetime:
        """The last time that its page said something else: opened, corrected or closed."""
        now = timezone.now()
        known = (self.opened, self.corrected, self.survey.closes_at)
        return max(moment for moment in known if moment and moment <= now)


def consultations(most: int) -> list[Found]:
    """The `most` that were published last, the newest first; three queries, however many."""
    surveys = Survey.objects.newest().begun().select_related("article")
    shown = list(surveys.order_by("-published_at", "-pk")[:most])
    articles = [survey.article_id for survey in shown]
    corrected, released = _corrected(articles), _released(articles)
    return [
        Found(survey, corrected.get(survey.article_id), released.get(survey.article_id, ()))
        for survey in shown
    ]


def _corrected(articles: Sequence[int]) -> dict[int, datetime]:
    """When each article was corrected last."""
    kind = Milestone.Kind.CORRECTION
    found = Milestone.objects.filter(article__in=articles, kind=kind, at__lte=timezone.now())
    # The last one of each article is what stays in the dictionary.
    return dict(found.order_by("at").values_list("article", "at"))


def _released(articles: Sequence[int]) -> dict[int, list[tuple[int, datetime]]]:
    """The releases of each article's published editions."""
    status = Survey.Status.PUBLISHED
    found = Release.objects.filter(survey__article__in=articles, survey__status=status)
    releases: dict[int, list[tuple[int, datetime]]] = {}
    rows = found.order_by("-number").values_list("survey__article", "number", "at")
    for article, number, at in rows:
        releases.setdefault(article, []).append((number, at))
    return releases
