"""The API in OpenAPI 3.1, as `/api/v1/openapi.json` gives it; `docs/api.md` says it in words."""

from typing import Any

from .dataclass_schema import Schema
from .doors import NOT_FOUND, WRONG_PAGE
from .schemas import NUMBER, SCHEMAS, SLUG, ref

# The sample that the software comes with: an address that is there on a fresh installation.
EXAMPLE = "stargate-musk"

PARAMETERS: Schema = {
    "slug": {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "The end of the article's address. It means the newest published edition.",
        "schema": SLUG,
        "example": EXAMPLE,
    },
    "number": {
        "name": "number",
        "in": "path",
        "required": True,
        "description": "The number of a release, as in the list of releases.",
        "schema": NUMBER,
        "example": 1,
    },
    "page": {
        "name": "page",
        "in": "query",
        "description": "The page of the list; the first where it is left out.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 9999},
        "example": 1,
    },
}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _error(description: str, example: str) -> Schema:
    content = _json(ref("Error"))
    content["application/json"]["example"] = {"error": example}
    return {"description": description, "content": content}


RESPONSES: Schema = {
    "NotFound": _error(
        "There is nothing at this address, or it may not be seen now: the answer is the same.",
        NOT_FOUND,
    ),
    "WrongPage": _error("`page` is not a whole number from 1 to 9999.", WRONG_PAGE),
    "Unchanged": {"description": "As the `ETag` in `If-None-Match` says; no body."},
}


def _named(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def _get(name: str, summary: str, schema: Schema, *parameters: str) -> Schema:
    responses: Schema = {
        "200": {"description": summary, "content": _json(schema)},
        "304": _named("responses", "Unchanged"),
    }
    if parameters:
        responses["404"] = _named("responses", "NotFound")
    if "page" in parameters:
        responses["400"] = _named("responses", "WrongPage")
    operation: Schema = {"operationId": name, "summary": summary, "responses": responses}
    if parameters:
        operation["parameters"] = [_named("parameters", name) for name in parameters]
    return {"get": operation}


V1 = "/api/v1"
SURVEY = f"{V1}/surveys/{{slug}}"

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Readers' consultations",
        "version": "1",
        "summary": "What readers were asked and what they answered, where that is public.",
        "description": (
            "Read-only (GET and HEAD), without a key. Consultations are open to all, those who"
            " answer chose to, and the answers represent neither the readers nor the population:"
            " say so wherever you show a figure. Any site's scripts may read what is public to all"
            " (`Access-Control-Allow-Origin: *`). Answers carry an `ETag` and may be kept by shared"
            " caches for 20 seconds."
        ),
    },
    "servers": [{"url": "/"}],
    "paths": {
        f"{V1}/": _get("index", "Where to begin", ref("Index")),
        f"{V1}/openapi.json": _get("openapi", "This document", {"type": "object"}),
        f"{V1}/surveys/": _get("surveys", "Consultations, newest first", ref("Surveys"), "page"),
        f"{SURVEY}/": _get("survey", "What is asked, without any count", ref("Survey"), "slug"),
        f"{SURVEY}/results.json": _get(
            "results", "The figures as they stand", ref("Results"), "slug"
        ),
        f"{SURVEY}/opinions.json": _get(
            "opinions", "Published texts in random order", ref("Opinions"), "slug", "page"
        ),
        f"{SURVEY}/releases/": _get(
            "releases", "What the newsroom has published, newest first", ref("Releases"), "slug"
        ),
        f"{SURVEY}/releases/{{number}}.json": _get(
            "release", "The figures of one release", ref("Release"), "slug", "number"
        ),
        f"{SURVEY}/releases/{{number}}/frozen.json": _get(
            "frozen_release",
            "The bytes that the digest of a release is taken over",
            {"type": "object"},
            "slug",
            "number",
        ),
    },
    "components": {"parameters": PARAMETERS, "responses": RESPONSES, "schemas": SCHEMAS},
}
