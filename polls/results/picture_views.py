"""The doors of the pictures: open where results are public to all, else the same 404 as they."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.http import by_shared

from .access import public_results
from .postcard import drawn
from .postcards.card import Postcard
from .postcards.content import postcard
from .releases.services import frozen, public_release

# As long as the results page: hidden figures leave every shared cache within this time.
SECONDS = 20


@require_safe
def of_results(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The two main items of the current edition."""
    edition, figures = public_results(slug)
    with override(edition.article.language):
        return _picture(request, postcard(figures))


@require_safe
def of_statement(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """One statement with its answers; a 404 as long as nobody has an opinion of it."""
    edition, figures = public_results(slug)
    statement = edition.by_number.get(number)
    if statement is None or not any(item.with_opinion for item in figures.about(number)):
        raise Http404
    with override(edition.article.language):
        return _picture(request, postcard(figures, statement))


@require_safe
def of_release(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The two main items of a release, as they were frozen."""
    edition, release = public_release(slug, number)
    with override(edition.article.language):
        return _picture(request, postcard(frozen(release).results))


def _picture(request: HttpRequest, card: Postcard) -> HttpResponseBase:
    """Drawn only for who doesn't have it: its tag is the digest of what it says."""
    tag = quote_etag(card.digest)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(drawn(card), content_type="image/png")
    response["ETag"] = tag
    response["Cache-Control"] = by_shared(SECONDS)
    return response
