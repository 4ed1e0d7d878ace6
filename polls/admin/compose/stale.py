"""Whether somebody else changed a consultation since a page was made with it, and what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from polls.models import Survey

from .forms import ArticlePart, SurveyPart
from .questions import QuestionRow
from .statements import StatementRow

SHORT = 12  # hexadecimal digits: it tells an accident, and nobody gains by forging one


@dataclass(frozen=True)
class Piece:
    """One thing that may change by itself: how the page calls it, and what it is now."""

    name: str
    value: str


def pieces(survey: Survey) -> dict[str, Piece]:
    """Everything that the page writes, by a name that stays while rows are moved."""
    return dict(_pieces(survey)) if survey.pk else {}


def _pieces(survey: Survey) -> Iterator[tuple[str, Piece]]:
    for model, form in ((survey.article, ArticlePart), (survey, SurveyPart)):
        for name in form.Meta.fields:
            value = getattr(model, name)
            label = str(form.base_fields[name].label)
            yield f"{model._meta.model_name}.{name}", Piece(label, _shown(value))
    for said in survey.article.statements.all():
        name = _("statement %(number)s") % {"number": said.number}
        yield f"statement.{said.pk}", Piece(name, _values(said, StatementRow, said.number))
    for question in survey.questions.prefetch_related("choices").order_by("position", "pk"):
        name = _("question “%(wording)s”") % {"wording": Truncator(question.wording).chars(60)}
        choices = "; ".join(choice.label for choice in question.choices.all())
        more = (question.position, question.statement_id, choices)
        yield f"question.{question.pk}", Piece(name, _values(question, QuestionRow, *more))


def _values(row: Model, form: Any, *more: object) -> str:
    values = model_to_dict(row, fields=form.Meta.fields).values()
    return " · ".join(_shown(value) for value in (*values, *more) if value not in (None, ""))


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def mark(survey: Survey) -> str:
    """What the page carries of the state that it was made with."""
    return json.dumps({key: _digest(piece.value) for key, piece in pieces(survey).items()})


def _digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()[:SHORT]


def changed_since(survey: Survey, carried: str) -> list[Piece]:
    """What is otherwise than when the page was made; a piece that is gone has no value."""
    try:
        before = json.loads(carried)
    except ValueError:
        before = None
    if not isinstance(before, dict):
        return [Piece(_("everything: the page was damaged on its way"), "")]
    now = pieces(survey)
    found = [piece for key, piece in now.items() if before.get(key) != _digest(piece.value)]
    gone = [key for key in before if key not in now]
    return found + [Piece(_("a statement or a question that was removed"), "") for _key in gone]


def changed_by(request: HttpRequest, survey: Survey) -> str:
    """Who it was, in a sentence: the newest entry of the admin's own history says so."""
    places = [
        Q(content_type=ContentType.objects.get_for_model(thing), object_id=str(thing.pk))
        for thing in (survey, survey.article)
    ]
    newest = LogEntry.objects.filter(places[0] | places[1]).select_related("user")
    entry = newest.order_by("-action_time", "-pk").first()
    if entry is None:
        return _("This consultation was changed since you opened the page.")
    if entry.user == request.user:
        return _("You have changed this consultation elsewhere since you opened this page.")
    name = {"name": entry.user.get_full_name() or entry.user.get_username()}
    return _("%(name)s has changed this consultation since you opened the page.") % name
