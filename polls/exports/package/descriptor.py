"""datapackage.json: what each file and column is, as the Data Package standard (2.0) writes it.

https://datapackage.org/standard/data-package/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from polls.lib.spreadsheet import iso
from polls.models import Question, Survey
from polls.results.identity_wording import notice

from ..figures import CHOICE, NO_OPINION, NOT_ANSWERED
from ..table import Code, Column
from . import layout, tables, words
from .archive import Written
from .contents import Contents

PROFILES = "https://datapackage.org/profiles/2.0"
DIALECT = {
    "$schema": f"{PROFILES}/tabledialect.json",
    "header": True,
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
}
TYPES = {"number": "integer", "share": "number", "time": "datetime", "flag": "boolean"}
FLOATS = {"mean"}
CROSSED = (tables.CHOICE, tables.NOT_ANSWERED, tables.ALL)
ONE_OF: Mapping[tuple[str, str], Sequence[str]] = {
    (layout.FIGURES, "kind"): Question.Kind.values,
    (layout.FIGURES, "aspect"): Question.Aspect.values,
    (layout.FIGURES, "row"): (CHOICE, NO_OPINION, NOT_ANSWERED),
    (layout.FIGURES, "moderation"): Survey.Moderation.values,
    (layout.ITEMS, "kind"): Question.Kind.values,
    (layout.ITEMS, "aspect"): Question.Aspect.values,
    (layout.COMPARISONS, "row_is"): CROSSED,
    (layout.COMPARISONS, "column_is"): CROSSED,
    (layout.TRENDS, "unit"): ("hour", "day", "week"),
}
FORMATS = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}


def descriptor(
    contents: Contents,
    written: Mapping[str, Written],
    columns: Mapping[str, Sequence[Column]],
    rows: Mapping[str, int],
) -> dict[str, Any]:
    """The whole description, in the active language. `columns` and `rows` are those of tables."""
    figures = contents.then.results
    number = contents.number or 0
    slug = slugify(figures.slug) or "survey"
    audience = contents.order.audience
    publisher = settings.PUBLISHER_NAME
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": f"{slug}-{figures.edition}-{audience.value}",
        "id": str(uuid5(NAMESPACE_URL, f"{contents.digest}:{audience.value}")),
        "title": contents.order.survey.article.title,
        "description": f"{notice()} {audience.label}. {_about_csv()}",
        "version": f"{figures.edition}.{number}.0",
        "created": iso(contents.moment),
        **({"contributors": [{"title": publisher, "roles": ["publisher"]}]} if publisher else {}),
        layout.ABOUT: _about(contents),
        "resources": [
            _resource(name, written[name], columns.get(name), rows.get(name)) for name in written
        ],
    }


def _about_csv() -> str:
    return _(
        "The CSV files are UTF-8 with a byte order mark. An apostrophe stands before every text"
        " that a spreadsheet would take for a formula; it is not part of the text."
    )


def _about(contents: Contents) -> dict[str, Any]:
    return {
        "format": layout.FORMAT,
        "survey": contents.then.results.slug,
        "edition": contents.then.results.edition,
        "language": contents.language,
        "audience": contents.order.audience.value,
        "release": contents.number,
        "published": contents.document["published"],
        "digest": contents.digest,
        "smallest_group": contents.smallest_group,
        "time_zone": settings.TIME_ZONE,
        "since_release": asdict(contents.since) if contents.since else None,
    }


def _resource(
    path: str, written: Written, columns: Sequence[Column] | None, rows: int | None
) -> dict[str, Any]:
    name, _dot, extension = path.rpartition(".")
    found: dict[str, Any] = {
        "name": name.lower(),
        "path": path,
        "title": name,
        "description": str(words.FILES[path]),
        "format": extension,
        "mediatype": FORMATS[extension],
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
    }
    if columns is None:
        return found
    return found | {
        "type": "table",
        "rows": rows,
        "dialect": DIALECT,
        "schema": _schema(path, columns),
    }


def _schema(path: str, columns: Sequence[Column]) -> dict[str, Any]:
    key = {"primaryKey": ["response_id"]} if path == layout.RESPONSES else {}
    return {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(path, column) for column in columns],
        "missingValues": [""],
        **key,
    }


def _field(path: str, column: Column) -> dict[str, Any]:
    told = words.COLUMNS.get(path, {}).get(column.key)
    kind = "number" if column.key in FLOATS else TYPES.get(column.kind, "string")
    found: dict[str, Any] = {
        "name": column.key,
        "title": column.key,
        "description": str(told) if told else column.label,
        "type": kind,
    }
    if column.kind == "flag":
        return found | {"trueValues": ["1"], "falseValues": ["0"]}
    if column.kind == "share":
        return found | {"constraints": {"minimum": 0, "maximum": 1}}
    if path == layout.RESPONSES and column.kind == "code" and column.codes:
        return found | _coded(column.codes)
    if values := ONE_OF.get((path, column.key)):
        return found | {"constraints": {"enum": list(values)}, "categories": list(values)}
    return found


def _coded(codes: Sequence[Code]) -> dict[str, Any]:
    """The codes with their words; words that two codes share tell nothing apart, and may not."""
    labels = Counter(code.label for code in codes)
    categories = [
        {"value": code.code, "label": code.label}
        if labels[code.label] == 1
        else {"value": code.code}
        for code in codes
    ]
    ordered = {"categoriesOrdered": True} if all(c.value is not None for c in codes) else {}
    return {
        "constraints": {"enum": [code.code for code in codes]},
        "categories": categories,
        **ordered,
    }
