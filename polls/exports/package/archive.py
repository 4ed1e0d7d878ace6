"""A ZIP that is written a piece at a time, and knows what it holds: sizes and checksums."""

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

UNIX = 3
MODE = (stat.S_IFREG | 0o600) << 16  # unpacked, a file is for its owner alone


@dataclass(frozen=True)
class Written:
    """One file of the package."""

    size: int
    sha256: str


class Archive:
    """Files in the order of their writing; each says that it was made at `moment`."""

    def __init__(self, file: ZipFile, moment: datetime) -> None:
        self.written: dict[str, Written] = {}
        self._file = file
        self._date = moment.astimezone(UTC).timetuple()[:6]

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        entry = ZipInfo(name, self._date)
        entry.compress_type, entry.create_system = ZIP_DEFLATED, UNIX
        entry.external_attr = MODE
        size, digest = 0, hashlib.sha256()
        # Nobody knows yet how large it will be: beyond 4 GiB it needs the larger headers.
        with self._file.open(entry, "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        self.written[name] = Written(size, digest.hexdigest())

    @property
    def sums(self) -> str:
        """The checksums of all files so far, as `sha256sum -c` reads them."""
        return "".join(f"{self.written[name].sha256}  {name}\n" for name in sorted(self.written))
