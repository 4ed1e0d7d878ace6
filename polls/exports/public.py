"""What may be given on: figures with small groups left out, and the published texts.

Nothing here reads a response: figures are sums, of all from the tallies and of a channel from the
comparisons, which hide small groups. The texts stand alone, in the order that readers see them in,
which is random: no column says whose they are, when they came or what else their authors answered.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.lib.persistence import one_moment
from polls.models import Edition, Opinion, Question, Survey, read_edition
from polls.results.comparisons.crosses import Cross
from polls.results.comparisons.crossing import by_channel
from polls.results.comparisons.grouping import NOT_ANSWERED
from polls.results.erasure import require_rows
from polls.results.queries import ItemResult, Results, results
from polls.results.statistics import share

from . import figures
from .filters import Filter, Unfit
from .table import About, Cell, Column, Row, Rows, Table

CHUNK = 2000
OPINIONS = "opinions"
# The same columns whatever is chosen. The last two say of whom a row is, and whether it is told.
CHANNEL, HIDDEN = Column("channel", "code"), Column("hidden", "flag")
COLUMNS = (*figures.COLUMNS, CHANNEL, HIDDEN)


def check(content: str, chosen: Filter) -> None:
    """Raise Unfit where a filter would tell what a few readers answered, or whose a text is."""
    if content == OPINIONS and chosen != Filter():
        raise Unfit(_("Published texts stand alone: a filter would say whose they are."))
    if chosen.since or chosen.until:
        raise Unfit(
            _(
                "Public figures take no days: one file less another would tell what a few readers"
                " answered. The course over time is published in a release."
            )
        )
    if chosen.states:
        raise Unfit(
            _(
                "Public figures take no state of a text: they would tell what the authors of a few"
                " texts answered."
            )
        )


def opinions_table(
    survey: Survey, about: About, watch: Callable[[int], None] | None = None
) -> Table:
    """The texts that readers see now, and nothing beside them."""
    columns = [Column("opinion", "text", label=_("The text, as it was written"))]
    return Table(OPINIONS, columns, Rows(_texts(survey), watch=watch), about)


def _texts(survey: Survey) -> Generator[Row, None, None]:
    found = Opinion.objects.published().filter(survey=survey).order_by("shuffle", "pk")
    with one_moment():
        for text in found.values_list("text", flat=True).iterator(chunk_size=CHUNK):
            yield [text]


def figures_table(
    survey: Survey, chosen: Filter, about: About, watch: Callable[[int], None] | None = None
) -> Table:
    """The figures of all, or of the chosen channels; in the language of the article.

    `adjusted` leaves the raw ones empty. Those of a channel are always adjusted. Raises Erased
    where channels are asked for and the answers were deleted: only the figures of all are left.
    """
    if chosen.channels:
        require_rows(survey.pk)
    edition = read_edition(survey)
    found = results(edition)
    with override(found.language):
        columns = [replace(column, label=_label(column)) for column in COLUMNS]
        if chosen.channels:
            rows = list(_of_channels(edition, found, chosen.channels))
        else:
            told = replace(found, raw=()) if chosen.adjusted else found
            rows = [[*row, None, 0] for row in figures.figures_rows(told)]
    return Table("figures", columns, Rows(rows, watch=watch), about)


def _label(column: Column) -> str:
    if column == CHANNEL:
        return _("Channel that the readers came by: page, embed or simulation; empty: all")
    if column == HIDDEN:
        return _("Whether the count is left out, so that no small group is told")
    return str(figures.LABELS[column.key])


def _of_channels(edition: Edition, found: Results, channels: tuple[str, ...]) -> Iterator[Row]:
    for item in found.items:
        cross = by_channel(edition, item.key, counted=found.respondents)
        # It stands while few more answer; the digest is of the figures of all.
        then = replace(found, at=cross.at, identity=replace(found.identity, digest=""))
        for channel in channels:
            total, counts = _of_channel(found, item, cross, channel)
            keys = [*(choice.key for choice in item.choices), NOT_ANSWERED]
            for name, key in zip(figures.names(item), keys, strict=True):
                numbers = _numbers(counts.get(key, 0), total)
                is_hidden = int(numbers[0] is None)
                yield [*name, *numbers, *figures.ending(then), None, channel, is_hidden]


def _of_channel(
    found: Results, item: ItemResult, cross: Cross, channel: str
) -> tuple[int | None, dict[str, int | None]]:
    """How many came by a channel, and chose what; None: hidden.

    The only channel that anybody came by is all, of whom nothing is hidden. Where one is hidden, so
    are those that nobody came by: else they would tell it. The options of a multiple choice bound
    one another (all who answered chose one; none was chosen by more than answered), and are told
    all or none.
    """
    groups = {row.key: row for row in cross.rows}
    group = groups.get(channel)
    if any(row.is_hidden for row in cross.rows) and (group is None or group.is_hidden):
        return None, {}
    if group is None:
        return 0, {}
    if len(groups) == 1 and group.total == found.respondents:
        of_all = {choice.key: choice.count for choice in item.choices}
        return group.total, {**of_all, NOT_ANSWERED: item.not_answered}
    if item.kind == Question.Kind.MULTIPLE and cross.is_hiding:
        return None, {}
    return group.total, dict(zip((c.key for c in cross.columns), group.counts, strict=True))


def _numbers(count: int | None, total: int | None) -> list[Cell]:
    """Under `count`, `share` and so on. A base of its own would tell what is hidden beside it."""
    if count is None or total is None:
        return [None, None, None, *figures.UNTOLD]
    return [count, None, share(count, total), *figures.UNTOLD]
