"""Pages about one survey beside its form: preview, results, dashboard, downloads."""

import re
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.answering.pages import article_page
from polls.embeds.snippets import snippets
from polls.exports.views import codebook_response
from polls.lib.http import private
from polls.models import Edition, Release, Survey, read_edition
from polls.results.comparisons.pages import comparison_context
from polls.results.comparisons.steps import kept_in_steps
from polls.results.pages import figures_context, results_page, texts_page
from polls.results.queries import Results, results
from polls.results.scenario.figures import Scenario
from polls.results.scenario.scenarios import scenario

from .attention import attention
from .desk.consultations import name_of

COMPOSES = ("polls.change_survey", "polls.change_article")


def preview(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The article's page exactly as readers will see it, without a way to send it."""
    composes = not survey.is_frozen and request.user.has_perms(COMPOSES)
    back = reverse(f"admin:polls_survey_{'compose' if composes else 'change'}", args=[survey.pk])
    with override(survey.article.language):
        context = article_page(read_edition(survey))
        context |= {"preview": True, "composes": composes, "back": back}
        return HttpResponse(render_to_string("admin/polls/survey/preview.html", context))


def results_for_staff(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The results page as it stands, whoever may see it outside: the newsroom may."""
    number = request.GET.get("page", "1")
    page = int(number) if re.fullmatch(r"[1-9][0-9]{0,3}", number) else 1
    edition = read_edition(survey)
    with override(survey.article.language):
        context = results_page(edition, results(edition), texts_page(edition, page)) | {
            "staff": True,
            "blacked_out": edition.is_blacked_out(),
        }
        return private(HttpResponse(render_to_string("polls/results/page.html", context)))


def dashboard(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Everything that is known of a survey's answers, live, with what needs somebody first."""
    edition = read_edition(survey)
    figures = results(edition)
    context = {
        **admin.site.each_context(request),
        **dashboard_context(edition, figures),
        "attention": attention(
            edition,
            figures,
            moderates=request.user.has_perm("polls.view_opinion"),
            hears_replies=request.user.has_perm("polls.view_reply"),
        ),
        **comparison_context(edition, {"item": _followed(edition), **request.GET.dict()}),
        "survey": survey,
        "desk": True,
        "title": _("Dashboard"),
        "subtitle": name_of(survey),
        "opts": Survey._meta,
    }
    return private(TemplateResponse(request, "admin/polls/survey/dashboard.html", context))


def _followed(edition: Edition) -> str:
    """The item whose course is shown before anybody asks: the first on the whole."""
    items = [item.key for item in edition.questionnaire.counted if item.statement is None]
    return items[0] if items else ""


def dashboard_context(edition: Edition, figures: Results) -> dict[str, Any]:
    releases = Release.objects.filter(survey=edition.survey).defer("figures")
    return {
        **figures_context(figures, edition.statements),
        "releases": list(releases.order_by("-number")[:20]),
        "scenario": _scenario(edition, figures),
        "snippets": snippets(edition.survey) if edition.survey.origins else [],
    }


def _scenario(edition: Edition, figures: Results) -> Scenario:
    """Kept in steps of answers, as crossed figures are, but not across other shares or dates."""
    survey = edition.survey
    shares = survey.audience.order_by("pk").values_list("choice", "percent")
    asked = (
        survey.pk,
        "scenario",
        survey.erased_at,
        survey.audience_source,
        survey.audience_date,
        tuple(shares),
    )
    return kept_in_steps(asked, figures.respondents, lambda: scenario(edition, figures))


def codebook(request: HttpRequest, survey: Survey) -> HttpResponseBase:
    return codebook_response(request, survey, delimiter=request.POST.get("delimiter", "comma"))
