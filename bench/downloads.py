"""CSV over HTTP beside PostgreSQL's own COPY, and submissions beside an export that runs.

A Pair holds both sides as so many rows (or submissions) in so many seconds. Which processes are
the server's workers, and what they hold, Linux tells in /proc.
"""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from urllib.parse import urlencode

from bench import submissions
from bench.lines import Pair
from bench.load import Round
from bench.processes import MB, kilobytes, reset_peak, workers
from bench.servers import OUT, ROOT, Project
from tools.temporary_postgres import find_binaries

FILES, LOG = OUT / "exports", OUT / "exports.log"
FEW, MANY = "few", "many"  # surveys
CSV, PARQUET = "a CSV is downloaded", "Parquet is written"  # beside submissions
WARM = 30  # small downloads, so that each worker has sent some
PIECE = 1024 * 1024  # bytes that a client reads at once, at most
FORM = {"content": "responses", "file_format": "csv", "delimiter": "comma"}
TOKEN = "0" * 32  # any will do: the cookie and the form must say the same


@dataclass(frozen=True)
class Place:
    """The site and its database, and what an editor's browser knows of them."""

    site: Project
    url: str
    session: str
    addresses: dict[str, str]
    select: str


@dataclass(frozen=True)
class Downloads:
    pairs: list[Pair]
    """A download and COPY; `latencies` of ours is the time to the first byte."""
    growth: float
    """MB, of the worker that grew most meanwhile."""
    size: int
    """Bytes of the file."""
    rows: int


@dataclass(frozen=True)
class Submitted:
    """By the export beside: submissions with it and, in turn, without; and how often it was made,
    parts of a download included, or of what is written, begun."""

    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    files: dict[str, list[float]] = field(default_factory=dict)
    sent: list[Round] = field(default_factory=list)
    """All of it, of which every submission must be found in the database."""


def copy(place: Place, rows: int) -> Round:
    """The reference: psql writes the bare SELECT as CSV to nowhere."""
    psql = shutil.which("psql", path=os.pathsep.join([str(find_binaries()), *os.get_exec_path()]))
    if psql is None:
        raise SystemExit("psql is missing; it comes with PostgreSQL's client.")
    command = [psql, "--no-psqlrc", "--quiet", "--dbname", place.url]
    command += ["--command", f"COPY ({place.select}) TO STDOUT (FORMAT csv)"]
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return Round(done=rows, seconds=time.perf_counter() - start)


def download(place: Place, slug: str) -> Generator[bytes, None, None]:
    """The pieces of a survey's CSV as they come; given up, the connection is closed."""
    port = place.site.port
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
        "Cookie": f"sessionid={place.session}; csrftoken={TOKEN}",
    }
    body = urlencode(FORM | {"csrfmiddlewaretoken": TOKEN})
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", place.addresses[slug], body, headers)
        with connection.getresponse() as answer:
            kind = answer.getheader("Content-Type", "")
            if answer.status != 200 or not kind.startswith("text/csv"):
                raise SystemExit(f"An export was answered with {answer.status}, {kind}.")
            yield answer.read(1)
            while piece := answer.read1(PIECE):
                yield piece


def timed(place: Place, rows: int, size: int) -> Round:
    start = time.perf_counter()
    pieces = download(place, MANY)
    read = len(next(pieces))
    first = time.perf_counter() - start
    read += sum(map(len, pieces))
    seconds = time.perf_counter() - start
    if read != size:
        raise SystemExit(f"A download of {size} bytes had {read} this time.")
    return Round(done=rows, seconds=seconds, latencies=[first])


def compare(place: Place, rows: int, rounds: int) -> Downloads:
    """Downloads of `rows` rows and, in turn, COPY; a first download is kept and counted."""
    for _ in range(WARM):
        for _ in download(place, FEW):
            pass
    held = {pid: reset_peak(pid) for pid in workers(place.site)}
    file = FILES / "all.csv"
    with file.open("wb") as whole:
        whole.writelines(download(place, MANY))
    copy(place, rows)
    pairs = []
    for number in range(rounds):
        print(f"CSV: {number + 1} of {rounds}", flush=True)
        pairs.append(Pair(timed(place, rows, file.stat().st_size), copy(place, rows)))
    growth = max(kilobytes(pid, "VmHWM") - before for pid, before in held.items()) / MB
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = sum(1 for _ in csv.reader(lines)) - 1  # the header
    return Downloads(pairs, growth, file.stat().st_size, found)


def begin(site: Project, *arguments: str) -> "subprocess.Popen[str]":
    """A command of the site in a process of its own; what it complains of goes to LOG."""
    with LOG.open("a") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=site.environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def export(file_format: str) -> list[str]:
    """The command that writes all responses to a file, which the next one replaces."""
    return ["export", MANY, "--format", file_format, "--output", str(FILES / f"all.{file_format}")]


def submit(place: Place, rounds: int, seconds: float, size: int) -> Submitted:
    """The load of `submissions` alone, beside downloads, and beside a process that writes files."""
    works: dict[str, Callable[[Event], float]] = {
        CSV: lambda stop: downloading(place, stop) / size,
        PARQUET: lambda stop: writing(place, stop),
    }
    done = Submitted(sent=[load(place, seconds)])  # the first warms up
    for number in range(rounds):
        print(f"submissions beside exports: {number + 1} of {rounds}", flush=True)
        alone = load(place, seconds)
        done.sent.append(alone)
        for name, work in works.items():
            busy, files = beside(work, lambda: load(place, seconds))
            done.sent.append(busy)
            done.pairs.setdefault(name, []).append(Pair(busy, alone))
            done.files.setdefault(name, []).append(files)
    return done


def beside(work: Callable[[Event], float], measured: Callable[[], Round]) -> tuple[Round, float]:
    """What is measured while the work goes on, and what the work gave when it was told to stop."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        given = pool.submit(work, stop)
        try:
            found = measured()
        finally:
            stop.set()
    return found, given.result()


def load(place: Place, seconds: float) -> Round:
    size = submissions.Size(rounds=1, seconds=seconds)
    return submissions.load(place.site, size, post=True)


def downloading(place: Place, stop: Event) -> int:
    """Download again and again; how many bytes came."""
    read = 0
    while not stop.is_set():
        with closing(download(place, MANY)) as pieces:
            for piece in pieces:
                read += len(piece)
                if stop.is_set():
                    break
    return read


def writing(place: Place, stop: Event) -> int:
    """Write a file again and again; how many were begun."""
    begun = 0
    while not stop.is_set():
        begun += 1
        with begin(place.site, *export("parquet")) as process:
            while process.poll() is None and not stop.wait(0.05):
                pass
            if process.poll() is None:
                process.terminate()
            elif process.returncode:
                raise SystemExit(f"Parquet could not be written: see {LOG}")
    return begun
