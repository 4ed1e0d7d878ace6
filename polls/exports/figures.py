"""The public figures as a table: a row per item and choice, each with its identity card.

A row that is copied out of the file still says what it is a part of. The numbers are those of the
results page and its JSON, unrounded.
"""

from collections.abc import Iterator
from itertools import repeat

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from polls.lib.http import by_shared, public_page
from polls.models import Question
from polls.results.access import public_results
from polls.results.identity_wording import notice, own_page
from polls.results.queries import ChoiceCount, ItemResult, Results
from polls.results.releases.services import frozen, public_release
from polls.results.views import SECONDS

from .table import Cell, Column, Row
from .writers import WRITERS, Options

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
    content = b"".join(WRITERS["csv"](COLUMNS, rows, Options()))
    answer = public_page(request, content, kept=by_shared(SECONDS), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def figures_rows(figures: Results, *, release: int | None = None) -> list[Row]:
    """The rows under COLUMNS, in the language of the article; of live figures or a release's."""
    with override(figures.language):
        card = [*_card(figures), release]
        return [[*row, *card] for item in figures.items for row in _item(figures, item)]


def _item(figures: Results, item: ItemResult) -> Iterator[list[Cell]]:
    about: list[Cell] = [item.key, item.wording, item.kind, item.statement, item.aspect or None]
    raw = figures.raw_of(item)
    received = [_counts(choice) for choice in raw.choices] if raw else repeat(UNTOLD)
    for choice, counts in zip(item.choices, received, strict=False):
        named: list[Cell] = [_row(item, choice), choice.key, choice.label, choice.value]
        yield [*about, *named, *_counts(choice), *counts]
    label = gettext("not answered")
    unanswered = [*_unanswered(item), *(_unanswered(raw) if raw else UNTOLD)]
    yield [*about, NOT_ANSWERED, None, label, None, *unanswered]


def _row(item: ItemResult, choice: ChoiceCount) -> str:
    apart = item.kind == Question.Kind.SCALE and choice.value is None
    return NO_OPINION if apart else CHOICE


def _counts(choice: ChoiceCount) -> list[Cell]:
    return [choice.count, choice.share, choice.share_of_all]


def _unanswered(item: ItemResult) -> list[Cell]:
    return [item.not_answered, None, item.share_not_answered]


def _card(figures: Results) -> list[Cell]:
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
        card.digest,
        # To the minute, as on the page: to the second, two equal files would never be equal.
        figures.at.replace(second=0, microsecond=0),
    ]
