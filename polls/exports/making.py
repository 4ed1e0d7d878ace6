"""An order made into a file, whatever its format."""

from pathlib import Path

from polls.models import read_questionnaire

from . import package, services
from .orders import PACKAGE, Content, Order, Watch
from .rows import columns, records
from .writers import PREPARED, STREAMED, Options


def make(order: Order, path: Path, watch: Watch) -> int:
    """Write the file and return how many rows it holds.

    `watch` is called with the rows so far, and stops the work by raising. Raises OSError, and as
    `services.check`.
    """
    services.check(order)
    if order.file_format == PACKAGE:
        return package.write(order, path, watch)
    table = order.table(watch)
    try:
        if order.is_streamed:
            with path.open("wb") as file:
                file.writelines(STREAMED[order.file_format](table, Options(order.delimiter)))
        else:
            PREPARED[order.file_format](table, path)
    finally:
        table.rows.close()
    return table.rows.count


def total(order: Order) -> int:
    """About how many rows there will be, for a progress bar."""
    if order.content != Content.RESPONSES:
        return 0
    asked = columns(read_questionnaire(order.survey.pk))
    return records(order.survey, asked, order.chosen).count()
