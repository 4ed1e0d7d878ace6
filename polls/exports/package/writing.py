"""A data package, written in constant memory and read of one moment."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.utils.translation import override

from polls.lib.persistence import one_moment
from polls.results import documents

from .. import codebook
from ..orders import Order, Watch
from ..table import Column, Row, Rows, Table
from ..writers import STREAMED, Options
from . import layout, questionnaire
from .archive import Archive
from .contents import Contents, gather
from .descriptor import descriptor
from .method import method
from .readme import readme
from .tables import tables


def write_package(order: Order, path: Path, watch: Watch) -> int:
    with one_moment():
        contents = gather(order)
        with ZipFile(path, "w") as file, override(contents.language):
            return _Writing(contents, Archive(file, contents.moment)).write(watch)


class _Writing:
    def __init__(self, contents: Contents, archive: Archive) -> None:
        self._contents = contents
        self._archive = archive
        self._columns: dict[str, Sequence[Column]] = {}
        self._rows: dict[str, int] = {}

    def write(self, watch: Watch) -> int:
        contents = self._contents
        found = tables(contents.then, contents.number)
        names = [*found, layout.CODEBOOK]
        names += [layout.RESPONSES] if contents.is_internal else []
        self._text(layout.README, readme(contents, names))
        self._text(layout.METHOD, method(contents))
        self._archive.add(layout.RELEASE, [documents.canonical(contents.document)])
        self._archive.add(layout.QUESTIONNAIRE, [questionnaire.dumped(contents)])
        for name, (columns, rows) in found.items():
            self._table(name, Table(name, columns, Rows(rows)))
        self._table(layout.CODEBOOK, Table("codebook", codebook.COLUMNS, Rows(_codes(contents))))
        if contents.is_internal:
            self._responses(watch)
        self._text(layout.DESCRIPTOR, _json(self._described()))
        self._text(layout.SUMS, self._archive.sums)
        return self._rows[layout.RESPONSES if contents.is_internal else layout.FIGURES]

    def _responses(self, watch: Watch) -> None:
        table = self._contents.order.table(watch)
        try:
            self._table(layout.RESPONSES, table)
        finally:
            table.rows.close()

    def _table(self, name: str, table: Table) -> None:
        self._archive.add(name, STREAMED["csv"](table, Options()))
        self._columns[name] = table.columns
        self._rows[name] = table.rows.count

    def _text(self, name: str, text: str) -> None:
        self._archive.add(name, [text.encode()])

    def _described(self) -> Mapping[str, Any]:
        return descriptor(self._contents, self._archive.written, self._columns, self._rows)


def _codes(contents: Contents) -> Iterator[Row]:
    """The codebook; where there are no rows, that of the items alone, whose keys figures have."""
    survey, asked = contents.order.survey, contents.edition.questionnaire
    columns = codebook.described(survey, asked)
    counted = {column.key for column in columns if column.item and not column.item.is_text}
    rows: Iterable[Row] = codebook.rows(survey, asked)
    return (row for row in rows if contents.is_internal or row[0] in counted)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
