"""What changes what readers see of a survey: asked back once, with its consequences in numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.composing import lifecycle, services
from polls.composing.checking import problems
from polls.lib.http import private
from polls.lib.numbers import moment
from polls.models import Survey
from polls.results.erasure import Erased, erased_since

from . import consequences
from .lengths import uncut
from .people import member
from .survey_course import State, state_of

PUBLISH = "polls.publish_survey"
GONE = gettext_lazy(
    "The answers were deleted after their time: this edition stays closed. A new edition asks anew."
)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What readers are told"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Stands at the article’s address: why it was taken down, whom to ask. 300 characters at"
            " most. Empty: only the date."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uncut(self)

    def clean_note(self) -> str:
        return " ".join(str(self.cleaned_data["note"]).split())


class UntilForm(forms.Form):
    until = forms.DateTimeField(
        label=gettext_lazy("Open until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: until it is closed by hand."),
    )

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("This moment is over: choose one ahead."))
        return until


@dataclass(frozen=True)
class Act:
    """One that is asked back. Its functions take the survey as it stands."""

    title: Callable[[Survey], str]
    consequences: Callable[[Survey], list[str]]
    refusals: Callable[[Survey], list[str]]
    """Why it can't be done now; empty where it can."""
    do: Callable[[Survey, User, Mapping[str, Any]], str]
    """Does it with what the form says; what is said then. Raises as the services do."""
    form: type[forms.Form] = forms.Form
    proposed: Callable[[Survey], dict[str, Any]] = lambda _survey: {}
    """What stands in the form before anybody types."""
    takes_away: bool = False
    """Whether readers have less afterwards: it is marked as the admin marks a deletion."""


def ask_back(act: Act) -> Callable[[HttpRequest, Survey], HttpResponse]:
    """The page of an act: GET asks, POST does it; both lead back where it can't be done."""

    def view(request: HttpRequest, survey: Survey) -> HttpResponse:
        back = redirect("admin:polls_survey_change", survey.pk)
        if refusals := act.refusals(survey):
            for refusal in refusals:
                messages.error(request, refusal)
            return back
        posted = request.POST if request.method == "POST" else None
        form = act.form(posted, initial=act.proposed(survey))
        if request.method == "POST" and form.is_valid():
            _do(request, act, survey, form.cleaned_data)
            return back
        context = admin.site.each_context(request) | {
            "survey": survey,
            "act": act,
            "title": act.title(survey),
            "consequences": act.consequences(survey),
            "form": form,
            "opts": Survey._meta,
        }
        return private(TemplateResponse(request, "admin/polls/survey/confirm.html", context))

    return view


def _do(request: HttpRequest, act: Act, survey: Survey, data: Mapping[str, Any]) -> None:
    try:
        said = act.do(survey, member(request), data)
    except services.NotPublishable as error:
        for problem in error.problems:
            messages.error(request, problem.message)
    except Erased:
        messages.error(request, GONE)
    except (
        lifecycle.NotOpen,
        lifecycle.NotClosed,
        lifecycle.NotPublished,
        lifecycle.NotTakenDown,
    ):
        messages.error(request, _("Nothing was done: somebody else was faster. See below."))
    else:
        messages.success(request, said)
        # The page's history says it as well: who looks there finds that it was closed.
        admin.site.get_model_admin(Survey).log_change(request, survey, said)


def _is_ahead(survey: Survey) -> bool:
    return survey.opens_at is not None and survey.opens_at > timezone.now()


def publishing_title(survey: Survey) -> str:
    """What the button says too."""
    if survey.is_frozen:
        return _("Publish again as it was")
    if survey.opens_at and _is_ahead(survey):
        return _("Schedule: opens on %(moment)s") % {"moment": moment(survey.opens_at)}
    return _("Publish and freeze the questionnaire")


def _publishing_refusals(survey: Survey) -> list[str]:
    if survey.is_published:
        return [_("It is published already.")]
    if survey.is_frozen:
        return []
    return [problem.message for problem in problems(survey) if problem.blocking]


def _publish(survey: Survey, by: User, _data: Mapping[str, Any]) -> str:
    if survey.is_frozen:
        lifecycle.publish_again(survey=survey, by=by)
        return _("Published again: readers see it as it was.")
    published = services.publish(survey=survey, by=by)
    if published.opens_at and _is_ahead(published):
        opens = {"moment": moment(published.opens_at)}
        said = _("Scheduled: readers see the article, and can answer from %(moment)s.")
        return said % opens
    return _("Published: readers can answer, and the questionnaire is frozen.")


def _closing_refusals(survey: Survey) -> list[str]:
    is_open = state_of(survey) == State.OPEN
    return [] if is_open else [_("Nothing was closed: the survey takes no answers now.")]


def _close(survey: Survey, by: User, _data: Mapping[str, Any]) -> str:
    lifecycle.close(survey=survey, by=by)
    return _("Closed: no more answers are taken.")


def _reopening_refusals(survey: Survey) -> list[str]:
    if state_of(survey) != State.CLOSED:
        return [_("Nothing was opened: the survey isn’t closed.")]
    return [str(GONE)] if erased_since(survey.pk) else []


def _reopen(survey: Survey, by: User, data: Mapping[str, Any]) -> str:
    lifecycle.reopen(survey=survey, until=data["until"], by=by)
    if data["until"]:
        return _("Open again until %(moment)s.") % {"moment": moment(data["until"])}
    return _("Open again until it is closed by hand.")


def _unpublishing_refusals(survey: Survey) -> list[str]:
    return [] if survey.is_published else [_("Nothing was taken down: readers don’t see it.")]


def _unpublish(survey: Survey, by: User, data: Mapping[str, Any]) -> str:
    lifecycle.unpublish(survey=survey, by=by, note=data["note"])
    shown = Survey.objects.current(survey.article.slug)
    if shown is None:
        return _("Taken down: readers see nothing of it any more, and the address says so.")
    values = {"number": shown.edition}
    return _("Taken down: the article’s address shows edition %(number)d.") % values


# By the names of their addresses.
ACTS = {
    "publish": Act(
        publishing_title,
        lambda survey: (
            consequences.of_publishing_again(survey)
            if survey.is_frozen
            else consequences.of_publishing(survey)
        ),
        _publishing_refusals,
        _publish,
    ),
    "close": Act(
        lambda _survey: _("Close now"),
        consequences.of_closing,
        _closing_refusals,
        _close,
        takes_away=True,
    ),
    "reopen": Act(
        lambda _survey: _("Open again"),
        consequences.of_reopening,
        _reopening_refusals,
        _reopen,
        UntilForm,
        lambda survey: {"until": lifecycle.planned_closing(survey)},
    ),
    "unpublish": Act(
        lambda _survey: _("Take down"),
        consequences.of_taking_down,
        _unpublishing_refusals,
        _unpublish,
        NoteForm,
        takes_away=True,
    ),
}
