"""The exports' part of RESULTS.md."""

from dataclasses import replace
from statistics import median

from bench.downloads import CSV, PARQUET
from bench.exporting import Sheet
from bench.exports import FULL, WORKBOOKS, Exported, Ran
from bench.lines import Line, Pair, Section, alone, compared, number, per_second
from bench.load import Round

FIRST_BYTE, WORKER_GROWTH = 100, 16  # milliseconds; MB
PARQUET_PEAK, WORKBOOK_GROWTH = 256, 32  # MB
FEW_ROWS = (
    "Parquet’s budget is of a million rows: so few take less time than Django takes to start."
)
SPSS_SECONDS, SPSS_PEAK = 180, 1024  # MB


def section(done: Exported) -> Section:
    size = done.size
    return Section(
        title=f"Exports of {size.responses:,} responses",
        text=f"Excel of {size.sheet:,}; medians of {size.rounds} rounds, of Excel {WORKBOOKS}. The"
        " reference is psql’s COPY of the same SELECT, of Excel openpyxl’s write-only mode, of"
        f" submissions the same load without an export. {'' if size == FULL else FEW_ROWS}".strip(),
        lines=[
            *csv(done),
            *parquet(done),
            *excel(done),
            *once(done.commands),
            *submissions(done),
        ],
        after=files(done),
        problems=done.problems,
    )


def csv(done: Exported) -> list[Line]:
    first = median(1000 * pair.ours.latencies[0] for pair in done.csv.pairs)
    return [
        compared("CSV over HTTP, rows per second", done.csv.pairs, per_second, at_least=0.7),
        alone("CSV, first byte, ms", first, "ms", at_most=FIRST_BYTE),
        alone("CSV, growth of the worker, MB", done.csv.growth, "MB", at_most=WORKER_GROWTH),
    ]


def parquet(done: Exported) -> list[Line]:
    started = median(ran.seconds for ran in done.commands["check"])
    peak = max(ran.peak for ran in done.commands["parquet"])
    return [
        compared("Parquet, rows per second", done.parquet, per_second, at_least=0.5),
        alone("of which starting Django, s", started),
        alone("Parquet, peak, MB", peak, "MB", at_most=PARQUET_PEAK),
    ]


def excel(done: Exported) -> list[Line]:
    pairs = [Pair(*map(written, pair)) for pair in done.sheets]
    ours, theirs = (max(sheet.growth for sheet in side) for side in zip(*done.sheets, strict=True))
    growth = alone("Excel, growth of the process, MB", ours, "MB", at_most=WORKBOOK_GROWTH)
    return [
        compared("Excel, rows per second", pairs, per_second, at_least=1.4),
        replace(growth, theirs=number(theirs)),
    ]


def written(sheet: Sheet) -> Round:
    return Round(done=sheet.rows, seconds=sheet.seconds)


def once(commands: dict[str, list[Ran]]) -> list[Line]:
    names = {"sav": "SPSS", "jsonl": "JSON Lines", "package": "data package"}
    lines = []
    for key, name in names.items():
        seconds, peak = (SPSS_SECONDS, SPSS_PEAK) if key == "sav" else (0, 0)
        for ran in commands.get(key, []):
            lines.append(alone(f"{name}, once, s", ran.seconds, "s", at_most=seconds))
            lines.append(alone(f"{name}, peak, MB", ran.peak, "MB", at_most=peak))
    return lines


def submissions(done: Exported) -> list[Line]:
    return [
        compared(f"submissions per second while {name}", pairs, per_second, at_least=0.5)
        for name, pairs in done.submitted.pairs.items()
    ]


def files(done: Exported) -> str:
    """What the exports did beside the submissions: else one that stalls would look good."""
    came, begun = (median(done.submitted.files[name]) for name in (CSV, PARQUET))
    return (
        f"Beside the submissions, in each round of {done.size.seconds:g} s, {came:.1f} CSV files"
        f" came and {begun:.0f} Parquet files were begun."
    )
