"""What is missing or wrong, with the field of the page that mends it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from polls.composing.checking import problems

from .composer import Composer
from .rows import RowSet


@dataclass(frozen=True)
class Entry:
    """One line of the list. `href` leads to its field, or is "" where this page has none;
    `at_field` is what a mistake says there, without the name of the field."""

    message: str
    href: str
    blocking: bool = True
    at_field: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def missing(composer: Composer) -> list[Entry]:
    """What stands between the stored draft and its readers, each with its field."""
    found = problems(composer.survey) if composer.survey.pk else []
    return [Entry(one.message, _href(composer, one.where), one.blocking) for one in found]


def mistakes(composer: Composer) -> list[Entry]:
    """What is wrong in the bound forms, each with its field."""
    return [entry for part in composer.parts for entry in _of_errors(part)]


def _href(composer: Composer, where: str) -> str:
    part, _dot, rest = where.partition(".")
    if where == "survey.questions":
        return "#questions"
    if part == "article":
        return _at(composer.article, rest)
    if part in ("statement", "question"):
        known, _dot, field = rest.partition(".")
        return _at(composer.row_of(part, known), field)
    if part == "survey" and rest in composer.survey_part.fields:
        return _at(composer.survey_part, rest)
    return reverse("admin:polls_survey_change", args=[composer.survey.pk]) if part else ""


def _at(form: BaseForm | None, field: str) -> str:
    if form is None:
        return ""
    name = field if field in form.fields else next(iter(form.fields))
    return f"#{form[name].id_for_label}"


def _of_errors(part: BaseForm | RowSet) -> list[Entry]:
    """The mistakes of a form, or of all the rows of a set that aren't removed."""
    if isinstance(part, RowSet):
        whole = [Entry(str(message), f"#{part.prefix}") for message in part.non_form_errors()]
        rows = [(form, capfirst(name)) for form, name in part.named()]
        return whole + [entry for form, name in rows for entry in _of_form(form, name)]
    return _of_form(part)


def _of_form(form: BaseForm, row: str = "") -> list[Entry]:
    return [
        Entry(_told(form, row, name, str(message)), _at(form, name), at_field=str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]


def _told(form: BaseForm, row: str, name: str, message: str) -> str:
    """A mistake with the names of its row and its field, which stand elsewhere on the page."""
    label = str(form[name].label) if name in form.fields else ""
    where = ", ".join(filter(None, [row, label]))
    values = {"label": capfirst(where), "message": message}
    return _("%(label)s: %(message)s") % values if where else message
