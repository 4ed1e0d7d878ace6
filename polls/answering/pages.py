"""What the article's page shows: the text, the statements with their controls, the form."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.lib.caching import kept
from polls.models import Edition, PublishedReply, Statement
from polls.results.pages import Figure
from polls.results.snapshots import Snapshot, snapshot

from .doors import PAGE, Door
from .forms import ResponseForm, form_class

WORDS_PER_MINUTE = 220


@dataclass(frozen=True)
class StatementControl:
    """A statement as it stands in the text, with the fields that rate it."""

    statement: Statement
    fields: Sequence[BoundField]
    # What readers answered so far, where that is public to all.
    figures: Sequence[Figure] = ()
    replies: Sequence[PublishedReply] = ()

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


def article_page(
    edition: Edition, form: ResponseForm | None = None, door: Door = PAGE
) -> dict[str, Any]:
    """The context of the door's page with the form, to be rendered in the article's language.

    A bound form that isn't valid shows its mistakes and every word that was typed.
    """
    form = form or form_of(edition)()
    shown = snapshot_of(edition)
    # A frame asks before it tells; its results are a page of their own.
    control = controls(edition, form, None if door.framed else shown)
    return {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "phase": edition.phase(),
        "form": form,
        "errors": error_links(form) if form.is_bound else [],
        "minutes": max(1, round(len(edition.article.body.split()) / WORDS_PER_MINUTE)),
        "blocks": _blocks(edition, control),
        "loose": _loose(edition, control),
        "results_public": shown is not None,
        "releases_shown": bool(edition.latest_release) and not edition.is_blacked_out(),
        "answers_at": shown.at if shown else None,
        "card": shown.card if shown and shown.by_statement else None,
        "answers_simulated": shown is not None and shown.simulated,
        **door.context(edition.article.slug),
    }


def controls(
    edition: Edition, form: ResponseForm, shown: Snapshot | None
) -> dict[int, StatementControl]:
    """The control of each statement, by its number."""
    figures, replies = shown.by_statement if shown else {}, edition.replies_to
    return {
        number: StatementControl(
            statement, form.about(number), figures.get(number, ()), replies.get(number, ())
        )
        for number, statement in edition.by_number.items()
    }


def _blocks(edition: Edition, control: Mapping[int, StatementControl]) -> list[TextBlock]:
    return [
        TextBlock(
            block.html, block.whole is not None, [control[number] for number in block.numbers]
        )
        for block in edition.blocks
    ]


def _loose(edition: Edition, control: Mapping[int, StatementControl]) -> list[StatementControl]:
    """Statements that stand nowhere in the text any more: after it, so that none is lost."""
    placed = {number for block in edition.blocks for number in block.numbers}
    return [found for number, found in control.items() if number not in placed]


def snapshot_of(edition: Edition) -> Snapshot | None:
    """Readers' answers for the article; without the database the article stands without them."""
    try:
        return snapshot(edition)
    except Error:
        return None


def tag_of(content: bytes, edition: Edition) -> str:
    """The tag of a public page, of all that a cache may keep with it.

    The sites that may frame it are among that: a cache that asks whether its copy is current may
    keep the copy's old headers beside our 304.
    """
    return hashlib.sha256(content + edition.survey.embed_origins.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Rendered:
    """A page as bytes, with the tag that changes only with its content."""

    content: bytes
    etag: str
    has_figures: bool


def rendered_article(edition: Edition, door: Door = PAGE) -> Rendered:
    """The page that every reader gets: the same bytes for all, made when something has changed.

    Whether something has is asked once a second, and when a blackout has begun.
    """
    page = _asked(edition, door)
    return _current(edition, door) if page.has_figures and edition.is_blacked_out() else page


@kept(1)
def _asked(edition: Edition, door: Door) -> Rendered:
    return _current(edition, door)


def _current(edition: Edition, door: Door) -> Rendered:
    # The last one only: with each minute's figures another would be kept for ever.
    place = (rendered_article, door)
    before: tuple[object, Rendered] | None = edition.made.get(place)
    with override(edition.article.language):
        try:
            shown = snapshot(edition)
        except Error:  # the database is away: the page as it was is better than one without notes
            if before is not None:
                return before[1]
            shown = None
        digest = shown.digest if shown and shown.by_statement else ""
        state = (edition.phase(), edition.is_blacked_out(), shown is not None, digest)
        if before is not None and before[0] == state:
            return before[1]
        content = render_to_string(door.template, article_page(edition, door=door)).encode()
    made = Rendered(content, tag_of(content, edition), bool(digest))
    edition.made[place] = (state, made)
    return made
