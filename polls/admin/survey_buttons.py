"""The buttons of a survey's page. Each saves the page first: nothing typed on it is lost."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.composing.editions import new_edition
from polls.composing.profile import add_profile_items
from polls.composing.scales import Frozen, add_standard_items
from polls.composing.services import add_usual_rules
from polls.models import Article, Survey

from .people import member
from .survey_acts import ACTS


def _standard_items(request: HttpRequest, survey: Survey) -> Survey:
    return _added(request, survey, add_standard_items)


def _profile_items(request: HttpRequest, survey: Survey) -> Survey:
    return _added(request, survey, add_profile_items)


def _added(request: HttpRequest, survey: Survey, add: Callable[[Survey], int]) -> Survey:
    try:
        added = add(survey)
    except Frozen as frozen:
        raise PermissionDenied from frozen
    messages.success(request, ngettext("%d item added.", "%d items added.", added) % added)
    return survey


def _edition(request: HttpRequest, survey: Survey) -> Survey:
    """Nothing that readers see changes: it is a draft, and one that isn't wanted is deleted."""
    made = new_edition(survey=survey, by=member(request))
    said = _("Edition %(number)d is made, a draft with the same questions. This is its page.")
    messages.success(request, said % {"number": made.edition})
    return made


def begun_on(article: Article) -> Survey:
    """The draft of a first consultation on an article, to compose; the newest where there is one.

    The article is locked: two who begin at once get the same.
    """
    newest = article.surveys.order_by("-edition").first()
    if newest is not None:
        return newest
    survey = Survey.objects.create(article=article)
    add_usual_rules(survey)
    add_standard_items(survey)
    return survey


# What is done at once, with the permission that it needs; the survey whose page comes next.
AT_ONCE: dict[str, tuple[str, Callable[[HttpRequest, Survey], Survey]]] = {
    "_standard": ("polls.change_survey", _standard_items),
    "_profile": ("polls.change_survey", _profile_items),
    "_edition": ("polls.add_survey", _edition),
}


def pressed(request: HttpRequest, survey: Survey) -> HttpResponse | None:
    """Where the button that was pressed on the survey's page leads; None where it was none."""
    for name in ACTS:
        if f"_{name}" in request.POST:
            return redirect(f"admin:polls_survey_{name}", survey.pk)
    for button, (permission, act) in AT_ONCE.items():
        if button in request.POST:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return redirect("admin:polls_survey_change", act(request, survey).pk)
    return None
