"""Recompute every figure of a data package from what it holds (docs/data-package.md).

Needs no database: whoever has the package and this program can check it anywhere.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from polls.exports.package import layout
from polls.exports.package.opening import NotAPackage, Opened, opened
from polls.exports.package.reproducing import Difference, Report, reproduce
from polls.lib.progress import Progress

SINCE = {
    "came": "came in",
    "changed": "were changed",
    "withdrawn": "were withdrawn",
    "set_aside": "were set aside or taken back in",
}


class Command(BaseCommand):
    help = (
        "Check a data package and recompute every figure of it, without a database: exit 0 where"
        " all agrees, 1 where something differs."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", metavar="PACKAGE.zip", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["package"]
        try:
            with opened(path) as package:
                with closing(self._progress(package)) as progress:
                    report = reproduce(package, progress.at)
                about = package.about
        except NotAPackage as error:
            raise CommandError(_printable(f"{path}: {error}")) from None
        self.stdout.write(_printable(_title(about)))
        for line in (*_later(report), *_differing(report)):
            self.stdout.write(_printable(line))
        if not report.agrees:
            raise CommandError(_summary(report))
        self.stdout.write(_summary(report))

    def _progress(self, package: Opened) -> Progress:
        resources = package.descriptor.get("resources", [])
        rows = [r.get("rows") for r in resources if r.get("path") == layout.RESPONSES]
        total = rows[0] if rows and isinstance(rows[0], int) else 0
        return Progress(self._say, total, terminal=self.stderr.isatty())

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()


def _title(about: dict[str, Any]) -> str:
    number = about.get("release")
    release = f"release {number}" if number else "not released"
    return (
        f"{about.get('survey')}, edition {about.get('edition')}, {release},"
        f" {about.get('audience')}. The digest, to be compared with the one on the release’s page:"
        f" {about.get('digest')}"
    )


def _later(report: Report) -> Iterator[str]:
    """What has happened to the answers since the release, and what was made of it."""
    if happened := [f"{n} {SINCE[what]}" for what, n in report.since.items() if n]:
        yield f"Since the release: {', '.join(happened)}. That may explain differences."
    if report.passed.later:
        taken = "Counted with" if report.with_later else "Left out:"
        yield f"{taken} {report.passed.later} of {report.passed.rows} rows that came after it."
    if report.otherwise is not None:
        other = "Without" if report.with_later else "With"
        yield f"{other} them {report.otherwise} figures differ."
    if report.passed.changed:
        yield f"{report.passed.changed} rows were changed after it: what they were is not known."


def _differing(report: Report) -> Iterator[str]:
    for found in report.files:
        yield f"{found.name}: the package says {_value(found.said)}, it is {_value(found.found)}"
    for found in report.differences:
        yield _difference(found)


def _difference(found: Difference) -> str:
    said, given = _value(found.said), _value(found.found)
    return f"{found.name}: the release says {said}, the package gives {given}"


def _value(value: str | float | None) -> str:
    return "nothing" if value is None else str(value)


def _printable(line: str) -> str:
    """On one line, and without what would command a terminal: the words are the package's."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _summary(report: Report) -> str:
    of = "the rows" if report.audience == "internal" else "the release’s own counts"
    wrong = len(report.files)
    files = f" {wrong} checks of files failed." if wrong else ""
    return (
        f"{report.figures} figures recomputed from {of}, {report.cells} cells of tables compared,"
        f" {len(report.differences)} differ.{files}"
    )
