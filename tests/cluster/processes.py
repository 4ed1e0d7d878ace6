"""Processes that are killed, frozen and woken, with whatever they have started."""

import os
import signal
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def tree(roots: Iterable[int]) -> list[int]:
    """Processes and all that descend from them, parents first."""
    children: dict[int, list[int]] = defaultdict(list)
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended this moment
            # "pid (name) state parent …"; a name may have blanks and brackets in it.
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            children[int(parent)].append(int(place.name))
    found = [pid for pid in roots if Path(f"/proc/{pid}").exists()]
    for pid in found:
        found += children[pid]
    return found


def send(number: signal.Signals, roots: Iterable[int]) -> None:
    """A signal to whole families; twice, for what was born in between."""
    roots = list(roots)
    for _ in range(2):
        for pid in tree(roots):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def named(pids: Iterable[int], word: str) -> list[int]:
    """Those with a word in their command line."""
    found = []
    for pid in pids:
        with suppress(OSError):
            if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


class Daemon:
    """A program that runs until it is stopped, as an account that isn't root."""

    def __init__(self, command: list[str], log: Path, **options: Any) -> None:
        self.command, self.log, self.options = command, log, options
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            # A session of its own: Ctrl+C is for the harness, which then ends this.
            self.running = subprocess.Popen(
                self.command, stdout=output, stderr=output, start_new_session=True, **self.options
            )

    @property
    def pids(self) -> list[int]:
        return [self.running.pid] if self.running else []

    def kill(self) -> None:
        """At once, as when the current fails."""
        send(signal.SIGKILL, self.pids)
        if self.running:
            self.running.wait()
            self.running = None

    def stop(self) -> None:
        """As its unit does; killed where that doesn't help."""
        if self.running:
            self.running.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(timeout=10)
        self.kill()


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """Nothing of whoever runs the harness but where programs are found: no PGPASSWORD, no DEBUG."""
    return {
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin",
        "LANG": "C.UTF-8",
        **settings,
    }
