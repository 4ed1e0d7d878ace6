import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from .models import Entry

# Without the length the server would send in chunks: no middleware adds it here.

# The page that the application serves, byte for byte.
PAGE = Path(os.environ["BENCH_PAGE"]).read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE, headers={"Content-Length": str(len(PAGE))})


def submit(request: HttpRequest) -> HttpResponse:
    Entry.objects.create(payload=request.POST.dict())
    return HttpResponseRedirect("/thanks/", status=303, headers={"Content-Length": "0"})


urlpatterns = [path("page/", page), path("submit/", submit)]
