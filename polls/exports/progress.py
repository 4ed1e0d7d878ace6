"""How far a long piece of work is: one line that rewrites itself, or plain lines in a log."""

import time
from collections.abc import Callable

EVERY_ROWS = 100_000  # a plain line
EVERY_SECONDS = 0.2  # the line of a terminal


class Progress:
    """Says how many of `total` rows are done, where `total` may be off while readers answer."""

    def __init__(self, write: Callable[[str], object], total: int, *, terminal: bool) -> None:
        self._write = write
        self._total = total
        self._terminal = terminal
        self._said_rows = 0
        self._said_at = time.monotonic()
        self._width = 0

    def at(self, rows: int) -> None:
        if self._terminal:
            if time.monotonic() >= self._said_at + EVERY_SECONDS:
                self._said_at = time.monotonic()
                self._rewrite(self._line(rows))
        elif rows // EVERY_ROWS > self._said_rows // EVERY_ROWS:
            self._said_rows = rows
            self._write(f"{self._line(rows)}\n")

    def close(self) -> None:
        """Leave a terminal's line empty for what comes next."""
        if self._width:
            self._rewrite("")

    def _line(self, rows: int) -> str:
        return f"{rows:,} of {max(rows, self._total):,} rows"

    def _rewrite(self, line: str) -> None:
        self._write(f"\r{line.ljust(self._width)}\r")
        self._width = len(line)
