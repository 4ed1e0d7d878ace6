"""A file that is whole or isn't there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write beside `path` and take its place at the end; an exception leaves all as it was.

    Only its maker may read the file: it holds political opinions. Raises OSError.
    """
    path = path.resolve()  # a link stays one, and what it points to is replaced
    if path.exists() and not path.is_file():
        # A rename would put a file in the place of /dev/null.
        raise OSError(0, "not an ordinary file", str(path))
    with NamedTemporaryFile(
        dir=path.parent, prefix=".export-", suffix=".part", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
