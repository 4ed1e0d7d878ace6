"""Every figure of a package recomputed from what it holds, and where that differs.

Reads a file and nothing else: no database is asked.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from cattrs.errors import BaseValidationError

from polls.lib.spreadsheet import iso
from polls.results import documents
from polls.results.releases.frozen import Frozen

from . import layout, naming, questionnaire, tables
from .again import Said, from_figures, from_rows
from .counting import Late, Passed, count
from .naming import Value
from .opening import NotAPackage, Opened
from .same_tables import table_differences

# Whatever somebody has put in place of a number.
MALFORMED = (
    ArithmeticError,
    AttributeError,
    BaseValidationError,
    LookupError,
    TypeError,
    ValueError,
)
CLOSE = 1e-9  # weights are floats, whose sums depend on their order


@dataclass(frozen=True)
class Difference:
    """A figure, what the release says of it, and what the package gives; None: nothing."""

    name: str
    said: Value
    found: Value


@dataclass
class Report:
    """What was recomputed: `figures`, and `cells` of the tables. `files` are files that are not
    what a checksum, the descriptor or the questionnaire says.

    Of the rows: `passed`, whether those that came after the release are counted here
    (`with_later`), and how many figures differ the other way (None: it makes no difference).
    """

    release: int | None
    audience: str
    figures: int = 0
    cells: int = 0
    differences: list[Difference] = field(default_factory=list)
    files: list[Difference] = field(default_factory=list)
    passed: Passed = field(default_factory=Passed)
    with_later: bool = False
    otherwise: int | None = None
    rejected: int = 0
    since: Mapping[str, int] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return not self.differences and not self.files


def reproduce(package: Opened, watch: Callable[[int], None]) -> Report:
    """Check and recompute. `watch` is told how many rows have passed. Raises NotAPackage."""
    try:
        return _reproduced(package, watch)
    except MALFORMED as error:
        raise NotAPackage(f"what it holds can't be read ({type(error).__name__})") from error


def _reproduced(package: Opened, watch: Callable[[int], None]) -> Report:
    files = list(_wrong_files(package))
    document = package.json(layout.RELEASE)
    said, report = _said(package, document)
    report.files = [*files, *_other_words(said)]
    if layout.RESPONSES not in package.entries:
        _compare(report, said, from_figures(said))
    else:
        until = iso(datetime.fromisoformat(document["published"]))
        _compare_rows(report, said, package, until, watch)
    _compare_tables(report, package, said.then)
    return report


def _compare_rows(
    report: Report, said: Said, package: Opened, until: str, watch: Callable[[int], None]
) -> None:
    plan = said.plan
    counted, report.passed = count(package, plan, until, Late.AFTER, watch)
    _compare(report, said, from_rows(said, counted))
    if report.passed.same_second and report.differences:
        counted, _passed = count(package, plan, until, Late.FROM, watch)
        if _is_better(report, said, from_rows(said, counted)):
            report.passed.later += report.passed.same_second
    if report.passed.later and report.differences:
        before = len(report.differences)
        counted, _passed = count(package, plan, until, Late.NONE, watch)
        report.with_later = _is_better(report, said, from_rows(said, counted))
        report.otherwise = before if report.with_later else report.rejected


def _said(package: Opened, document: Mapping[str, Any]) -> tuple[Said, Report]:
    about = package.about
    then: Frozen = documents.thaw(document["figures"], Frozen)
    asked = questionnaire.loaded(package.json(layout.QUESTIONNAIRE))
    report = Report(document["number"], about["audience"])
    report.since = about.get("since_release") or {}
    return Said(then, asked, int(about["smallest_group"]), ZoneInfo(about["time_zone"])), report


def _wrong_files(package: Opened) -> Iterator[Difference]:
    """Where a file is not what SHA256SUMS or datapackage.json says, or a release not itself."""
    described = {
        resource.get("path"): (resource.get("bytes"), resource.get("hash"))
        for resource in package.descriptor.get("resources", [])
    }
    if described.keys() != package.entries.keys() - {layout.DESCRIPTOR, layout.SUMS}:
        raise NotAPackage(f"{layout.DESCRIPTOR} does not describe the files of the package")
    for name, listed in package.sums().items():
        size, digest = package.measured(name)
        if digest != listed:
            yield Difference(f"{name}, in {layout.SUMS}", listed, digest)
        bytes_, hash_ = described.get(name, (size, f"sha256:{digest}"))
        if (bytes_, hash_) != (size, f"sha256:{digest}"):
            said, found = f"{bytes_} bytes, {hash_}", f"{size} bytes, sha256:{digest}"
            yield Difference(f"{name}, in {layout.DESCRIPTOR}", said, found)
    yield from _wrong_release(package)


def _wrong_release(package: Opened) -> Iterator[Difference]:
    content = package.content(layout.RELEASE)
    digest, said = sha256(content).hexdigest(), str(package.about.get("digest"))
    if digest != said:
        yield Difference("digest of the release", said, digest)
    document = package.json(layout.RELEASE)
    if documents.canonical(document) != content:
        yield Difference("form of release.json", "canonical", "another")
    results = document["figures"]["results"]
    found = {
        "release": document["number"],
        "published": document["published"],
        "survey": results["slug"],
        "edition": results["edition"],
        "language": results["language"],
    }
    for name, value in found.items():
        if package.about.get(name) != value:
            said = str(package.about.get(name))
            yield Difference(f"{name}, in {layout.DESCRIPTOR}", said, str(value))


def _other_words(said: Said) -> Iterator[Difference]:
    """Where the release words an item or a choice otherwise than the questionnaire did."""
    asked = {item.key: item for item in said.asked.counted}
    for told in said.then.results.items:
        item = asked[told.key]
        labels = {option.key: option.label for option in item.options}
        pairs = [(told.wording, item.wording)]
        pairs += [(choice.label, labels.get(choice.key, "")) for choice in told.choices]
        for one, other in pairs:
            if one != other:
                yield Difference(f"words of {told.key}", one, other)


def _compare(report: Report, said: Said, again: Frozen) -> None:
    then, found = naming.figures(said.then), naming.figures(again)
    names = dict.fromkeys((*then, *found))
    report.figures = len(names)
    pairs = ((name, then.get(name), found.get(name)) for name in names)
    report.differences = [Difference(*pair) for pair in pairs if not _same(*pair[1:])]


def _is_better(report: Report, said: Said, again: Frozen) -> bool:
    """Take what was counted otherwise where that agrees with more figures; else leave it."""
    before = report.differences
    _compare(report, said, again)
    report.rejected = max(len(before), len(report.differences))
    if len(report.differences) < len(before):
        return True
    report.differences = before
    return False


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def _compare_tables(report: Report, package: Opened, then: Frozen) -> None:
    wanted = tables.tables(then, report.release)
    for name in tables.expected(then) ^ (package.entries.keys() & tables.ALL_FILES):
        raise NotAPackage(f"{name} is there without a figure for it, or missing")
    for name, (columns, rows) in wanted.items():
        compared, differences = table_differences(name, columns, rows, package.table(name))
        report.cells += compared
        report.differences += [Difference(*found) for found in differences]
