"""The data package: what a figure rests on, in one file that needs nobody's word.

Of the newest release of an edition, or of the figures as they stand where there is none. The
internal one has the rows too; the public one holds aggregates and never a row or a reader's text.
"""

from pathlib import Path

from ..orders import Order, Watch
from .writing import write_package


def write(order: Order, path: Path, watch: Watch) -> int:
    """Write the package; the number of its responses, or of its figures where it has none."""
    return write_package(order, path, watch)
