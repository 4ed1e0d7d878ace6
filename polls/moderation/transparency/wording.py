"""The report in words: tables with a sentence above each, in the language that is active."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, pgettext

from polls.lib.numbers import percent, whole
from polls.models import ModerationRule
from polls.results.statistics import share

from .counts import Asked, Delay
from .names import (
    ALONE,
    APPEALS,
    CLAIMS,
    DECISIONS,
    DELAYS,
    NOTICES,
    OVERDUE,
    REPLIES,
    TEXTS,
    TOTAL,
    duration,
    name_of,
)
from .report import Month, Report


@dataclass(frozen=True)
class Table:
    """One table of the page; without rows its sentence says all there is.

    The first cell of a row is its heading, `whole` the place of the row of totals.
    """

    key: str
    title: str
    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: int | None = None


def tables(report: Report) -> list[Table]:
    """All but fairness and second looks, which are for staff."""
    return [
        _received(report),
        _decisions(report),
        _rejections(report),
        _notices(report.notices),
        _appeals(report),
        _replies(report.replies),
        _delays(report.delays),
    ]


def _received(report: Report) -> Table:
    found = report.received
    sentence = ngettext(
        "%(number)s text was received.", "%(number)s texts were received.", found.total
    )
    rows = (
        *((key, getattr(found, key)) for key in ("for_publication", "private", "gone")),
        ("", found.total),
        *((key, getattr(report, key)) for key in ("edited", "withdrawn", "erased", "escalations")),
    )
    return Table(
        "received",
        gettext("Texts"),
        sentence % {"number": whole(found.total)},
        ("", gettext("Number")),
        _counted((str(TEXTS.get(key, TOTAL)), number) for key, number in rows),
        whole=3,
    )


def _counted(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], ...]:
    return tuple((label, whole(number)) for label, number in rows)


def _decisions(report: Report) -> Table:
    automatic = sum(act.automatic for act in report.decisions)
    total = sum(act.total for act in report.decisions)
    sentence = ngettext(
        "%(total)s decision, %(automatic)s of them automatic.",
        "%(total)s decisions, %(automatic)s of them automatic.",
        total,
    )
    return Table(
        "decisions",
        gettext("Decisions"),
        sentence % {"total": whole(total), "automatic": whole(automatic)},
        ("", gettext("By a person"), pgettext("decisions", "Automatic")),
        tuple(
            (str(DECISIONS[act.key]), whole(act.person), whole(act.automatic))
            for act in report.decisions
        ),
    )


def _rejections(report: Report) -> Table:
    total = sum(ground.count for ground in report.rejections)
    sentence = ngettext(
        "%(number)s rejection or removal.",
        "%(number)s rejections and removals.",
        total,
    )
    kinds = dict(ModerationRule.Kind.choices)
    return Table(
        "rejections",
        gettext("Why texts were rejected"),
        sentence % {"number": whole(total)},
        (gettext("Ground"), gettext("Number"), gettext("Share")),
        tuple(
            (
                f"{' / '.join(ground.titles)} ({kinds[ground.kind]})",
                whole(ground.count),
                percent(share(ground.count, total)),
            )
            for ground in report.rejections
        ),
    )


def _notices(notices: Sequence[Asked]) -> Table:
    total = sum(claim.total for claim in notices)
    sentence = ngettext(
        "%(number)s notice of a published text came in.",
        "%(number)s notices of published texts came in.",
        total,
    )
    rows = [
        (str(NOTICES[outcome]), [claim.outcomes[outcome] for claim in notices])
        for outcome in NOTICES
    ]
    rows.insert(1, (str(OVERDUE), [claim.overdue for claim in notices]))
    rows.append((str(TOTAL), [claim.total for claim in notices]))
    cells = tuple((label, *map(whole, numbers), whole(sum(numbers))) for label, numbers in rows)
    return Table(
        "notices",
        gettext("Notices"),
        sentence % {"number": whole(total)},
        ("", *(str(CLAIMS[claim.key]) for claim in notices), str(TOTAL)),
        cells if total else (),
        whole=len(cells) - 1,
    )


def _appeals(report: Report) -> Table:
    found = report.appeals
    sentence = ngettext(
        "%(number)s author contested a decision.",
        "%(number)s authors contested a decision.",
        found.total,
    )
    rows = [(str(APPEALS[outcome]), number) for outcome, number in found.rows]
    rows.append((str(ALONE), report.appeals_alone))
    return Table(
        "appeals",
        gettext("Appeals"),
        sentence % {"number": whole(found.total)},
        ("", gettext("Number")),
        _counted(rows) if found.total or report.appeals_alone else (),
    )


def _replies(found: Asked) -> Table:
    sentence = ngettext(
        "%(number)s right of reply was asked for.",
        "%(number)s rights of reply were asked for.",
        found.total,
    )
    rows = [(str(REPLIES[outcome]), number) for outcome, number in found.rows]
    rows.insert(1, (str(OVERDUE), found.overdue))
    return Table(
        "replies",
        gettext("Rights of reply"),
        sentence % {"number": whole(found.total)},
        ("", gettext("Number")),
        _counted(rows) if found.total else (),
    )


def _delays(delays: Sequence[Delay]) -> Table:
    texts = delays[0]
    sentence = gettext("No text was decided on.")
    if texts.number:
        words = gettext(
            "Half of the texts were decided on within %(median)s, 95 of 100 within %(p95)s."
        )
        sentence = words % {"median": duration(texts.median), "p95": duration(texts.p95)}
    return Table(
        "delays",
        gettext("How long it took"),
        sentence,
        ("", gettext("Number"), gettext("Half within"), gettext("95 of 100 within")),
        tuple(
            (str(DELAYS[d.of]), whole(d.number), duration(d.median), duration(d.p95))
            for d in delays
            if d.number
        ),
    )


@dataclass(frozen=True)
class MonthRow:
    """A month of the course, its bars in percent of the greatest month."""

    key: str
    name: str
    numbers: tuple[str, ...]
    published: float
    rejected: float


def course_table(months: Sequence[Month]) -> list[MonthRow]:
    """The newest first. A bar is of publications, and of rejections or removals."""
    most = max([1, *(month.published + month.rejected for month in months)])
    return [
        MonthRow(
            month.period.key,
            name_of(month.period),
            tuple(
                whole(number)
                for number in (
                    month.received,
                    month.published,
                    month.rejected,
                    month.notices,
                    month.appeals,
                )
            ),
            round(100 * month.published / most, 2),
            round(100 * month.rejected / most, 2),
        )
        for month in reversed(months)
    ]
