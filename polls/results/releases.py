"""Releases: what an editor publishes of the results, dated and numbered, and never changes.

A release freezes aggregates, never rows and never a reader's text. What is withdrawn or set aside
later makes a new release; the old one stays and says that it was superseded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.http import Http404

from polls.lib.caching import forget
from polls.models import (
    Article,
    AuditEvent,
    Edition,
    Release,
    Statement,
    Survey,
    current_edition,
    display_name,
    read_edition,
    record,
)

from . import access, documents
from .claims import claims
from .comparisons import Cross, Trend, cross, trend
from .queries import Results, results
from .scenario import Scenario, scenario
from .steps import STEP

MOST_CROSSES = 6


@dataclass(frozen=True)
class SaidThen:
    """A statement as it stood when the release was made: a later correction doesn't change it."""

    number: int
    text: str
    verbatim: bool
    speaker: str


@dataclass(frozen=True)
class Frozen:
    """Everything that a release shows; `documents.freeze` stores it, `frozen` reads it back."""

    results: Results
    statements: tuple[SaidThen, ...]
    crosses: tuple[Cross, ...]
    trends: tuple[Trend, ...]
    scenario: Scenario | None


class ClaimsUnanswered(Exception):
    """The title or the commentary has words that claim more, and nobody answers for them."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(", ".join(words))
        self.words = tuple(words)


class NothingToRelease(Exception):
    """A draft, or fewer responses than the survey shows figures from."""


def freeze(
    edition: Edition, pairs: Sequence[tuple[str, str]], before: Frozen | None = None
) -> Frozen:
    """The figures of this moment, with the items of `pairs` crossed (at most MOST_CROSSES).

    Where fewer than STEP readers came since the release `before`, what can be told apart by group
    stays as it was there: the difference of two releases must not tell what one reader answered.
    """
    figures = results(edition)
    if before and abs(before.results.respondents - figures.respondents) >= STEP:
        before = None
    tables = before.crosses if before else ()
    kept = {(table.rows_key, table.columns_key): table for table in tables}
    return Frozen(
        results=figures,
        statements=tuple(map(_said, edition.statements)),
        crosses=tuple(kept.get(pair) or cross(edition, *pair) for pair in pairs[:MOST_CROSSES]),
        trends=before.trends if before else _trends(edition),
        scenario=before.scenario if before else _scenario(edition, figures),
    )


def _trends(edition: Edition) -> tuple[Trend, ...]:
    """The opinions on the whole, over time."""
    items = edition.questionnaire.counted
    followed = [item for item in items if item.statement is None and item.aspect]
    return tuple(trend(edition, item.key) for item in followed)


def _scenario(edition: Edition, figures: Results) -> Scenario | None:
    weighted = scenario(edition, figures)
    return weighted if weighted.is_shown else None


def _said(statement: Statement) -> SaidThen:
    verbatim = statement.form == Statement.Form.VERBATIM
    return SaidThen(statement.number, statement.text, verbatim, statement.speaker)


@transaction.atomic
def publish_release(
    *,
    survey: Survey,
    by: User | None,
    title: str,
    commentary: str = "",
    claims_answer: str = "",
    pairs: Sequence[tuple[str, str]] = (),
) -> Release:
    """Freeze the figures as they stand and publish them. Raises ClaimsUnanswered where words claim
    more than a consultation can, and NothingToRelease."""
    # One after another, so that no two take the same number.
    article = Article.objects.select_for_update().get(pk=survey.article_id)
    words = claims(f"{title}\n{commentary}", article.language)
    if words and not claims_answer.strip():
        raise ClaimsUnanswered(words)
    edition = read_edition(Survey.objects.select_related("article").get(pk=survey.pk))
    last = Release.objects.filter(survey=survey).order_by("-number").first()
    now = freeze(edition, pairs, frozen(last) if last else None)
    shown = access.enough(edition.survey, now.results.respondents)
    if not (edition.survey.is_published and shown and now.results.respondents):
        raise NothingToRelease
    stored = documents.freeze(now)
    numbers = Release.objects.filter(survey__article=article).aggregate(last=Max("number"))
    release = Release.objects.create(
        survey=survey,
        number=(numbers["last"] or 0) + 1,
        title=title,
        commentary=commentary,
        claims_answer=claims_answer.strip() if words else "",
        figures=stored,
        digest=documents.digest(stored),
        actor=by,
        actor_name=display_name(by) if by else "",
    )
    answered = f" ({', '.join(words)}: {release.claims_answer})" if words else ""
    detail = f"{release.number}: {title}{answered}"
    record(survey, AuditEvent.Action.RELEASE, by, detail)
    transaction.on_commit(forget)
    return release


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


def superseded_by(release: Release) -> int | None:
    """The number of the newest release of the same edition, where it isn't this one."""
    later = Release.objects.filter(survey=release.survey_id, number__gt=release.number)
    newest: int | None = later.aggregate(newest=Max("number"))["newest"]
    return newest


def public_releases(slug: str) -> tuple[Edition, list[Release]]:
    """All releases at an article's address, newest first; Http404 in a blackout, at every door.

    A release is an act of publication: it is public whatever the rule for the live figures is.
    """
    edition = current_edition(slug)
    if edition is None or edition.is_blacked_out():
        raise Http404
    found = Release.objects.filter(survey__article=edition.article).defer("figures")
    return edition, list(found.order_by("-number"))


def public_release(slug: str, number: int) -> tuple[Edition, Release]:
    """One of them, with its figures."""
    edition = current_edition(slug)
    if edition is None or edition.is_blacked_out():
        raise Http404
    found = Release.objects.filter(survey__article=edition.article, number=number)
    release = found.select_related("survey__article").first()
    if release is None:
        raise Http404
    return edition, release
