"""The reader's own page of what is typed and not stored, and what is still missing in it."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from polls.answering.pages import article_page
from polls.composing.passages import passage
from polls.composing.scales import Frozen
from polls.lib.http import private
from polls.models import Survey, read_edition

from .checklist import Entry, missing, mistakes
from .composer import Composer, typed

PUBLISHED = _("It was published meanwhile: nothing can be saved here any more.")


def draft_preview(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> JsonResponse:
    """Store it, make the page, and take it all back: the one way in which a page is made."""
    with transaction.atomic():
        composer = Composer(survey, typed(request.POST))
        answer = _made(composer) if composer.is_valid() else _mistaken(mistakes(composer))
        transaction.set_rollback(True)
    return _json(answer)


def _mistaken(found: list[Entry]) -> dict[str, Any]:
    return {"mistakes": [entry.as_dict() for entry in found]}


def _made(composer: Composer) -> dict[str, Any]:
    try:
        pk = composer.save().pk
    except Frozen:
        return _mistaken([Entry(str(PUBLISHED), "")])
    stored = Survey.objects.select_related("article").get(pk=pk)
    with override(stored.article.language):
        context = article_page(read_edition(stored)) | {"preview": True}
        page = render_to_string("admin/polls/survey/compose/preview.html", context)
    return {
        "page": page,
        "mistakes": [],
        "missing": [entry.as_dict() for entry in missing(composer)],
        "passages": composer.passages(),
    }


def selected_passage(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> JsonResponse:
    """What the selected words of the text are as the passage of a statement."""
    parts = (typed(request.POST).get(name, "") for name in ("before", "selected", "after"))
    found = passage(*parts)
    return _json({"passage": None if found is None else vars(found)})


def _json(values: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(values)
    private(answer)
    return answer
