"""The exports' part of RESULTS.md."""

from statistics import median

from bench.downloads import CSV, PARQUET
from bench.exporting import Sheet
from bench.exports import WORKBOOKS, Exported, Ran
from bench.load import Round
from bench.report import line, number, per_second
from bench.submissions import Pair

FIRST_BYTE, WORKER_GROWTH = 100, 16  # milliseconds; MB
PARQUET_PEAK, WORKBOOK_GROWTH = 256, 32  # MB
SPSS_SECONDS, SPSS_PEAK = 180, 1024  # MB


def section(done: Exported) -> str:
    size = done.size
    return "\n".join(
        [
            f"Exports of {size.responses:,} responses, Excel of {size.sheet:,}; medians of"
            f" {size.rounds} rounds, of Excel {WORKBOOKS}. The reference is psql’s COPY of the same"
            " SELECT, of Excel openpyxl’s write-only mode, of submissions the same load without an"
            " export.\n",
            "| | application | reference | ratio | range | budget | |",
            "| --- | ---: | ---: | ---: | --- | --- | --- |",
            *csv(done),
            *parquet(done),
            *excel(done),
            *once(done.commands),
            *submissions(done),
            "",
            files(done),
        ]
    )


def csv(done: Exported) -> list[str]:
    first = median(1000 * pair.ours.latencies[0] for pair in done.csv.pairs)
    return [
        line("CSV over HTTP, rows per second", done.csv.pairs, per_second, at_least=0.7),
        alone("CSV, first byte, ms", first, FIRST_BYTE, "ms"),
        alone("CSV, growth of the worker, MB", done.csv.growth, WORKER_GROWTH, "MB"),
    ]


def parquet(done: Exported) -> list[str]:
    started = median(ran.seconds for ran in done.commands["check"])
    peak = max(ran.peak for ran in done.commands["parquet"])
    return [
        line("Parquet, rows per second", done.parquet, per_second, at_least=0.5),
        alone("of which starting Django, s", started),
        alone("Parquet, peak, MB", peak, PARQUET_PEAK, "MB"),
    ]


def excel(done: Exported) -> list[str]:
    pairs = [Pair(*map(written, pair)) for pair in done.sheets]
    ours, theirs = (max(sheet.growth for sheet in side) for side in zip(*done.sheets, strict=True))
    verdict = "kept" if ours <= WORKBOOK_GROWTH else "missed"
    return [
        line("Excel, rows per second", pairs, per_second, at_least=1.4),
        f"| Excel, growth of the process, MB | {number(ours)} | {number(theirs)}"
        f" | | | ≤ {WORKBOOK_GROWTH} MB | {verdict} |",
    ]


def written(sheet: Sheet) -> Round:
    return Round(done=sheet.rows, seconds=sheet.seconds)


def once(commands: dict[str, list[Ran]]) -> list[str]:
    names = {"sav": "SPSS", "jsonl": "JSON Lines", "package": "data package"}
    lines = []
    for key, name in names.items():
        (ran,) = commands[key]
        most = (SPSS_SECONDS, SPSS_PEAK) if key == "sav" else (0, 0)
        lines.append(alone(f"{name}, once, s", ran.seconds, most[0], "s"))
        lines.append(alone(f"{name}, peak, MB", ran.peak, most[1], "MB"))
    return lines


def submissions(done: Exported) -> list[str]:
    return [
        line(f"submissions per second while {name}", pairs, per_second, at_least=0.5)
        for name, pairs in done.submitted.pairs.items()
    ]


def files(done: Exported) -> str:
    """What the exports did beside the submissions: else one that stalls would look good."""
    came, begun = (median(done.submitted.files[name]) for name in (CSV, PARQUET))
    return (
        f"Beside the submissions, in each round of {done.size.seconds:.0f} s, {came:.1f} CSV files"
        f" came and {begun:.0f} Parquet files were begun."
    )


def alone(name: str, value: float, at_most: float = 0, unit: str = "") -> str:
    """A figure without a reference."""
    budget, verdict = "", ""
    if at_most:
        budget, verdict = f"≤ {at_most} {unit}", "kept" if value <= at_most else "missed"
    return f"| {name} | {number(value)} | | | | {budget} | {verdict} |"
