"""How far a long piece of work is: a bar that rewrites itself, or plain lines in a log."""

import time
from collections.abc import Callable

EVERY_SECONDS = 0.2  # the line of a terminal
LINES = 10  # in a log
WIDTH = 20  # characters of the bar


class Progress:
    """Says how many of `total` are done, where `total` may be off while readers answer."""

    def __init__(
        self, write: Callable[[str], object], total: int, *, terminal: bool, of: str = "rows"
    ) -> None:
        self._write = write
        self._total = total
        self._terminal = terminal
        self._of = of
        self._said_part = 0
        self._said_at = time.monotonic()
        self._width = 0

    def at(self, done: int) -> None:
        if self._terminal:
            if time.monotonic() >= self._said_at + EVERY_SECONDS:
                self._said_at = time.monotonic()
                self._rewrite(f"{self._bar(done)} {self._line(done)}")
            return
        part = LINES * done // max(1, self._total)
        if self._said_part < part < LINES:
            self._write(f"{self._line(done)}\n")
        self._said_part = max(part, self._said_part)

    def close(self) -> None:
        """Leave a terminal's line empty for what comes next."""
        if self._width:
            self._rewrite("")

    def _line(self, done: int) -> str:
        return f"{done:,} of {max(done, self._total):,} {self._of}"

    def _bar(self, done: int) -> str:
        full = min(WIDTH, WIDTH * done // max(1, self._total))
        return f"[{'#' * full}{'.' * (WIDTH - full)}]"

    def _rewrite(self, line: str) -> None:
        self._write(f"\r{line.ljust(self._width)}\r")
        self._width = len(line)
