"""oEmbed 1.0 (oembed.com): from the address of one of our pages to the frame that shows it."""

import json
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from polls.lib import http
from polls.lib.addresses import address_of, public_address, public_origin
from polls.models import Edition, current_edition
from polls.results.access import has_public_results

from .snippets import Frame, form_frame, results_frame, statement_frame

SECONDS = 60
WIDTH = 680  # pixels: the measure of our text with its margins
_STATEMENT = re.compile(r"statement-([0-9]{1,4})")


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What a CMS asks after it found the link in our page's head, or was told of this address."""
    if request.GET.get("format", "json") != "json":
        text = "Only format=json is implemented.\n"
        return HttpResponse(text, status=501, content_type="text/plain; charset=utf-8")
    edition, frame = _found(request.GET.get("url", ""))
    width = _size(request.GET, "maxwidth", WIDTH)
    height = _size(request.GET, "maxheight", frame.height)
    body = json.dumps(_rich(edition, frame, width, height), ensure_ascii=False).encode()
    kept = http.by_all(SECONDS)
    return http.public_page(request, body, kept=kept, content_type="application/json")


def _rich(edition: Edition, frame: Frame, width: int, height: int) -> dict[str, object]:
    author = {"author_name": edition.article.author} if edition.article.author else {}
    return {
        "type": "rich",
        "version": "1.0",
        "title": edition.article.title,
        **author,
        "provider_name": settings.SITE_NAME,
        "provider_url": address_of("home"),
        "html": frame.html(public_origin(), width=str(width), height=height),
        "width": width,
        "height": height,
    }


def _size(asked: Mapping[str, str], name: str, usual: int) -> int:
    """Ours, or less where less is asked for; what is no positive number is as if not asked."""
    limit = re.fullmatch(r"0*([1-9][0-9]{0,8})", asked.get(name, ""))
    return min(usual, int(limit[1])) if limit else usual


def _found(url: str) -> tuple[Edition, Frame]:
    """The frame for one of our addresses. All else is a 404: a foreign address, an unknown survey,
    one that no site may embed, results that aren't public."""
    parts = _ours(url)
    try:
        match = resolve(parts.path)
    except Resolver404 as error:
        raise Http404 from error
    edition = current_edition(match.kwargs.get("slug", ""))
    if edition is None or not edition.survey.origins:
        raise Http404
    article, name = edition.article, match.url_name
    if name in ("results", "embed-results") and has_public_results(edition):
        return edition, results_frame(article)
    number = _number(match.kwargs, parts.fragment)
    if name in ("article", "embed-statement") and number in edition.by_number:
        return edition, statement_frame(article, number)
    if name in ("article", "embed"):
        return edition, form_frame(article)
    raise Http404


def _number(arguments: Mapping[str, object], fragment: str) -> int:
    """The statement that an address names; 0 where it names none."""
    anchored = _STATEMENT.fullmatch(fragment)
    return int(anchored[1]) if anchored else int(str(arguments.get("number", 0)))


def _ours(url: str) -> SplitResult:
    """The parts of an address on a public origin of ours; a Host header is never believed."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Http404 from error
    origin = http.normalised_origin(f"{parts.scheme}://{parts.netloc}")
    ours = {http.normalised_origin(public) for public in settings.PUBLIC_ORIGINS}
    if origin is None or origin not in ours:
        raise Http404
    return parts


def discovery(page: str) -> str:
    """The address that a page of ours names in its head; `page` is its path."""
    query = urlencode({"url": public_address(page), "format": "json"})
    return f"{address_of('oembed')}?{query}"
