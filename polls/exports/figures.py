"""The public figures as a table: a row per item and choice, each with its identity card.

A row that is copied out of the file still says what it is a part of. The numbers are those of the
results page and its JSON, unrounded.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from polls.lib.http import by_shared, public_page
from polls.models import Question
from polls.results.access import public_results
from polls.results.identity_wording import notice, own_page
from polls.results.queries import ChoiceCount, ItemResult, Results
from polls.results.releases.services import frozen, public_release
from polls.results.views import SECONDS

from .table import Cell, Column, Row, Rows, Table
from .writers import STREAMED, Options

# So few were set aside that the difference would tell how they answered.
UNTOLD: list[Cell] = [None, None, None]
CHOICE, NO_OPINION, NOT_ANSWERED = "choice", "no_opinion", "not_answered"
COLUMNS = (
    Column("item", "identifier"),
    Column("wording", "text"),
    Column("kind", "code"),
    Column("statement", "number"),
    Column("aspect", "code"),
    Column("row", "code"),
    Column("choice", "code"),
    Column("label", "text"),
    Column("value", "number"),
    Column("count", "number"),
    Column("share", "share"),
    Column("share_of_all", "share"),
    Column("raw_count", "number"),
    Column("raw_share", "share"),
    Column("raw_share_of_all", "share"),
    Column("notice", "text"),
    Column("survey", "identifier"),
    Column("edition", "number"),
    Column("language", "code"),
    Column("article", "text"),
    Column("question", "text"),
    Column("opened", "time"),
    Column("closes", "time"),
    Column("reached", "text"),
    Column("received", "number"),
    Column("set_aside", "number"),
    Column("moderation", "code"),
    Column("simulated", "flag"),
    Column("digest", "identifier"),
    Column("as_of", "time"),
    Column("release", "number"),
)
LABELS: Mapping[str, Promise] = {
    "item": _("Key of the item"),
    "wording": _("Wording of the item"),
    "kind": _("Kind of the item: scale, single or multiple"),
    "statement": _("Number of the statement that it is about; empty: the whole"),
    "aspect": _("Credibility or relevance; empty: neither"),
    "row": _("What the row counts: choice, no_opinion or not_answered"),
    "choice": _("Key of the choice; empty: not answered"),
    "label": _("The choice in words"),
    "value": _("Number of a point on a scale"),
    "count": _("How many gave it, without what was set aside"),
    "share": _("Share of those with an opinion on a scale, of those who answered otherwise"),
    "share_of_all": _("Share of all answers that count"),
    "raw_count": _("How many gave it among everything received; empty: not told"),
    "raw_share": _("As “share”, of everything received"),
    "raw_share_of_all": _("As “share_of_all”, of everything received"),
    "notice": _("What the figures are not: to be printed beside them"),
    "survey": _("End of the article’s address"),
    "edition": _("Number of the edition"),
    "language": _("Language of the article and of the wordings"),
    "article": _("Title of the article"),
    "question": _("Question of the article, word for word"),
    "opened": _("Since when it could be answered (UTC)"),
    "closes": _("Until when (UTC); empty: no end is set"),
    "reached": _("How readers were reached, as the newsroom says it"),
    "received": _("How many answers were received and not withdrawn"),
    "set_aside": _("How many of them a person has set aside"),
    "moderation": _("Whether a moderator reads the texts before publication or after"),
    "simulated": _("Whether answers made by a program are among them"),
    "digest": _("SHA-256 over the counts: with the same one, files show the same figures"),
    "as_of": _("When the counts were read, to the minute (UTC)"),
    "release": _("Number of the release; empty: the live figures"),
}


@require_safe
def figures_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures as they stand, where anybody may see them; otherwise the same 404 as ever."""
    edition, figures = public_results(slug)
    return _file(request, figures, f"{slugify(slug) or 'survey'}-{edition.survey.edition}-figures")


@require_safe
def release_csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The figures of a release, as they were frozen."""
    _edition, release = public_release(slug, number)
    name = f"{slugify(slug) or 'survey'}-release-{number}-figures"
    return _file(request, frozen(release).results, name, release=number)


def _file(
    request: HttpRequest, figures: Results, name: str, *, release: int | None = None
) -> HttpResponse:
    rows = figures_rows(figures, release=release)
    content = b"".join(STREAMED["csv"](Table("figures", COLUMNS, Rows(rows)), Options()))
    answer = public_page(request, content, kept=by_shared(SECONDS), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def figures_rows(figures: Results, *, release: int | None = None) -> list[Row]:
    """The rows under COLUMNS, in the language of the article; of live figures or a release's."""
    with override(figures.language):
        ends = [*ending(figures), release]
        return [[*row, *ends] for item in figures.items for row in _item(figures, item)]


def _item(figures: Results, item: ItemResult) -> Iterator[list[Cell]]:
    raw = figures.raw_of(item)
    received = _numbers(raw) if raw else repeat(UNTOLD)
    for name, counted, every in zip(names(item), _numbers(item), received, strict=False):
        yield [*name, *counted, *every]


def names(item: ItemResult) -> Iterator[list[Cell]]:
    """What stands before the numbers: a row per choice, then that of those who did not answer."""
    about: list[Cell] = [item.key, item.wording, item.kind, item.statement, item.aspect or None]
    for choice in item.choices:
        yield [*about, _row(item, choice), choice.key, choice.label, choice.value]
    yield [*about, NOT_ANSWERED, None, gettext("not answered"), None]


def _numbers(item: ItemResult) -> Iterator[list[Cell]]:
    for choice in item.choices:
        yield [choice.count, choice.share, choice.share_of_all]
    yield [item.not_answered, None, item.share_not_answered]


def _row(item: ItemResult, choice: ChoiceCount) -> str:
    apart = item.kind == Question.Kind.SCALE and choice.value is None
    return NO_OPINION if apart else CHOICE


def ending(figures: Results) -> list[Cell]:
    """What stands after the numbers, but for the release."""
    card = figures.identity
    return [
        notice(),
        figures.slug,
        card.edition,
        card.language,
        card.article,
        card.question,
        card.opened,
        card.closes,
        card.reached or own_page(),
        card.received,
        card.set_aside,
        card.moderation,
        int(card.simulated),
        card.digest or None,
        # To the minute, as on the page: to the second, two equal files would never be equal.
        figures.at.replace(second=0, microsecond=0),
    ]
