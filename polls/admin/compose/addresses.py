"""The composer's addresses, and who may open them."""

from collections.abc import Callable

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from polls.models import Article, Survey

from .preview import draft_preview, selected_passage
from .view import compose

ComposeView = Callable[[ModelAdmin, HttpRequest, Survey], HttpResponse]
CHANGES = ("polls.change_survey", "polls.change_article")
ADDS = ("polls.add_survey", "polls.add_article")


def addresses(model_admin: ModelAdmin) -> list[URLPattern]:
    """To stand before the admin's own."""
    pages: list[tuple[str, str, ComposeView]] = [
        ("", "compose", compose),
        ("preview/", "compose_preview", draft_preview),
    ]
    found = []
    for address, name, view in pages:
        guarded = _guarded(model_admin, view)
        guarded = guarded if view is compose else require_POST(guarded)
        inside = model_admin.admin_site.admin_view(guarded)
        found += [
            path(f"compose/{address}", inside, name=f"polls_survey_new_{name}"),
            path(f"<int:pk>/compose/{address}", inside, name=f"polls_survey_{name}"),
        ]
    words = require_POST(_guarded(model_admin, selected_passage))
    inside = model_admin.admin_site.admin_view(words)
    return [*found, path("compose/passage/", inside, name="polls_survey_compose_passage")]


def _guarded(model_admin: ModelAdmin, view: ComposeView) -> Callable[..., HttpResponse]:
    """On a survey for those who may change it and its article; on a new one who may add both."""

    def guarded(request: HttpRequest, pk: int | None = None) -> HttpResponse:
        if not request.user.has_perms(ADDS if pk is None else CHANGES):
            raise PermissionDenied
        if pk is None:
            return view(model_admin, request, Survey(article=Article()))
        surveys = Survey.objects.select_related("article")
        return view(model_admin, request, get_object_or_404(surveys, pk=pk))

    return guarded
