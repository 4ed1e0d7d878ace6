"""RESULTS.md from its sections: the budgets first, then each table, then every round."""

import os
import platform
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.lines import Line, Section
from tools.temporary_postgres import NoBinaries, find_binaries

PACKAGES = ("Django", "granian", "psycopg2-binary", "django-crispy-forms", "pyarrow")


def report(sections: Sequence[Section], took: Mapping[str, float], *, quick: bool) -> str:
    """`took`: seconds by what was measured."""
    problems = [problem for section in sections for problem in section.problems]
    command = "make bench QUICK=1" if quick else "make bench"
    warning = "\n\n**A quick run, for a first look and not for quoting.**" if quick else ""
    return "\n\n".join(
        [
            "# Results",
            f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}; what each line measures"
            f" stands in [README.md](README.md).{warning}",
            machine(),
            "## Every budget",
            budgets(sections),
            *map(str, sections),
            "## Every round",
            *(section.details for section in sections if section.details),
            "## Checks",
            checks(problems),
            durations(took),
            "",
        ]
    )


def machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count()
    return (
        f"Of {tree()}, on {cores} cores, {processor()}. Python {platform.python_version()},"
        f" PostgreSQL {postgres()} (durable), {packages}.\n\n"
        f"The load generator, the server and PostgreSQL share these {cores} cores, so absolute"
        " figures say nothing about another machine: read the ratios."
    )


def tree() -> str:
    """The commit that is measured, and whether anything of it was changed since."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=8", "--exclude=*"]
    try:
        said = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    except FileNotFoundError:
        return "an unknown commit"
    return f"commit {said.stdout.strip()}" if said.returncode == 0 else "an unknown commit"


def processor() -> str:
    """The model's name as Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unknown processor"


def postgres() -> str:
    """The version of the server that was started, 15.18 say."""
    binaries = find_binaries()
    if binaries is None:
        raise NoBinaries
    command = [str(binaries / "postgres"), "--version"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return said.split()[2]


def budgets(sections: Sequence[Section]) -> str:
    """Every line that has a budget, the section's title before its first."""
    rows: list[str] = []
    verdicts = Counter[str]()
    for section in sections:
        lines = [line for line in section.lines if line.budget]
        verdicts.update(line.verdict for line in lines)
        titles = [section.title, *[""] * len(lines)]
        rows += [short(title, line) for title, line in zip(titles, lines, strict=False)]
    counts = ", ".join(f"{verdicts[name]} {name}" for name in ("kept", "missed", "not measured"))
    head = ["| | | measured | budget | |", "| --- | --- | ---: | --- | --- |"]
    return "\n".join([f"{counts}.", "", *head, *rows])


def short(title: str, line: Line) -> str:
    measured = f"{line.ratio} ×" if line.ratio else line.ours
    cells = (title, line.name, measured, line.budget, line.verdict)
    return f"| {' | '.join(cells)} |"


def checks(problems: Sequence[str]) -> str:
    if problems:
        found = "\n".join(f"- {problem}" for problem in problems)
        return f"**Failed, so the figures above are worth nothing:**\n\n{found}"
    return (
        "Every acknowledged submission of every side is in its database, no request was answered"
        " otherwise, the tallies equal a recount, and the exported files hold every row."
    )


def durations(took: Mapping[str, float]) -> str:
    parts = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items())
    return f"This took {sum(took.values()):.0f} s: {parts}."
