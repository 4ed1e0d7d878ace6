"""An export from its first row to its line in the record.

One event per export, written at the end: only then is the number of rows known, and an event
can't be changed afterwards. So that none escapes, the last piece of a stream is handed over after
the event is written (a download that arrived whole is on record), and a stream that breaks writes
the rows that had left by then. What isn't recorded is a part sent by a worker that was killed.
"""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from polls.models import AuditEvent, Survey, record
from polls.results.access import enough
from polls.results.erasure import require_rows
from polls.results.tallies import respondents

from .filters import Unfit
from .orders import Audience, Content, Order, Watch
from .table import Table
from .writers import STREAMED, Options

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Export:
    """One export under way: nothing is read before `chunks` is. `by` is None on a command line."""

    order: Order
    by: User | None
    table: Table

    @property
    def chunks(self) -> Iterator[bytes]:
        return STREAMED[self.order.file_format](self.table, Options(self.order.delimiter))


def begin(*, order: Order, by: User | None, watch: Watch | None = None) -> Export:
    """Prepare an export, to be written to a file or streamed. Raises as `check`."""
    check(order)
    return Export(order, by, order.table(watch))


def check(order: Order) -> None:
    """Whether it can be made now.

    Raises Erased where it needs answers that were deleted after their time, and Unfit for public
    figures of fewer answers than the survey shows figures from.
    """
    survey: Survey = order.survey
    if order.content == Content.RESPONSES or order.chosen.channels:
        require_rows(survey.pk)
    if order.content == Content.FIGURES and not enough(survey, respondents(survey.pk)):
        raise Unfit(_("There are not enough answers for figures to be shown yet."))


def stream(export: Export) -> Generator[bytes, None, None]:
    """Its pieces for somebody who may go away at any moment, with the event at the end."""
    held, held_rows, sent = b"", 0, 0
    rows = export.table.rows
    try:
        for chunk in export.chunks:
            if held:
                sent = held_rows
                yield held
            held, held_rows = chunk, rows.count
    except BaseException:  # GeneratorExit among them: who asked for it went away
        rows.close()
        if sent:
            _record_interrupted(export, sent)
        raise
    record_export(export.order, export.by, rows.count)
    yield held


def record_export(order: Order, by: User | None, rows: int, *, how: str = "") -> None:
    """Write down who took how many rows of which survey out of the house, and for whom."""
    record(order.survey, AuditEvent.Action.EXPORT, by, detail(order, rows, how=how))


def _record_interrupted(export: Export, sent: int) -> None:
    try:
        record_export(export.order, export.by, sent, how=_("interrupted"))
    except Exception:  # what broke the stream may break this too; it is the one to be raised
        survey: Survey = export.order.survey
        logger.exception("Unrecorded: an export of survey %s, %s rows", survey.pk, sent)


def detail(order: Order, rows: int, *, how: str = "") -> str:
    """An export in words: “csv, internal, responses, 12 rows (channel=page)”."""
    internal = order.audience == Audience.INTERNAL
    audience = pgettext("export", "internal") if internal else pgettext("export", "public")
    number = ngettext("%(rows)d row", "%(rows)d rows", rows) % {"rows": rows}
    filtered = "; ".join(f"{name}={text}" for name, text in order.chosen.words.items())
    parts = [order.file_format, audience, order.content, number, filtered and f"({filtered})", how]
    return ", ".join(part for part in parts if part)
