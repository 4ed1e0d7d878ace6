"""The page of a release, for everybody; in a blackout it is the same 404 as every other door."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.http import by_shared, public_page
from polls.lib.prose import prose
from polls.models import Article, PublishedReply, Release

from ..comparisons.figures import cross_figure, trend_figure
from ..pages import figures_context
from ..postcard_text import release_meta
from .services import frozen, public_release, public_releases, superseded_by

# A blackout closes every shared cache within this time.
SECONDS = 20


@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition, release = public_release(slug, number)
    with override(edition.article.language):
        context = release_page(edition.article, release, edition.replies_to)
        html = render_to_string("polls/results/release.html", context)
    return public_page(request, html.encode(), kept=by_shared(SECONDS))


def release_page(
    article: Article,
    release: Release,
    replies: Mapping[int, Sequence[PublishedReply]] | None = None,
) -> dict[str, Any]:
    """The context of `polls/results/release.html`, drawn from what was frozen.

    Rights of reply alone are those of now: they are no part of a release, and may come after it.
    """
    then = frozen(release)
    return {
        "article": article,
        "release": release,
        "commentary": [block.html for block in prose(release.commentary, []).blocks],
        "superseded_by": superseded_by(release),
        "card": release_meta(then.results, release.number),
        "crosses": [cross_figure(table) for table in then.crosses],
        "trends": [trend_figure(course) for course in then.trends],
        "scenario": then.scenario,
        **figures_context(then.results, then.statements, replies),
    }


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    edition, releases = public_releases(slug)
    with override(edition.article.language):
        newest = {release.survey_id: release.number for release in reversed(releases)}
        shown = [(release, release.number < newest[release.survey_id]) for release in releases]
        context = {"article": edition.article, "releases": shown}
        html = render_to_string("polls/results/releases.html", context)
    return public_page(request, html.encode(), kept=by_shared(SECONDS))
