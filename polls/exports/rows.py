"""Every standing response of an edition as a row, in the order that docs/exports.md documents.

Internal: moderation states and texts that were never published are in it. One query makes the rows,
whatever the format; PostgreSQL can also write them as CSV by itself (`copying`).
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Expression,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, NullIf
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _

from polls.lib.persistence import one_moment
from polls.models import (
    Flag,
    FlagGroup,
    Item,
    Opinion,
    Option,
    Questionnaire,
    Response,
    Survey,
    read_questionnaire,
)
from polls.results.comparisons.grouping import Given

from .copying import copied
from .filters import Filter
from .table import Column, Row, Rows

CHUNK = 2000  # rows that the database hands over at once

SET_ASIDE, FLAGS = "set_aside", "flags"
BEFORE = (
    Column("response_id", "identifier"),
    Column("edition", "number"),
    Column("submitted_at", "time"),
    Column("changed_at", "time"),
    Column("channel", "code"),
    Column("language", "code"),
    Column("consent_version", "number"),
    Column(SET_ASIDE, "flag"),
    Column(FLAGS, "identifier"),
)
OPINION_STATE, RATINGS_SHOWN, OPINION = "opinion_state", "opinion_ratings_shown", "opinion"
RESERVED = {column.key for column in BEFORE} | {OPINION_STATE, RATINGS_SHOWN, OPINION}


class OpinionState(TextChoices):
    """What became of a text. Empty: there is none, or its author has taken it back."""

    PRIVATE = "private", _("for the newsroom only: its author did not agree to publication")
    PENDING = "pending", _("waits for a moderator")
    PUBLISHED = "published", _("published")
    HELD = "held", _("on hold: hidden until a moderator decides")
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


def rows(
    survey: Survey,
    questionnaire: Questionnaire | None = None,
    chosen: Filter | None = None,
    *,
    watch: Callable[[int], None] | None = None,
) -> Rows:
    """One row per standing response that the filter lets through, oldest first.

    In constant memory: one query, of one moment on PostgreSQL. Close it (or exhaust it) before
    writing anything: SQLite can't turn a reader into a writer.
    """
    asked = columns(questionnaire or read_questionnaire(survey.pk))
    found = records(survey, asked, chosen or Filter())
    database_csv = partial(copied, found, asked) if connection.vendor == "postgresql" else None
    return Rows(_read(found), database_csv=database_csv, watch=watch)


def _read(found: "QuerySet[Response, tuple[Any, ...]]") -> Generator[Row, None, None]:
    flags = [column.key for column in BEFORE].index(FLAGS)
    with one_moment():  # else PostgreSQL would read all before it hands over the first
        for response_id, *cells in found.iterator(chunk_size=CHUNK):
            if " " in (cells[flags - 1] or ""):
                cells[flags - 1] = " ".join(sorted(cells[flags - 1].split()))
            yield (str(response_id), *cells)


def records(
    survey: Survey, asked: tuple[Column, ...], chosen: Filter
) -> "QuerySet[Response, tuple[Any, ...]]":
    """The rows as a query: a value under each column, named by its place."""
    found = chosen.of(Response.objects.standing().filter(survey_id=survey.pk))
    if chosen.states:
        found = found.alias(state=_state()).filter(state__in=chosen.states)
    own = _own_values(survey)
    named = {f"c{place}": _value(column, own) for place, column in enumerate(asked)}
    return found.annotate(**named).order_by("pk").values_list(*named)


def _own_values(survey: Survey) -> dict[str, Any]:
    """What stands under the columns that every survey has."""
    fields = ("submitted_at", "changed_at", "channel", "language", "consent_version")
    return {
        "response_id": F("public_id"),
        "edition": Value(survey.edition, IntegerField()),
        **{field: F(field) for field in fields},
        SET_ASIDE: Cast("excluded", IntegerField()),
        FLAGS: _flags(survey),
        OPINION_STATE: _state(),
        RATINGS_SHOWN: _if_there_is_a_text(Cast("opinion__show_ratings", IntegerField())),
        OPINION: NullIf("opinion__text", Value(""), output_field=TextField()),
    }


def _value(column: Column, own: Mapping[str, Any]) -> Any:
    if column.item is None or column.item.is_text:
        return own[column.key]
    return _answer(column.item, column.option)


def _answer(item: Item, option: Option | None) -> Expression:
    """The key that was chosen, or of a multiple choice whether this option was."""
    given = Given(item.key)
    if option is None:
        return given
    # A JSON array of keys, which have no quotation marks in them (`models.questions.KEY`).
    return Case(
        When(Contains(given, f'"{option.key}"'), then=Value(1)),
        When(Contains(given, '"'), then=Value(0)),
        output_field=IntegerField(),
    )


def _state() -> Case:
    # A decision, once taken, says more than the consent: "rejected" stays "rejected".
    private = {"opinion__status": Opinion.Status.PENDING, "opinion__may_publish": False}
    return Case(
        When(opinion__status__in=[Opinion.Status.WITHDRAWN, Opinion.Status.ERASED], then=None),
        When(**private, then=Value(OpinionState.PRIVATE.value)),
        default=F("opinion__status"),
        output_field=CharField(),
    )


def _if_there_is_a_text(value: Expression) -> Case:
    gone = [Opinion.Status.WITHDRAWN, Opinion.Status.ERASED]
    return Case(
        When(opinion__status__in=gone, then=None), default=value, output_field=IntegerField()
    )


class _Words(Aggregate):
    """Distinct words of several rows in one, between blanks; in no order on SQLite, on PostgreSQL
    as Python would sort them."""

    output_field = TextField()
    template = "REPLACE(GROUP_CONCAT(DISTINCT %(expressions)s), ',', ' ')"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        word = '%(expressions)s::text COLLATE "C"'
        template = f"STRING_AGG(DISTINCT {word}, ' ' ORDER BY {word})"
        return self.as_sql(compiler, connection, template=template, **context)


def _flags(survey: Survey) -> Any:
    """The rules that flagged it. Most surveys have some; where there is none nothing is asked."""
    if not FlagGroup.objects.filter(survey=survey).exists():
        return Value(None, TextField())
    flags = Flag.objects.filter(response=OuterRef("pk")).order_by().values("response")
    return Subquery(flags.annotate(rules=_Words("group__rule")).values("rules"))
