"""Releases: what an editor publishes of the results, dated and numbered, and never changes.

A release freezes aggregates, never rows and never a reader's text. What is withdrawn or set aside
later makes a new release; the old one stays and says that it was superseded.
"""

import logging
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.http import Http404

from polls.lib.caching import forget
from polls.lib.persistence import one_moment
from polls.models import (
    Article,
    AuditEvent,
    Edition,
    Release,
    Response,
    Survey,
    current_edition,
    display_name,
    read_edition,
    record,
)

from .. import access, documents
from ..comparisons.steps import STEP
from ..erasure import Erased, erased_since
from ..integrity import services as integrity
from .claims import claims, is_an_answer
from .frozen import Chosen, Frozen, freeze

logger = logging.getLogger(__name__)


class ClaimsUnanswered(Exception):
    """The title or the commentary has words that claim more, and nobody answers for them."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(", ".join(words))
        self.words = tuple(words)


class NothingToRelease(Exception):
    """A draft, or fewer responses than the survey shows figures from."""


class TooFewChanged(Exception):
    """Fewer than STEP responses make the difference to the last release: side by side the two
    would tell how those few answered, and neither could ever be taken back."""


def _moved_since(last: Release) -> int:
    """How many responses at most make the difference between a release and now.

    Those that came, changed or went, and those set aside or taken back in.
    """
    touched = Q(submitted_at__gt=last.at) | Q(changed_at__gt=last.at) | Q(withdrawn_at__gt=last.at)
    moved = Response.objects.filter(touched, survey=last.survey_id).count()
    return moved + integrity.moved_since(last.survey, last.at)


def draft_release(
    *, survey: Survey, title: str, commentary: str = "", chosen: Chosen | None = None
) -> Release:
    """A release as it would be now, numbered and stored nowhere.

    Raises NothingToRelease and TooFewChanged; Erased where the answers were deleted after their
    time and there is a release already, which is final, or what was chosen needs them.
    """
    forget()  # or what is crossed would be of some answers ago, beside items of now
    with one_moment():
        edition = read_edition(Survey.objects.select_related("article").get(pk=survey.pk))
        last = Release.objects.filter(survey=survey).order_by("-number").first()
        gone = erased_since(survey.pk)
        if gone and (last or chosen not in (None, Chosen())):
            raise Erased(gone)
        now = freeze(edition, chosen or Chosen())
        moved = _moved_since(last) if last else STEP
    shown = access.enough(edition.survey, now.results.respondents)
    if not (edition.survey.is_published and shown and now.results.respondents):
        raise NothingToRelease
    if 0 < moved < STEP:
        raise TooFewChanged
    stored = documents.freeze(now)
    return Release(
        survey=edition.survey,
        number=_next_number(edition.survey),
        title=title,
        commentary=commentary,
        figures=stored,
        at=now.results.at,
    )


def publish_release(
    *,
    survey: Survey,
    by: User | None,
    title: str,
    commentary: str = "",
    claims_answer: str = "",
    chosen: Chosen | None = None,
) -> Release:
    """Freeze the figures as they stand and publish them.

    Raises ClaimsUnanswered where words claim more than a consultation can, and as `draft_release`.
    """
    words = claims(f"{title}\n{commentary}", survey.article.language)
    if words and not is_an_answer(claims_answer):
        raise ClaimsUnanswered(words)
    release = draft_release(survey=survey, title=title, commentary=commentary, chosen=chosen)
    release.claims_answer = claims_answer.strip() if words else ""
    release.actor, release.actor_name = by, display_name(by) if by else ""
    _publish(release, words)
    return release


@transaction.atomic
def _publish(release: Release, words: Sequence[str]) -> None:
    """Number it and store it; one after another, so that no two take the same number."""
    survey = release.survey
    Article.objects.select_for_update().get(pk=survey.article_id)
    release.number = _next_number(survey)
    release.digest = digest_of(release)
    release.save()
    answered = f" ({', '.join(words)}: {release.claims_answer})" if words else ""
    detail = f"{release.number}: {release.title}{answered}"
    record(survey, AuditEvent.Action.RELEASE, release.actor, detail)
    transaction.on_commit(forget)


def _next_number(survey: Survey) -> int:
    """Of all editions at an address, those that were taken down among them."""
    earlier = Release.objects.filter(survey__article=survey.article_id)
    return (earlier.aggregate(last=Max("number"))["last"] or 0) + 1


def frozen(release: Release) -> Frozen:
    """What a release shows, as the same values that live results are."""
    found: Frozen = documents.thaw(release.figures, Frozen)
    return found


def document(release: Release) -> dict[str, Any]:
    """A release as the API says it: the results' document with the release's own words."""
    then = frozen(release)
    return documents.public(then.results) | {
        "comparisons": documents.freeze(then.crosses),
        "trends": documents.freeze(then.trends),
        "scenario": documents.freeze(then.scenario) if then.scenario else None,
        "release": {
            "number": release.number,
            "title": release.title,
            "commentary": release.commentary,
            "published": release.at.isoformat(),
            "digest": release.digest,
            "superseded_by": superseded_by(release),
        },
    }


def whole(release: Release) -> dict[str, Any]:
    """Everything that a release says: its words, number, date and figures, as they were stored."""
    return {
        "number": release.number,
        "title": release.title,
        "commentary": release.commentary,
        "published": release.at.astimezone(UTC).isoformat(),
        "figures": release.figures,
    }


def digest_of(release: Release) -> str:
    """SHA-256 over the canonical bytes of `whole`, which anybody can fetch and check."""
    return documents.digest(whole(release))


def superseded_by(release: Release) -> int | None:
    """The number of the newest release of the same edition, where it isn't this one."""
    later = Release.objects.filter(survey=release.survey_id, number__gt=release.number)
    newest: int | None = later.aggregate(newest=Max("number"))["newest"]
    return newest


def _shown_at(edition: Edition) -> QuerySet[Release]:
    """The releases of every published edition at an address; not those of one taken down."""
    return Release.objects.filter(
        survey__article=edition.article, survey__status=Survey.Status.PUBLISHED
    )


def public_releases(slug: str) -> tuple[Edition, list[Release]]:
    """All releases at an article's address, newest first; Http404 in a blackout, at every door.

    A release is an act of publication: it is public whatever the rule for the live figures is.
    """
    edition = current_edition(slug)
    if edition is None or edition.is_blacked_out():
        raise Http404
    return edition, list(_shown_at(edition).defer("figures").order_by("-number"))


def public_release(slug: str, number: int) -> tuple[Edition, Release]:
    """One of them, with its figures."""
    edition = current_edition(slug)
    if edition is None or edition.is_blacked_out():
        raise Http404
    found = _shown_at(edition).filter(number=number)
    release = found.select_related("survey__article").first()
    if release is None:
        raise Http404
    if release.digest != digest_of(release):
        logger.error("release %s is not what was published: its digest differs", release.pk)
        raise Http404
    return edition, release
