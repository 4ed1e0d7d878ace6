"""Exports: the formats that are files, and with `downloads` what is sent over HTTP.

Everything in one durable database. The reference of a format is PostgreSQL's own COPY of the same
SELECT, of Excel another library; what is compared runs in turn, A B A B.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace

from bench import downloads
from bench.downloads import FEW, FILES, LOG, MANY, Downloads, Place, Submitted, begin, copy, export
from bench.exporting import Sheet
from bench.lines import Pair
from bench.load import Round
from bench.processes import MB
from bench.servers import ROOT, SLUG, Project, application, copied, query, served

SHEET, SMALL = "sheet", 1000
WORKBOOKS = 3  # rounds: openpyxl takes most of the time
STORED = (
    "SELECT count(*) FROM polls_response WHERE survey_id = (SELECT s.id FROM polls_survey s"
    f" JOIN polls_article a ON a.id = s.article_id WHERE a.slug = '{SLUG}')"
)


@dataclass(frozen=True)
class Size:
    responses: int
    sheet: int
    """Rows of the workbook."""
    rounds: int
    seconds: float
    """Of each round of submissions."""
    once: tuple[str, ...]
    """Formats that are written once each."""


QUICK = Size(responses=50_000, sheet=5_000, rounds=3, seconds=1, once=("sav",))
FULL = Size(
    responses=1_000_000, sheet=100_000, rounds=5, seconds=4, once=("sav", "jsonl", "package")
)


@dataclass(frozen=True)
class Ran:
    """A command of its own process: seconds from its start to its end, MB at its peak."""

    seconds: float
    peak: float
    said: str


@dataclass(frozen=True)
class Exported:
    size: Size
    csv: Downloads
    parquet: list[Pair]
    commands: dict[str, list[Ran]]
    """By format; and `check`, which does next to nothing."""
    sheets: list[tuple[Sheet, Sheet]]
    """A workbook, ours and that of openpyxl."""
    submitted: Submitted
    problems: list[str] = field(default_factory=list)


def measure(size: Size, source: str) -> Exported:
    """In a copy of the database at `source`."""
    FILES.mkdir(parents=True, exist_ok=True)
    LOG.write_bytes(b"")
    try:
        with copied(source) as url:
            place = prepare(url, size)
            parquet, commands = files(place, size)
            sheets = workbooks(place)
            with served(place.site):
                csv = downloads.compare(place, size.responses, size.rounds)
                submitted = downloads.submit(place, size.rounds, size.seconds, csv.size)
            done = Exported(size, csv, parquet, commands, sheets, submitted)
            return replace(done, problems=[*incomplete(done), *unstored(done, url)])
    finally:
        shutil.rmtree(FILES)


def prepare(url: str, size: Size) -> Place:
    site = application(url)
    # The client is signed in without a telephone.
    site = replace(site, environment={**site.environment, "SECOND_FACTOR": "false"})
    for slug, number in ((FEW, SMALL), (SHEET, size.sheet), (MANY, size.responses)):
        print(f"responses: {number:,}", flush=True)
        beside(site, "fill", slug, str(number))
    known = json.loads(beside(site, "known", FEW, SHEET, MANY))
    return Place(site, url, **known)


def beside(site: Project, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.exporting", *arguments],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "surveysite.settings", **site.environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def run(site: Project, *arguments: str) -> Ran:
    """Wait for a command. (The peak that the system tells of a child is at least its parent's
    size, which is less than Django's here.)"""
    start = time.perf_counter()
    with begin(site, *arguments) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: it failed, see {LOG}")
    return Ran(seconds, usage.ru_maxrss / MB, said)


def files(place: Place, size: Size) -> tuple[list[Pair], dict[str, list[Ran]]]:
    """Parquet in turn with COPY; the other formats once, each in a process of its own."""
    pairs, rows = [], size.responses
    commands: dict[str, list[Ran]] = {"check": [], "parquet": []}
    copy(place, rows)  # warm-up
    for number in range(size.rounds):
        print(f"Parquet: {number + 1} of {size.rounds}", flush=True)
        ran = run(place.site, *export("parquet"))
        pairs.append(Pair(Round(done=rows, seconds=ran.seconds), copy(place, rows)))
        commands["parquet"].append(ran)
        commands["check"].append(run(place.site, "check"))
    for file_format in size.once:
        print(f"{file_format}, once", flush=True)
        commands[file_format] = [run(place.site, *export(file_format))]
    return pairs, commands


def workbooks(place: Place) -> list[tuple[Sheet, Sheet]]:
    def written(writer: str) -> Sheet:
        file = str(FILES / f"{writer}.xlsx")
        return Sheet(**json.loads(beside(place.site, "sheet", SHEET, FEW, file, writer)))

    found = []
    for number in range(WORKBOOKS):
        print(f"Excel: {number + 1} of {WORKBOOKS}", flush=True)
        found.append((written("ours"), written("openpyxl")))
    return found


def incomplete(done: Exported) -> list[str]:
    """Where a file doesn't hold what it should, its figures are worth nothing."""
    rows = done.size.responses
    found = [
        f"{name}: not all of the {rows} rows are in the file"
        for name in ("parquet", *done.size.once)
        if not all(ran.said.startswith(f"{rows} rows\n") for ran in done.commands[name])
    ]
    if done.csv.rows != rows:
        found.append(f"csv: {rows} rows were to be downloaded, {done.csv.rows} came")
    if any(sheet.rows != done.size.sheet for pair in done.sheets for sheet in pair):
        found.append(f"xlsx: not all of the {done.size.sheet} rows are in the file")
    return found


def unstored(done: Exported, url: str) -> list[str]:
    """Acknowledged is stored, and nothing is answered otherwise."""
    sent = done.submitted.sent
    found = [
        f"beside an export, a submission was answered with {count} × {status}"
        for each in sent
        for status, count in each.wrong.items()
    ]
    acknowledged, stored = sum(each.done for each in sent), query(url, STORED)
    if int(stored) != acknowledged:
        found.append(f"beside an export: {acknowledged} acknowledged, {stored} stored")
    return found
