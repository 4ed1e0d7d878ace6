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
from django.utils.translation import ngettext

from polls.models import AuditEvent, Survey, read_questionnaire, record
from polls.results.erasure import require_rows

from .rows import columns, rows
from .table import Row
from .writers import WRITERS, Options

logger = logging.getLogger(__name__)


class Counted:
    """Rows that know how many of them were read."""

    def __init__(self, source: Generator[Row, None, None]) -> None:
        self.count = 0
        self._source = source

    def __iter__(self) -> Iterator[Row]:
        for row in self._source:
            self.count += 1
            yield row

    def close(self) -> None:
        """Free the connection for a write, wherever the reading stands."""
        self._source.close()


@dataclass(frozen=True)
class Export:
    """One export under way: nothing is read before `chunks` is. `by` is None on a command line."""

    survey: Survey
    by: User | None
    file_format: str
    rows: Counted
    chunks: Iterator[bytes]


def begin(
    *, survey: Survey, by: User | None, file_format: str, options: Options | None = None
) -> Export:
    """Prepare an export of all standing responses, to be written to a file or streamed.

    Raises Erased where the answers were deleted after their time.
    """
    require_rows(survey.pk)
    questionnaire = read_questionnaire(survey.pk)
    counted = Counted(rows(survey, questionnaire))
    chunks = WRITERS[file_format](columns(questionnaire), counted, options or Options())
    return Export(survey, by, file_format, counted, chunks)


def stream(export: Export) -> Generator[bytes, None, None]:
    """Its pieces for somebody who may go away at any moment, with the event at the end."""
    held, held_rows, sent = b"", 0, 0
    try:
        for chunk in export.chunks:
            if held:
                sent = held_rows
                yield held
            held, held_rows = chunk, export.rows.count
    except BaseException:  # GeneratorExit among them: who asked for it went away
        export.rows.close()
        if sent:
            _record_interrupted(export, sent)
        raise
    record_export(export)
    yield held


def record_export(export: Export) -> None:
    """Write down who took how many rows of which survey out of the house."""
    _record(export, _detail(export, export.rows.count))


def _record_interrupted(export: Export, sent: int) -> None:
    try:
        _record(export, _("%s, interrupted") % _detail(export, sent))
    except Exception:  # what broke the stream may break this too; it is the one to be raised
        logger.exception("Unrecorded: an export of survey %s, %s rows", export.survey.pk, sent)


def _record(export: Export, detail: str) -> None:
    record(export.survey, AuditEvent.Action.EXPORT, export.by, detail)


def _detail(export: Export, rows: int) -> str:
    words = ngettext("%(format)s, %(rows)d row", "%(format)s, %(rows)d rows", rows)
    return words % {"format": export.file_format, "rows": rows}
