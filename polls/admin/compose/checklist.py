"""What is missing or wrong, with the field of the page that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm, BaseFormSet
from django.urls import reverse
from django.utils.translation import gettext as _

from polls.composing.checking import Problem

if TYPE_CHECKING:
    from .composer import Composer


@dataclass(frozen=True)
class Entry:
    """One line of the list. `href` leads to its field, or is "" where this page has none."""

    message: str
    href: str
    blocking: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def of_problems(composer: Composer, found: Iterable[Problem]) -> list[Entry]:
    return [Entry(p.message, _href(composer, p.where), p.blocking) for p in found]


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


def of_errors(part: BaseForm | BaseFormSet) -> list[Entry]:
    """The mistakes of a form, or of all the rows of a set that aren't removed."""
    if isinstance(part, BaseFormSet):
        whole = [Entry(str(message), f"#{part.prefix}") for message in part.non_form_errors()]
        rows = [form for form in part.forms if not getattr(form, "is_removed", False)]
        return whole + [entry for form in rows for entry in of_errors(form)]
    return [
        Entry(_told(part, name, str(message)), _at(part, name))
        for name, messages in part.errors.items()
        for message in messages
    ]


def _told(form: BaseForm, name: str, message: str) -> str:
    """A mistake with the name of its field, which stands elsewhere on the page."""
    if name not in form.fields:
        return message
    return _("%(label)s: %(message)s") % {"label": form[name].label, "message": message}
