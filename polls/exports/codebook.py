"""What the columns of an export hold: a table of its own, with a row per code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from polls.models import Questionnaire, Response, Survey, read_questionnaire

from .rows import OPINION, OPINION_STATE, RATINGS_SHOWN, OpinionState, columns
from .table import Cell, Column, Row

COLUMNS = (
    Column("column", "identifier"),
    Column("description", "text"),
    Column("kind", "code"),
    Column("statement", "number"),
    Column("code", "code"),
    Column("label", "text"),
    Column("value", "number"),
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
    OPINION_STATE: _("What became of the text; empty: there is none"),
    RATINGS_SHOWN: _("Whether the answers may be shown beside the text"),
    OPINION: _("The text, as it was written"),
}


@dataclass(frozen=True)
class Code:
    code: str
    label: str
    value: int | None = None


def rows(survey: Survey, questionnaire: Questionnaire | None = None) -> list[Row]:
    """The codebook of an edition, in the language of its article like the wordings it quotes."""
    statements = dict(survey.article.statements.values_list("number", "text"))
    asked = columns(questionnaire or read_questionnaire(survey.pk))
    with override(survey.article.language):
        return [row for column in asked for row in _rows(column, statements)]


def _rows(column: Column, statements: Mapping[int, str]) -> Iterator[Row]:
    item = column.item
    number = item.statement if item else None
    about = statements.get(number) if number is not None else None
    kind: Cell = item.kind if item else column.kind
    # A column without codes has a row too: every column is in the codebook.
    coded: list[tuple[Cell, Cell, Cell]] = [(c.code, c.label, c.value) for c in _codes(column)]
    for code, label, value in coded or [(None, None, None)]:
        yield [column.key, _description(column), kind, number, code, label, value, about]


def _description(column: Column) -> str:
    if column.item is None:
        return str(DESCRIPTIONS[column.key])
    if column.option is not None:
        return f"{column.item.wording} – {column.option.label}"
    return column.item.wording


def _codes(column: Column) -> list[Code]:
    """The codes that a column may hold; of an item, the empty cell too: it means something."""
    if column.key == "channel":
        return [Code(value, str(label)) for value, label in Response.Channel.choices]
    if column.key == "language":
        return [Code(code, name) for code, name in settings.LANGUAGES]
    if column.key == OPINION_STATE:
        return [Code(value, str(label)) for value, label in OpinionState.choices]
    if column.key == RATINGS_SHOWN:
        return [Code("1", gettext("yes")), Code("0", gettext("no"))]
    if column.item is None or column.item.is_text:
        return []
    empty = Code("", gettext("not answered"))
    if column.option is not None:
        return [Code("1", gettext("chosen")), Code("0", gettext("not chosen")), empty]
    options = column.item.options
    return [*(Code(option.key, option.label, option.value) for option in options), empty]
