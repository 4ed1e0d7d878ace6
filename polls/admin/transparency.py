"""The transparency report for the newsroom: any period, one survey or all, and fairness."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from polls.lib.http import private
from polls.models import ModerationEvent, Survey
from polls.moderation.transparency import periods
from polls.moderation.transparency.counts import Scope
from polls.moderation.transparency.csv import chunks, file_name, for_staff
from polls.moderation.transparency.fairness import fairness
from polls.moderation.transparency.fairness_wording import figures_of
from polls.moderation.transparency.names import name_of
from polls.moderation.transparency.periods import Period
from polls.moderation.transparency.queries import events
from polls.moderation.transparency.report import course, report
from polls.moderation.transparency.wording import course_table, tables

PERMISSION = "polls.view_transparency"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AskedForm(forms.Form):
    """A period by its key, or two days, which go before it; one survey, or all."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    first = forms.DateField(label=gettext_lazy("or from"), required=False, widget=DayInput())
    last = forms.DateField(label=gettext_lazy("to"), required=False, widget=DayInput())
    survey = forms.ModelChoiceField(
        Survey.objects.frozen().select_related("article"),
        label=gettext_lazy("Survey"),
        required=False,
        empty_label=gettext_lazy("all"),
    )

    def __init__(self, data: Any, opening: Period, offered: list[Period]) -> None:
        # Django asks whether a field is in the data at all.
        super().__init__({"period": opening.key} | data)
        self.opening = opening
        keys = [period.key for period in offered]
        asked = periods.period_of(self.data["period"])
        if asked and asked.key not in keys:
            offered = [asked, *offered]
        self.fields["period"].choices = [(one.key, name_of(one)) for one in offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if bool(found.get("first")) != bool(found.get("last")):
            raise forms.ValidationError(_("Give both days, or none."))
        for day in (found.get("first"), found.get("last")):
            if day and day.year not in periods.YEARS:
                raise forms.ValidationError(_("There is no such year here."))
        return found

    @property
    def scope(self) -> Scope:
        """What is asked for; the quarter that is shown first where that makes no sense."""
        if not self.is_valid():
            return Scope(self.opening)
        found = self.cleaned_data
        survey = found["survey"].pk if found["survey"] else None
        if found["first"]:
            return Scope(periods.between(found["first"], found["last"]), survey)
        return Scope(periods.period_of(found["period"]) or self.opening, survey)


def asked(request: HttpRequest) -> AskedForm:
    today = timezone.localdate()
    running, newest = periods.quarter_of(today), periods.last_quarter(today)
    offered = [running, newest, periods.year_of(today)]
    offered += [periods.year_of(periods.year_of(today).first - periods.ONE_DAY)]
    offered += reversed(periods.last_months(today))
    # A new desk's first quarter says more while it runs than the one before with nothing in it.
    opening = newest if events(Scope(newest)).exists() else running
    return AskedForm(request.GET.dict(), opening, offered)


def page(request: HttpRequest) -> HttpResponse:
    form = asked(request)
    scope = form.scope
    found = report(scope)
    months = course(periods.last_months(timezone.localdate()), scope.survey)
    context = {
        **admin.site.each_context(request),
        "form": form,
        "report": found,
        "name": name_of(scope.period),
        "running": not scope.period.is_over(timezone.localdate()),
        "course": course_table(months),
        "tables": tables(found),
        "scales": figures_of(fairness(scope)),
        "title": _("Transparency report"),
        "opts": ModerationEvent._meta,
    }
    return private(TemplateResponse(request, "admin/polls/transparency/page.html", context))


def download(request: HttpRequest) -> HttpResponse:
    form = asked(request)
    scope = form.scope
    found = report(scope)
    survey = form.cleaned_data.get("survey") if scope.survey else None
    content = b"".join(chunks(found, survey, for_staff(found, fairness(scope))))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    return private(answer)


def urls() -> list[URLPattern]:
    """Beside the record that it counts."""
    views: dict[str, tuple[str, Callable[[HttpRequest], HttpResponse]]] = {
        "transparency": ("transparency/", page),
        "transparency_csv": ("transparency/csv/", download),
    }
    return [
        path(
            address,
            admin.site.admin_view(require_safe(_guarded(view))),
            name=f"polls_moderationevent_{name}",
        )
        for name, (address, view) in views.items()
    ]


def _guarded(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def guarded(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request)

    return guarded
