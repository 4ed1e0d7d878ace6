"""What stands at the address of a consultation that was taken down: that it was, and no more."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.lib import http
from polls.lib.caching import kept_briefly
from polls.models import Survey, read_edition

from . import refusals
from .doors import PAGE, Door


@kept_briefly
def _taken_down(slug: str) -> Survey | None:
    """The newest edition at an address, where it was taken down."""
    found = Survey.objects.filter(status=Survey.Status.UNPUBLISHED, article__slug=slug)
    return found.select_related("article").order_by("-edition").first()


def page(slug: str) -> HttpResponse:
    """For who reads: 410, in the article's language. Http404 where nothing was taken down.

    Nothing of the article stands on it, not its title either: that may be why it was taken down.
    """
    survey = _taken_down(slug)
    if survey is None:
        raise Http404
    with override(survey.article.language):
        body = render_to_string("polls/answering/taken_down.html", {"survey": survey})
    return http.private(HttpResponse(body, status=410))


def refusal(request: HttpRequest, slug: str, door: Door = PAGE) -> HttpResponse:
    """For who sends an answer: the same, with the text that was typed. Http404 likewise."""
    survey = _taken_down(slug)
    if survey is None:
        raise Http404
    with override(survey.article.language):
        return refusals.of_bytes(request, door) or refusals.not_open(
            request, read_edition(survey), door
        )
