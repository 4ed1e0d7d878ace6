"""Processes as Linux tells of them in /proc: whose they are, what they hold and have taken."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.servers import Project

MB = 1024  # kilobytes


def workers(site: Project) -> list[int]:
    """The processes of the server that was started for the site."""
    (server,) = (
        pid
        for pid in children(os.getpid())
        if str(site.port).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )
    return list(children(server))


def children(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (thread / "children").read_text().split())


def processor(pids: Iterable[int]) -> float:
    """Seconds that they have taken so far."""
    ticks = 0
    for pid in pids:
        # Fields 14 and 15 of proc(5), counted after the name, which may have blanks in it.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def held(pids: Iterable[int], name: str) -> float:
    """MB of them all together, by proc(5)'s smaps_rollup."""
    found = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended: PostgreSQL starts one for each connection
        found += sum(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    return found / MB


def kilobytes(pid: int | str, name: str) -> int:
    """Of a process's own account in /proc: VmRSS is what it holds now, VmHWM the most so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise SystemExit(f"/proc/{pid}/status does not tell {name}.")


def reset_peak(pid: int | str) -> int:
    """Let the peak be what the process holds now (proc(5), clear_refs), and return that."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return kilobytes(pid, "VmHWM")
