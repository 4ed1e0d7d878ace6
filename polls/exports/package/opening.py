"""A package opened to be read again: nothing of it is unpacked, and nothing of it is believed."""

import csv
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from . import layout

MIB = 1024 * 1024
SMALL = 64 * MIB  # more than any file but the responses can need
# Answers that are all alike shrink to a hundredth; deflate can hide a thousandfold.
RATIO = 300
PIECE = 128 * 1024
ENCRYPTED = 1
SUM = re.compile(r"(?P<sum>[0-9a-f]{64}) [ *](?P<name>.+)")
DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError)


class NotAPackage(Exception):
    """It can't be read as a package; the words say why."""


@contextmanager
def opened(path: Path) -> Iterator["Opened"]:
    """The package in a file. Raises NotAPackage, now or while it is read."""
    try:
        with ZipFile(path) as file:
            yield Opened(file)
    except OSError as error:
        raise NotAPackage(error.strerror or str(error)) from error
    except DAMAGED as error:
        raise NotAPackage(f"not a ZIP file, or a damaged one ({error})") from error
    except (csv.Error, ValueError) as error:
        raise NotAPackage(f"a file of it can't be read ({error})") from error


class Opened:
    """Its files by their names; `about` is what the package says of itself."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file
        self.path = Path(file.filename or "")
        self.entries = self._safe_entries()
        if layout.DESCRIPTOR not in self.entries:
            raise NotAPackage(f"not a package: it has no {layout.DESCRIPTOR}")
        self.descriptor = self.json(layout.DESCRIPTOR)
        self.about = self._about()
        self._check_names()

    def _safe_entries(self) -> dict[str, ZipInfo]:
        entries = self._file.infolist()
        for entry in entries:
            _check(entry)
        if len({entry.filename for entry in entries}) < len(entries):
            raise NotAPackage("two of its files have the same name")
        if sum(entry.compress_size for entry in entries) > self.path.stat().st_size:
            raise NotAPackage("its files overlap")
        return {entry.filename: entry for entry in entries}

    def _about(self) -> dict[str, Any]:
        found = self.descriptor.get(layout.ABOUT) if isinstance(self.descriptor, dict) else None
        if not isinstance(found, dict) or not isinstance(found.get("format"), int):
            raise NotAPackage(f"not a package of this program: see {layout.DESCRIPTOR}")
        if found["format"] > layout.FORMAT:
            raise NotAPackage(
                f"a package of format {found['format']}; this program knows {layout.FORMAT}."
                " Use a newer version."
            )
        return found

    def _check_names(self) -> None:
        names = self.entries.keys()
        if missing := layout.ALWAYS - names:
            raise NotAPackage(f"it has no {', '.join(sorted(missing))}")
        if further := names - layout.ALWAYS - layout.SOMETIMES:
            raise NotAPackage(f"a file that is not part of a package: {', '.join(sorted(further))}")
        internal = self.about.get("audience") == "internal"
        if internal != (layout.RESPONSES in names):
            raise NotAPackage(f"an internal package has {layout.RESPONSES}, a public one has not")

    def json(self, name: str) -> Any:
        try:
            return json.loads(self.content(name))
        except (ValueError, RecursionError) as error:
            raise NotAPackage(f"{name} is not JSON") from error

    def content(self, name: str) -> bytes:
        """A small file, whole."""
        return self._file.read(name)

    def table(self, name: str) -> Iterator[list[str]]:
        """The lines of a CSV file, the header first, one at a time."""
        with self._file.open(name) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            yield from csv.reader(text, strict=True)

    def sums(self) -> dict[str, str]:
        """What SHA256SUMS says of each file. Raises NotAPackage where one is missing."""
        lines = self.content(layout.SUMS).decode().splitlines()
        found = [SUM.fullmatch(line) for line in lines]
        sums = {match["name"]: match["sum"] for match in found if match}
        if len(sums) < len(lines) or sums.keys() != self.entries.keys() - {layout.SUMS}:
            raise NotAPackage(f"{layout.SUMS} does not list the files of the package")
        return sums

    def measured(self, name: str) -> tuple[int, str]:
        """The size and the SHA-256 of a file."""
        digest, size = hashlib.sha256(), 0
        with self._file.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()


def _check(entry: ZipInfo) -> None:
    """Raise NotAPackage for what no package has, before anything of it is read."""
    name = entry.filename
    if "/" in name or "\\" in name or ".." in name:
        raise NotAPackage(f"a file with a path for a name: {name!r}")
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise NotAPackage(f"{name} is encrypted, or packed in another way")
    too_large = name != layout.RESPONSES and entry.file_size > SMALL
    if too_large or entry.file_size > SMALL + RATIO * entry.compress_size:
        raise NotAPackage(f"{name} would be {entry.file_size:,} bytes: nothing of it was read")
