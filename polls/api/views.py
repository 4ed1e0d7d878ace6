"""The read-only JSON API. Who may see what is `polls.results.access`'s to say, as at every door."""

from django.http import Http404, HttpRequest, HttpResponse

from polls.lib.addresses import address_of
from polls.lib.http import by_shared, public_page
from polls.models import Survey, current_edition
from polls.results.access import has_public_results, public_results
from polls.results.documents import canonical
from polls.results.queries import opinions
from polls.results.releases.services import document, public_release, public_releases, whole
from polls.results.views import SECONDS

from . import content
from .doors import JSON, answer, page_number
from .openapi import DOCUMENT

PER_PAGE = 50


def index(request: HttpRequest) -> HttpResponse:
    addresses = {"surveys": "api-surveys", "openapi": "api-openapi"}
    return answer(request, {key: address_of(name) for key, name in addresses.items()})


def openapi(request: HttpRequest) -> HttpResponse:
    return answer(request, DOCUMENT)


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address: it gets the API's 404, not the paper's page."""
    raise Http404


def surveys(request: HttpRequest) -> HttpResponse:
    """The published consultations, newest first, each in its newest edition."""
    number = page_number(request)
    found = Survey.objects.newest().select_related("article").order_by("-published_at", "-pk")
    start = (number - 1) * PER_PAGE
    rows = list(found[start : start + PER_PAGE + 1])
    if number > 1 and not rows:
        raise Http404
    entries = [content.entry(survey) for survey in rows[:PER_PAGE]]
    address = address_of("api-surveys")
    more = content.pages(address, number, has_next=len(rows) > PER_PAGE)
    return answer(request, {"surveys": entries, **more})


def survey(request: HttpRequest, slug: str) -> HttpResponse:
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    public = has_public_results(edition)
    return answer(request, content.definition(edition, public=public))


def published_opinions(request: HttpRequest, slug: str) -> HttpResponse:
    """The page number is looked at last: where nothing may be seen, any number is a 404."""
    edition, figures = public_results(slug)
    number = page_number(request)
    found = opinions(edition, page=number)
    if number > 1 and not found.opinions:
        raise Http404
    address = address_of("api-opinions", slug)
    return answer(request, content.opinions(figures, found, address))


def releases(request: HttpRequest, slug: str) -> HttpResponse:
    edition, found = public_releases(slug)
    return answer(request, content.releases(edition, found))


def frozen_release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The very bytes that the release's digest is taken over."""
    _edition, found = public_release(slug, number)
    body = canonical(whole(found))
    return public_page(request, body, kept=by_shared(SECONDS), content_type=JSON)


def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    _edition, found = public_release(slug, number)
    return answer(request, document(found))
