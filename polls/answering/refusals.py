"""A submission that isn't taken: a clear page for each reason, with what was typed on it."""

import random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from polls.lib import http, metrics, requests
from polls.models import Edition, Response, Survey

from .doors import PAGE, Door
from .shown import shown_answers


def page(
    status: int,
    title: str,
    message: str,
    *,
    door: Door = PAGE,
    edition: Edition | None = None,
    **more: object,
) -> HttpResponse:
    known = door.context(edition.article.slug if edition else "")
    context = {"title": title, "message": message, "edition": edition, **known, **more}
    body = render_to_string("polls/answering/refusal.html", context)
    return http.private(HttpResponse(body, status=status))


def typed_text(posted: QueryDict, edition: Edition | None) -> str:
    """The reader's free text, to be shown again; without an edition at its usual key."""
    item = edition.questionnaire.text if edition else None
    if edition and not item:
        return ""
    return str(posted.get(f"item-{item.key if item else 'opinion'}", ""))


def resent(posted: QueryDict) -> list[tuple[str, str]]:
    """Every field as it was sent, to be sent again from the refusal's page."""
    left_out = {"replace", "code"}
    return [
        (name, value) for name, values in posted.lists() if name not in left_out for value in values
    ]


def foreign(request: HttpRequest, why: str, door: Door = PAGE) -> HttpResponse:
    return page(
        403,
        _("This answer was not sent from our page"),
        f"{why} " + _("Nothing was stored. Open the article and answer there."),
        door=door,
    )


def of_bytes(request: HttpRequest, door: Door = PAGE) -> HttpResponse | None:
    """A refusal of a body that can't be read as a form's text, or None."""
    try:
        http.check_form_bytes(request)
        len(request.POST)
    except http.NotUtf8:
        return page(
            400,
            _("This text can’t be read"),
            _("It isn’t UTF-8 text. Nothing was stored, so that nothing you wrote is changed."),
            door=door,
        )
    except http.NotAForm:
        message = _("Nothing was stored. Use the article’s form.")
        return page(415, _("This isn’t our form"), message, door=door)
    except RequestDataTooBig:
        return page(
            413,
            _("This is too much text"),
            _("Nothing was stored. Go back: your text is still in the form, to be shortened."),
            door=door,
        )
    except TooManyFieldsSent:
        message = _("It has too many fields. Nothing was stored.")
        return page(400, _("This isn’t our form"), message, door=door)
    return None


def not_open(request: HttpRequest, edition: Edition, door: Door = PAGE) -> HttpResponse:
    requests.note(metrics.CLOSED)
    status = 403
    if _is_taken_down(edition):
        status, title = 410, _("This consultation was taken down")
        message = _("The newsroom took it down: no answer is taken any more. Nothing was stored.")
    elif edition.phase() == "upcoming":
        title, message = _("This consultation isn’t open yet"), _("Nothing was stored.")
    else:
        title = _("This consultation is closed")
        message = _("Your answer came after the closing and was not stored.")
    text = typed_text(request.POST, edition)
    return page(status, title, message, door=door, edition=edition, text=text)


def _is_taken_down(edition: Edition) -> bool:
    """Also where the edition was read before it was: by its dates it would be open."""
    taken_down = Survey.Status.UNPUBLISHED
    if edition.survey.status == taken_down or edition.phase() != "open":
        return edition.survey.status == taken_down
    return Survey.objects.filter(pk=edition.survey.pk, status=taken_down).exists()


def second_answer(
    request: HttpRequest, edition: Edition, response: Response, door: Door = PAGE
) -> HttpResponse:
    """The reader has answered: offer to change the first answer, which needs its code."""
    if response.withdrawn_at:
        title, message = _("This answer was withdrawn"), _("Reload the article to answer anew.")
    else:
        title = _("You have already answered from this device")
        message = _(
            "Your first answer stands and this one was not stored. With the code of your receipt"
            " you can put this one in its place. Who has lost the code can’t change that answer"
            " any more: it stays counted, once."
        )
    return page(
        409,
        title,
        message,
        door=door,
        edition=edition,
        text=typed_text(request.POST, edition),
        resent=[] if response.withdrawn_at else resent(request.POST),
    )


def other_answers(
    request: HttpRequest,
    edition: Edition,
    response: Response,
    kept_text: str,
    door: Door = PAGE,
) -> HttpResponse:
    """The same submission came twice with other answers: show what was kept, offer to replace."""
    return page(
        409,
        _("We have already kept an answer of yours"),
        _("It is not the one you have just sent. Here is the one that counts:"),
        door=door,
        edition=edition,
        kept=shown_answers(edition.questionnaire, response),
        kept_text=kept_text,
        text=typed_text(request.POST, edition),
        resent=resent(request.POST),
        replaces=True,
    )


def other_edition(request: HttpRequest, edition: Edition, door: Door = PAGE) -> HttpResponse:
    """The answers are to another questionnaire than the one that is open at this address."""
    return page(
        409,
        _("The questions have changed"),
        _("Your answers are to another edition of this consultation, and were not stored."),
        door=door,
        edition=edition,
        text=typed_text(request.POST, edition),
    )


def unavailable(
    request: HttpRequest,
    edition: Edition | None,
    door: Door = PAGE,
    *,
    client_key: UUID | None = None,
) -> HttpResponse:
    """The database took nothing in time. The page needs none, and holds all that was sent.

    With the key that the submission had, or was given: sent again it is the same submission.
    """
    title = _("What you sent could not be stored yet")
    message = _("The fault is ours and nothing is lost: everything you wrote is kept on this page.")
    kept = _to_send_again(request, edition, client_key)
    return _later(page(503, title, message, door=door, reference=requests.reference(), **kept))


def too_many(
    request: HttpRequest, edition: Edition, door: Door = PAGE, *, client_key: UUID
) -> HttpResponse:
    """A flood from this reader’s network (`guards`): not now, and all that was sent is kept."""
    title = _("Very many answers come from your network at the moment")
    message = _(
        "Yours was not stored yet, and nothing is lost: everything you wrote is kept on this page."
        " Send it again in some minutes, or from another network."
    )
    kept = _to_send_again(request, edition, client_key)
    answer = page(429, title, message, door=door, **kept)
    # By then, of a limit that was just reached, a tenth is free again.
    answer["Retry-After"] = str(max(1, settings.RATE_WINDOW // 10))
    return answer


def _to_send_again(
    request: HttpRequest, edition: Edition | None, client_key: UUID | None
) -> dict[str, Any]:
    """What a page needs to keep everything that was sent, to be sent again as the same."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    if client_key:
        sent = [pair for pair in sent if pair[0] != "client_key"]
        sent.append(("client_key", str(client_key)))
    return {
        "edition": edition,
        "text": typed_text(request.POST, edition),
        "again": request.get_full_path(),
        "resent": sent,
    }


def away(door: Door = PAGE) -> HttpResponse:
    """A page that can't be made without the database, for a reader who only looks."""
    return _later(
        page(
            503,
            _("This page is away for a moment"),
            _("The fault is ours. Try again in a few seconds."),
            door=door,
            reference=requests.reference(),
        )
    )


def _later(answer: HttpResponse) -> HttpResponse:
    answer["Retry-After"] = str(random.randint(3, 10))  # noqa: S311  (jitter, not a secret)
    return answer
