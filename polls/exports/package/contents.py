"""What a package is about: the newest release of an edition, or the figures as they stand."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from polls.models import Edition, Release, Response, read_edition
from polls.results import documents
from polls.results.integrity.services import moved_since
from polls.results.releases.frozen import Chosen, Frozen, freeze
from polls.results.releases.services import frozen, whole

from ..orders import Audience, Order


@dataclass(frozen=True)
class Since:
    """What has happened to the answers since a release: its figures don't know of it."""

    came: int
    changed: int
    withdrawn: int
    set_aside: int

    @property
    def is_nothing(self) -> bool:
        return not any(asdict(self).values())


@dataclass(frozen=True)
class Contents:
    """`document` is what release.json holds, `then` the same as values. `since` is only said to
    the newsroom: beside two packages it would tell how few people make their difference."""

    order: Order
    edition: Edition
    release: Release | None
    document: dict[str, Any]
    then: Frozen
    moment: datetime
    since: Since | None

    @property
    def language(self) -> str:
        return self.then.results.language

    @property
    def is_internal(self) -> bool:
        return self.order.audience == Audience.INTERNAL

    @property
    def number(self) -> int | None:
        return self.release.number if self.release else None

    @property
    def smallest_group(self) -> int:
        """Of the release's day, where it compares something: it may have been changed since."""
        then = [cross.threshold for cross in self.then.crosses]
        then += [trend.threshold for trend in self.then.trends]
        return then[0] if then else self.edition.survey.minimum_group

    @cached_property
    def digest(self) -> str:
        """What the release's page prints; of figures without a release the same thing of them."""
        return documents.digest(self.document)


def gather(order: Order) -> Contents:
    """Read what the package is about, but for the rows of the responses."""
    release = Release.objects.filter(survey=order.survey).order_by("-number").first()
    edition = read_edition(order.survey)
    then = frozen(release) if release else freeze(edition, Chosen())
    internal = order.audience == Audience.INTERNAL
    return Contents(
        order=order,
        edition=edition,
        release=release,
        document=whole(release) if release else _unreleased(then),
        then=then,
        moment=timezone.now(),
        since=_since(release) if release and internal else None,
    )


def _unreleased(now: Frozen) -> dict[str, Any]:
    """The shape of `whole` where nothing was released: without a number and without words."""
    return {
        "number": None,
        "title": "",
        "commentary": "",
        "published": now.results.at.astimezone(UTC).isoformat(),
        "figures": documents.freeze(now),
    }


def _since(release: Release) -> Since:
    at = release.at
    late = Q(submitted_at__gt=at)
    gone = Q(withdrawn_at__isnull=False)
    counted = Response.objects.filter(survey=release.survey_id).aggregate(
        came=Count("pk", filter=late & ~gone),
        changed=Count("pk", filter=~late & ~gone & Q(changed_at__gt=at)),
        withdrawn=Count("pk", filter=~late & Q(withdrawn_at__gt=at)),
    )
    return Since(**counted, set_aside=moved_since(release.survey, at))
