"""The composer's page: shown, saved, and what is said when it can't be."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from polls.admin.survey_buttons import pressed
from polls.admin.survey_course import State, state_of
from polls.admin.unsaved import acknowledge, restores
from polls.composing.ready import ready_made
from polls.lib.caching import forget
from polls.lib.http import private
from polls.models import Survey, read_edition

from . import checklist
from .composer import Composer, typed
from .preview import PUBLISHED
from .ready_json import by_language
from .stale import Piece, changed_by, changed_since, mark


def compose(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> HttpResponse:
    """The page of a survey, or of a new one, which has no pk yet."""
    if request.method == "POST":
        return _save(model_admin, request, survey)
    if survey.is_frozen:
        return _frozen(model_admin, request, survey)
    return _page(model_admin, request, Composer(survey), mark(survey))


def _save(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> HttpResponse:
    is_new = survey.pk is None
    with transaction.atomic():
        survey = survey if is_new else _locked(survey)
        composer = Composer(survey, typed(request.POST))
        state = mark(survey)  # before the forms fill the survey with what was typed
        changed = [] if is_new else changed_since(survey, request.POST.get("made_with", ""))
        is_shown_again = not composer.is_valid() or changed or restores(request.POST)
        if is_shown_again or survey.is_frozen:
            return _page(model_admin, request, composer, state, changed)
        composer.save()
        _log(model_admin, request, composer, is_new)
        transaction.on_commit(forget)
    return acknowledge(request, _onwards(request, survey))


def _onwards(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Where the button leads; it does what it does on the survey's own page."""
    answer = pressed(request, survey)
    if answer is not None and "_publish" in request.POST:
        return answer
    if answer is None:
        messages.success(request, _("Saved."))
    page = "preview" if "_preview" in request.POST else "compose"
    return redirect(f"admin:polls_survey_{page}", survey.pk)


def _locked(survey: Survey) -> Survey:
    """As it is now; until the transaction ends nobody else writes it or its article."""
    rows = Survey.objects.select_for_update(of=("self", "article")).select_related("article")
    return rows.get(pk=survey.pk)


def _log(model_admin: ModelAdmin, request: HttpRequest, composer: Composer, is_new: bool) -> None:
    """In the admin's own history, of the survey and of the article, as its forms write it."""
    survey = composer.survey
    if is_new:
        model_admin.log_addition(request, survey, [{"added": {}}])
        model_admin.log_addition(request, survey.article, [{"added": {}}])
        return
    if fields := composer.changed(of_article=True):
        model_admin.log_change(request, survey.article, [{"changed": {"fields": fields}}])
    if fields := composer.changed(of_article=False):
        model_admin.log_change(request, survey, [{"changed": {"fields": fields}}])


def _page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    composer: Composer,
    made_with: str,
    changed: list[Piece] | None = None,
) -> HttpResponse:
    """The form; bound, it shows its mistakes and keeps every word that was typed."""
    survey = composer.survey
    bound = composer.is_bound
    if not bound:
        composer.tell_passages()
    missing = [] if bound else checklist.missing(composer)
    context = {
        **_around(model_admin, request, survey),
        "composer": composer,
        "made_with": made_with,
        "changed": changed,
        "changed_by": changed_by(request, survey) if changed else "",
        "restored": restores(request.POST),
        "mistakes": checklist.mistakes(composer) if bound else [],
        "missing": missing,
        "blocked": any(entry.blocking for entry in missing),
        "published_meanwhile": PUBLISHED if survey.is_frozen else "",
        "menu": ready_made(),
        "ready": by_language(),
    }
    return _answer(request, "admin/polls/survey/compose/page.html", context)


def _frozen(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> HttpResponse:
    """What was asked, to look at: it stays as readers have answered it."""
    context = _around(model_admin, request, survey) | {
        "edition": read_edition(survey),
        "is_upcoming": state_of(survey) == State.UPCOMING,
    }
    return _answer(request, "admin/polls/survey/compose/frozen.html", context)


def _around(model_admin: ModelAdmin, request: HttpRequest, survey: Survey) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "is_nav_sidebar_enabled": False,  # the text and its preview want the width
        "opts": model_admin.opts,
        "survey": survey if survey.pk else None,
        "title": _("Compose") if survey.pk else _("A new consultation"),
    }


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return private(TemplateResponse(request, template, context))
