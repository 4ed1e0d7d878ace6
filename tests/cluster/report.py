"""What was measured, as a table for people: on the terminal and in deploy/cluster/RESULTS.md."""

import platform
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from .comparing import Compared
from .layout import CLUSTER
from .readers import Acknowledgement

FILE = CLUSTER / "RESULTS.md"
COLUMNS = (
    "what happened",
    "acknowledged",
    "lost",
    "doubled",
    "tallies",
    "longest gap",
    "sent again after",
    "503 that kept the text",
    "article not served",
    "whole after",
)


@dataclass(frozen=True)
class Row:
    name: str
    told: Sequence[Acknowledgement]
    compared: Compared
    statuses: Counter[int]
    kept: int
    reads: int
    unread: Counter[int]
    began: float
    ended: float
    whole: float  # seconds from the beginning until all machines were there again

    @property
    def gap(self) -> float:
        """Seconds: the longest time in which nobody was thanked."""
        times = [self.began, *(one.at for one in self.told), self.ended]
        return max(after - before for before, after in pairwise(times))

    def cells(self) -> tuple[str, ...]:
        again = {code: count for code, count in sorted(self.statuses.items()) if code != 303}
        return (
            self.name,
            str(len(self.told)),
            str(self.compared.lost),
            str(self.compared.doubled),
            self.compared.tallies,
            f"{self.gap:.1f} s",
            ", ".join(f"{count} × {code or 'no answer'}" for code, count in again.items()) or "0",
            str(self.kept),
            f"{sum(self.unread.values())} of {self.reads}",
            f"{self.whole:.0f} s",
        )


def table(rows: Sequence[Row]) -> str:
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(rows: Sequence[Row], versions: str, seconds: float) -> None:
    day = datetime.now(UTC).date().isoformat()
    head = FILE.read_text().partition("<!-- figures -->")[0]
    said = f"On {day}, {platform.machine()}, {versions}; {seconds:.0f} seconds in all."
    FILE.write_text(f"{head}<!-- figures -->\n{said}\n\n{table(rows)}\n")


def version(output: str) -> str:
    found = re.search(r"\d+(\.\d+)+", output)
    return found[0] if found else "?"
