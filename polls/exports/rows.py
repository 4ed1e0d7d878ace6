"""Every standing response of an edition as a row, in the order that docs/exports.md documents.

Internal: moderation states and texts that were never published are in it.
"""

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from polls.models import Answers, Item, Opinion, Questionnaire, Response, Survey, read_questionnaire
from polls.models.responses import Answer

from .table import Cell, Column, Row

CHUNK = 2000  # rows that the database hands over at once

BEFORE = (
    Column("response_id", "identifier"),
    Column("edition", "number"),
    Column("submitted_at", "time"),
    Column("changed_at", "time"),
    Column("channel", "code"),
    Column("language", "code"),
    Column("consent_version", "number"),
)
OPINION_STATE, RATINGS_SHOWN, OPINION = "opinion_state", "opinion_ratings_shown", "opinion"
RESERVED = {column.key for column in BEFORE} | {OPINION_STATE, RATINGS_SHOWN, OPINION}

FIELDS = (
    "public_id",
    "submitted_at",
    "changed_at",
    "channel",
    "language",
    "consent_version",
    "answers",
    "opinion__status",
    "opinion__may_publish",
    "opinion__show_ratings",
    "opinion__text",
)
Record: TypeAlias = tuple[
    UUID,
    datetime,
    datetime | None,
    str,
    str,
    int,
    Answers,
    str | None,
    bool | None,
    bool | None,
    str | None,
]


class OpinionState(TextChoices):
    """What became of a text. Empty: there is none, or its author has taken it back."""

    PRIVATE = "private", _("for the newsroom only: its author did not agree to publication")
    PENDING = "pending", _("waits for a moderator")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected by a moderator")


def columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """The columns of an edition: the same ones in the same order, whatever readers answered."""
    opinion = (
        Column(OPINION_STATE, "code"),
        Column(RATINGS_SHOWN, "flag"),
        Column(OPINION, "text", questionnaire.text),
    )
    return (*BEFORE, *_of_answers(questionnaire), *opinion)


def _of_answers(questionnaire: Questionnaire) -> list[Column]:
    return [column for item in questionnaire.counted for column in _of_item(item)]


def _of_item(item: Item) -> Iterator[Column]:
    if item.is_multiple:
        for option in item.options:
            yield Column(f"{item.key}.{option.key}", "flag", item, option)
        return
    # No key has a dot in it: this can't be the name of another column.
    yield Column(f"{item.key}.answer" if item.key in RESERVED else item.key, "code", item)


def rows(survey: Survey, questionnaire: Questionnaire | None = None) -> Generator[Row, None, None]:
    """One row per standing response, oldest first, in constant memory: one joined query.

    On PostgreSQL a server-side cursor reads it: what changes meanwhile is not seen. Close the
    iterator (or exhaust it) before writing anything: SQLite can't turn a reader into a writer.
    """
    asked = _of_answers(questionnaire or read_questionnaire(survey.pk))
    plan = [(c.item.key, c.option.key if c.option else None) for c in asked if c.item]
    found = Response.objects.standing().filter(survey_id=survey.pk).order_by("pk")
    for record in found.values_list(*FIELDS).iterator(chunk_size=CHUNK):
        yield _row(survey.edition, plan, record)


def _row(edition: int, plan: list[tuple[str, str | None]], record: Record) -> Row:
    response_id, submitted, changed, channel, language, consents, answers = record[:7]
    return [
        str(response_id),
        edition,
        submitted,
        changed,
        channel,
        language,
        consents,
        *[_answer(answers.get(key), option) for key, option in plan],
        *_opinion(*record[7:]),
    ]


def _answer(answer: Answer | None, option: str | None) -> Cell:
    """The key that was chosen, or of a multiple choice whether this option was."""
    if not answer:
        return None
    return str(answer) if option is None else int(option in answer)


def _opinion(
    status: str | None, may_publish: bool | None, show_ratings: bool | None, text: str | None
) -> tuple[Cell, Cell, Cell]:
    if status is None or status == Opinion.Status.WITHDRAWN:
        return None, None, None
    # A decision, once taken, says more than the consent: "rejected" stays "rejected".
    undecided = status == Opinion.Status.PENDING
    state = OpinionState.PRIVATE.value if undecided and not may_publish else status
    return state, int(bool(show_ratings)), text
