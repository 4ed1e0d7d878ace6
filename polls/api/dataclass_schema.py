"""The JSON Schema of a frozen dataclass as `documents.freeze` writes it, from its annotations."""

import datetime
import types
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    types.NoneType: {"type": "null"},
    datetime.datetime: {"type": "string", "format": "date-time"},
}


def schema_of(kind: Any) -> Schema:
    """Every field is always there, and there are no others. Raises TypeError for other kinds."""
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) is tuple:
        return {"type": "array", "items": schema_of(get_args(kind)[0])}
    if get_origin(kind) is types.UnionType:
        return {"anyOf": [schema_of(part) for part in get_args(kind)]}
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        return {
            "type": "object",
            "properties": {name: schema_of(hints[name]) for name in names},
            "required": names,
            "additionalProperties": False,
        }
    raise TypeError(f"no schema for {kind!r}")
