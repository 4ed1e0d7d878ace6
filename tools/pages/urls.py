"""The site's addresses, and one for each page that only a fault brings about."""

from uuid import uuid4

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from polls.answering.refusals import unavailable
from polls.models import current_edition
from surveysite.urls import handler404, handler500

__all__ = ["handler404", "handler500"]

FAULTS = {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}


def fault(request: HttpRequest, name: str) -> HttpResponse:
    raise FAULTS[name]


@csrf_exempt
def not_stored(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said of an answer that the database didn't take in time."""
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    with override(edition.article.language):
        return unavailable(request, edition, client_key=uuid4())


urlpatterns = [
    path("fault/<str:name>/", fault),
    path("articles/<slug:slug>/not-stored/", not_stored),
    path("", include("surveysite.urls")),
]
