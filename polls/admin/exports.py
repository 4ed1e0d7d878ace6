"""Exports of a survey: what may be taken out of the house, and what is being prepared."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from polls.exports import preparing, tasks
from polls.exports.filters import Filter, Unfit
from polls.exports.orders import AUDIENCE, Audience, Content, Order
from polls.exports.rows import OpinionState
from polls.exports.views import file_headers, streamed_response
from polls.exports.writers import CONTENT_TYPES
from polls.lib.http import private
from polls.lib.numbers import day
from polls.models import PreparedExport, Response, Survey, read_edition
from polls.results.erasure import Erased

from .desk.consultations import name_of
from .export_form import FORMAT_NAMES, ExportForm
from .people import member

PATIENCE = timedelta(seconds=30)
LISTED = 50
BLOCK = 128 * 1024  # bytes of a prepared file that are sent at once


def export_page(request: HttpRequest, survey: Survey) -> HttpResponseBase:
    """What may be exported, and what was ordered lately; or the file itself."""
    # As Excel does: where a comma divides decimals, a semicolon divides columns.
    usual = {"delimiter": "semicolon" if get_format("DECIMAL_SEPARATOR") == "," else "comma"}
    data = request.POST if request.method == "POST" else None
    form = ExportForm(data, survey=survey, initial=usual)
    if form.is_valid() and (answer := _act(request, form)):
        return answer
    context = admin.site.each_context(request) | {
        "survey": survey,
        "form": form,
        "exports": _listed(survey),
        "blacked_out": read_edition(survey).is_blacked_out(),
        "title": _("Exports"),
        "subtitle": name_of(survey),
        "opts": Survey._meta,
    }
    return private(
        TemplateResponse(
            request,
            "admin/polls/survey/exports.html",
            context,
            status=400 if form.is_bound else 200,
        )
    )


def _act(request: HttpRequest, form: ExportForm) -> HttpResponseBase | None:
    """The file where it can be sent while it is read, else the list with the order in it."""
    order: Order = form.cleaned_data["order"]
    try:
        if order.is_streamed:
            return streamed_response(request, order)
        export = tasks.request(order=order, by=member(request))
    except Erased as erased:
        form.add_error(None, _erased(erased))
        return None
    except Unfit as unfit:
        form.add_error(None, str(unfit))
        return None
    return _back(request, export)


def _erased(erased: Erased) -> str:
    text = _("There is nothing to export: the answers were deleted on %(day)s, after their time.")
    return text % {"day": day(timezone.localtime(erased.at))}


def _back(request: HttpRequest, export: PreparedExport) -> HttpResponse:
    if export.state == PreparedExport.State.DONE:
        messages.success(request, _("The file is ready: download it below."))
    return _to_list(export.survey_id)


def _to_list(survey: int) -> HttpResponse:
    """The page, at its list of files."""
    return redirect(reverse("admin:polls_survey_export", args=[survey]) + "#prepared")


@dataclass(frozen=True)
class Line:
    """An order as the list shows it."""

    export: PreparedExport
    file_format: str
    content: str
    filtered: str
    is_internal: bool

    @property
    def percent(self) -> int | None:
        """How far it is; None where nobody can tell."""
        total = self.export.total
        return min(100, 100 * self.export.rows // total) if total else None

    @property
    def overdue(self) -> bool:
        """Whether it waits longer than a worker that lives lets anything wait."""
        waited = timezone.now() - self.export.ordered_at
        return self.export.state == PreparedExport.State.WAITING and waited > PATIENCE


def _listed(survey: Survey) -> list[Line]:
    return [_line(export) for export in preparing.listed(survey)[:LISTED]]


def _line(export: PreparedExport) -> Line:
    return Line(
        export,
        str(FORMAT_NAMES.get(export.file_format, export.file_format)),
        str(dict(Content.choices).get(export.content, export.content)),
        filter_words(Filter.read(export.chosen)),
        AUDIENCE.get(export.content) == Audience.INTERNAL,
    )


def filter_words(chosen: Filter) -> str:
    """A filter for whoever reads the list: “received from 20 January 2025; embedded only”."""
    channels, states = dict(Response.Channel.choices), dict(OpinionState.choices)
    parts = [
        _("received from %(day)s") % {"day": day(chosen.since)} if chosen.since else "",
        _("received up to %(day)s") % {"day": day(chosen.until)} if chosen.until else "",
        ", ".join(str(channels.get(each, each)) for each in chosen.channels),
        ", ".join(str(states.get(each, each)) for each in chosen.states),
        _("without what was set aside") if chosen.adjusted else "",
    ]
    return " · ".join(part for part in parts if part)


def export_list(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The list alone, for the page's script to look at while something is prepared."""
    context = {"survey": survey, "exports": _listed(survey)}
    html = render_to_string("admin/polls/survey/_exports.html", context, request)
    return private(HttpResponse(html))


def _find(survey: Survey, export: UUID) -> PreparedExport:
    found = PreparedExport.objects.select_related("survey__article")
    return get_object_or_404(found, survey=survey, public_id=export)


def download(request: HttpRequest, survey: Survey, export: UUID) -> HttpResponseBase:
    """A prepared file, for whoever made it and any other who may export."""
    found = _find(survey, export)
    order = preparing.order_of(found)
    try:
        path = preparing.send(export=found, by=member(request))
    except preparing.Gone:
        messages.error(request, _("This file is not there any more: prepare it again."))
        return redirect("admin:polls_survey_export", survey.pk)
    answer = FileResponse(path.open("rb"))
    answer.block_size = BLOCK
    for name, value in file_headers(order.name, CONTENT_TYPES[order.extension]).items():
        answer[name] = value
    return answer


def cancel(request: HttpRequest, survey: Survey, export: UUID) -> HttpResponse:
    preparing.cancel(export=_find(survey, export))
    return _to_list(survey.pk)


def again(request: HttpRequest, survey: Survey, export: UUID) -> HttpResponse:
    """The same once more, as it is now."""
    try:
        order = preparing.order_of(_find(survey, export))
        return _back(request, tasks.request(order=order, by=member(request)))
    except Erased as erased:
        messages.error(request, _erased(erased))
    except Unfit as unfit:
        messages.error(request, str(unfit))
    return _to_list(survey.pk)
