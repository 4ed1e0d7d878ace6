"""What the article's page shows: the text, the statements with their controls, the form."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.models import Edition, Statement
from polls.results.access import has_public_results

from .forms import ResponseForm, form_class

WORDS_PER_MINUTE = 220


@dataclass(frozen=True)
class StatementControl:
    """A statement as it stands in the text, with the fields that rate it."""

    statement: Statement
    fields: Sequence[BoundField]

    @property
    def is_open(self) -> bool:
        """Whether the control stands open: something was chosen in it, or is wrong in it."""
        return any(field.errors or field.value() for field in self.fields)


@dataclass(frozen=True)
class TextBlock:
    """A block of the article with the statements found in it; `whole`: it is one statement."""

    html: str
    whole: bool
    controls: Sequence[StatementControl]


def form_of(edition: Edition) -> type[ResponseForm]:
    """The form class of an edition: built once, it validates every answer."""
    if form_of not in edition.made:
        with override(edition.article.language):
            edition.made[form_of] = form_class(edition.questionnaire, edition.survey)
    found: type[ResponseForm] = edition.made[form_of]
    return found


@dataclass(frozen=True)
class ErrorLink:
    """A mistake and the control to mend it at."""

    message: str
    target: str


def error_links(form: ResponseForm) -> list[ErrorLink]:
    """The mistakes in the order of the page, each with the id of its first control."""
    links = []
    order = form.page_order()
    for name, messages in sorted(form.errors.items(), key=lambda error: order.index(error[0])):
        field = form[name] if name in form.fields else None
        target = _first_control(field) if field else "response-form"
        title = f"{field.label} " if field and field.use_fieldset else ""
        links += [ErrorLink(f"{title}{message}", target) for message in messages]
    return links


def _first_control(field: BoundField) -> str:
    if field.is_hidden:
        return "response-form"
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.auto_id)


def article_page(edition: Edition, form: ResponseForm | None = None) -> dict[str, Any]:
    """The context of `polls/answering/article.html`, to be rendered in the article's language.

    A bound form that isn't valid shows its mistakes and every word that was typed.
    """
    phase = edition.phase()
    form = form or form_of(edition)()
    return {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "phase": phase,
        "form": form,
        "errors": error_links(form) if form.is_bound else [],
        "minutes": max(1, round(len(edition.article.body.split()) / WORDS_PER_MINUTE)),
        "blocks": _blocks(edition, form),
        "loose": _loose(edition, form),
        "results_public": has_public_results(edition),
    }


def _control(edition: Edition, form: ResponseForm, number: int) -> StatementControl:
    return StatementControl(edition.by_number[number], form.about(number))


def _blocks(edition: Edition, form: ResponseForm) -> list[TextBlock]:
    return [
        TextBlock(
            block.html,
            block.whole is not None,
            [_control(edition, form, number) for number in block.numbers],
        )
        for block in edition.blocks
    ]


def _loose(edition: Edition, form: ResponseForm) -> list[StatementControl]:
    """Statements that stand nowhere in the text any more: after it, so that none is lost."""
    placed = {number for block in edition.blocks for number in block.numbers}
    return [
        _control(edition, form, statement.number)
        for statement in edition.statements
        if statement.number not in placed
    ]


@dataclass(frozen=True)
class Rendered:
    """A page as bytes, with the tag that changes only with its content."""

    content: bytes
    etag: str


def rendered_article(edition: Edition) -> Rendered:
    """The page that every reader gets: the same bytes for all, made when something has changed."""
    state = (rendered_article, edition.phase(), has_public_results(edition))
    if state not in edition.made:
        with override(edition.article.language):
            html = render_to_string("polls/answering/article.html", article_page(edition))
        content = html.encode()
        edition.made[state] = Rendered(content, hashlib.sha256(content).hexdigest()[:32])
    found: Rendered = edition.made[state]
    return found
