"""Formats: a table in, a file out. A writer knows nothing of surveys.

What is streamed is sent while it is read. The others need the whole table before they can write
its end, or its beginning: they make a file, and their libraries are only loaded then.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from polls.lib.spreadsheet import DELIMITERS as DELIMITERS

from ..table import Table
from .delimited import csv_chunks
from .jsonlines import jsonl_chunks
from .options import Options as Options
from .parquet import write_parquet
from .spss import write_sav
from .workbook import write_xlsx

Stream: TypeAlias = Callable[[Table, Options], Iterator[bytes]]
FileWriter: TypeAlias = Callable[[Table, Path], None]

STREAMED: Mapping[str, Stream] = {"csv": csv_chunks, "jsonl": jsonl_chunks}
PREPARED: Mapping[str, FileWriter] = {
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "sav": write_sav,
}
CONTENT_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "sav": "application/x-spss-sav",
    "zip": "application/zip",
}
