"""What the forms by which readers write to the newsroom have in common.

The way back from a mistake, and pages that say why nothing was stored and keep every word.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from polls.lib import http

FORM_ID = "response-form"  # the page's script (answer.js) knows it by this name


@dataclass(frozen=True)
class ErrorLink:
    """A mistake and the control to mend it at."""

    message: str
    target: str


def error_links(form: forms.Form, order: Sequence[str]) -> list[ErrorLink]:
    """The mistakes in the order of the page, each with the id of its first control."""
    places = [NON_FIELD_ERRORS, *order]
    links = []
    for name, messages in sorted(form.errors.items(), key=lambda error: places.index(error[0])):
        links += [ErrorLink(str(message), _target(form, name)) for message in messages]
    return links


def _target(form: forms.Form, name: str) -> str:
    if name not in form.fields or form[name].is_hidden:
        return FORM_ID
    field = form[name]
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.auto_id)


def refusal(status: int, title: str, message: str, **more: object) -> HttpResponse:
    """A page in the paper's design; `more` may have the `text` that was typed, to show it again."""
    context = {"title": title, "message": message, "layout": "base.html", **more}
    body = render_to_string("polls/answering/refusal.html", context)
    return http.private(HttpResponse(body, status=status))


def of_bytes(request: HttpRequest) -> HttpResponse | None:
    """A refusal of a body that can't be read as a form's text, or None."""
    try:
        http.check_form_bytes(request)
        len(request.POST)
    except http.NotUtf8:
        message = _(
            "It isn’t UTF-8 text. Nothing was stored, so that nothing you wrote is changed."
        )
        return refusal(400, _("This text can’t be read"), message)
    except http.NotAForm:
        message = _("Nothing was stored. Use the form on our page.")
        return refusal(415, _("This isn’t our form"), message)
    except RequestDataTooBig:
        message = _("Nothing was stored. Go back: your text is still in the form, to be shortened.")
        return refusal(413, _("This is too much text"), message)
    except TooManyFieldsSent:
        message = _("It has too many fields. Nothing was stored.")
        return refusal(400, _("This isn’t our form"), message)
    return None


def later(
    request: HttpRequest, status: int, title: str, message: str, seconds: int = 0
) -> HttpResponse:
    """Not taken now, and nothing lost: the page sends the very same again. In how many seconds
    says Retry-After; by default a few, spread so that not all come back at once."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    page = refusal(status, title, message, again=request.path, resent=sent)
    page["Retry-After"] = str(seconds or random.randint(3, 10))  # noqa: S311  (jitter)
    return page


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database took nothing in time."""
    return later(
        request,
        503,
        _("What you sent could not be stored yet"),
        _("The fault is ours and nothing is lost: everything you wrote is kept on this page."),
    )


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """More from this network than people write by hand."""
    message = _(
        "Much was sent from your network in a short time. Wait some minutes: what you wrote is kept"
        " on this page."
    )
    return later(request, 429, _("This can’t be taken just now"), message, seconds)
