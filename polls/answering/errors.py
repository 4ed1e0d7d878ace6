"""The pages for an address that isn't there and for a fault of ours, in the paper's design."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from polls.lib.http import private


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # What isn't here may be so for this reader, or only until it is published.
    return private(HttpResponse(render_to_string("404.html"), status=404))


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html"), status=500)
