"""The report as one long table, for whoever counts further; docs/transparency.md has its keys."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from polls.lib import spreadsheet
from polls.lib.spreadsheet import Cell
from polls.models import ModerationRule, Survey

from .counts import Asked, Delay
from .fairness import Fairness
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
    Words,
)
from .report import Report

HEADER = ("period", "first_day", "last_day", "survey", "measure", "of", "label", "value", "unit")
COUNT, SECONDS, SHARE = "count", "seconds", "share"
Line: TypeAlias = tuple[str, str, str, int | float | None, str]
"""Measure, of what, in words, how many, and in which unit. The first two never change."""


def chunks(report: Report, survey: Survey | None = None, more: Iterable[Line] = ()) -> list[bytes]:
    """The file, with the lines of the report and `more`; labels in the language that is active."""
    period = report.period
    named = f"{survey.article.slug}/{survey.edition}" if survey else ""
    begins: Sequence[Cell] = (period.key, str(period.first), str(period.last), named)
    rows = [(*begins, *line) for line in (*lines(report), *more)]
    return list(spreadsheet.csv_chunks(HEADER, rows))


def file_name(report: Report) -> str:
    return f"moderation-{report.period.key}.csv"


def lines(report: Report) -> Iterator[Line]:
    yield from _texts(report)
    for act in report.decisions:
        label = str(DECISIONS[act.key])
        yield f"decisions.{act.key}", "person", label, act.person, COUNT
        yield f"decisions.{act.key}", "automatic", label, act.automatic, COUNT
    for ground in report.rejections:
        kind = "law" if ground.kind == ModerationRule.Kind.LAW else "rule"
        yield "rejections", f"{kind}:{ground.key}", " / ".join(ground.titles), ground.count, COUNT
    for claim in report.notices:
        yield from _asked(f"notices.{claim.key}", claim, NOTICES, f"{CLAIMS[claim.key]}: ")
    yield from _asked("appeals", report.appeals, APPEALS)
    yield "appeals", "alone", str(ALONE), report.appeals_alone, COUNT
    yield from _asked("replies", report.replies, REPLIES)
    for delay in report.delays:
        yield from _delay(delay)


def _texts(report: Report) -> Iterator[Line]:
    for key in ("for_publication", "private", "gone"):
        yield "texts.received", key, str(TEXTS[key]), getattr(report.received, key), COUNT
    for key in ("edited", "withdrawn", "erased"):
        yield f"texts.{key}", "", str(TEXTS[key]), getattr(report, key), COUNT
    yield "escalations", "", str(TEXTS["escalations"]), report.escalations, COUNT


def _asked(measure: str, asked: Asked, words: Words, before: str = "") -> Iterator[Line]:
    for outcome, number in asked.rows:
        yield measure, outcome, f"{before}{words[outcome]}", number, COUNT
    if measure != "appeals":  # no law or promise sets a time for those
        yield measure, "overdue", f"{before}{OVERDUE}", asked.overdue, COUNT


def _delay(delay: Delay) -> Iterator[Line]:
    measure, label = f"delays.{delay.of}", str(DELAYS[delay.of])
    yield measure, "number", label, delay.number, COUNT
    yield measure, "median", label, delay.median, SECONDS
    yield measure, "p95", label, delay.p95, SECONDS


def for_staff(report: Report, scales: Iterable[Fairness]) -> Iterator[Line]:
    """What stays in the house; a group that is too small has no value."""
    if (looks := report.second_looks) is not None:
        yield "second_looks", "looked", "", looks.looked, COUNT
        yield "second_looks", "agreed", "", looks.agreed, COUNT
        yield "second_looks", "kappa", "", looks.kappa, "kappa"
    for scale in scales:
        for group in scale.groups:
            measure = f"fairness.{scale.aspect}"
            yield measure, f"{group.key}.decided", scale.wording, group.decided, COUNT
            yield measure, f"{group.key}.rejected", scale.wording, group.rejected, COUNT
        yield f"fairness.{scale.aspect}", "chance", scale.wording, scale.chance, "probability"
