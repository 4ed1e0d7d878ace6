"""What the columns of an export hold: a table of its own, with a row per code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from polls.models import Item, Question, Questionnaire, Response, Survey, read_questionnaire

from .rows import FLAGS, OPINION, OPINION_STATE, RATINGS_SHOWN, SET_ASIDE, OpinionState, columns
from .table import Cell, Code, Column, Row

COLUMNS = (
    Column("column", "identifier"),
    Column("description", "text"),
    Column("kind", "code"),
    Column("statement", "number"),
    Column("code", "code"),
    Column("label", "text"),
    Column("value", "number"),
    Column("spss", "number"),
    Column("statement_text", "text"),
)
# The columns that every survey has; the other ones are described by their question.
DESCRIPTIONS: Mapping[str, Promise] = {
    "response_id": _("Public identifier of the response, random"),
    "edition": _("Edition of the survey"),
    "submitted_at": _("When the response was received (UTC)"),
    "changed_at": _("When its author last changed it (UTC); empty: never"),
    "channel": _("Where the response came from"),
    "language": _("Language of the page that was answered"),
    "consent_version": _("Version of the consents that the reader agreed to"),
    SET_ASIDE: _("Set aside by a person: not in the adjusted figures"),
    FLAGS: _("Rules that flagged it, between blanks; empty: none"),
    OPINION_STATE: _("What became of the text; empty: there is none"),
    RATINGS_SHOWN: _("Whether the answers may be shown beside the text"),
    OPINION: _("The text, as it was written"),
}
# What "no opinion" is in SPSS, where a statistic must leave it out; one more where that is a point.
NO_OPINION = 99


def described(survey: Survey, questionnaire: Questionnaire | None = None) -> list[Column]:
    """The columns of an edition with their words, in the language of its article."""
    asked = columns(questionnaire or read_questionnaire(survey.pk))
    with override(survey.article.language):
        return [
            replace(column, label=_description(column), codes=tuple(_codes(column)))
            for column in asked
        ]


def rows(survey: Survey, questionnaire: Questionnaire | None = None) -> list[Row]:
    """The codebook of an edition, in the language of its article like the wordings it quotes."""
    statements = dict(survey.article.statements.values_list("number", "text"))
    found = described(survey, questionnaire)
    with override(survey.article.language):
        return [row for column in found for row in _rows(column, statements)]


def _rows(column: Column, statements: Mapping[int, str]) -> Iterator[Row]:
    item = column.item
    number = item.statement if item else None
    about = statements.get(number) if number is not None else None
    kind: Cell = item.kind if item else column.kind
    coded: list[Sequence[Cell]] = [(c.code, c.label, c.value, c.number) for c in column.codes]
    if item and not item.is_text:  # the empty cell means something, too
        coded.append(("", gettext("not answered"), None, None))
    # A column without codes has a row too: every column is in the codebook.
    for code, label, value, spss in coded or [(None, None, None, None)]:
        yield [column.key, column.label, kind, number, code, label, value, spss, about]


def _description(column: Column) -> str:
    if column.item is None:
        return str(DESCRIPTIONS[column.key])
    if column.option is not None:
        return f"{column.item.wording} – {column.option.label}"
    return column.item.wording


def _codes(column: Column) -> Iterator[Code]:
    """The codes that a column may hold."""
    if column.key == "channel":
        yield from _numbered(Response.Channel.choices)
    elif column.key == "language":
        yield from _numbered(settings.LANGUAGES)
    elif column.key == OPINION_STATE:
        yield from _numbered(OpinionState.choices)
    elif column.kind == "flag":
        yes, no = (gettext("chosen"), gettext("not chosen")) if column.item else _yes_and_no()
        yield Code("1", yes, number=1)
        yield Code("0", no, number=0)
    elif column.item and not column.item.is_text:
        yield from _of_item(column.item)


def _yes_and_no() -> tuple[str, str]:
    return gettext("yes"), gettext("no")


def _numbered(choices: Sequence[tuple[str, str | Promise]]) -> Iterator[Code]:
    for number, (code, label) in enumerate(choices, start=1):
        yield Code(code, str(label), number=number)


def _of_item(item: Item) -> Iterator[Code]:
    """The points of a scale by their values, other choices by their places."""
    is_scale = item.kind == Question.Kind.SCALE
    points = {option.value for option in item.options if option.value is not None}
    free = (number for number in count(NO_OPINION) if number not in points)
    for place, option in enumerate(item.options, start=1):
        apart = item.is_no_opinion(option)
        yield Code(
            option.key,
            option.label,
            option.value,
            number=next(free) if apart else option.value if is_scale else place,
            missing=apart,
        )
