"""Contesting a rejection, from the receipt."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from polls.lib import http
from polls.lib.codes import receipts_path
from polls.lib.persistence import Unavailable, persist
from polls.lib.text import normalise_newlines
from polls.models import Opinion, Response, read_edition
from polls.moderation.appeals import NotContestable, contest

from . import refusals
from .receipts import receipt_context, render, with_answer

LONGEST = 2000


class AppealForm(forms.Form):
    appeal = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": _("Write why you contest the decision."),
            "max_length": _("Your text is too long: up to %(limit_value)d characters."),
        },
    )

    def clean_appeal(self) -> str:
        return normalise_newlines(self.cleaned_data["appeal"])


@http.reader_post(refusals.foreign)
@require_POST
@with_answer
def appeal(request: HttpRequest, response: Response) -> HttpResponse:
    """Take the author's word against the rejection; a mistake keeps every word."""
    data = request.POST.copy()
    data["appeal"] = normalise_newlines(data.get("appeal", ""))
    form = AppealForm(data)
    opinion = Opinion.objects.filter(response=response).first()
    if not form.is_valid():
        return _again(request, response, form["appeal"].errors[0], 422)
    text = form.cleaned_data["appeal"]
    try:
        if opinion is None:
            raise NotContestable
        persist(lambda: contest(opinion=opinion, text=text))
    except NotContestable:
        told = _("Nothing was stored: this decision can’t be contested, or was contested already.")
        return _again(request, response, told, 409)
    except Unavailable:
        return refusals.unavailable(request, read_edition(response.survey))
    return HttpResponseRedirect(receipts_path(), status=303)


def _again(request: HttpRequest, response: Response, error: object, status: int) -> HttpResponse:
    context = receipt_context(request, response, "")
    typed = request.POST.get("appeal", "")
    return render("receipt", context | {"appeal_error": error, "appeal_typed": typed}, status)
