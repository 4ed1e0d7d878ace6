"""Every public file there is of a survey, made and read again."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command

from polls.exports.filters import Filter
from polls.exports.making import make
from polls.exports.orders import Order
from polls.exports.writers import PREPARED, STREAMED
from polls.models import Response, Survey

PUBLIC = (
    *(("opinions", form) for form in STREAMED),
    *(("figures", form) for form in (*STREAMED, *PREPARED)),
)
CHANNELS = Response.Channel.values


def written(survey: Survey, folder: Path, content: str, form: str, *channels: str) -> Path:
    """A file, made as it is for whoever orders it."""
    path = folder / f"{content}.{form}"
    make(Order(survey, content, form, Filter(channels=channels)), path, lambda rows: None)
    return path


def everything(survey: Survey, folder: Path) -> Iterator[str]:
    """What stands in each public file, by every way that leads to one."""
    for content, form in PUBLIC:
        yield said(written(survey, folder, content, form))
    for form in STREAMED:
        yield said(written(survey, folder, "figures", form, *CHANNELS))
    for content in ("opinions", "figures"):
        path = folder / f"typed-{content}.csv"
        call_command(
            "export", survey.article.slug, content=content, output=str(path), stdout=io.StringIO()
        )
        yield said(path)


def said(path: Path) -> str:
    """All words of a file, unpacked."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as file:
            return "\n".join(file.read(name).decode() for name in file.namelist())
    if path.suffix in (".parquet", ".sav"):
        return repr(records(path)) + repr(metadata(path))
    return path.read_text(encoding="utf-8-sig")


def records(path: Path) -> list[dict[str, Any]]:
    """The rows of a typed file, None where a cell is empty."""
    if path.suffix == ".parquet":
        import duckdb

        found = duckdb.read_parquet(str(path))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    if path.suffix == ".xlsx":
        import openpyxl

        header, *rows = openpyxl.load_workbook(path)["figures"].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]
    import pyreadstat

    rows, _meta = pyreadstat.read_sav(str(path), output_format="dict")
    keys = list(rows)
    return [
        {key: _given(cell) for key, cell in zip(keys, row, strict=True)}
        for row in zip(*rows.values(), strict=True)
    ]


def _given(cell: Any) -> Any:
    """SPSS has no empty text but the empty one, and a number that isn't one for nothing."""
    return None if cell == "" or cell != cell else cell


def metadata(path: Path) -> dict[str, str]:
    """The label of each column."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        schema = parquet.read_schema(path)
        return {field.name: field.metadata[b"description"].decode() for field in schema}
    import pyreadstat

    _rows, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    return {name: label or "" for name, label in meta.column_names_to_labels.items()}
