"""What the article's page shows: the text, the statements with their controls, the form."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from polls.lib.caching import kept_briefly
from polls.models import Edition, Statement, current_edition
from polls.results.access import enough, is_public
from polls.results.tallies import respondents

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


@kept_briefly
def form_of(edition: Edition) -> type[ResponseForm]:
    """The form class of an edition: built in its article's language, validating every answer."""
    return form_class(edition.questionnaire, edition.survey.retention_days)


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
    now = timezone.now()
    phase = edition.phase(now)
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
        "results_public": is_public(edition.survey, now)
        and enough(edition.survey, respondents(edition.survey.pk)),
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


@kept_briefly
def rendered_article(slug: str) -> Rendered | None:
    """The page that every reader gets: the same bytes for all, made once in a few seconds."""
    edition = current_edition(slug)
    if edition is None:
        return None
    with override(edition.article.language):
        html = render_to_string("polls/answering/article.html", article_page(edition))
    content = html.encode()
    return Rendered(content, hashlib.sha256(content).hexdigest()[:32])
