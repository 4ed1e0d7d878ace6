"""The site's addresses, and one for each page that only a fault brings about."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from surveysite.urls import handler404, handler500

__all__ = ["handler404", "handler500"]

FAULTS = {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}


def fault(request: HttpRequest, name: str) -> HttpResponse:
    raise FAULTS[name]


urlpatterns = [path("fault/<str:name>/", fault), path("", include("surveysite.urls"))]
